#include "functions/binding/operands.h"

#include <optional>
#include <utility>

#include "types/quoting.h"
#include "types/user_type.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// Integral literals take only the digits that they have (DecimalType.fromLiteral).
DataType DecimalForOperand(const ExpressionPtr& operand) {
  const Value* value = LiteralValue(operand);
  // A byte keeps its type's digits: Spark's rule knows only the larger integers.
  if (!value || value->is_null() || operand->type.Is(TypeKind::kByte)) return DecimalForType(operand->type);
  int64_t number = value->integer();
  int digits = 1;
  for (number /= 10; number != 0; number /= 10) ++digits;
  return DataType::Decimal(digits, 0);
}

bool MeetInDecimal(BindRequest& request) {
  ExpressionPtr& left = request.arguments[0];
  ExpressionPtr& right = request.arguments[1];
  bool l = left->type.Is(TypeKind::kDecimal);
  bool r = right->type.Is(TypeKind::kDecimal);
  if (l == r) return l && r;
  ExpressionPtr& decimal = l ? left : right;
  ExpressionPtr& other = l ? right : left;
  if (other->type.IsIntegral()) {
    other = CastTo(other, DecimalForOperand(other), request);
    return true;
  }
  if (other->type.Is(TypeKind::kFloat) || other->type.Is(TypeKind::kDouble)) {
    // Only the decimal: a float then meets the double by widening, where the operator has floating numbers at all.
    decimal = CastTo(decimal, DataType::Double(), request);
    return false;
  }
  return false;
}

/// The type in which a text meets `other`; none when it stays text.
std::optional<DataType> TextMeets(const DataType& other, bool comparison, bool ansi) {
  if (ansi) {
    if (other.IsIntegral()) return DataType::Long();
    if (other.IsFractional()) return DataType::Double();
    if (other.Is(TypeKind::kNull)) return DataType::String();
    if (IsCompound(other) || other.IsStringLike() || other.IsAnsiInterval()) return std::nullopt;
    if (other.Is(TypeKind::kCalendarInterval) || other.Is(TypeKind::kVariant)) return std::nullopt;
    return other;
  }
  if (!comparison) {
    if (other.IsNumeric() || other.Is(TypeKind::kNull)) return DataType::Double();
    return std::nullopt;
  }
  if (other.Is(TypeKind::kDecimal)) return DataType::Double();
  if (other.IsNumeric() || other.IsDatetime() || other.Is(TypeKind::kBoolean) || other.Is(TypeKind::kBinary))
    return other;
  return std::nullopt;
}

bool MeetInText(BindRequest& request, bool comparison) {
  ExpressionPtr& left = request.arguments[0];
  ExpressionPtr& right = request.arguments[1];
  bool ansi = request.settings.ansi;
  bool l = left->type.IsStringLike();
  bool r = right->type.IsStringLike();
  if (l && r) {
    if (!ansi && !comparison) {
      left = CastTo(left, DataType::Double(), request);
      right = CastTo(right, DataType::Double(), request);
    } else {
      left = CastTo(left, DataType::String(), request);
      right = CastTo(right, DataType::String(), request);
    }
    return true;
  }
  if (l == r) return false;
  std::optional<DataType> meeting = TextMeets(l ? right->type : left->type, comparison, ansi);
  if (!meeting) return false;
  left = CastTo(left, *meeting, request);
  right = CastTo(right, *meeting, request);
  return true;
}

void MeetInWider(BindRequest& request, AcceptsType accepts) {
  ExpressionPtr& left = request.arguments[0];
  ExpressionPtr& right = request.arguments[1];
  if (left->type == right->type) return;
  std::optional<DataType> wider = TightestCommonType(left->type, right->type, request.settings.ansi);
  if (!wider || !accepts(*wider)) return;
  left = CastTo(left, *wider, request);
  right = CastTo(right, *wider, request);
}

bool IsInterval(const DataType& type) { return type.IsAnsiInterval() || type.Is(TypeKind::kCalendarInterval); }

}  // namespace

bool IsNumberOrInterval(const DataType& type) {
  return type.IsNumeric() || type.IsAnsiInterval() || type.Is(TypeKind::kCalendarInterval);
}

void CoerceOperands(BindRequest& request, AcceptsType accepts) {
  if (MeetInText(request, false)) return;
  if (MeetInDecimal(request)) return;
  MeetInWider(request, accepts);
}

void CoerceComparison(BindRequest& request) {
  if (MeetInText(request, true)) return;
  if (MeetInDecimal(request) && request.arguments[0]->type.Is(TypeKind::kDecimal)) {
    DataType wider = WiderDecimal(request.arguments[0]->type, request.arguments[1]->type);
    for (ExpressionPtr& argument : request.arguments) argument = CastTo(argument, wider, request);
    return;
  }
  MeetInWider(request, [](const DataType&) { return true; });
}

void ThrowDifferentOperands(const BindRequest& request) {
  DataType left = request.arguments[0]->type;
  DataType right = request.arguments[1]->type;
  // Without ANSI a text beside an arithmetic operator is a double before the types are compared.
  static constexpr std::string_view kArithmetic =
      " + - * / % div mod pmod try_add try_subtract try_multiply try_divide try_mod ";
  const bool is_arithmetic = kArithmetic.find(" " + std::string(request.function.name) + " ") != std::string_view::npos;
  if (!request.settings.ansi && is_arithmetic && !IsInterval(left) && !IsInterval(right)) {
    if (left.IsStringLike()) left = DataType::Double();
    if (right.IsStringLike()) right = DataType::Double();
  }
  ThrowMismatch(request, "BINARY_OP_DIFF_TYPES", {{"left", QuoteType(left)}, {"right", QuoteType(right)}});
}

void ThrowWrongOperand(const BindRequest& request, std::string required) {
  ThrowMismatch(request, "BINARY_OP_WRONG_TYPE",
                {{"inputType", std::move(required)}, {"actualDataType", QuoteType(request.arguments[0]->type)}});
}

}  // namespace firesteel::functions
