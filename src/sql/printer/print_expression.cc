#include <charconv>

#include "base/error.h"
#include "base/overloaded.h"
#include "sql/printer/printer.h"
#include "types/datetime_text.h"
#include "types/interval_text.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::sql {
namespace {

std::string Shortest(double value) {
  char buffer[64];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, end);
}

std::string Float(double value) {
  char buffer[64];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), static_cast<float>(value));
  return std::string(buffer, end);
}

std::string Decimal(int128_t unscaled, int scale) {
  const bool negative = unscaled < 0;
  std::string digits;
  for (int128_t rest = negative ? -unscaled : unscaled; rest != 0 || digits.empty(); rest /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  if (digits.size() <= static_cast<size_t>(scale)) digits.insert(0, scale + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - scale, ".");
  return (negative ? "-" : "") + digits + "BD";
}

std::string Hex(const std::string& bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text = "X'";
  for (unsigned char c : bytes) {
    text += kDigits[c >> 4];
    text += kDigits[c & 15];
  }
  return text + "'";
}

bool IsBinary(std::string_view name) {
  for (std::string_view known : {"+",   "-",  "*", "/", "%", "div", "==", "<=>", "<",  "<=",   ">",     ">=",
                                 "and", "or", "|", "&", "^", "<<",  ">>", ">>>", "||", "like", "ilike", "rlike"}) {
    if (name == known) return true;
  }
  return false;
}

// $.a.b['c'][0] → `a`.`b`['c'][0], and $['a'] → ['a'].
std::string ExtractedPath(const std::string& path) {
  std::string text;
  for (size_t at = 1; at < path.size();) {
    const bool is_name = path[at] == '.';
    const bool is_quoted = !is_name && at + 1 < path.size() && path[at + 1] == '\'';
    const size_t close = is_name ? path.find_first_of(".[", at + 1) : path.find(is_quoted ? "']" : "]", at + 1);
    const size_t end = close == std::string::npos ? path.size() : is_name ? close : close + (is_quoted ? 2 : 1);
    const std::string step = path.substr(at, end - at);
    text += is_name ? (text.empty() ? "" : ".") + QuoteIdentifier(step.substr(1)) : step;
    at = end;
  }
  return text;
}

}  // namespace

std::string PrintName(const std::vector<std::string>& parts) { return QuoteIdentifiers(parts); }

std::string PrintString(std::string_view text) {
  std::string result = "'";
  for (char c : text) {
    switch (c) {
      case '\'':
        result += "\\'";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\0':
        result += "\\0";
        break;
      default:
        result += c;
    }
  }
  return result + "'";
}

std::string Printer::List(const std::vector<plan::ExpressionPtr>& expressions) {
  std::string text;
  for (const plan::ExpressionPtr& expression : expressions)
    text += (text.empty() ? "" : ", ") + Expression(*expression);
  return text;
}

std::string Printer::Sort(const plan::SortOrder& order) {
  std::string text = order.child ? Expression(*order.child) : "ALL";
  text += order.ascending ? " ASC" : " DESC";
  if (order.nulls_first) text += *order.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  return text;
}

std::string Printer::Sorts(const std::vector<plan::SortOrder>& orders) {
  std::string text;
  for (const plan::SortOrder& order : orders) text += (text.empty() ? "" : ", ") + Sort(order);
  return text;
}

std::string Printer::Literal(const TypedValue& literal) {
  const Value& value = literal.value;
  if (value.is_null()) {
    return literal.type.Is(TypeKind::kNull) ? "NULL" : "CAST(NULL AS " + SqlTypeName(literal.type) + ")";
  }
  auto number = [&](const char* suffix) {
    std::string text = std::to_string(value.integer()) + suffix;
    return text[0] == '-' ? "(" + text + ")" : text;
  };
  auto signed_text = [](std::string text) { return text[0] == '-' ? "(" + text + ")" : text; };
  switch (literal.type.kind()) {
    case TypeKind::kBoolean:
      return std::get<bool>(value.data) ? "true" : "false";
    case TypeKind::kByte:
      return number("Y");
    case TypeKind::kShort:
      return number("S");
    case TypeKind::kInt:
      return number("");
    case TypeKind::kLong:
      return number("L");
    case TypeKind::kFloat:
      return signed_text(Float(std::get<double>(value.data)) + "F");
    case TypeKind::kDouble:
      return signed_text(Shortest(std::get<double>(value.data)) + "D");
    case TypeKind::kDecimal:
      return signed_text(Decimal(std::get<int128_t>(value.data), literal.type.scale()));
    case TypeKind::kString:
      return PrintString(value.text());
    case TypeKind::kBinary:
      return Hex(std::get<BinaryValue>(value.data).bytes);
    case TypeKind::kDate:
      return "DATE '" + DateText(value.integer()) + "'";
    case TypeKind::kTimestamp:
      return "TIMESTAMP_LTZ '" + TimestampNtzText(value.integer()) + "Z'";
    case TypeKind::kTimestampNtz:
      return "TIMESTAMP_NTZ '" + TimestampNtzText(value.integer()) + "'";
    case TypeKind::kTimestampNanos:
      return "TIMESTAMP_LTZ '" + TimestampNtzNanosText(std::get<int128_t>(value.data)) + "Z'";
    case TypeKind::kTimestampNtzNanos:
      return "TIMESTAMP_NTZ '" + TimestampNtzNanosText(std::get<int128_t>(value.data)) + "'";
    case TypeKind::kTime:
      return "TIME '" + TimeText(value.integer()) + "'";
    case TypeKind::kYearMonthInterval:
      return YearMonthIntervalText(value.integer(), literal.type.start_field(), literal.type.end_field());
    case TypeKind::kDayTimeInterval:
      return DayTimeIntervalText(value.integer(), literal.type.start_field(), literal.type.end_field());
    default:
      ThrowUnsupported("a literal of type " + SqlTypeName(literal.type) + " as SQL");
  }
}

