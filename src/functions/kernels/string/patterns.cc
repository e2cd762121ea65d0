#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/string/regular_expression.h"
#include "types/quoting.h"

/// Functions of regular expressions. A literal pattern is compiled once a query.
namespace firesteel::functions {

namespace {

/// Spark makes these two of others, which fail in their own names.
std::string_view NameOf(const KernelCall& call) {
  if (call.function_name == "regexp_count") return "regexp_extract_all";
  return call.function_name == "regexp_substr" ? std::string_view("regexp_extract") : call.function_name;
}

/// The pattern, where it is a literal, compiled when the query is lowered.
template <RegularPattern::Use use>
std::shared_ptr<const void> Prepare(const KernelCall& call) {
  if (call.constants.size() < 2 || !call.constants[1] || call.constants[1]->is_null()) return nullptr;
  return RegularPattern::Compile(call.constants[1]->text(), use);
}

/// The expression of a row. Those of patterns that are no literals are kept for the batch, as long as they are few.
class Expressions {
 public:
  Expressions(KernelContext& context, const VectorView& patterns) : context_(context), patterns_(patterns) {
    const KernelCall& call = context.call();
    if (call.prepared) only_.emplace(std::static_pointer_cast<const RegularPattern>(call.prepared), is_cancelled_);
  }

  RegularExpression* Of(size_t row) {
    if (only_) return &*only_;
    const std::string_view pattern = patterns_.Text(row);
    if (last_ != nullptr && pattern == last_->first) return last_->second.get();
    auto place = known_.find(pattern);
    if (place == known_.end()) {
      if (known_.size() >= kMostKept) known_.clear();
      const std::shared_ptr<const RegularPattern> compiled =
          RegularPattern::Compile(pattern, RegularPattern::Use::kRow);
      if (!compiled) {
        context_.Fail(row, "INVALID_PARAMETER_VALUE.PATTERN",
                      {{"parameter", "`regexp`"},
                       {"functionName", "`" + std::string(NameOf(context_.call())) + "`"},
                       {"value", SingleQuoted(pattern)}},
                      ErrorClass::kRuntime, false);
        return nullptr;
      }
      place = known_.emplace(std::string(pattern), std::make_unique<RegularExpression>(compiled, is_cancelled_)).first;
    }
    last_ = &*place;
    return last_->second.get();
  }

 private:
  static constexpr size_t kMostKept = 64;
  using Known = std::map<std::string, std::unique_ptr<RegularExpression>, std::less<>>;
  KernelContext& context_;
  const VectorView& patterns_;
  const std::function<bool()> is_cancelled_ = [this] { return context_.cancelled(); };
  std::optional<RegularExpression> only_;
  Known known_;
  Known::value_type* last_ = nullptr;
};

/// Sets a result to a piece of the expression's text.
void SetPiece(const RegularExpression& expression, ResultVector& result, size_t row, std::string_view piece) {
  if (expression.is_repaired()) {
    result.SetText(row, piece);
  } else {
    result.ShareText(row, piece);
  }
}

/// Calls f(row, expression) for rows without nulls; the pattern is argument 1.
template <class F>
void ForEachRow(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result,
                F&& f) {
  Expressions expressions(context, arguments[1]);
  for (size_t row = 0; row < rows; ++row) {
    bool valid = true;
    for (const VectorView& argument : arguments) valid = valid && argument.IsValid(row);
    RegularExpression* expression = valid ? expressions.Of(row) : nullptr;
    if (context.failed()) return;
    if (!expression) {
      result.SetNull(row);
      continue;
    }
    f(row, *expression);
    if (expression->gave_up()) {
      context.Fail(row, RegularExpression::kLimitCondition, expression->LimitParameters(), ErrorClass::kRuntime);
    }
    if (context.failed() || context.cancelled()) return;
  }
}

void RunRlike(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    expression.Reset(arguments[0].Text(row));
    result.Data<bool>()[row] = expression.Test();
  });
}

