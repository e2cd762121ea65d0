#include "functions/binding/aggregate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "functions/binding/constant.h"
#include "types/holds_kind.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

[[noreturn]] void ThrowSyntax(const BindRequest& request, std::string_view syntax) {
  throw QueryError("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                   {{"prettyName", QuoteIdentifier(request.called_name)}, {"syntax", std::string(syntax)}},
                   request.origin);
}

/// The expression with its columns named in full.
ExpressionPtr Qualified(const ExpressionPtr& expression) {
  return bound::TransformUp(expression, [](const ExpressionPtr& node) -> ExpressionPtr {
    const auto* reference = node->As<bound::AttributeRef>();
    if (!reference) return nullptr;
    std::string name;
    for (const std::string& part : reference->qualifier) name += part + ".";
    return bound::Make(bound::AttributeRef{reference->id, name + reference->name, {}}, node->type, node->nullable,
                       node->origin);
  });
}

template <size_t N>
bool IsOneOf(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void CheckAggregateSyntax(const BindRequest& request) {
  static constexpr std::array<std::string_view, 4> kOrdered = {"percentile_cont", "percentile_disc", "mode", "listagg"};
  static constexpr std::array<std::string_view, 5> kNulls = {"first", "last", "any_value", "collect_list",
                                                             "collect_set"};
  const std::string_view name = request.function.name;
  if (!request.order.empty() && !IsOneOf(name, kOrdered)) ThrowSyntax(request, "WITHIN GROUP (ORDER BY ...)");
  if (request.ignore_nulls.value_or(false) && !IsOneOf(name, kNulls)) ThrowSyntax(request, "IGNORE NULLS");
}

/// count takes anything, and no cast is made for it.
ExpressionPtr BindCount(const BindRequest& request) {
  if (request.arguments.empty()) {
    throw QueryError("WRONG_NUM_ARGS.WITH_SUGGESTION",
                     {{"functionName", "`count`"},
                      {"expectedNum", " >= 1"},
                      {"actualNum", "0"},
                      {"legacyNum", "0"},
                      {"legacyConfKey", "\"spark.sql.legacy.allowParameterlessCount\""},
                      {"legacyConfValue", "\"true\""}});
  }
  return FinishCall(request, request.arguments, DataType::Long());
}

/// sum and avg: instants count as their seconds, in doubles.
ExpressionPtr BindTotal(const BindRequest& original) {
  if (original.arguments.size() != 1 || !original.arguments[0]->type.Is(TypeKind::kTimestamp)) {
    return BindBySignature(original);
  }
  BindRequest request = original;
  request.arguments[0] = CastTo(request.arguments[0], DataType::Double(), request);
  return BindBySignature(request);
}

/// try_sum and try_avg: Spark's registry knows a second argument of them that nobody can give.
ExpressionPtr BindTriedTotal(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "[1, 2]");
  return BindTotal(request);
}

/// min, max: of what can be ordered; with a count the so many least or greatest.
ExpressionPtr BindExtreme(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const DataType& type = request.arguments[0]->type;
  if (!IsOrderable(type)) {
    ThrowMismatch(
        request, "INVALID_ORDERING_TYPE",
        {{"functionName", QuoteIdentifier(std::string(request.function.name))}, {"dataType", QuoteType(type)}});
  }
  return FinishCall(request, request.arguments, type);
}

