#include <utility>

#include "functions/binding/binding.h"
#include "functions/binding/operands.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

constexpr std::string_view kNumericOrInterval =
    "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL\")";

bool Is(const ExpressionPtr& expression, TypeKind kind) { return expression->type.Is(kind); }
bool IsDayOnly(const DataType& type) {
  return type.Is(TypeKind::kDayTimeInterval) && type.start_field() == IntervalField::kDay &&
         type.end_field() == IntervalField::kDay;
}
bool IsInterval(const DataType& type) { return type.IsAnsiInterval() || type.Is(TypeKind::kCalendarInterval); }
bool IsAnyTimestamp(const DataType& type) { return type.Is(TypeKind::kTimestamp) || type.Is(TypeKind::kTimestampNtz); }

void CheckTwo(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
}

/// A request of the same operator over other operands.
BindRequest With(const BindRequest& request, ExpressionPtr left, ExpressionPtr right) {
  BindRequest copy = request;
  copy.arguments = {std::move(left), std::move(right)};
  return copy;
}

/// Operands that have met; the type that a plain numeric operator gives, without decimal rules.
ExpressionPtr BindNumeric(const BindRequest& original, DecimalOp op, std::string_view required = kNumericOrInterval) {
  CheckTwo(original);
  BindRequest request = original;
  CoerceOperands(request);
  const DataType& left = request.arguments[0]->type;
  const DataType& right = request.arguments[1]->type;
  bool both_decimal = left.Is(TypeKind::kDecimal) && right.Is(TypeKind::kDecimal);
  if (!both_decimal && !SameTypeIgnoringNullability(left, right)) ThrowDifferentOperands(request);
  DataType type = left;
  if (left.Is(TypeKind::kNull)) {
    type = DataType::Double();
    for (ExpressionPtr& argument : request.arguments) argument = CastTo(argument, type, request);
  } else if (both_decimal) {
    type = DecimalResultType(op, left, right, request.settings.allow_precision_loss);
  } else if (!left.IsNumeric()) {
    ThrowWrongOperand(request, std::string(required));
  }
  // Without ANSI a decimal that does not fit becomes NULL.
  if (type.Is(TypeKind::kDecimal) && ModeOf(request) == EvalMode::kLegacy) {
    return FinishCall(request, request.arguments, std::move(type), EvalMode::kLegacy, true);
  }
  return FinishCall(request, request.arguments, std::move(type));
}

ExpressionPtr TolerantOperand(const ExpressionPtr& argument);

/// The call, under a cast perhaps, failing to NULL; of its operands only texts do, too.
ExpressionPtr Tried(const ExpressionPtr& expression) {
  if (expression->As<bound::Cast>()) {
    return bound::WithChildren(expression, {Tried(bound::Children(*expression)[0])});
  }
  const bound::Call* call = expression->As<bound::Call>();
  if (!call) return expression;
  bound::Call copy = *call;
  copy.mode = EvalMode::kTry;
  for (ExpressionPtr& argument : copy.arguments) {
    if (ExpressionPtr tolerant = TolerantOperand(argument)) argument = std::move(tolerant);
  }
  return bound::Make(std::move(copy), expression->type, true, expression->origin);
}

/// The operand with the cast of a text in it failing to NULL; null when there is none.
ExpressionPtr TolerantOperand(const ExpressionPtr& argument) {
  const bound::Cast* cast = argument->As<bound::Cast>();
  if (!cast || !cast->is_implicit) return nullptr;
  bound::Cast tolerant = *cast;
  if (cast->child->type.IsStringLike()) {
    tolerant.mode = EvalMode::kTry;
  } else {
    tolerant.child = TolerantOperand(cast->child);
    if (!tolerant.child) return nullptr;
  }
  return bound::Make(std::move(tolerant), argument->type, true, argument->origin);
}

