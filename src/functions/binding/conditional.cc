#include <utility>

#include "functions/binding/binding.h"
#include "functions/binding/common_value.h"
#include "functions/binding/operands.h"
#include "functions/cast.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

ExpressionPtr AsCondition(const BindRequest& request, size_t index) {
  const ExpressionPtr& condition = request.arguments[index];
  if (condition->type.Is(TypeKind::kBoolean)) return condition;
  // if(NULL, …) is allowed, CASE WHEN NULL … is not.
  if (condition->type.Is(TypeKind::kNull) && request.function.name == "if") {
    return CastTo(condition, DataType::Boolean(), request);
  }
  ThrowUnexpectedInput(request, index, "\"BOOLEAN\"");
}

}  // namespace

ExpressionPtr BindWhen(const BindRequest& request) {
  size_t count = request.arguments.size();
  if (count < 2) ThrowWrongNumArgs(request, "> 1");
  std::vector<ExpressionPtr> arguments = request.arguments;
  std::vector<DataType> types;
  std::vector<ExpressionPtr> values;
  bool has_else = count % 2 == 1;
  auto is_value = [&](size_t i) { return i % 2 == 1 || (has_else && i + 1 == count); };
  for (size_t i = 0; i < count; ++i) {
    if (!is_value(i)) continue;
    types.push_back(arguments[i]->type);
    values.push_back(arguments[i]);
  }
  std::optional<DataType> common = WiderType(types, request.settings.ansi);
  if (!common) {
    ThrowMismatch(request, "DATA_DIFF_TYPES",
                  {{"functionName", "`casewhen`"}, {"dataType", TypesText(values, "[", ", ", "]")}});
  }
  for (size_t i = 0; i < count; ++i) {
    arguments[i] = is_value(i) ? CastTo(arguments[i], *common, request) : AsCondition(request, i);
  }
  return FinishCall(request, std::move(arguments), *common);
}

bool NullableWhen(const bound::Expression& expression) {
  const std::vector<ExpressionPtr>& arguments = expression.As<bound::Call>()->arguments;
  for (size_t i = 0; i + 1 < arguments.size(); i += 2) {
    if (arguments[i + 1]->nullable) return true;
    // Nothing behind a condition that always holds counts.
    const Value* condition = LiteralValue(arguments[i]);
    if (condition && std::holds_alternative<bool>(condition->data) && std::get<bool>(condition->data)) return false;
  }
  return arguments.size() % 2 == 0 || arguments.back()->nullable;
}

ExpressionPtr BindIf(const BindRequest& request) {
  if (request.arguments.size() != 3) ThrowWrongNumArgs(request, "3");
  ExpressionPtr condition = AsCondition(request, 0);
  std::optional<DataType> common =
      WiderType(request.arguments[1]->type, request.arguments[2]->type, request.settings.ansi);
  if (!common) {
    ThrowMismatch(request, "DATA_DIFF_TYPES",
                  {{"functionName", "`if`"},
                   {"dataType", TypesText({request.arguments[1], request.arguments[2]}, "[", ", ", "]")}});
  }
  return FinishCall(
      request,
      {condition, CastTo(request.arguments[1], *common, request), CastTo(request.arguments[2], *common, request)},
      *common);
}

bool NullableIf(const bound::Expression& expression) {
  const std::vector<ExpressionPtr>& arguments = expression.As<bound::Call>()->arguments;
  return arguments[1]->nullable || arguments[2]->nullable;
}

ExpressionPtr BindCoalesce(const BindRequest& request) {
  if (request.arguments.empty()) ThrowWrongNumArgs(request, "> 0");
  std::vector<ExpressionPtr> arguments = Unify(request, request.arguments);
  DataType type = arguments[0]->type;
  return FinishCall(request, std::move(arguments), std::move(type));
}

bool NullableUnlessAllNullable(const bound::Expression& expression) {
  for (const ExpressionPtr& argument : bound::Children(expression)) {
    if (!argument->nullable) return false;
  }
  return true;
}

bool NullableFirstArgument(const bound::Expression& expression) { return bound::Children(expression)[0]->nullable; }

bool NullableSecondArgument(const bound::Expression& expression) { return bound::Children(expression)[1]->nullable; }