/// max_by, min_by; the third argument counts the values wanted.
ExpressionPtr BindByOrdering(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 2 && count != 3) ThrowWrongNumArgs(request, "[2, 3]");
  const DataType& type = request.arguments[1]->type;
  if (!IsOrderable(type)) {
    ThrowMismatch(
        request, "INVALID_ORDERING_TYPE",
        {{"functionName", QuoteIdentifier(std::string(request.function.name))}, {"dataType", QuoteType(type)}});
  }
  if (count == 2) return FinishCall(request, request.arguments, request.arguments[0]->type);
  const ExpressionPtr& given = request.arguments[2];
  TypePattern whole;
  whole.kind = TypePattern::Kind::kExact;
  whole.type = DataType::Int();
  if (!ImplicitCast(given->type, whole, request.settings.ansi)) ThrowUnexpectedInput(request, 2, "\"INT\"");
  if (!IsFoldable(given)) {
    ThrowMismatch(
        request, "NON_FOLDABLE_INPUT",
        {{"inputName", "k"}, {"inputType", "int"}, {"inputExpr", MessageSql(*Qualified(given), request.settings)}});
  }
  std::optional<int64_t> wanted = ConstantInteger(given);
  const bound::Expression* literal = ConstantLiteral(given);
  if (literal && literal->As<bound::Literal>()->value.is_null()) wanted = 0;
  if (wanted && (*wanted < 1 || *wanted > 100000)) {
    ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                  {{"exprName", "`k`"}, {"valueRange", "[1, 100000]"}, {"currentValue", std::to_string(*wanted)}});
  }
  std::vector<ExpressionPtr> arguments = request.arguments;
  arguments[2] = CastTo(given, DataType::Int(), request);
  return FinishCall(request, std::move(arguments), DataType::Array(request.arguments[0]->type));
}

/// first(value [, whether NULLs are skipped]).
ExpressionPtr BindFirstLast(const BindRequest& original) {
  BindRequest request = original;
  // IGNORE NULLS and RESPECT NULLS make Spark forget the alias, first_value.
  if (request.ignore_nulls) request.called_name = std::string(request.function.name);
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  if (count == 2) {
    const Value* flag = LiteralValue(request.arguments[1]);
    if (!flag || !std::holds_alternative<bool>(flag->data)) {
      throw QueryError("_LEGACY_ERROR_TEMP_1210", {{"funcName", std::string(request.function.name)}}, request.origin);
    }
  }
  return FinishCall(request, request.arguments, request.arguments[0]->type);
}

ExpressionPtr BindCollect(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const ExpressionPtr& value = request.arguments[0];
  const bool is_set = request.function.name == "collect_set";
  const auto has_map = [](const auto& self, const DataType& type) -> bool {
    if (type.Is(TypeKind::kMap)) return true;
    if (type.Is(TypeKind::kArray)) return self(self, type.element_type());
    if (!type.Is(TypeKind::kStruct)) return false;
    return std::any_of(type.fields().begin(), type.fields().end(),
                       [&](const StructField& field) { return self(self, field.type); });
  };
  if (is_set && has_map(has_map, value->type)) {
    ThrowMismatch(request, "UNSUPPORTED_INPUT_TYPE",
                  {{"functionName", "`collect_set`"}, {"dataType", "\"MAP\" or \"COLLATED STRING\""}});
  }
  const bool respects = request.ignore_nulls.has_value() && !*request.ignore_nulls;
  if (!respects) return FinishCall(request, {value}, DataType::Array(value->type, false));
  const Function& row = InternalFunction(is_set ? "collect_set_with_nulls" : "collect_list_with_nulls");
  const BindRequest other{row,
                          request.arguments,
                          std::string(row.name),
                          request.settings,
                          request.origin,
                          request.is_distinct,
                          request.filter,
                          {},
                          {}};
  return FinishCall(other, {value}, DataType::Array(value->type, true), ModeOf(request), false);
}

/// collect_union: the elements are compared, which maps are not.
ExpressionPtr BindCollectUnion(const BindRequest& request) {
  if (request.arguments.size() == 1 && HoldsKind(request.arguments[0]->type, {TypeKind::kMap})) {
    ThrowMismatch(request, "UNSUPPORTED_INPUT_TYPE",
                  {{"functionName", "`collect_union`"}, {"dataType", "\"MAP\" or \"COLLATED STRING\""}});
  }
  return BindBySignature(request);
}