/// Beside a text operand try_add and its like tolerate also that the text is no number.
ExpressionPtr TolerateText(const BindRequest& request, const ExpressionPtr& expression) {
  const bound::Call* call = expression->As<bound::Call>();
  if (ModeOf(request) != EvalMode::kTry || !call || call->function != &request.function) return expression;
  bound::Call copy = *call;
  bool changed = false;
  for (ExpressionPtr& argument : copy.arguments) {
    ExpressionPtr tolerant = TolerantOperand(argument);
    if (!tolerant) continue;
    argument = std::move(tolerant);
    changed = true;
  }
  return changed ? bound::Make(std::move(copy), expression->type, true, expression->origin) : expression;
}

/// What try_add and its like make of dates and intervals stands behind their arguments, which keep the name.
ExpressionPtr KeepTryName(const BindRequest& request, const ExpressionPtr& bound_call) {
  const bound::Call* call = bound_call->As<bound::Call>();
  if (ModeOf(request) != EvalMode::kTry) return bound_call;
  if (call && call->function == &request.function) return TolerateText(request, bound_call);
  DataType type = bound_call->type;
  return FinishCall(request, {request.arguments[0], request.arguments[1], Tried(bound_call)}, type, EvalMode::kTry,
                    true);
}

ExpressionPtr Negated(const BindRequest& request, const ExpressionPtr& interval) {
  // As the operator prints, not as the function.
  return Bind(BindRequest{*Find("negative"), {interval}, "-", request.settings, request.origin, false, {}, {}, {}});
}

/// l + r where r is an interval and l something to move in time, as Spark rewrites it.
ExpressionPtr AddInterval(const BindRequest& request, const ExpressionPtr& moment, const ExpressionPtr& interval,
                          bool subtract) {
  const DataType& type = moment->type;
  const DataType& by = interval->type;
  // Subtraction keeps the interval as written: the internal rows negate it themselves.
  auto with_sign = [&](std::string_view name, const ExpressionPtr& start) {
    return BindOther(request, subtract ? std::string(name) + "_minus" : std::string(name), {start, interval});
  };
  if (type.Is(TypeKind::kDate) && by.Is(TypeKind::kDayTimeInterval)) {
    if (IsDayOnly(by)) {
      ExpressionPtr days = BindOther(request, "extractansiintervaldays", {interval});
      return BindOther(request, "date_add", {moment, subtract ? Negated(request, days) : days});
    }
    return with_sign("timestamp_add_interval", CastTo(moment, DataType::Timestamp(), request));
  }
  if (by.Is(TypeKind::kYearMonthInterval)) {
    return with_sign(type.Is(TypeKind::kDate) ? "date_add_months_interval" : "timestamp_add_months_interval", moment);
  }
  if (type.Is(TypeKind::kDate)) return with_sign("date_add_interval", moment);
  if (type.Is(TypeKind::kTime) && !by.Is(TypeKind::kCalendarInterval)) return with_sign("time_add_interval", moment);
  if (subtract && !type.IsDatetime() && !type.IsStringLike() && !type.Is(TypeKind::kNull)) {
    // Refused, and worded as what Spark makes of a subtraction.
    return BindOther(request, "timestamp_add_interval", {moment, Negated(request, interval)});
  }
  ExpressionPtr moved = with_sign("timestamp_add_interval", moment);
  return CastTo(moved, type.Is(TypeKind::kNull) ? moved->type : type, request);
}

/// A date or timestamp and NULL: the NULL counts as an interval.
ExpressionPtr AddNull(const BindRequest& request, const ExpressionPtr& moment, const ExpressionPtr& null) {
  ExpressionPtr start = Is(moment, TypeKind::kDate) ? CastTo(moment, DataType::Timestamp(), request) : moment;
  return BindOther(request, "timestamp_add_interval", {start, CastTo(null, DataType::DayTimeInterval(), request)});
}

ExpressionPtr BindIntervalSum(const BindRequest& request) {
  const DataType& left = request.arguments[0]->type;
  const DataType& right = request.arguments[1]->type;
  if (left.kind() != right.kind()) ThrowDifferentOperands(request);
  DataType type = left;
  if (left.IsAnsiInterval()) {
    IntervalField start = std::min(left.start_field(), right.start_field());
    IntervalField end = std::max(left.end_field(), right.end_field());
    type = left.Is(TypeKind::kDayTimeInterval) ? DataType::DayTimeInterval(start, end)
                                               : DataType::YearMonthInterval(start, end);
  }
  return FinishCall(request, {CastTo(request.arguments[0], type, request), CastTo(request.arguments[1], type, request)},
                    type);
}

