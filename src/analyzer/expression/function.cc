#include <algorithm>
#include <array>

#include "analyzer/expression/grouping_marker.h"
#include "analyzer/expression/named_arguments.h"
#include "analyzer/expression/resolver.h"
#include "analyzer/expression/schema_argument.h"
#include "analyzer/file_columns.h"
#include "analyzer/name.h"
#include "functions/binding/binding.h"
#include "functions/binding/common_value.h"
#include "functions/listing.h"
#include "plan/internal_functions.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

template <class T>
class SetFor {
 public:
  SetFor(T& flag, T value) : flag_(flag), saved_(std::exchange(flag, std::move(value))) {}
  ~SetFor() { flag_ = std::move(saved_); }
  SetFor(const SetFor&) = delete;
  SetFor& operator=(const SetFor&) = delete;

 private:
  T& flag_;
  T saved_;
};
template <class T>
SetFor(T&, bool) -> SetFor<T>;

/// The operand of CASE operand WHEN …: the parser puts the same into every comparison. Null for CASE WHEN.
plan::ExpressionPtr CaseOperand(const plan::UnresolvedFunction& node) {
  const auto operand = [&](size_t i) -> plan::ExpressionPtr {
    const auto* equal = node.arguments[i]->As<plan::UnresolvedFunction>();
    if (!equal || !equal->is_operator || equal->name.back() != "==" || equal->arguments.size() != 2) return nullptr;
    return equal->arguments[0];
  };
  if (node.arguments.size() < 4) return nullptr;
  const plan::ExpressionPtr first = operand(0);
  return first && first == operand(2) ? first : nullptr;
}

