#include <vector>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/string/regular_expression.h"
#include "types/quoting.h"

/// Functions of regular expressions. A constant pattern is compiled once a batch.
namespace firesteel::functions {

namespace {

/// Spark makes these two of others, which fail in their own names.
std::string_view NameOf(const KernelCall& call) {
  if (call.function_name == "regexp_count") return "regexp_extract_all";
  return call.function_name == "regexp_substr" ? std::string_view("regexp_extract") : call.function_name;
}

/// The expression of a row, kept while the pattern stays the same.
class Expressions {
 public:
  RegularExpression* Of(KernelContext& context, size_t row, std::string_view pattern) {
    if (!known_ || pattern != pattern_) {
      pattern_ = pattern;
      known_ = true;
      expression_ = RegularExpression::Compile(pattern);
    }
    if (!expression_) {
      context.Fail(row, "INVALID_PARAMETER_VALUE.PATTERN",
                   {{"parameter", "`regexp`"},
                    {"functionName", "`" + std::string(NameOf(context.call())) + "`"},
                    {"value", SingleQuoted(pattern_)}},
                   ErrorClass::kRuntime, false);
    }
    return expression_.get();
  }

 private:
  bool known_ = false;
  std::string pattern_;
  std::unique_ptr<RegularExpression> expression_;
};

/// Calls f(row, expression over the row's text) for rows without nulls; the pattern is argument 1.
template <class F>
void ForEachRow(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result,
                F&& f) {
  Expressions expressions;
  for (size_t row = 0; row < rows; ++row) {
    bool valid = true;
    for (const VectorView& argument : arguments) valid = valid && argument.IsValid(row);
    RegularExpression* expression = valid ? expressions.Of(context, row, arguments[1].Text(row)) : nullptr;
    if (context.failed()) return;
    if (!expression) {
      result.SetNull(row);
      continue;
    }
    expression->Reset(arguments[0].Text(row));
    f(row, *expression);
    if (context.failed()) return;
  }
}

void RunRlike(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result,
             [&](size_t row, RegularExpression& expression) { result.Data<bool>()[row] = expression.Find(); });
}

/// regexp_replace(text, pattern, replacement, position from 1)
void RunReplace(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    std::string_view replacement = arguments[2].Text(row);
    auto java =
        icu::UnicodeString::fromUTF8(icu::StringPiece(replacement.data(), static_cast<int32_t>(replacement.size())));
    int32_t position = arguments[3].Get<int32_t>(row) - 1;
    if (position < 0 || position > expression.size()) {
      result.SetText(row, arguments[0].Text(row));
      return;
    }
    icu::UnicodeString text;
    // Java wants a character behind every backslash; ICU takes a last one for nothing.
    const size_t other = replacement.find_last_not_of('\\');
    const size_t backslashes = replacement.size() - (other == std::string_view::npos ? 0 : other + 1);
    const bool is_whole = backslashes % 2 == 0;
    for (bool found = expression.FindFrom(position); found; found = expression.Find()) {
      if (is_whole && expression.AppendReplacement(java, text)) continue;
      context.Fail(row, "INVALID_REGEXP_REPLACE",
                   {{"source", std::string(arguments[0].Text(row))},
                    {"pattern", std::string(arguments[1].Text(row))},
                    {"replacement", std::string(replacement)},
                    {"position", std::to_string(position + 1)}},
                   ErrorClass::kRuntime, false);
      return;
    }
    expression.AppendTail(text);
    std::string utf8;
    text.toUTF8String(utf8);
    result.SetText(row, utf8);
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
    if (!expression.Find()) {
      result.SetText(row, "");
    } else if (CheckGroup(context, row, expression, group)) {
      result.SetText(row, expression.Group(group));
    }
  });
}

void SetTexts(ResultVector& result, size_t row, const std::vector<std::string>& texts) {
  uint64_t offset = result.AppendList(row, texts.size());
  ResultVector& child = result.Child(0);
  for (size_t i = 0; i < texts.size(); ++i) child.SetText(offset + i, texts[i]);
}

void RunExtractAll(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    int32_t group = arguments[2].Get<int32_t>(row);
    std::vector<std::string> texts;
    while (expression.Find()) {
      if (!CheckGroup(context, row, expression, group)) return;
      texts.push_back(expression.Group(group));
    }
    SetTexts(result, row, texts);
  });
}

void RunCount(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    int32_t count = 0;
    while (expression.Find()) ++count;
    result.Data<int32_t>()[row] = count;
  });
}

void RunSubstr(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    std::string text = expression.Find() ? expression.Group(0) : std::string();
    if (text.empty()) {
      result.SetNull(row);
    } else {
      result.SetText(row, text);
    }
  });
}

void RunInstr(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    result.Data<int32_t>()[row] = expression.Find() ? expression.start() + 1 : 0;
  });
}

/// split(text, pattern, limit): at most `limit` parts where it is positive; trailing empty parts stay. An empty pattern
/// parts all characters.
void RunSplit(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ForEachRow(context, arguments, rows, result, [&](size_t row, RegularExpression& expression) {
    int32_t limit = arguments[2].Get<int32_t>(row);
    std::vector<std::string> parts;
    std::string_view text = arguments[0].Text(row);
    if (arguments[1].Text(row).empty()) {
      size_t count = Utf8Length(text);
      size_t wanted = limit > 0 && static_cast<size_t>(limit) < count ? static_cast<size_t>(limit) : count;
      for (size_t i = 0; i < wanted; ++i) parts.emplace_back(Utf8Substring(text, i, i + 1));
      if (text.empty()) parts.emplace_back();
      SetTexts(result, row, parts);
      return;
    }
    int32_t at = 0;
    while ((limit <= 0 || static_cast<int32_t>(parts.size()) + 1 < limit) && expression.Find()) {
      // Java leaves an empty match at the start out.
      if (expression.end() == 0) continue;
      parts.push_back(expression.Piece(at, expression.start()));
      at = expression.end();
    }
    parts.push_back(expression.Piece(at, expression.size()));
    SetTexts(result, row, parts);
  });
}

}  // namespace

const Kernel kRlike{RunRlike, nullptr, true};
const Kernel kRegexpReplace{RunReplace, nullptr, true};
const Kernel kRegexpExtract{RunExtract, nullptr, true};
const Kernel kRegexpExtractAll{RunExtractAll, nullptr, true};
const Kernel kRegexpCount{RunCount, nullptr, true};
const Kernel kRegexpSubstr{RunSubstr, nullptr, true};
const Kernel kRegexpInstr{RunInstr, nullptr, true};
const Kernel kSplit{RunSplit, nullptr, true};

}  // namespace firesteel::functions