/// Appends what stands for the last match: `$1`, `${name}` and backslashes as in Java's Matcher.appendReplacement.
/// False when the replacement is malformed.
bool AppendReplacement(RegularExpression& expression, std::string_view replacement, std::string& out) {
  for (size_t at = 0; at < replacement.size();) {
    const char c = replacement[at++];
    if (c != '\\' && c != '$') {
      out += c;
      continue;
    }
    if (at == replacement.size()) return false;
    if (c == '\\') {
      out += replacement[at++];
      continue;
    }
    const auto digit = [&] { return at < replacement.size() ? replacement[at] - '0' : -1; };
    int group = digit();
    if (replacement[at] == '{') {
      const size_t close = replacement.find('}', at);
      if (close == std::string_view::npos) return false;
      const std::optional<int> named = expression.GroupNamed(std::string(replacement.substr(at + 1, close - at - 1)));
      if (!named) return false;
      group = *named;
      at = close + 1;
    } else {
      if (group < 0 || group > 9) return false;
      ++at;
      // As many digits as still name a group.
      for (int next = digit(); next >= 0 && next <= 9 && group * 10 + next <= expression.groups(); next = digit()) {
        group = group * 10 + next;
        ++at;
      }
    }
    if (group > expression.groups()) return false;
    out += expression.Group(group);
  }
  return true;
}

/// The byte at which UTF-16 unit `index` stands; nothing behind the last one.
std::optional<size_t> PlaceOfUnit(std::string_view text, int32_t index) {
  size_t place = 0;
  for (int32_t unit = 0; unit < index;) {
    if (place >= text.size()) return std::nullopt;
    const size_t before = place;
    NextCodePoint(text, place);
    unit += place - before == 4 ? 2 : 1;
  }
  if (place >= text.size()) return std::nullopt;
  return place;
}

/// regexp_replace(text, pattern, replacement, position from 1). What stands before the position is no part of the text
/// that is looked at.
void RunReplace(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::string text;
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    std::string_view subject = arguments[0].Text(row);
    const std::string_view replacement = arguments[2].Text(row);
    const bool is_plain = replacement.find_first_of("\\$") == std::string_view::npos;
    const int32_t position = arguments[3].Get<int32_t>(row) - 1;
    text.clear();
    if (position != 0) {
      const std::optional<size_t> place = position > 0 ? PlaceOfUnit(subject, position) : std::nullopt;
      if (!place) {
        result.ShareText(row, subject);
        return;
      }
      text = DecodeUtf8LikeJava(subject.substr(0, *place));
      subject.remove_prefix(*place);
    }
    expression.Reset(subject);
    size_t at = 0;
    while (expression.Find()) {
      text += expression.text().substr(at, expression.start() - at);
      at = expression.end();
      if (is_plain) {
        text += replacement;
      } else if (!AppendReplacement(expression, replacement, text)) {
        context.Fail(row, "INVALID_REGEXP_REPLACE",
                     {{"source", std::string(arguments[0].Text(row))},
                      {"pattern", std::string(arguments[1].Text(row))},
                      {"replacement", std::string(replacement)},
                      {"position", std::to_string(position + 1)}},
                     ErrorClass::kRuntime, false);
        return;
      }
    }
    if (at == 0 && text.empty()) {
      SetPiece(expression, result, row, expression.text());
    } else {
      text += expression.text().substr(at);
      result.SetText(row, text);
    }
  });
}

bool CheckGroup(KernelContext& context, size_t row, const RegularExpression& expression, int32_t group) {
  if (group >= 0 && group <= expression.groups()) return true;
  context.Fail(row, "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
               {{"parameter", "`idx`"},
                {"functionName", "`" + context.call().function_name + "`"},
                {"groupCount", std::to_string(expression.groups())},
                {"groupIndex", std::to_string(group)}},
               ErrorClass::kRuntime, false);
  return false;
}

void RunExtract(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    int32_t group = arguments[2].Get<int32_t>(row);
    expression.Reset(arguments[0].Text(row));
    if (!expression.Find()) {
      result.SetText(row, "");
    } else if (CheckGroup(context, row, expression, group)) {
      SetPiece(expression, result, row, expression.Group(group));
    }
  });
}