// Operators by the names that plan/expression.h lists; empty when it is none.
std::string Printer::OperatorCall(const plan::UnresolvedFunction& function, const std::string& name) {
  const auto& arguments = function.arguments;
  auto argument = [&](size_t i) { return Expression(*arguments[i]); };
  if (IsBinary(name) && arguments.size() >= 2) {
    std::string spelled = name == "div" ? "DIV" : name;
    if (name == "and" || name == "or" || name == "like" || name == "ilike" || name == "rlike") {
      for (char& c : spelled) c = static_cast<char>(c - 32);
    }
    std::string text = argument(0) + " " + spelled + " " + argument(1);
    if (arguments.size() == 3) text += " ESCAPE " + argument(2);
    return "(" + text + ")";
  }
  if (name == "not") return "(NOT " + argument(0) + ")";
  if (name == "negative") return "(- (" + argument(0) + "))";
  if (name == "positive") return "(+ (" + argument(0) + "))";
  if (name == "~") return "(~ (" + argument(0) + "))";
  if (name == "isnull") return "(" + argument(0) + " IS NULL)";
  if (name == "isnotnull") return "(" + argument(0) + " IS NOT NULL)";
  if (name == "isunknown") return "(" + argument(0) + " IS UNKNOWN)";
  if (name == "isnotunknown") return "(" + argument(0) + " IS NOT UNKNOWN)";
  if (name.ends_with("likeany") || name.ends_with("likeall")) {
    // ILIKE comes as LIKE of lower(…) on both sides.
    plan::UnresolvedFunction bare = function;
    bool lower = true;
    for (plan::ExpressionPtr& each : bare.arguments) {
      const auto* call = each->As<plan::UnresolvedFunction>();
      lower = lower && call && call->is_operator && call->name[0] == "lower";
    }
    if (lower) {
      for (plan::ExpressionPtr& each : bare.arguments) {
        each = plan::ExpressionPtr(each->As<plan::UnresolvedFunction>()->arguments[0]);
      }
    }
    return "(" + Expression(*bare.arguments[0]) + (name[0] == 'n' ? " NOT" : "") + (lower ? " ILIKE " : " LIKE ") +
           (name.ends_with("any") ? "ANY (" : "ALL (") + List({bare.arguments.begin() + 1, bare.arguments.end()}) +
           "))";
  }
  if (name == "between") return "(" + argument(0) + " BETWEEN " + argument(1) + " AND " + argument(2) + ")";
  if (name == "collate")
    return "(" + argument(0) + " COLLATE `" + arguments[1]->As<plan::Literal>()->value.value.text() + "`)";
  if (name == "in") {
    return "(" + argument(0) + " IN (" + List({arguments.begin() + 1, arguments.end()}) + "))";
  }
  if (name == "struct") return arguments.size() > 1 ? "(" + List(arguments) + ")" : "struct(" + List(arguments) + ")";
  if (name == "semi_structured_extract") {
    return "(" + argument(0) + "):" + ExtractedPath(arguments[1]->As<plan::Literal>()->value.value.text());
  }
  if (name == "when") {
    std::string text = "CASE";
    for (size_t i = 0; i + 1 < arguments.size(); i += 2) text += " WHEN " + argument(i) + " THEN " + argument(i + 1);
    if (arguments.size() % 2 == 1) text += " ELSE " + argument(arguments.size() - 1);
    return text + " END";
  }
  return "";
}

std::string Printer::Function(const plan::UnresolvedFunction& function) {
  if (function.is_operator && function.name.size() == 1) {
    std::string text = OperatorCall(function, function.name[0]);
    if (!text.empty()) return text;
  }
  bool aliased = false;
  for (const plan::ExpressionPtr& argument : function.arguments) aliased = aliased || argument->As<plan::Alias>();
  std::string text = aliased && function.name.size() == 1 ? function.name[0] : PrintName(function.name);
  text += "(";
  if (function.is_distinct) text += "DISTINCT ";
  text += List(function.arguments) + ")";
  if (!function.within_group.empty()) text += " WITHIN GROUP (ORDER BY " + Sorts(function.within_group) + ")";
  if (function.filter) text += " FILTER (WHERE " + Expression(*function.filter) + ")";
  if (function.ignore_nulls) text += *function.ignore_nulls ? " IGNORE NULLS" : " RESPECT NULLS";
  return text;
}

