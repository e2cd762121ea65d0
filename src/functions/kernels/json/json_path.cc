// get_json_object, json_tuple and what asks for the shape of a JSON text.
#include <charconv>

#include "functions/formats/json/json_parser.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/text_format_kernels.h"

namespace firesteel::functions {
namespace {

/// Jackson as Spark's path functions use it: Hive's leniences, no words for numbers.
const JsonOptions& PathOptions() {
  static const JsonOptions kOptions = [] {
    JsonOptions options(FormatOptions(), "_corrupt_record");
    options.allow_control_characters = true;
    options.allow_single_quotes = true;
    options.allow_non_numeric_numbers = false;
    return options;
  }();
  return kOptions;
}

/// One step of a path: a field, an element, or all elements.
struct Step {
  enum class Kind : uint8_t { kField, kIndex, kEach, kNever };
  Kind kind = Kind::kField;
  std::string name;
  int64_t index = 0;
};
using Path = std::vector<Step>;

/// $, then .name, ['name'], [3], [*]; .* is read and matches nothing, as in Spark.
std::optional<Path> ParsePath(std::string_view text) {
  if (text.empty() || text[0] != '$') return std::nullopt;
  Path path;
  for (size_t at = 1; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(".*") || rest.starts_with("['*']")) {
      path.push_back({Step::Kind::kNever, "", 0});
      at += rest[0] == '.' ? 2 : 5;
    } else if (rest[0] == '.') {
      const size_t end = std::min(rest.find_first_of(".[", 1), rest.size());
      if (end == 1) return std::nullopt;
      path.push_back({Step::Kind::kField, std::string(rest.substr(1, end - 1)), 0});
      at += end;
    } else if (rest.starts_with("['")) {
      const size_t end = rest.find_first_of("'?", 2);
      if (end == std::string_view::npos || end == 2 || !rest.substr(end).starts_with("']")) return std::nullopt;
      path.push_back({Step::Kind::kField, std::string(rest.substr(2, end - 2)), 0});
      at += end + 2;
    } else if (rest.starts_with("[*]")) {
      path.push_back({Step::Kind::kEach, "", 0});
      at += 3;
    } else if (rest[0] == '[') {
      int64_t index = 0;
      const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), index);
      if (error != std::errc() || index < 0 || end == rest.data() + rest.size() || *end != ']') return std::nullopt;
      path.push_back({Step::Kind::kIndex, "", index});
      at += static_cast<size_t>(end - rest.data()) + 1;
    } else {
      return std::nullopt;
    }
  }
  return path;
}

/// Where matches are written: behind commas inside of an array.
struct Output {
  std::string text;
  bool in_array = false;
  bool has_values = false;
  void Begin() {
    if (in_array && has_values) text += ',';
    has_values = true;
  }
};

enum class Style : uint8_t { kRaw, kQuoted, kFlatten };

/// GetJsonObjectEvaluator.evaluatePath. `broken` tells that the text is no JSON.
class Evaluator {
 public:
  explicit Evaluator(JsonTokenizer& tokenizer) : tokenizer_(tokenizer) {}
  bool broken() const { return broken_; }

  bool Evaluate(std::span<const Step> path, Style style, Output& out) {
    if (broken_) return false;
    const JsonToken token = tokenizer_.current();
    if (path.empty()) return Copy(style, out);
    const Step& step = path[0];
    if (token == JsonToken::kStartObject && step.kind == Step::Kind::kField) return Field(path, style, out);
    if (token == JsonToken::kStartArray && step.kind == Step::Kind::kEach) return Each(path, style, out);
    if (token == JsonToken::kStartArray && step.kind == Step::Kind::kIndex) return Index(path, style, out);
    Skip();
    return false;
  }

 private:
  void Skip() { broken_ |= !tokenizer_.SkipChildren(); }
  JsonToken Next() {
    const JsonToken token = tokenizer_.Next();
    broken_ |= token == JsonToken::kError;
    return token;
  }
  bool AtEnd(JsonToken stop) { return Next() == stop || broken_; }

  bool Copy(Style style, Output& out) {
    if (tokenizer_.current() == JsonToken::kString && style == Style::kRaw) {
      out.text += tokenizer_.text();
      return true;
    }
    if (tokenizer_.current() == JsonToken::kStartArray && style == Style::kFlatten) {
      bool dirty = false;
      while (!AtEnd(JsonToken::kEndArray)) dirty |= Evaluate({}, style, out);
      return dirty;
    }
    out.Begin();
    broken_ |= !AppendJsonValue(tokenizer_, out.text, !out.in_array);
    return true;
  }

  bool Field(std::span<const Step> path, Style style, Output& out) {
    bool dirty = false;
    while (!AtEnd(JsonToken::kEndObject)) {
      const bool matches = !dirty && tokenizer_.text() == path[0].name;
      Next();
      if (matches && tokenizer_.current() != JsonToken::kNull) {
        dirty = Evaluate(path.subspan(1), style, out);
        if (dirty && !broken_) {
          broken_ = !tokenizer_.Leave();
          return true;
        }
      } else {
        Skip();
      }
    }
    return dirty;
  }