/// Sets a list of pieces of the expression's text.
void SetPieces(const RegularExpression& expression, ResultVector& result, size_t row,
               const std::vector<std::string_view>& pieces) {
  const uint64_t offset = result.AppendList(row, pieces.size());
  ResultVector& child = result.Child(0);
  for (size_t i = 0; i < pieces.size(); ++i) SetPiece(expression, child, offset + i, pieces[i]);
}

void RunExtractAll(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::vector<std::string_view> texts;
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    int32_t group = arguments[2].Get<int32_t>(row);
    expression.Reset(arguments[0].Text(row));
    texts.clear();
    while (expression.Find()) {
      if (!CheckGroup(context, row, expression, group)) return;
      texts.push_back(expression.Group(group));
    }
    SetPieces(expression, result, row, texts);
  });
}

void RunCount(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    int32_t count = 0;
    expression.Reset(arguments[0].Text(row));
    while (expression.Find()) ++count;
    result.Data<int32_t>()[row] = count;
  });
}

void RunSubstr(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    expression.Reset(arguments[0].Text(row));
    if (!expression.Find() || expression.start() == expression.end()) {
      result.SetNull(row);
    } else {
      SetPiece(expression, result, row, expression.Group(0));
    }
  });
}

void RunInstr(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    expression.Reset(arguments[0].Text(row));
    const size_t place = expression.Find() ? expression.CharactersBefore(expression.start()) + 1 : 0;
    result.Data<int32_t>()[row] = static_cast<int32_t>(place);
  });
}

/// split(text, pattern, limit): at most `limit` parts where it is positive; trailing empty parts stay. An empty pattern
/// parts all characters.
void RunSplit(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::vector<std::string_view> parts;
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    const int32_t limit = arguments[2].Get<int32_t>(row);
    const std::string_view text = arguments[0].Text(row);
    parts.clear();
    if (arguments[1].Text(row).empty()) {
      size_t at = 0;
      while (at < text.size() && (limit <= 0 || static_cast<int32_t>(parts.size()) < limit)) {
        const size_t length = std::min(Utf8SequenceLength(static_cast<uint8_t>(text[at])), text.size() - at);
        parts.push_back(text.substr(at, length));
        at += length;
      }
      if (text.empty()) parts.emplace_back();
      const uint64_t offset = result.AppendList(row, parts.size());
      for (size_t i = 0; i < parts.size(); ++i) result.Child(0).ShareText(offset + i, parts[i]);
      return;
    }
    expression.Reset(text);
    size_t at = 0;
    while ((limit <= 0 || static_cast<int32_t>(parts.size()) + 1 < limit) && expression.Find()) {
      // Java leaves an empty match at the start out.
      if (expression.end() == 0) continue;
      parts.push_back(expression.text().substr(at, expression.start() - at));
      at = expression.end();
    }
    parts.push_back(expression.text().substr(at));
    SetPieces(expression, result, row, parts);
  });
}

}  // namespace

const Kernel kRlike{RunRlike, Prepare<RegularPattern::Use::kTest>, true};
const Kernel kRegexpReplace{RunReplace, Prepare<RegularPattern::Use::kFind>, true, nullptr, true};
const Kernel kRegexpExtract{RunExtract, Prepare<RegularPattern::Use::kFind>, true, nullptr, true};
const Kernel kRegexpExtractAll{RunExtractAll, Prepare<RegularPattern::Use::kFind>, true, nullptr, true};
const Kernel kRegexpCount{RunCount, Prepare<RegularPattern::Use::kFind>, true};
const Kernel kRegexpSubstr{RunSubstr, Prepare<RegularPattern::Use::kFind>, true, nullptr, true};
const Kernel kRegexpInstr{RunInstr, Prepare<RegularPattern::Use::kFind>, true};
const Kernel kSplit{RunSplit, Prepare<RegularPattern::Use::kFind>, true, nullptr, true};

}  // namespace firesteel::functions