/// Not found among elements some of which are null is unknown.
bool NullableContains(const bound::Expression& expression) {
  for (const ExpressionPtr& argument : bound::Children(expression)) {
    if (argument->nullable || (argument->type.Is(TypeKind::kArray) && argument->type.contains_null())) return true;
  }
  return false;
}

bool NullableUnlessAnsi(const bound::Expression& expression) {
  if (expression.As<bound::Call>()->mode != EvalMode::kAnsi) return true;
  for (const ExpressionPtr& argument : bound::Children(expression)) {
    if (argument->nullable) return true;
  }
  return false;
}

bool NullableOffset(const bound::Expression& expression) {
  const std::vector<ExpressionPtr>& arguments = expression.As<bound::Call>()->arguments;
  return arguments[0]->nullable || arguments.size() < 3 || arguments[2]->nullable;
}

/// nullif(a, b): the comparison a = b meets in its own type, the result is a as it was.
ExpressionPtr BindNullif(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  ExpressionPtr equal = BindOverCommonValue(request, "=", request.arguments[0], request.arguments[1]);
  const ExpressionPtr& value = request.arguments[0];
  if (IsPlain(value)) return FinishCall(request, {value, equal}, value->type);
  const BindRequest once{InternalFunction("nullif_once"), {}, "nullif", request.settings, request.origin};
  return FinishCall(once, request.arguments, value->type);
}

/// nvl2(a, b, c) is if(a is not null, b, c), as which it is checked.
ExpressionPtr BindNvl2(const BindRequest& request) {
  if (request.arguments.size() != 3) ThrowWrongNumArgs(request, "3");
  BindOther(request, "if",
            {BindOther(request, "isnotnull", {request.arguments[0]}), request.arguments[1], request.arguments[2]});
  return BindBySignature(request);
}

/// assert_true(condition [, message]): the usual message names the condition.
ExpressionPtr BindAssertTrue(const BindRequest& request) {
  size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  BindRequest copy = request;
  if (count == 1) {
    copy.arguments.push_back(
        StringLiteral("'" + PrettySql(*request.arguments[0], request.settings) + "' is not true!"));
  }
  const ExpressionPtr& condition = copy.arguments[0];
  if (!condition->type.Is(TypeKind::kBoolean) && !condition->type.Is(TypeKind::kNull)) {
    // Checked as what it is made of.
    const std::string checked = "(IF(" + MessageSql(*condition, request.settings) +
                                ", NULL, raise_error(USER_RAISED_EXCEPTION, map(errorMessage, " +
                                MessageSql(*copy.arguments[1], request.settings) + "))))";
    throw QueryError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                     {{"sqlExpr", DoubleQuoted(checked)},
                      {"paramIndex", OrdinalWord(0)},
                      {"requiredType", "\"BOOLEAN\""},
                      {"inputSql", QuotedSql(condition, request.settings)},
                      {"inputType", QuoteType(condition->type)}},
                     request.origin);
  }
  return BindBySignature(copy);
}

/// int(x), date(x), …: CAST under the name of a type; prints only its operand.
ExpressionPtr BindCastFunction(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  static constexpr std::pair<std::string_view, DataType (*)()> kTargets[] = {
      {"boolean", DataType::Boolean},
      {"tinyint", DataType::Byte},
      {"smallint", DataType::Short},
      {"int", DataType::Int},
      {"bigint", DataType::Long},
      {"float", DataType::Float},
      {"double", DataType::Double},
      {"decimal", [] { return DataType::Decimal(10, 0); }},
      {"date", DataType::Date},
      {"timestamp", DataType::Timestamp},
      {"binary", DataType::Binary},
      {"string", DataType::String},
      {"time", [] { return DataType::Time(6); }},
  };
  const ExpressionPtr& child = request.arguments[0];
  for (const auto& [name, make] : kTargets) {
    if (name != request.function.name) continue;
    DataType type = make();
    EvalMode mode = SessionMode(request.settings);
    if (!CanCast(child->type, type, mode)) {
      ThrowInvalidCast(QuotedSql(child, request.settings), child->type, type, mode, request.origin);
    }
    // A literal under a cast to its own type is no literal any more: its column's name counts as generated.
    if (child->As<bound::Literal>() && child->type == type) {
      return bound::Make(bound::Cast{child, mode, true}, type, child->nullable, request.origin);
    }
    return CastTo(child, type, request);
  }
  throw InternalError("no cast function " + std::string(request.function.name));
}

}  // namespace firesteel::functions