  bool Each(std::span<const Step> path, Style style, Output& out) {
    const bool is_double = path.size() > 1 && path[1].kind == Step::Kind::kEach;
    Output inner;
    inner.in_array = true;
    size_t dirty = 0;
    const Style inner_style = is_double || style == Style::kFlatten ? Style::kFlatten : Style::kQuoted;
    while (!AtEnd(JsonToken::kEndArray)) dirty += Evaluate(path.subspan(is_double ? 2 : 1), inner_style, inner) ? 1 : 0;
    if (is_double || style == Style::kQuoted) {
      out.Begin();
      out.text += "[" + inner.text + "]";
      return dirty > 0;
    }
    // One match alone is not an array.
    if (dirty == 0) return false;
    out.Begin();
    out.text += dirty > 1 ? "[" + inner.text + "]" : inner.text;
    return true;
  }

  bool Index(std::span<const Step> path, Style style, Output& out) {
    const bool many = path.size() > 1 && path[1].kind == Step::Kind::kEach;
    bool dirty = false;
    for (int64_t i = 0; !AtEnd(JsonToken::kEndArray); ++i) {
      if (i == path[0].index) {
        dirty = Evaluate(path.subspan(1), many ? Style::kQuoted : style, out);
      } else {
        Skip();
      }
    }
    return dirty;
  }

  JsonTokenizer& tokenizer_;
  bool broken_ = false;
};

struct PathPlan {
  bool is_constant = false;
  std::optional<Path> path;
};

std::shared_ptr<const void> PreparePath(const KernelCall& call) {
  auto plan = std::make_shared<PathPlan>();
  if (call.constants.size() > 1 && call.constants[1] && !call.constants[1]->is_null()) {
    plan->is_constant = true;
    plan->path = ParsePath(call.constants[1]->text());
  }
  return plan;
}

void RunGetObject(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& plan = context.prepared<PathPlan>();
  JsonTokenizer tokenizer(PathOptions());
  Output out;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const std::optional<Path> parsed = plan.is_constant ? std::nullopt : ParsePath(arguments[1].Text(row));
    const std::optional<Path>& path = plan.is_constant ? plan.path : parsed;
    tokenizer.Reset(arguments[0].Text(row));
    const JsonToken first = path ? tokenizer.Next() : JsonToken::kEnd;
    out.text.clear();
    out.has_values = false;
    Evaluator evaluator(tokenizer);
    if (first != JsonToken::kEnd && first != JsonToken::kError && evaluator.Evaluate(*path, Style::kRaw, out) &&
        !evaluator.broken()) {
      result.SetText(row, out.text);
    } else {
      result.SetNull(row);
    }
  }
}

std::optional<int32_t> JsonArrayLength(std::string_view text) {
  JsonTokenizer tokenizer(PathOptions());
  tokenizer.Reset(text);
  if (tokenizer.Next() != JsonToken::kStartArray) return std::nullopt;
  int32_t length = 0;
  for (; tokenizer.Next() != JsonToken::kEndArray; ++length) {
    if (!tokenizer.SkipChildren()) return std::nullopt;
  }
  return length;
}

void RunObjectKeys(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  JsonTokenizer tokenizer(PathOptions());
  std::vector<std::string> keys;
  for (size_t row = 0; row < rows; ++row) {
    keys.clear();
    bool ok = arguments[0].IsValid(row);
    if (ok) {
      tokenizer.Reset(arguments[0].Text(row));
      ok = tokenizer.Next() == JsonToken::kStartObject;
      while (ok && tokenizer.Next() != JsonToken::kEndObject) {
        ok = tokenizer.current() == JsonToken::kFieldName;
        if (!ok) break;
        keys.emplace_back(tokenizer.text());
        tokenizer.Next();
        ok = tokenizer.SkipChildren();
      }
    }
    if (!ok) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    uint64_t at = result.AppendList(row, keys.size());
    for (const std::string& key : keys) result.Child(0).SetText(at++, key);
  }
}

void RunTuple(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  JsonTokenizer tokenizer(PathOptions());
  const size_t count = arguments.size() - 1;
  std::vector<std::optional<std::string>> found(count);
  for (size_t row = 0; row < rows; ++row) {
    std::fill(found.begin(), found.end(), std::nullopt);
    bool ok = arguments[0].IsValid(row);
    if (ok) {
      tokenizer.Reset(arguments[0].Text(row));
      ok = tokenizer.Next() == JsonToken::kStartObject;
      while (ok && tokenizer.Next() != JsonToken::kEndObject) {
        if (tokenizer.current() != JsonToken::kFieldName) ok = false;
        if (!ok) break;
        const std::string name(tokenizer.text());
        tokenizer.Next();
        std::string value;
        const bool is_null = tokenizer.current() == JsonToken::kNull;
        if (tokenizer.current() == JsonToken::kString) {
          value = tokenizer.text();
        } else {
          ok = AppendJsonValue(tokenizer, value);
        }
        for (size_t i = 0; ok && !is_null && i < count; ++i) {
          if (arguments[i + 1].IsValid(row) && arguments[i + 1].Text(row) == name) found[i] = value;
        }
      }
    }
    for (size_t i = 0; i < count; ++i) {
      if (ok && found[i]) {
        result.Child(i).SetText(row, *found[i]);
      } else {
        result.Child(i).SetNull(row);
      }
    }
  }
}

}  // namespace

const Kernel kGetJsonObject{RunGetObject, PreparePath, false};
const Kernel kJsonArrayLength = RowKernel<JsonArrayLength>();
const Kernel kJsonObjectKeys{RunObjectKeys, nullptr, false};
const Kernel kJsonTuple{RunTuple, nullptr, false};

}  // namespace firesteel::functions