std::string Printer::Bound(const plan::WindowBoundary& boundary) {
  using Kind = plan::WindowBoundary::Kind;
  switch (boundary.kind) {
    case Kind::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case Kind::kPreceding:
      return Expression(*boundary.offset) + " PRECEDING";
    case Kind::kCurrentRow:
      return "CURRENT ROW";
    case Kind::kFollowing:
      return Expression(*boundary.offset) + " FOLLOWING";
    case Kind::kUnboundedFollowing:
      break;
  }
  return "UNBOUNDED FOLLOWING";
}

std::string Printer::Window(const plan::WindowSpec& spec) {
  if (!spec.reference.empty()) return PrintName({spec.reference});
  std::string text = "(";
  auto add = [&](const std::string& piece) { text += (text.size() > 1 ? " " : "") + piece; };
  if (!spec.partition_by.empty()) add("PARTITION BY " + List(spec.partition_by));
  if (!spec.order_by.empty()) add("ORDER BY " + Sorts(spec.order_by));
  if (spec.frame) {
    add(std::string(spec.frame->is_rows ? "ROWS" : "RANGE") + " BETWEEN " + Bound(spec.frame->lower) + " AND " +
        Bound(spec.frame->upper));
  }
  return text + ")";
}

std::string Printer::TableArgument(const plan::TableArgument& argument) {
  std::string text = argument.query->As<plan::NamedTable>() ? "TABLE(" + From(*argument.query) + ")"
                                                            : "TABLE(" + Query(*argument.query) + ")";
  if (argument.with_single_partition) text += " WITH SINGLE PARTITION";
  if (!argument.partition_by.empty()) text += " PARTITION BY (" + List(argument.partition_by) + ")";
  if (!argument.order_by.empty()) text += " ORDER BY (" + Sorts(argument.order_by) + ")";
  return text;
}

std::string Printer::Expression(const plan::Expression& expression) {
  return std::visit(
      Overloaded{
          [&](const plan::Literal& node) { return Literal(node.value); },
          [&](const plan::UnresolvedAttribute& node) { return PrintName(node.parts); },
          [&](const plan::UnresolvedStar& node) {
            std::string text = node.target.empty() ? "*" : PrintName(node.target) + ".*";
            std::string except;
            for (const auto& column : node.except) except += (except.empty() ? "" : ", ") + PrintName(column);
            return except.empty() ? text : text + " EXCEPT (" + except + ")";
          },
          [&](const plan::ExtractValue& node) {
            return "(" + Expression(*node.child) + ")[" + Expression(*node.extraction) + "]";
          },
          [&](const plan::SortOrder& node) { return Sort(node); },
          [&](const plan::UnresolvedFunction& node) { return Function(node); },
          [&](const plan::NamedArgument& node) { return PrintName({node.name}) + " => " + Expression(*node.value); },
          [&](const plan::Alias& node) {
            if (node.names.size() == 1) return Expression(*node.child) + " AS " + PrintName(node.names);
            std::string names;
            for (const std::string& name : node.names) names += (names.empty() ? "" : ", ") + PrintName({name});
            return Expression(*node.child) + " AS (" + names + ")";
          },
          [&](const plan::Cast& node) {
            const bool is_try = node.mode == EvalMode::kTry;
            const std::string type = node.type_text.empty() ? SqlTypeName(node.type) : node.type_text;
            return std::string(is_try ? "TRY_CAST(" : "CAST(") + Expression(*node.child) + " AS " + type + ")";
          },
          [&](const plan::WindowExpression& node) { return Expression(*node.function) + " OVER " + Window(node.spec); },
          [&](const plan::LambdaFunction& node) {
            std::string names;
            for (const std::string& name : node.parameters) names += (names.empty() ? "" : ", ") + PrintName({name});
            if (node.parameters.size() > 1) names = "(" + names + ")";
            return names + " -> " + Expression(*node.body);
          },
          [&](const plan::LambdaVariable& node) { return PrintName(node.parts); },
          [&](const plan::ScalarSubquery& node) { return "(" + Query(*node.query) + ")"; },
          [&](const plan::Exists& node) { return "EXISTS (" + Query(*node.query) + ")"; },
          [&](const plan::InSubquery& node) {
            std::string values = List(node.values);
            if (node.values.size() > 1) values = "(" + values + ")";
            return "(" + values + " IN (" + Query(*node.query) + "))";
          },
          [&](const plan::TableArgument& node) { return TableArgument(node); },
          [&](const plan::SqlExpression& node) { return "(" + node.text + ")"; },
          [&](const plan::ParameterMarker& node) {
            return node.name.empty() ? std::string("?") : ":" + PrintName({node.name});
          },
          [](const auto&) -> std::string { ThrowUnsupported("an expression of a DataFrame as SQL"); },
      },
      expression.node);
}

}  // namespace firesteel::sql