[[noreturn]] void ThrowUnsupportedSyntax(const functions::Function& function, const std::string& syntax,
                                         const OriginPtr& origin) {
  throw QueryError("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                   {{"prettyName", QuoteIdentifier(function.name)}, {"syntax", syntax}}, origin);
}

/// Whether a function gives times of day, or is of nothing else.
bool ConcernsTimes(const functions::Function& function) {
  return function.name == "time" || function.name == "time_diff" || function.name == "time_trunc" ||
         function.name.starts_with("time_from_") || function.name.starts_with("time_to_") ||
         function.name == "make_time" || function.name.ends_with("to_time");
}

/// Whether an operator of these operands would make the text a time.
bool TextMeetsTime(const std::vector<bound::ExpressionPtr>& operands) {
  return operands.size() == 2 && ((operands[0]->type.IsStringLike() && operands[1]->type.Is(TypeKind::kTime)) ||
                                  (operands[0]->type.Is(TypeKind::kTime) && operands[1]->type.IsStringLike()));
}

bool TakesIgnoreNulls(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames = {"first",      "first_value", "last",
                                                             "last_value", "any_value",   "collect_list",
                                                             "array_agg",  "collect_set", "nth_value"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Operators of the parser whose rows no user can call.
bool IsInternalOperator(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {"likeany",    "likeall",   "notlikeany",
                                                             "notlikeall", "isunknown", "isnotunknown"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// What Spark's class of an operator is called in messages; nothing for those that are functions in its plans, too.
std::string_view OperatorClassName(std::string_view function, size_t arguments) {
  if (function == "-" && arguments == 1) return "unaryminus";
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"+", "add"},         {"-", "subtract"},
      {"*", "multiply"},    {"/", "divide"},
      {"%", "remainder"},   {"div", "integraldivide"},
      {"=", "equalto"},     {"<=>", "equalnullsafe"},
      {">", "greaterthan"}, {">=", "greaterthanorequal"},
      {"<", "lessthan"},    {"<=", "lessthanorequal"},
      {"and", "and"},       {"or", "or"},
      {"not", "not"},       {"in", "in"},
      {"like", "like"},     {"rlike", "rlike"},
      {"isnull", "isnull"}, {"isnotnull", "isnotnull"},
      {"when", "casewhen"}, {"&", "bitwiseand"},
      {"|", "bitwiseor"},   {"^", "bitwisexor"},
      {"~", "bitwisenot"},  {"negative", "unaryminus"}};
  for (const auto& [name, class_name] : kNames) {
    if (name == function) return class_name;
  }
  return {};
}

bool IsVolatile(const bound::Expression& e) {
  const auto* call = e.As<bound::Call>();
  return call && call->function->volatility == functions::Volatility::kVolatile;
}

}  // namespace

std::string RowFieldName(const bound::Expression& value, size_t index) {
  if (const auto* alias = value.As<bound::InnerAlias>()) return alias->name;
  if (const auto* reference = value.As<bound::AttributeRef>()) return reference->name;
  if (const auto* reference = value.As<bound::OuterRef>()) return reference->name;
  if (const auto* field = value.As<bound::GetField>()) return field->name;
  if (const auto* variable = value.As<bound::LambdaRef>()) return variable->name;
  return "col" + std::to_string(index + 1);
}

const functions::Function& ExpressionResolver::FindFunction(const plan::UnresolvedFunction& node,
                                                            const OriginPtr& origin) {
  const functions::Function* function = nullptr;
  const std::vector<std::string>& name = node.name;
  const bool builtin = name.size() == 1 || (name.size() == 2 && FoldCase(name[0]) == "builtin") ||
                       (name.size() == 3 && FoldCase(name[0]) == "system" && FoldCase(name[1]) == "builtin");
  if (builtin) function = functions::Find(name.back());
  // Not for SQL: what clients call, and what the analyzer itself (relation/time_window.cc) puts in.
  if (node.is_internal && (plan::IsInternalFunction(name.back()) || name.back() == "direct_shuffle_partition_id" ||
                           name.back() == "time_windows")) {
    function = &functions::InternalFunction(name.back());
  }
  if (!function && node.is_operator && IsInternalOperator(name.back())) {
    function = &functions::InternalFunction(name.back());
  }
  const functions::Function* uncallable = !function && builtin ? functions::FindUncallable(name.back()) : nullptr;
  if (uncallable && uncallable->kind == functions::Kind::kGenerator) {
    throw QueryError("NOT_A_SCALAR_FUNCTION", {{"functionName", QuoteIdentifiers(name)}}, origin);
  }
  if (uncallable && !functions::UnsupportedReason(*uncallable).empty()) {
    ThrowUnsupported("the function " + std::string(uncallable->name) + " (" +
                         std::string(functions::UnsupportedReason(*uncallable)) + ")",
                     origin);
  }
  if (!function) {
    throw QueryError("UNRESOLVED_ROUTINE",
                     {{"routineName", QuoteIdentifiers(name)}, {"searchPath", SearchPath(settings())}}, origin);
  }
  return *function;
}

void ExpressionResolver::CheckAggregateUse(const bound::ExpressionPtr& call) {
  const auto* aggregate = call->As<bound::AggregateCall>();
  const auto* python = call->As<bound::PythonCall>();
  if (!aggregate && !python) return;
  for (const bound::ExpressionPtr& argument : aggregate ? aggregate->arguments : python->arguments) {
    if (HasWindow(argument)) throw QueryError("_LEGACY_ERROR_TEMP_1031", {}, nullptr);
    if (HasGenerator(argument)) {
      throw QueryError("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", {{"expression", QuotedSql(*call, settings())}});
    }
    OriginPtr nested;
    const bool found = bound::AnyOf(argument, [&](const bound::Expression& e) {
      if (bound::IsAggregate(e)) nested = e.origin;
      return bound::IsAggregate(e);
    });
    if (found && !allow_nested_aggregates_) throw QueryError("NESTED_AGGREGATE_FUNCTION", {}, nested);
    // What fails by itself is volatile to the engine, but not random.
    const bool random = bound::AnyOf(argument, [](const bound::Expression& e) {
      if (const auto* code = e.As<bound::PythonCall>()) return !code->function->deterministic;
      const auto* inner = e.As<bound::Call>();
      return IsVolatile(e) && inner->function->name != "raise_error" && inner->function->name != "assert_true";
    });
    if (random) {
      throw QueryError("AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION",
                       {{"sqlExpr", QuotedSql(*call, settings())}}, call->origin);
    }
  }
}

std::vector<bound::ExpressionPtr> ExpressionResolver::ResolveArguments(const plan::UnresolvedFunction& node,
                                                                       const functions::Function& function,
                                                                       const OriginPtr& origin) {
  if (function.name == "count" && node.arguments.size() == 1) {
    plan::ExpressionPtr only = node.arguments[0];
    // F.count(F.expr("*"))
    if (const auto* sql = only->As<plan::SqlExpression>()) only = analysis_.environment().ParseExpression(sql->text);
    if (const auto* star = only->As<plan::UnresolvedStar>()) {
      if (star->target.empty() && star->except.empty() && !star->plan_id && !node.is_distinct) {
        return {bound::MakeLiteral(DataType::Int(), Value{int64_t{1}}, origin)};
      }
      if (star->target.size() == 1 && star->except.empty()) {
        throw QueryError("INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT",
                         {{"tableName", QuoteIdentifiers(star->target)}}, nullptr);
      }
    }
  }
  // Resolved once: each comparison would do it again, and operands that are CASE themselves would multiply that.
  const plan::ExpressionPtr operand = function.name == "when" ? CaseOperand(node) : nullptr;
  std::pair<const plan::Expression*, bound::ExpressionPtr> meaning;
  if (operand) meaning = {operand.get(), Resolve(operand)};
  const SetFor inside(case_operand_, operand ? meaning : case_operand_);
  std::vector<bound::ExpressionPtr> arguments;
  for (const plan::ExpressionPtr& argument : OrderArguments(node.arguments, function, node.name.back(), origin)) {
    if (argument->As<plan::UnresolvedStar>() || argument->As<plan::UnresolvedRegex>()) {
      if (node.is_operator) {
        if (const std::string_view name = OperatorClassName(function.name, node.arguments.size()); !name.empty()) {
          ThrowMisplacedStar(name);
        }
      }
      std::vector<SelectItem> items;
      ResolveItem(argument, items);
      for (SelectItem& item : items) arguments.push_back(std::move(item.expression));
      continue;
    }
    bound::ExpressionPtr resolved = argument->As<plan::LambdaFunction>() ? nullptr : Resolve(argument);
    if (resolved && IsGenerator(*resolved) && resolved->type.Is(TypeKind::kStruct) &&
        !resolved->type.fields().empty()) {
      // Refused later with the whole expression in the message; until then it counts as a value of its first column.
      bound::Expression value = *resolved;
      value.type = DataType(resolved->type.fields()[0].type);
      resolved = std::make_shared<const bound::Expression>(std::move(value));
    }
    arguments.push_back(std::move(resolved));
  }
  ResolveLambdas(node, function, arguments, origin);
  return arguments;
}

// (a, b): a struct whose fields are called as the columns in it, or col1, col2, …
bound::ExpressionPtr ExpressionResolver::ResolveRow(const plan::UnresolvedFunction& node, const OriginPtr& origin) {
  std::vector<bound::ExpressionPtr> arguments;
  for (size_t i = 0; i < node.arguments.size(); ++i) {
    const plan::ExpressionPtr& written = node.arguments[i];
    std::vector<SelectItem> items;
    if (written->As<plan::UnresolvedStar>()) {
      ResolveItem(written, items);
    } else {
      SelectItem& item = items.emplace_back();
      item.expression = Resolve(written);
      item.name = RowFieldName(*item.expression, i);
      if (const auto* alias = item.expression->As<bound::InnerAlias>()) {
        item.expression = bound::ExpressionPtr(alias->child);
      }
    }
    for (SelectItem& item : items) {
      arguments.push_back(bound::MakeLiteral(DataType::String(), Value{item.name}));
      arguments.push_back(std::move(item.expression));
    }
  }
  return CallFunction("named_struct", std::move(arguments), origin);
}

// input_file_name() and its like: what the scan below knows of the row's file. Null where there is no scan: then the
// function says so itself.
bound::ExpressionPtr ExpressionResolver::FindInputFile(const std::string& name, const OriginPtr& origin) {
  std::vector<const bound::Attribute*> found;
  for (const ScopePtr& input : inputs_) {
    for (const bound::Attribute& hidden : input->hidden) {
      if (IsFileColumn(hidden) && hidden.name == name + "()") found.push_back(&hidden);
    }
    for (const bound::Attribute& visible : input->output) {
      if (IsFileColumn(visible) && visible.name == name + "()") found.push_back(&visible);
    }
  }
  if (found.size() > 1) {
    throw QueryError("MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION", {{"expr", DoubleQuoted(name + "()")}}, origin);
  }
  if (found.empty()) {
    for (const ScopePtr& input : inputs_) {
      if (ReadsFiles(*input->relation)) ThrowUnsupported("the function " + name + " behind such a relation", origin);
    }
    return nullptr;
  }
  bool visible = false;
  for (const ScopePtr& input : inputs_) visible = visible || input->Contains(found[0]->id);
  if (!visible) missing_.insert(found[0]->id);
  return functions::Bind({functions::InternalFunction("value_of_file"),
                          {bound::MakeReference(*found[0], origin)},
                          name,
                          settings(),
                          origin,
                          false,
                          nullptr,
                          {},
                          std::nullopt});
}

// v:a.b: variant_get(v, '$.a.b') under the last name of the path.
bound::ExpressionPtr ExpressionResolver::ResolveExtraction(const plan::UnresolvedFunction& node,
                                                           const OriginPtr& origin) {
  const bound::ExpressionPtr child = Resolve(node.arguments.at(0));
  if (!child->type.Is(TypeKind::kVariant)) throw QueryError("COLUMN_IS_NOT_VARIANT_TYPE", {});
  const bound::ExpressionPtr path = Resolve(node.arguments.at(1));
  const std::string name = node.arguments.at(2)->As<plan::Literal>()->value.value.text();
  bound::ExpressionPtr value = functions::BindByName("variant_get", {child, path}, settings(), origin);
  if (name.empty()) return value;
  const DataType type = value->type;
  return bound::Make(bound::InnerAlias{std::move(value), name, {}}, type, true, origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::UnresolvedFunction& node,
                                                     const plan::Expression& self) {
  const OriginPtr& origin = self.origin;
  if (node.is_operator && node.name.back() == "semi_structured_extract") return ResolveExtraction(node, origin);
  const bool before_over = std::exchange(window_function_, false);
  if (node.name.size() == 1) {
    const std::string name = FoldCase(node.name[0]);
    if (name == "grouping" || name == "grouping_id") return ResolveGroupingFunction(node, origin);
    if (name.starts_with("input_file_") && node.arguments.empty()) {
      if (bound::ExpressionPtr found = FindInputFile(name, origin)) return found;
    }
  }
  if (node.is_operator && node.name.size() == 1 && node.name[0] == "struct") return ResolveRow(node, origin);
  if (node.name.size() == 1 && FoldCase(node.name[0]) == "collate" && node.arguments.size() == 2) {
    // Texts are compared by their bytes here: one of another collation may be carried, but not compared.
    static constexpr std::array<std::string_view, 4> kCarried = {"utf8_binary", "utf8_lcase", "unicode", "unicode_ci"};
    const auto* literal = node.arguments[1]->As<plan::Literal>();
    const auto* name = literal ? std::get_if<std::string>(&literal->value.value.data) : nullptr;
    if (name && std::find(kCarried.begin(), kCarried.end(), FoldCase(*name)) == kCarried.end()) {
      ThrowUnsupported("the collation " + *name, origin);
    }
  }
  if (node.name.size() == 1 && FoldCase(node.name[0]) == "cast") {
    // Spark lists CAST among its functions, but its arguments are never those of a call.
    for (const plan::ExpressionPtr& argument : node.arguments) Resolve(argument);
    throw QueryError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                     {{"functionName", "`cast`"},
                      {"expectedNum", "0"},
                      {"actualNum", std::to_string(node.arguments.size())},
                      {"docroot", "https://spark.apache.org/docs/latest"}},
                     origin);
  }
  if (node.name.size() == 1 && !node.is_operator && !node.is_internal && !functions::Find(node.name[0]) &&
      analysis_.environment().FindPythonTableFunction(node.name[0])) {
    throw QueryError("NOT_A_SCALAR_FUNCTION", {{"functionName", QuoteIdentifiers(node.name)}}, origin);
  }
  if (const plan::PythonCodePtr code = FindPythonFunction(node)) {
    return CallRegistered(*code, node, before_over, origin);
  }
  const functions::Function& function = FindFunction(node, origin);
  if (function.name.starts_with("variant_explode") && !node.is_internal) {
    throw QueryError("NOT_A_SCALAR_FUNCTION", {{"functionName", QuoteIdentifiers(node.name)}}, origin);
  }
  const bool is_aggregate = function.kind == functions::Kind::kAggregate;
  if (!is_aggregate) {
    if (node.is_distinct) ThrowUnsupportedSyntax(function, "DISTINCT", origin);
    if (node.filter) ThrowUnsupportedSyntax(function, "FILTER CLAUSE", origin);
    if (!node.within_group.empty()) ThrowUnsupportedSyntax(function, "WITHIN GROUP (ORDER BY ...)", origin);
    if (node.ignore_nulls.value_or(false) && function.kind != functions::Kind::kWindow) {
      ThrowUnsupportedSyntax(function, "IGNORE NULLS", origin);
    }
  }
  if (is_aggregate && node.ignore_nulls.value_or(false) && !TakesIgnoreNulls(function.name)) {
    throw QueryError("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                     {{"prettyName", QuoteIdentifier(FoldCase(node.name.back()))}, {"syntax", "IGNORE NULLS"}}, origin);
  }
  const std::string called = node.is_operator && function.name == "negative" ? "-" : FoldCase(node.name.back());
  functions::BindRequest request{function,         {},      called, settings(),       origin,
                                 node.is_distinct, nullptr, {},     node.ignore_nulls};
  {
    SetFor inside(in_aggregate_, in_aggregate_ || (is_aggregate && !before_over));
    request.arguments = ResolveArguments(node, function, origin);
    const size_t n = request.arguments.size();
    const bool has_schema = function.name == "from_json" || function.name == "from_csv" || function.name == "from_xml";
    const bool has_type = function.name == "variant_get" || function.name == "try_variant_get";
    if (const size_t place = has_type ? 2 : 1; (has_schema && (n == 2 || n == 3)) || (has_type && n > place)) {
      bound::ExpressionPtr& schema = request.arguments[place];
      schema = SchemaArgument(analysis_.environment(), schema, function.name, settings(), origin);
    }
    if (node.filter) request.filter = Resolve(node.filter);
    for (const plan::SortOrder& order : node.within_group) request.order.push_back(ResolveOrder(order));
  }
  const bound::ExpressionPtr filter = request.filter;
  const bool casts_to_time = settings().ansi && node.is_operator && TextMeetsTime(request.arguments);
  bound::ExpressionPtr call;
  try {
    call = functions::Bind(std::move(request));
    if (function.name == "when" && CaseOperand(node)) functions::RefuseOversized(call);
  } catch (const QueryError& error) {
    // A function of times that are switched off is refused before its arguments are.
    const bool is_mismatch = error.condition().starts_with("DATATYPE_MISMATCH");
    if (!is_mismatch || (!casts_to_time && !ConcernsTimes(function)) ||
        analysis_.environment().FlagSetting(kTimeTypeKey))
      throw;
    throw QueryError("UNSUPPORTED_TIME_TYPE", {});
  }
  if (filter) {
    ErrorParameters parameters{{"filterExpr", QuotedSql(*filter, settings())}};
    if (!filter->type.Is(TypeKind::kBoolean)) {
      throw QueryError("INVALID_AGGREGATE_FILTER.NOT_BOOLEAN", std::move(parameters), origin);
    }
    if (HasWindow(filter)) {
      throw QueryError("INVALID_AGGREGATE_FILTER.CONTAINS_WINDOW_FUNCTION", std::move(parameters), origin);
    }
    const bool nested = bound::AnyOf(filter, [&](const bound::Expression& e) {
      if (!bound::IsAggregate(e)) return false;
      parameters.emplace_back("aggExpr", QuotedSql(e, settings()));
      return true;
    });
    if (nested) throw QueryError("INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE", std::move(parameters), origin);
    if (bound::AnyOf(filter, IsVolatile)) {
      throw QueryError("INVALID_AGGREGATE_FILTER.NON_DETERMINISTIC", std::move(parameters), origin);
    }
  }
  if (!before_over) CheckAggregateUse(call);
  // Times that are switched off stay allowed between functions that do not make, read or cast to them.
  const auto is_time = [](const bound::ExpressionPtr& e) { return e->type.Is(TypeKind::kTime); };
  const auto is_cast = [&](const bound::ExpressionPtr& e) { return e->As<bound::Cast>() && is_time(e); };
  const std::vector<bound::ExpressionPtr> children = bound::Children(*call);
  // extract holds the call that gives its field.
  const auto reads_time = [&](const bound::ExpressionPtr& e) {
    if (is_time(e)) return true;
    const auto* inner = e->As<bound::Call>();
    return inner && function.name == "extract" &&
           std::any_of(inner->arguments.begin(), inner->arguments.end(), is_time);
  };
  const bool of_times = function.group == "datetime_funcs" &&
                        (is_time(call) || std::any_of(children.begin(), children.end(), reads_time));
  if ((of_times || std::any_of(children.begin(), children.end(), is_cast)) &&
      !analysis_.environment().FlagSetting(kTimeTypeKey)) {
    throw QueryError("UNSUPPORTED_TIME_TYPE", {});
  }
  return call;
}

}  // namespace firesteel::analyzer
