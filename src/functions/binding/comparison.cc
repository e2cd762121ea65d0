#include <limits>
#include <utility>

#include "functions/binding/binding.h"
#include "functions/binding/common_value.h"
#include "functions/binding/constant.h"
#include "functions/binding/operands.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// What a literal 1 or 0 says of a boolean that it is compared with; nothing of other numbers.
std::optional<bool> MeantBoolean(const ExpressionPtr& number) {
  const auto values = LiteralValue(number) ? ConstantDoubles(number) : std::nullopt;
  if (!values || values->size() != 1 || !(*values)[0]) return std::nullopt;
  const double value = *(*values)[0];
  return value == 1 || value == 0 ? std::optional(value == 1) : std::nullopt;
}

/// Without ANSI a number may equal a boolean: the literals 1 and 0 mean true and false, any other number is compared
/// with the boolean as a number. Null when this is no such pair or the comparison was finished otherwise.
ExpressionPtr BooleanEquality(BindRequest& request) {
  const std::string_view name = request.function.name;
  if (request.settings.ansi || (name != "=" && name != "<=>" && name != "equal_null")) return nullptr;
  for (size_t i = 0; i < 2; ++i) {
    const ExpressionPtr& boolean = request.arguments[i];
    const ExpressionPtr& number = request.arguments[1 - i];
    if (!boolean->type.Is(TypeKind::kBoolean) || !number->type.IsNumeric()) continue;
    const std::optional<bool> meant = name == "equal_null" ? std::nullopt : MeantBoolean(number);
    if (meant) {
      const ExpressionPtr is_so = *meant ? boolean : BindOther(request, "not", {boolean});
      if (name == "=") return is_so;
      return BindOther(request, "and", {BindOther(request, "isnotnull", {boolean}), is_so});
    }
    request.arguments[i] = CastTo(boolean, number->type, request);
    break;
  }
  return nullptr;
}

/// The whole number below or above a decimal.
int128_t Floor(int128_t unscaled, int scale) {
  int128_t power = 1;
  for (int i = 0; i < scale; ++i) power *= 10;
  const int128_t whole = unscaled / power;
  return unscaled % power < 0 ? whole - 1 : whole;
}
int128_t Ceiling(int128_t unscaled, int scale) { return -Floor(-unscaled, scale); }

/// An integer is compared with a decimal constant as with the whole number beside it: id > 1.5 is id > 1. What is
/// beyond every long decides by itself. Null when this is no such pair or the comparison goes on with the new constant.
ExpressionPtr IntegerAgainstDecimal(BindRequest& request) {
  const std::string_view name = request.function.name;
  if (name != ">" && name != ">=" && name != "<" && name != "<=") return nullptr;
  for (size_t i = 0; i < 2; ++i) {
    ExpressionPtr& constant = request.arguments[i];
    const auto* literal = constant->As<bound::Literal>();
    if (!literal || !constant->type.Is(TypeKind::kDecimal) || literal->value.is_null()) continue;
    if (!request.arguments[1 - i]->type.IsIntegral()) continue;
    const auto* wide = std::get_if<int128_t>(&literal->value.data);
    const int128_t unscaled = wide ? *wide : literal->value.integer();
    const bool constant_is_right = i == 1;
    // Of x > c and c < x, x <= c and c >= x the constant goes down, of the others up.
    const bool down = constant_is_right ? name == ">" || name == "<=" : name == "<" || name == ">=";
    const int128_t whole = down ? Floor(unscaled, constant->type.scale()) : Ceiling(unscaled, constant->type.scale());
    const bool integer_is_greater = (name[0] == '>') == constant_is_right;
    const bool too_small = Floor(unscaled, constant->type.scale()) < std::numeric_limits<int64_t>::min();
    const bool too_large = Ceiling(unscaled, constant->type.scale()) > std::numeric_limits<int64_t>::max();
    if (too_small || too_large) {
      return bound::MakeLiteral(DataType::Boolean(), Value{too_small == integer_is_greater}, request.origin);
    }
    constant = bound::MakeLiteral(DataType::Long(), Value{static_cast<int64_t>(whole)}, constant->origin);
    return nullptr;
  }
  return nullptr;
}

}  // namespace

ExpressionPtr BindComparison(const BindRequest& original) {
  // equal_null is refused in the words of the operator that it is.
  if (original.function.name == "equal_null" && original.arguments.size() == 2) {
    BindOther(original, "<=>", original.arguments);
  }
  if (original.arguments.size() != 2) ThrowWrongNumArgs(original, "2");
  BindRequest request = original;
  if (ExpressionPtr equality = BooleanEquality(request)) return equality;
  if (ExpressionPtr decided = IntegerAgainstDecimal(request)) return decided;
  CoerceComparison(request);
  const DataType& left = request.arguments[0]->type;
  const DataType& right = request.arguments[1]->type;
  if (!SameStructure(left, right)) ThrowDifferentOperands(request);
  if (!IsOrderable(left)) {
    ThrowMismatch(
        request, "INVALID_ORDERING_TYPE",
        {{"functionName", QuoteIdentifier(std::string(request.function.name))}, {"dataType", QuoteType(left)}});
  }
  return FinishCall(request, request.arguments, DataType::Boolean());
}