/// listagg(value [, separator]): texts or binaries; numbers and the like become texts.
ExpressionPtr BindListAggregate(const BindRequest& original) {
  BindRequest request = original;
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  if (count == 1) request.arguments.push_back(bound::MakeLiteral(DataType::Null(), Value{}));
  const ExpressionPtr& value = request.arguments[0];
  const ExpressionPtr& separator = request.arguments[1];
  // An order is shown as Spark keeps it, among the arguments.
  const auto fail = [&](std::string_view sub, ErrorParameters parameters) {
    if (request.order.empty()) ThrowMismatch(request, sub, std::move(parameters));
    std::string shown = "\"listagg(" + MessageSql(*value, request.settings);
    shown += ", " + MessageSql(*separator, request.settings);
    for (const bound::SortOrder& order : request.order) {
      shown += ", " + MessageSql(*order.child, request.settings) + (order.ascending ? " ASC" : " DESC") +
               (order.nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
    parameters.insert(parameters.begin(), {"sqlExpr", shown + ")\""});
    throw QueryError("DATATYPE_MISMATCH." + std::string(sub), std::move(parameters), request.origin);
  };
  for (size_t i = 0; i < 2; ++i) {
    const ExpressionPtr& argument = request.arguments[i];
    if (!argument->type.IsNested()) continue;
    fail("UNEXPECTED_INPUT_TYPE",
         {{"paramIndex", OrdinalWord(i)},
          {"requiredType", i == 0 ? "(\"STRING\" or \"BINARY\")" : "(\"STRING\" or \"BINARY\" or \"VOID\")"},
          {"inputSql", QuotedSql(argument, request.settings)},
          {"inputType", QuoteType(argument->type)}});
  }
  const bool is_binary = value->type.Is(TypeKind::kBinary);
  const bool any_separator = separator->type.Is(TypeKind::kNull);
  if (!IsFoldable(separator)) {
    fail("NON_FOLDABLE_INPUT",
         {{"inputName", "`delimiter`"},
          {"inputType", QuoteType(separator->type.Is(TypeKind::kBinary) ? DataType::Binary() : DataType::String())},
          {"inputExpr", QuotedSql(separator, request.settings)}});
  }
  if (!any_separator && is_binary != separator->type.Is(TypeKind::kBinary)) {
    fail("DATA_DIFF_TYPES", {{"functionName", QuoteIdentifier(request.order.empty() ? request.called_name : "listagg")},
                             {"dataType", is_binary ? "(\"BINARY\" or \"STRING\")" : "(\"STRING\" or \"BINARY\")"}});
  }
  const DataType type = is_binary ? DataType::Binary() : DataType::String();
  if (request.is_distinct) {
    for (const bound::SortOrder& order : request.order) {
      if (bound::SemanticEquals(*order.child, *value)) continue;
      throw QueryError("INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT",
                       {{"funcName", "`listagg`"},
                        {"funcArg", QuotedSql(value, request.settings)},
                        {"orderingExpr", QuotedSql(order.child, request.settings)}},
                       nullptr);
    }
    for (bound::SortOrder& order : request.order) order.child = CastTo(order.child, type, request);
  }
  return FinishCall(request, {CastTo(value, type, request), CastTo(separator, type, request)}, type);
}

/// The second argument, a relative deviation, becomes the sketch's precision.
ExpressionPtr BindApproximateCount(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  double deviation = 0.05;
  if (count == 2) {
    const Value* literal = LiteralValue(request.arguments[1]);
    const bool is_number = literal && (request.arguments[1]->type.Is(TypeKind::kDouble) ||
                                       request.arguments[1]->type.Is(TypeKind::kDecimal));
    if (!is_number || literal->is_null()) throw QueryError("_LEGACY_ERROR_TEMP_1104", {}, request.origin);
    deviation = *ConstantDoubles(request.arguments[1])->front();
  }
  const double precision = std::ceil(2.0 * std::log(1.106 / deviation) / std::log(2.0));
  if (!(precision >= 4)) {
    throw QueryError("FAILED_FUNCTION_CALL", {{"funcName", "`approx_count_distinct`"}}, request.origin);
  }
  if (precision > 24) {
    ThrowUnsupported("approx_count_distinct with a deviation as small as " + std::to_string(deviation), request.origin);
  }
  return FinishCall(request, {request.arguments[0], IntLiteral(static_cast<int64_t>(precision))}, DataType::Long());
}

/// mode(value [, whether the least of equally frequent ones is wanted]), mode() WITHIN GROUP (ORDER BY value).
ExpressionPtr BindMode(const BindRequest& original) {
  BindRequest request = original;
  const size_t count = request.arguments.size();
  const auto fail = [&](std::string_view sub, ErrorParameters parameters) {
    parameters.insert(parameters.begin(), {"funcName", "`mode`"});
    throw QueryError("INVALID_WITHIN_GROUP_EXPRESSION." + std::string(sub), std::move(parameters), request.origin);
  };
  if (count > 2) ThrowWrongNumArgs(request, "[0, 1, 2]");
  if (request.is_distinct) fail("DISTINCT_UNSUPPORTED", {});
  if (count == 0) {
    if (request.order.empty()) fail("WITHIN_GROUP_MISSING", {});
    if (request.order.size() != 1) {
      throw QueryError(
          "INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS",
          {{"funcName", "`Mode`"}, {"expectedNum", "1"}, {"actualNum", std::to_string(request.order.size())}},
          request.origin);
    }
    return FinishCall(request, {}, request.order[0].child->type, ModeOf(request), true);
  }
  if (!request.order.empty()) {
    fail("WRONG_NUM_ORDERINGS", {{"expectedNum", "0"}, {"actualNum", std::to_string(request.order.size())}});
  }
  const ExpressionPtr value = request.arguments[0];
  if (count == 2) {
    const ExpressionPtr& flag = request.arguments[1];
    const bool is_null = flag->type.Is(TypeKind::kNull);
    const auto not_foldable = [&] {
      return QueryError("NON_FOLDABLE_ARGUMENT",
                        {{"funcName", "`mode`"}, {"paramName", "`deterministic`"}, {"paramType", "\"BOOLEAN\""}},
                        request.origin);
    };
    if (!IsFoldable(flag)) throw not_foldable();
    if (!is_null && !flag->type.Is(TypeKind::kBoolean)) {
      throw QueryError("UNEXPECTED_INPUT_TYPE",
                       {{"functionName", "`mode`"},
                        {"paramIndex", "second"},
                        {"requiredType", "\"BOOLEAN\""},
                        {"inputSql", QuotedSql(flag, request.settings)},
                        {"inputType", QuoteType(flag->type)}},
                       request.origin);
    }
    const Value* literal = LiteralValue(flag);
    if (!is_null && !literal) throw not_foldable();
    if (!literal || literal->is_null()) {
      throw QueryError("DATATYPE_MISMATCH.UNEXPECTED_NULL",
                       {{"sqlExpr", QuotedSql(flag, request.settings)}, {"exprName", "`deterministic`"}},
                       request.origin);
    }
    if (std::get<bool>(literal->data)) request.order = {bound::SortOrder{value, true, true}};
  }
  if (request.order.empty()) return FinishCall(request, {value}, value->type, ModeOf(request), true);
  return FinishCall(request, {}, value->type, ModeOf(request), true);
}

/// bit_and, bit_or, bit_xor: of whole numbers alone, nothing is cast to one.
ExpressionPtr BindBitAggregate(const BindRequest& request) {
  CheckArgumentCount(request);
  const DataType& type = request.arguments[0]->type;
  if (!type.IsIntegral() && !type.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, 0, "\"INTEGRAL\"");
  return BindBySignature(request);
}

/// These three ask for numbers where their sisters ask for doubles.
ExpressionPtr BindRegression(const BindRequest& request) {
  CheckArgumentCount(request);
  TypePattern numeric;
  numeric.kind = TypePattern::Kind::kNumeric;
  for (size_t i = 0; i < request.arguments.size() && i < 2; ++i) {
    if (ImplicitCast(request.arguments[i]->type, numeric, request.settings.ansi)) continue;
    ThrowUnexpectedInput(request, i, RequiredTypeText(numeric));
  }
  const std::string_view name = request.function.name;
  const size_t averaged = name == "regr_avgx" ? 1 : 0;
  if (name != "regr_count" && request.arguments[averaged]->type.Is(TypeKind::kDecimal)) {
    // The mean is avg's: of decimals a decimal.
    const DataType type = BindOther(request, "avg", {request.arguments[averaged]})->type;
    return FinishCall(request, request.arguments, type, ModeOf(request), true);
  }
  return BindBySignature(request);
}

}  // namespace firesteel::functions