ExpressionPtr WithNullAsInterval(const BindRequest& request) {
  BindRequest copy = request;
  for (size_t i = 0; i < 2; ++i) {
    if (Is(copy.arguments[i], TypeKind::kNull)) {
      copy.arguments[i] = CastTo(copy.arguments[i], copy.arguments[1 - i]->type, request);
    }
  }
  return BindIntervalSum(copy);
}

// The sum or difference of two intervals of one kind, of which one may be an untyped null; nothing for other operands.
ExpressionPtr IntervalSum(const BindRequest& request) {
  const DataType& l = request.arguments[0]->type;
  const DataType& r = request.arguments[1]->type;
  if (IsInterval(l) && IsInterval(r) && l.kind() == r.kind()) return BindIntervalSum(request);
  if ((l.Is(TypeKind::kNull) && r.IsAnsiInterval()) || (l.IsAnsiInterval() && r.Is(TypeKind::kNull))) {
    return WithNullAsInterval(request);
  }
  return nullptr;
}

}  // namespace

static ExpressionPtr AddOperands(const BindRequest& request) {
  CheckTwo(request);
  const ExpressionPtr& left = request.arguments[0];
  const ExpressionPtr& right = request.arguments[1];
  const DataType& l = left->type;
  const DataType& r = right->type;
  if (ExpressionPtr sum = IntervalSum(request)) return sum;
  bool moves_left = l.Is(TypeKind::kDate) || IsAnyTimestamp(l) || l.Is(TypeKind::kTime);
  bool moves_right = r.Is(TypeKind::kDate) || IsAnyTimestamp(r) || r.Is(TypeKind::kTime);
  if (moves_left && IsInterval(r)) return AddInterval(request, left, right, false);
  if (IsInterval(l) && moves_right) return AddInterval(request, right, left, false);
  if (moves_left && r.Is(TypeKind::kNull)) return AddNull(request, left, right);
  if (moves_right && l.Is(TypeKind::kNull)) return AddNull(request, right, left);
  bool clock_right = r.Is(TypeKind::kCalendarInterval) || r.Is(TypeKind::kDayTimeInterval);
  bool clock_left = l.Is(TypeKind::kCalendarInterval) || l.Is(TypeKind::kDayTimeInterval);
  if (clock_right) return AddInterval(request, left, right, false);
  if (clock_left) return AddInterval(request, right, left, false);
  // A text next to a date becomes a date, and two dates have no sum.
  // Without ANSI mode it becomes a number, of which only whole ones are days.
  if (l.Is(TypeKind::kDate) && r.IsStringLike()) {
    const DataType met = request.settings.ansi ? DataType::Date() : DataType::Double();
    return BindOther(request, "date_add", {left, CastTo(right, met, request)});
  }
  if (r.Is(TypeKind::kDate) && l.IsStringLike()) {
    if (!request.settings.ansi)
      return BindOther(request, "date_add", {right, CastTo(left, DataType::Double(), request)});
    return BindOther(request, "date_add", {CastTo(left, DataType::Date(), request), right});
  }
  if (l.Is(TypeKind::kDate)) return BindOther(request, "date_add", {left, right});
  if (r.Is(TypeKind::kDate)) return BindOther(request, "date_add", {right, left});
  return BindNumeric(request, DecimalOp::kAdd);
}