ExpressionPtr BindNotEqual(const BindRequest& request) {
  return BindOther(request, "not", {BindOther(request, "=", request.arguments)});
}

ExpressionPtr BindIn(const BindRequest& request) {
  if (request.arguments.empty()) ThrowWrongNumArgs(request, "> 0");
  std::vector<DataType> types;
  for (const ExpressionPtr& argument : request.arguments) types.push_back(argument->type);
  std::optional<DataType> common = WiderType(types, request.settings.ansi);
  std::vector<ExpressionPtr> arguments = request.arguments;
  if (common) {
    for (ExpressionPtr& argument : arguments) argument = CastTo(argument, *common, request);
  } else {
    // Structs whose fields are called otherwise have no common type, but are compared field by field.
    for (const DataType& type : types) {
      if (SameStructure(type, types[0])) continue;
      ThrowMismatch(request, "DATA_DIFF_TYPES",
                    {{"functionName", "`in`"}, {"dataType", TypesText(request.arguments, "[", ", ", "]")}});
    }
    common = types[0];
  }
  if (!IsOrderable(*common)) {
    ThrowMismatch(request, "INVALID_ORDERING_TYPE", {{"functionName", "`in`"}, {"dataType", QuoteType(*common)}});
  }
  return FinishCall(request, std::move(arguments), DataType::Boolean());
}

/// a BETWEEN b AND c is a >= b AND a <= c, each compared in its own common type. When both comparisons meet in one
/// type the call keeps three operands, else it holds the two comparisons.
ExpressionPtr BindBetween(const BindRequest& request) {
  if (request.arguments.size() != 3) ThrowWrongNumArgs(request, "3");
  const std::vector<ExpressionPtr>& a = request.arguments;
  // Spark computes the value once, beside the comparisons, which therefore see no constant in it.
  ExpressionPtr value = a[0];
  if (value->As<bound::Literal>() && value->type.Is(TypeKind::kDecimal)) {
    value = bound::Make(bound::InnerAlias{value, "", {}}, value->type, value->nullable, value->origin);
  }
  ExpressionPtr low = BindOverCommonValue(request, ">=", value, a[1]);
  ExpressionPtr high = BindOverCommonValue(request, "<=", value, a[2]);
  const bound::Call* low_call = low->As<bound::Call>();
  const bound::Call* high_call = high->As<bound::Call>();
  // Shown as written, whatever the constants became in the comparisons.
  BindRequest shown = request;
  shown.called_name = "between(";
  for (size_t i = 0; i < 3; ++i) shown.called_name += (i ? ", " : "") + PrettySql(*a[i], request.settings);
  shown.called_name += ")";
  const bool meet = low_call && high_call && low_call->arguments[0]->type == high_call->arguments[0]->type;
  if (meet) {
    return FinishCall(shown, {low_call->arguments[0], low_call->arguments[1], high_call->arguments[1]},
                      DataType::Boolean());
  }
  if (IsPlain(value)) return FinishCall(shown, {low, high}, DataType::Boolean());
  const BindRequest once{InternalFunction("between_once"), a, shown.called_name, request.settings, request.origin};
  return FinishCall(once, a, DataType::Boolean(), ModeOf(request), low->nullable || high->nullable);
}

ExpressionPtr BindLikeList(const BindRequest& request) {
  const std::vector<ExpressionPtr> patterns(request.arguments.begin() + 1, request.arguments.end());
  // Checked here, made again from value and patterns when it is written.
  LikeListCondition(request.function.name, request.arguments[0], patterns, request.settings, request.origin);
  return FinishCall(request, request.arguments, DataType::Boolean());
}

ExpressionPtr BindLogical(const BindRequest& original) {
  if (original.arguments.size() != 2) ThrowWrongNumArgs(original, "2");
  BindRequest request = original;
  if (request.settings.ansi) {
    CoerceOperands(request, [](const DataType& type) { return type.Is(TypeKind::kBoolean); });
  } else {
    const auto is_text = [&](size_t i) { return request.arguments[i]->type.IsStringLike(); };
    if (is_text(0) != is_text(1) && request.arguments[is_text(0) ? 1 : 0]->type.Is(TypeKind::kBoolean)) {
      ThrowDifferentOperands(request);
    }
    CoerceComparison(request);
  }
  const DataType& left = request.arguments[0]->type;
  if (!SameTypeIgnoringNullability(left, request.arguments[1]->type)) ThrowDifferentOperands(request);
  if (left.Is(TypeKind::kNull)) {
    for (ExpressionPtr& argument : request.arguments) argument = CastTo(argument, DataType::Boolean(), request);
  } else if (!left.Is(TypeKind::kBoolean)) {
    ThrowWrongOperand(request, "\"BOOLEAN\"");
  }
  return FinishCall(request, request.arguments, DataType::Boolean());
}

bool NullableIn(const bound::Expression& call) {
  for (const ExpressionPtr& argument : call.As<bound::Call>()->arguments) {
    if (argument->nullable) return true;
  }
  return false;
}

}  // namespace firesteel::functions
