#include "functions/display/plan_text.h"

namespace firesteel::functions {
namespace {

/// What stands behind the arguments. `$tz` is the session's time zone, `$ansi` and `$legacy` whether it is ANSI or not.
struct Hidden {
  std::string_view name;
  int arguments;  ///< how many the call shows; -1: any number
  std::string_view text;
};

constexpr Hidden kHidden[] = {
    {"any_value", 1, "false"},
    {"array_join", 2, "None"},
    {"collect_list", 1, "0, 0, true"},
    {"current_date", 0, "Some($tz)"},
    {"date_format", 2, "Some($tz)"},
    {"date_trunc", 2, "Some($tz)"},
    {"element_at", 2, "None, $ansi"},
    {"first", 1, "false"},
    {"from_unixtime", -1, "Some($tz)"},
    {"hash", -1, "42"},
    {"hour", 1, "Some($tz)"},
    {"levenshtein", 2, "None"},
    {"ltrim", 1, "None"},
    {"make_date", 3, "$ansi"},
    {"make_interval", -1, "$ansi"},
    {"minute", 1, "Some($tz)"},
    {"months_between", -1, "Some($tz)"},
    {"next_day", 2, "$ansi"},
    {"parse_json", 1, "true"},
    {"parse_url", 2, "$ansi"},
    {"rtrim", 1, "None"},
    {"second", 1, "Some($tz)"},
    {"sequence", 2, "None, Some($tz)"},
    {"size", 1, "$legacy"},
    {"to_date", 1, "None, Some($tz), $ansi"},
    {"to_json", 1, "Some($tz)"},
    {"to_timestamp", 1, "None, TimestampType, Some($tz), $ansi"},
    {"to_unix_timestamp", -1, "Some($tz), $ansi"},
    {"trim", 1, "None"},
    {"unbase64", 1, "false"},
    {"unhex", 1, "false"},
    {"unix_timestamp", -1, "Some($tz), $ansi"},
    {"xxhash64", -1, "42"},
};

void Replace(std::string& text, std::string_view what, std::string_view by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

std::optional<std::string> PlanText(std::string_view name, std::span<const bound::ExpressionPtr> arguments,
                                    std::span<const std::string> texts) {
  if (texts.size() == 1) {
    const std::string& only = texts[0];
    if (name == "not") return "NOT " + only;
    if (name == "isnull" || name == "isnotnull") return std::string(name) + "(" + only + ")";
    if (name == "negative") return "-" + only;
    if (name == "positive") return "positive(" + only + ")";
    if (name == "~") return "~" + only;
  }
  if (texts.size() == 2) {
    const char* predicate = name == "startswith" ? "StartsWith" : name == "endswith" ? "EndsWith" : nullptr;
    if (name == "contains") predicate = "Contains";
    if (predicate) return std::string(predicate) + "(" + texts[0] + ", " + texts[1] + ")";
  }
  if (name == "!=" && texts.size() == 2) return "NOT (" + texts[0] + " = " + texts[1] + ")";
  if (name == "if" && texts.size() == 3) return "if (" + texts[0] + ") " + texts[1] + " else " + texts[2];
  if (name == "in" && texts.size() > 1) {
    std::string list;
    for (size_t i = 1; i < texts.size(); ++i) list += (i > 1 ? "," : "") + texts[i];
    return texts[0] + " IN (" + list + ")";
  }
  if (name == "struct" && !texts.empty()) {
    std::string list;
    for (size_t i = 0; i < texts.size(); ++i) {
      std::string field = "col" + std::to_string(i + 1);
      if (const auto* alias = arguments[i]->As<bound::InnerAlias>()) field = alias->name;
      if (const auto* reference = arguments[i]->As<bound::AttributeRef>()) field = reference->name;
      if (const auto* of_struct = arguments[i]->As<bound::GetField>()) field = of_struct->name;
      list += (i ? ", " : "") + field + ", " + texts[i];
    }
    return "struct(" + list + ")";
  }
  return std::nullopt;
}

std::string WithHiddenArguments(std::string text, std::string_view name,
                                std::span<const bound::ExpressionPtr> arguments,
                                const bound::SessionSettings& settings) {
  if (!text.ends_with(')')) return text;
  const bool is_time = !arguments.empty() && arguments[0]->type.Is(TypeKind::kTime);
  for (const Hidden& hidden : kHidden) {
    const bool matches = hidden.name == name && !is_time &&
                         (hidden.arguments < 0 || static_cast<size_t>(hidden.arguments) == arguments.size());
    if (!matches) continue;
    std::string more(hidden.text);
    Replace(more, "$tz", settings.time_zone);
    Replace(more, "$ansi", settings.ansi ? "true" : "false");
    Replace(more, "$legacy", settings.ansi ? "false" : "true");
    text.pop_back();
    return text + (text.ends_with('(') ? "" : ", ") + more + ")";
  }
  return text;
}

std::string PlanTextOfLiteral(const DataType& type, std::string text) {
  const size_t begin = text.find('\'');
  if (begin == std::string::npos || !text.ends_with('\'')) return text;  // NULL
  switch (type.kind()) {
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
      return text.substr(begin + 1, text.size() - begin - 2);
    case TypeKind::kBinary:
      return "0x" + text.substr(begin + 1, text.size() - begin - 2);
    default:
      return text;
  }
}

}  // namespace firesteel::functions