static ExpressionPtr SubtractOperands(const BindRequest& request) {
  CheckTwo(request);
  const ExpressionPtr& left = request.arguments[0];
  const ExpressionPtr& right = request.arguments[1];
  const DataType& l = left->type;
  const DataType& r = right->type;
  if (ExpressionPtr sum = IntervalSum(request)) return sum;
  if (l.Is(TypeKind::kCalendarInterval) && r.Is(TypeKind::kNull)) return WithNullAsInterval(request);
  if (IsInterval(r) && (!r.Is(TypeKind::kYearMonthInterval) || l.IsDatetime())) {
    return AddInterval(request, left, right, true);
  }
  if (l.Is(TypeKind::kTime) && r.Is(TypeKind::kTime)) return BindOther(request, "subtracttimes", {left, right});
  for (size_t i = 0; i < 2; ++i) {
    const ExpressionPtr& time = request.arguments[i];
    const ExpressionPtr& other = request.arguments[1 - i];
    const bool meets = Is(other, TypeKind::kNull) || (other->type.IsStringLike() && request.settings.ansi);
    if (!Is(time, TypeKind::kTime) || !meets) continue;
    const ExpressionPtr cast = CastTo(other, time->type, request);
    return BindOther(request, "subtracttimes", {i == 0 ? left : cast, i == 0 ? cast : right});
  }
  for (size_t i = 0; i < 2 && !request.settings.ansi; ++i) {
    if (!IsAnyTimestamp(request.arguments[1 - i]->type) || !request.arguments[i]->type.IsStringLike()) continue;
    ThrowUnexpectedInput(request, i, std::string(kAnyTimestampText));
  }
  if (IsAnyTimestamp(l) || IsAnyTimestamp(r)) return BindOther(request, "subtracttimestamps", {left, right});
  if (r.Is(TypeKind::kDate)) return BindOther(request, "subtractdates", {left, right});
  if (l.Is(TypeKind::kDate) && r.IsStringLike() && !request.settings.ansi) {
    return BindOther(request, "date_sub", {left, CastTo(right, DataType::Double(), request)});
  }
  bool meets_date = r.IsStringLike() || r.Is(TypeKind::kNull);
  if (l.Is(TypeKind::kDate)) return BindOther(request, meets_date ? "subtractdates" : "date_sub", {left, right});
  return BindNumeric(request, DecimalOp::kSubtract);
}

static ExpressionPtr MultiplyOperands(const BindRequest& request) {
  CheckTwo(request);
  const ExpressionPtr& left = request.arguments[0];
  const ExpressionPtr& right = request.arguments[1];
  if (IsInterval(left->type)) return BindOther(request, "multiply_interval", {left, right});
  if (IsInterval(right->type)) return BindOther(request, "multiply_interval", {right, left});
  return BindNumeric(request, DecimalOp::kMultiply, "\"NUMERIC\"");
}

static ExpressionPtr DivideOperands(const BindRequest& request) {
  CheckTwo(request);
  const ExpressionPtr& left = request.arguments[0];
  const ExpressionPtr& right = request.arguments[1];
  if (IsInterval(left->type)) return BindOther(request, "divide_interval", {left, right});
  BindRequest coerced = request;
  // An untyped NULL divided by a decimal becomes a double before it could become a decimal.
  bool null_by_decimal = Is(left, TypeKind::kNull) && Is(right, TypeKind::kDecimal);
  if (!null_by_decimal) CoerceOperands(coerced);
  auto counts = [](const DataType& type) { return type.IsNumeric() || type.Is(TypeKind::kNull); };
  const DataType& l = coerced.arguments[0]->type;
  const DataType& r = coerced.arguments[1]->type;
  if (counts(l) && counts(r) && !(l.Is(TypeKind::kDecimal) && r.Is(TypeKind::kDecimal))) {
    return BindNumeric(With(request, CastTo(coerced.arguments[0], DataType::Double(), request),
                            CastTo(coerced.arguments[1], DataType::Double(), request)),
                       DecimalOp::kDivide);
  }
  if (SameTypeIgnoringNullability(l, r) && !l.IsNumeric()) {
    ThrowWrongOperand(coerced, "(\"DOUBLE\" or \"DECIMAL\")");
  }
  return BindNumeric(request, DecimalOp::kDivide);
}

