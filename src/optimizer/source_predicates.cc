#include "optimizer/source_predicates.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "functions/function.h"
#include "optimizer/python_columns.h"
#include "optimizer/rebuild.h"

namespace firesteel::optimizer {
namespace {

using bound::ExpressionPtr;

const bound::Call* CallOf(const ExpressionPtr& expression, std::string_view name) {
  const auto* call = expression->As<bound::Call>();
  return call && call->function->name == name ? call : nullptr;
}

/// The path of a column or of a field of one; none for anything else.
std::vector<std::string> ColumnPath(const ExpressionPtr& expression) {
  const ExpressionPtr& inner = WithoutAlias(expression);
  if (const auto* reference = inner->As<bound::AttributeRef>()) return {reference->name};
  const auto* field = inner->As<bound::GetField>();
  if (!field || field->through_array) return {};
  std::vector<std::string> path = ColumnPath(field->child);
  if (!path.empty()) path.push_back(field->name);
  return path;
}

/// A column that is compared with a wider whole number is compared with that number.
const ExpressionPtr& Unwidened(const ExpressionPtr& expression) {
  const ExpressionPtr& inner = WithoutAlias(expression);
  const auto* cast = inner->As<bound::Cast>();
  const bool is_widening = cast && inner->type.IsIntegral() && cast->child->type.IsIntegral() &&
                           cast->child->type.kind() < inner->type.kind();
  return is_widening ? cast->child : inner;
}

bool IsConstant(const ExpressionPtr& expression) {
  return !IsVolatile(expression) && !bound::AnyOf(expression, [](const bound::Expression& node) {
    return node.As<bound::AttributeRef>() || node.As<bound::OuterRef>() || node.As<bound::PythonCall>() ||
           SubqueryOf(node);
  });
}

struct Comparison {
  std::string_view function;
  const char* filter;
  std::string_view turned;   // the function with its arguments changed
  std::string_view negated;  // the function that NOT makes of it; none: the filter is negated
};
constexpr std::array<Comparison, 5> kComparisons{{{"=", "EqualTo", "=", ""},
                                                  {">", "GreaterThan", "<", "<="},
                                                  {">=", "GreaterThanOrEqual", "<=", "<"},
                                                  {"<", "LessThan", ">", ">="},
                                                  {"<=", "LessThanOrEqual", ">=", ">"}}};

const Comparison* ComparisonNamed(std::string_view function) {
  const auto* found = std::find_if(kComparisons.begin(), kComparisons.end(),
                                   [&](const Comparison& known) { return known.function == function; });
  return found == kComparisons.end() ? nullptr : found;
}

bool AppendComparison(std::string_view function, ExpressionPtr left, ExpressionPtr right, bool is_negated,
                      std::vector<SourceFilter>& filters) {
  const Comparison* comparison = ComparisonNamed(function);
  if (IsConstant(left)) {
    std::swap(left, right);
    comparison = ComparisonNamed(comparison->turned);
  }
  const std::vector<std::string> column = ColumnPath(Unwidened(left));
  if (column.empty() || !IsConstant(right)) return false;
  if (is_negated && !comparison->negated.empty()) {
    comparison = ComparisonNamed(comparison->negated);
    is_negated = false;
  }
  filters.push_back({comparison->filter, column, right, is_negated});
  return true;
}

bool AppendIn(const bound::Call& call, const ExpressionPtr& condition, bool is_negated,
              std::vector<SourceFilter>& filters) {
  if (call.arguments.size() == 2) {
    return AppendComparison("=", call.arguments[0], call.arguments[1], is_negated, filters);
  }
  const std::vector<std::string> column = ColumnPath(Unwidened(call.arguments[0]));
  const bool are_constant = std::all_of(call.arguments.begin() + 1, call.arguments.end(), IsConstant);
  const functions::Function* array = functions::Find("array");
  if (column.empty() || !are_constant || !array) return false;
  bound::Call values{array, {}, call.mode, {}};
  for (size_t i = 1; i < call.arguments.size(); ++i) {
    const bool is_known =
        std::any_of(values.arguments.begin(), values.arguments.end(),
                    [&](const ExpressionPtr& known) { return bound::SemanticEquals(*known, *call.arguments[i]); });
    if (!is_known) values.arguments.push_back(call.arguments[i]);
  }
  const DataType type = DataType::Array(call.arguments[1]->type);
  filters.push_back({"In", column, bound::Make(std::move(values), type, false, condition->origin), is_negated});
  return true;
}

// 'abc', 'a%', '%c', '%b%' and 'a%c' without other wildcards.
bool AppendLike(const bound::Call& call, bool is_negated, std::vector<SourceFilter>& filters) {
  const std::vector<std::string> column = ColumnPath(call.arguments[0]);
  const auto* literal = call.arguments[1]->As<bound::Literal>();
  const auto* escape = call.arguments.size() > 2 ? call.arguments[2]->As<bound::Literal>() : nullptr;
  const bool is_plain = call.arguments.size() == 2 || (escape && escape->value == Value{std::string("\\")});
  if (column.empty() || !is_plain || !literal || literal->value.is_null()) return false;
  const std::string& pattern = literal->value.text();
  if (pattern.find_first_of("_\\") != std::string::npos) return false;
  const auto add = [&](const char* name, std::string text) {
    filters.push_back({name, column, bound::MakeLiteral(DataType::String(), Value{std::move(text)}), is_negated});
    return true;
  };
  const size_t first = pattern.find('%');
  if (first == std::string::npos) return add("EqualTo", pattern);
  const size_t last = pattern.rfind('%');
  const size_t size = pattern.size();
  if (first == last && size > 1) {
    if (last == size - 1) return add("StringStartsWith", pattern.substr(0, first));
    if (first == 0) return add("StringEndsWith", pattern.substr(1));
    if (is_negated) return false;
    add("StringStartsWith", pattern.substr(0, first));
    add("StringEndsWith", pattern.substr(first + 1));
    return false;  // begin and end might share letters
  }
  const bool is_inside = first == 0 && last == size - 1 && size > 2 && pattern.find('%', 1) == last;
  return is_inside && add("StringContains", pattern.substr(1, size - 2));
}

bool AppendText(const char* name, const bound::Call& call, bool is_negated, std::vector<SourceFilter>& filters) {
  const std::vector<std::string> column = ColumnPath(call.arguments[0]);
  if (column.empty() || !call.arguments[0]->type.Is(TypeKind::kString) || !IsConstant(call.arguments[1])) return false;
  filters.push_back({name, column, call.arguments[1], is_negated});
  return true;
}

void Split(const ExpressionPtr& condition, bool is_negated, std::vector<Predicate>& parts) {
  const ExpressionPtr& inner = WithoutAlias(condition);
  if (const auto* negation = CallOf(inner, "not")) return Split(negation->arguments[0], !is_negated, parts);
  if (const auto* both = CallOf(inner, is_negated ? "or" : "and")) {
    for (const ExpressionPtr& argument : both->arguments) Split(argument, is_negated, parts);
    return;
  }
  parts.push_back({inner, is_negated});
}

// Functions that may give something for a null.
bool ToleratesNull(const functions::Function& function) {
  constexpr std::string_view kTolerant[] = {"and", "or", "in", "concat", "size", "cardinality"};
  constexpr std::string_view kDivisions[] = {"%", "/", "div", "pmod"};  // null for other reasons, too
  if (std::find(std::begin(kDivisions), std::end(kDivisions), function.name) != std::end(kDivisions)) return false;
  return function.nullability != functions::Nullability::kAny ||
         std::find(std::begin(kTolerant), std::end(kTolerant), function.name) != std::end(kTolerant);
}

void CollectNotNull(const ExpressionPtr& expression, std::vector<SourceFilter>& filters) {
  const ExpressionPtr& inner = WithoutAlias(expression);
  std::vector<std::string> column = ColumnPath(inner);
  if (!column.empty()) {
    if (inner->nullable) filters.push_back({"IsNotNull", std::move(column), nullptr, false});
    return;
  }
  const auto* call = inner->As<bound::Call>();
  if ((!call || ToleratesNull(*call->function)) && !inner->As<bound::Cast>()) return;
  for (const ExpressionPtr& child : bound::Children(*inner)) CollectNotNull(child, filters);
}

}  // namespace

std::vector<Predicate> PredicatesOf(const ExpressionPtr& condition) {
  std::vector<Predicate> parts;
  Split(condition, false, parts);
  return parts;
}

bool AppendFilters(const Predicate& predicate, std::vector<SourceFilter>& filters) {
  const bool is_negated = predicate.is_negated;
  if (std::vector<std::string> column = ColumnPath(predicate.condition); !column.empty()) {
    const ExpressionPtr yes = bound::MakeLiteral(DataType::Boolean(), Value{true});
    filters.push_back({"EqualTo", std::move(column), yes, is_negated});
    return true;
  }
  const auto* call = predicate.condition->As<bound::Call>();
  if (!call) return false;
  const std::string_view name = call->function->name;
  const std::vector<ExpressionPtr>& arguments = call->arguments;
  if (ComparisonNamed(name)) return AppendComparison(name, arguments[0], arguments[1], is_negated, filters);
  if (name == "!=") return AppendComparison("=", arguments[0], arguments[1], !is_negated, filters);
  if (name == "between" && !is_negated) {
    const bool from = AppendComparison(">=", arguments[0], arguments[1], false, filters);
    return AppendComparison("<=", arguments[0], arguments[2], false, filters) && from;
  }
  if (name == "isnull" || name == "isnotnull") {
    std::vector<std::string> column = ColumnPath(arguments[0]);
    if (column.empty()) return false;
    const bool is_null = (name == "isnull") != is_negated;
    filters.push_back({is_null ? "IsNull" : "IsNotNull", std::move(column), nullptr, false});
    return true;
  }
  if (name == "<=>") {
    std::vector<std::string> column = ColumnPath(Unwidened(arguments[0]));
    if (column.empty() || !IsConstant(arguments[1])) return false;
    filters.push_back({"EqualNullSafe", std::move(column), arguments[1], is_negated});
    return true;
  }
  if (name == "in") return AppendIn(*call, predicate.condition, is_negated, filters);
  if (name == "like") return AppendLike(*call, is_negated, filters);
  if (name == "startswith") return AppendText("StringStartsWith", *call, is_negated, filters);
  if (name == "endswith") return AppendText("StringEndsWith", *call, is_negated, filters);
  if (name == "contains") return AppendText("StringContains", *call, is_negated, filters);
  return false;
}

void AppendNotNulls(const Predicate& predicate, std::vector<SourceFilter>& filters) {
  // Where the value is null on purpose nothing is known.
  if (const auto* call = CallOf(predicate.condition, "in"); call && call->arguments.size() == 2) {
    for (const ExpressionPtr& argument : call->arguments) CollectNotNull(argument, filters);
    return;
  }
  // What says this itself stands at its own place.
  const auto* check = CallOf(predicate.condition, predicate.is_negated ? "isnull" : "isnotnull");
  if (check && !ColumnPath(check->arguments[0]).empty()) return;
  CollectNotNull(check ? check->arguments[0] : predicate.condition, filters);
}

}  // namespace firesteel::optimizer