ExpressionPtr BindIntegralDivide(const BindRequest& request) {
  CheckTwo(request);
  BindRequest coerced = request;
  const DataType& l = request.arguments[0]->type;
  const DataType& r = request.arguments[1]->type;
  if (l.IsAnsiInterval() && r.kind() == l.kind()) {
    return FinishCall(request, request.arguments, DataType::Long());
  }
  for (ExpressionPtr& argument : coerced.arguments) {
    if (argument->type.IsIntegral()) argument = CastTo(argument, DataType::Long(), request);
  }
  for (size_t i = 0; i < 2 && !request.settings.ansi; ++i) {
    // A text becomes a double, and an integer no longer does then.
    if (!coerced.arguments[i]->type.IsStringLike() || !coerced.arguments[1 - i]->type.IsIntegral()) continue;
    coerced.arguments[i] = CastTo(coerced.arguments[i], DataType::Double(), request);
    ThrowDifferentOperands(coerced);
  }
  CoerceOperands(coerced, [](const DataType& type) {
    return type.Is(TypeKind::kLong) || type.Is(TypeKind::kDecimal) || type.IsAnsiInterval();
  });
  const DataType& left = coerced.arguments[0]->type;
  const DataType& right = coerced.arguments[1]->type;
  bool both_decimal = left.Is(TypeKind::kDecimal) && right.Is(TypeKind::kDecimal);
  if (!both_decimal && !SameTypeIgnoringNullability(left, right)) ThrowDifferentOperands(coerced);
  if (left.Is(TypeKind::kNull)) {
    for (ExpressionPtr& argument : coerced.arguments) argument = CastTo(argument, DataType::Long(), request);
  } else if (!both_decimal && !left.Is(TypeKind::kLong)) {
    ThrowWrongOperand(coerced,
                      "(\"BIGINT\" or \"DECIMAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")");
  }
  return FinishCall(coerced, coerced.arguments, DataType::Long());
}

ExpressionPtr BindRemainder(const BindRequest& request) {
  CheckTwo(request);
  BindRequest coerced = request;
  CoerceOperands(coerced);
  const DataType& left = coerced.arguments[0]->type;
  const DataType& right = coerced.arguments[1]->type;
  if (SameTypeIgnoringNullability(left, right) && !left.IsNumeric() && !left.Is(TypeKind::kNull)) {
    ThrowWrongOperand(coerced, "\"NUMERIC\"");
  }
  return TolerateText(request, BindNumeric(request, DecimalOp::kRemainder));
}

ExpressionPtr BindBitwise(const BindRequest& original) {
  CheckTwo(original);
  BindRequest request = original;
  CoerceOperands(request, [](const DataType& type) { return type.IsIntegral(); });
  DataType type = request.arguments[0]->type;
  if (!SameTypeIgnoringNullability(type, request.arguments[1]->type)) ThrowDifferentOperands(request);
  if (type.Is(TypeKind::kNull)) {
    type = DataType::Int();
    for (ExpressionPtr& argument : request.arguments) argument = CastTo(argument, type, request);
  }
  if (!type.IsIntegral()) ThrowWrongOperand(request, "\"INTEGRAL\"");
  return FinishCall(request, request.arguments, type);
}

ExpressionPtr BindBits(const BindRequest& request) {
  CheckArgumentCount(request);
  const DataType& type = request.arguments[0]->type;
  const bool counts = request.function.name == "bit_count";
  const bool taken = type.IsIntegral() || type.Is(TypeKind::kNull) || (counts && type.Is(TypeKind::kBoolean));
  if (!taken) ThrowUnexpectedInput(request, 0, counts ? "(\"INTEGRAL\" or \"BOOLEAN\")" : "\"INTEGRAL\"");
  return BindBySignature(request);
}

ExpressionPtr BindAdd(const BindRequest& request) { return KeepTryName(request, AddOperands(request)); }
ExpressionPtr BindSubtract(const BindRequest& request) { return KeepTryName(request, SubtractOperands(request)); }
ExpressionPtr BindMultiply(const BindRequest& request) { return KeepTryName(request, MultiplyOperands(request)); }
ExpressionPtr BindDivide(const BindRequest& request) { return KeepTryName(request, DivideOperands(request)); }

}  // namespace firesteel::functions
