#include <string>
#include <type_traits>

#include "base/java_text.h"
#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/kernels.h"

namespace firesteel::functions {

namespace {

struct Add {
  static constexpr std::string_view kSymbol = "+";
  static constexpr std::string_view kTry = "try_add";
  template <class T>
  static bool Overflows(T a, T b, T* result) {
    return __builtin_add_overflow(a, b, result);
  }
};
struct Subtract {
  static constexpr std::string_view kSymbol = "-";
  static constexpr std::string_view kTry = "try_subtract";
  template <class T>
  static bool Overflows(T a, T b, T* result) {
    return __builtin_sub_overflow(a, b, result);
  }
};
struct Multiply {
  static constexpr std::string_view kSymbol = "*";
  static constexpr std::string_view kTry = "try_multiply";
  template <class T>
  static bool Overflows(T a, T b, T* result) {
    return __builtin_mul_overflow(a, b, result);
  }
};

template <class Op, class T>
void FailBinary(KernelContext& context, size_t row, T a, T b) {
  bool is_interval = context.call().result_type.IsAnsiInterval();
  if (is_interval) {
    context.Fail(row, "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION",
                 {{"functionName", "`" + std::string(Op::kTry) + "`"}}, ErrorClass::kArithmetic, false);
  } else if constexpr (sizeof(T) <= 2) {
    context.Fail(row, "BINARY_ARITHMETIC_OVERFLOW",
                 {{"value1", std::to_string(a) + "S"},
                  {"symbol", std::string(Op::kSymbol)},
                  {"value2", std::to_string(b) + "S"},
                  {"functionName", "`" + std::string(Op::kTry) + "`"}},
                 ErrorClass::kArithmetic, false);
  } else {
    std::string alternative = " Use '" + std::string(Op::kTry) + "' to tolerate overflow and return NULL instead.";
    context.Fail(row, "ARITHMETIC_OVERFLOW",
                 {{"message", "overflow"}, {"alternative", alternative}, {"config", "\"spark.sql.ansi.enabled\""}},
                 ErrorClass::kArithmetic);
  }
}

/// Whole batches are computed wrapping while one flag collects overflows; only when it is set are the rows looked at
/// one by one (a value under a null may overflow and means nothing).
template <class Op, class T>
void RunTyped(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const VectorView& left = arguments[0];
  const VectorView& right = arguments[1];
  T* out = result.Data<T>();
  bool has_nulls = left.validity || right.validity;
  bool overflowed = false;
  if (!left.selection && !right.selection && !has_nulls) {
    const T* a = static_cast<const T*>(left.data);
    const T* b = static_cast<const T*>(right.data);
    for (size_t row = 0; row < rows; ++row) overflowed |= Op::Overflows(a[row], b[row], &out[row]);
  } else {
    for (size_t row = 0; row < rows; ++row) {
      if (has_nulls && !(left.IsValid(row) && right.IsValid(row))) {
        result.SetNull(row);
        continue;
      }
      overflowed |= Op::Overflows(left.Get<T>(row), right.Get<T>(row), &out[row]);
    }
  }
  bool wraps = context.call().mode == EvalMode::kLegacy && !context.call().result_type.IsAnsiInterval();
  if (!overflowed || wraps) return;
  for (size_t row = 0; row < rows; ++row) {
    if (!left.IsValid(row) || !right.IsValid(row)) continue;
    T value;
    if (!Op::Overflows(left.Get<T>(row), right.Get<T>(row), &value)) continue;
    FailBinary<Op, T>(context, row, left.Get<T>(row), right.Get<T>(row));
    if (context.failed()) return;
  }
}

/// IntervalUtils.add and subtract: each count by itself.
template <class Op>
std::optional<CalendarIntervalValue> CombineCalendar(Row& row, CalendarIntervalValue a, CalendarIntervalValue b) {
  CalendarIntervalValue result;
  bool overflowed = Op::Overflows(a.months, b.months, &result.months);
  overflowed |= Op::Overflows(a.days, b.days, &result.days);
  overflowed |= Op::Overflows(a.microseconds, b.microseconds, &result.microseconds);
  if (!overflowed || row.mode() == EvalMode::kLegacy) return result;
  return FailOverflow(row, "overflow", "", false);
}

template <class Op>
void RunBinary(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().result_type.kind()) {
    case TypeKind::kByte:
      return RunTyped<Op, int8_t>(context, arguments, rows, result);
    case TypeKind::kShort:
      return RunTyped<Op, int16_t>(context, arguments, rows, result);
    case TypeKind::kInt:
    case TypeKind::kYearMonthInterval:
      return RunTyped<Op, int32_t>(context, arguments, rows, result);
    case TypeKind::kCalendarInterval:
      return RunRows<CombineCalendar<Op>>(context, arguments, rows, result);
    default:
      return RunTyped<Op, int64_t>(context, arguments, rows, result);
  }
}

template <class T>
std::optional<T> NegateOne(Row& row, T value) {
  T result;
  if (!__builtin_sub_overflow(T{0}, value, &result)) return result;
  if (row.mode() == EvalMode::kLegacy && !row.call().result_type.IsAnsiInterval()) return result;
  if (row.call().result_type.IsAnsiInterval()) {
    return row.Fail("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", {}, ErrorClass::kArithmetic, false);
  }
  return FailOverflow(row, "overflow", "", false);
}
template <class T>
T NegateFloating(T value) {
  return -value;
}

/// Scala's BigDecimal keeps 34 digits of what it negates, half up by magnitude even.
std::optional<int128_t> NegateDecimal(Row& row, int128_t value) {
  static const auto kLimit = static_cast<int128_t>(PowerOfTen(34));
  int128_t magnitude = value < 0 ? -value : value;
  if (magnitude < kLimit) return -value;
  int128_t unit = 1;
  while (magnitude / unit >= kLimit) unit *= 10;
  int128_t kept = magnitude / unit;
  const int128_t rest = magnitude % unit;
  if (rest * 2 > unit || (rest * 2 == unit && kept % 2 != 0)) ++kept;
  magnitude = kept * unit;
  const DataType& type = row.call().result_type;
  const int128_t negated = value < 0 ? magnitude : -magnitude;
  if (magnitude < static_cast<int128_t>(PowerOfTen(type.precision()))) return negated;
  // 34 digits behind the first: the number is a power of ten then.
  const std::string sign = negated < 0 ? "-" : "";
  const int exponent = type.precision() - type.scale();
  const std::string rounded = sign + "1.000000000000000000000000000000000E+" + std::to_string(exponent);
  return row.Fail("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
                  {{"roundedValue", DecimalPlainText(negated, type.scale())},
                   {"originalValue", rounded},
                   {"precision", std::to_string(type.precision())},
                   {"scale", std::to_string(type.scale())}},
                  ErrorClass::kArithmetic, false);
}

std::optional<CalendarIntervalValue> NegateCalendar(Row& row, CalendarIntervalValue value) {
  CalendarIntervalValue result;
  bool overflow = __builtin_sub_overflow(0, value.months, &result.months);
  overflow |= __builtin_sub_overflow(0, value.days, &result.days);
  overflow |= __builtin_sub_overflow(int64_t{0}, value.microseconds, &result.microseconds);
  if (!overflow || row.mode() == EvalMode::kLegacy) return result;
  return row.Fail("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", {}, ErrorClass::kArithmetic);
}

template <class T>
std::optional<T> AbsOne(Row& row, T value) {
  T result;
  if (value >= 0) return value;
  // Of intervals, too, Spark says only that it overflows.
  if (!__builtin_sub_overflow(T{0}, value, &result)) return result;
  if (row.mode() == EvalMode::kLegacy && !row.call().result_type.IsAnsiInterval()) return result;
  return FailOverflow(row, "overflow", "", false);
}
/// A batch at once, unless a value has no magnitude (it may be one under a NULL).
template <class T>
void RunAbsInteger(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const VectorView& view = arguments[0];
  if (view.selection) return RunRows<AbsOne<T>>(context, arguments, rows, result);
  const T* values = static_cast<const T*>(view.data);
  T* out = result.Data<T>();
  bool overflowed = false;
  for (size_t row = 0; row < rows; ++row) {
    T negated;
    const bool overflows = __builtin_sub_overflow(T{0}, values[row], &negated);
    overflowed |= overflows;
    out[row] = values[row] < 0 ? negated : values[row];
  }
  if (overflowed) return RunRows<AbsOne<T>>(context, arguments, rows, result);
  for (size_t row = 0; view.validity && row < rows; ++row) {
    if (!view.IsValid(row)) result.SetNull(row);
  }
}
template <class T>
T AbsFloating(T value) {
  return __builtin_fabs(value);
}
std::optional<int128_t> AbsDecimal(Row& row, int128_t value) { return value < 0 ? NegateDecimal(row, value) : value; }

void RunNegate(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().result_type.kind()) {
    case TypeKind::kByte:
      return RunRows<NegateOne<int8_t>>(context, arguments, rows, result);
    case TypeKind::kShort:
      return RunRows<NegateOne<int16_t>>(context, arguments, rows, result);
    case TypeKind::kInt:
    case TypeKind::kYearMonthInterval:
      return RunRows<NegateOne<int32_t>>(context, arguments, rows, result);
    case TypeKind::kFloat:
      return RunRows<NegateFloating<float>>(context, arguments, rows, result);
    case TypeKind::kDouble:
      return RunRows<NegateFloating<double>>(context, arguments, rows, result);
    case TypeKind::kDecimal:
      return RunRows<NegateDecimal>(context, arguments, rows, result);
    case TypeKind::kCalendarInterval:
      return RunRows<NegateCalendar>(context, arguments, rows, result);
    default:
      return RunRows<NegateOne<int64_t>>(context, arguments, rows, result);
  }
}

void RunAbs(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().result_type.kind()) {
    case TypeKind::kByte:
      return RunAbsInteger<int8_t>(context, arguments, rows, result);
    case TypeKind::kShort:
      return RunAbsInteger<int16_t>(context, arguments, rows, result);
    case TypeKind::kInt:
    case TypeKind::kYearMonthInterval:
      return RunAbsInteger<int32_t>(context, arguments, rows, result);
    case TypeKind::kFloat:
      return RunRows<AbsFloating<float>>(context, arguments, rows, result);
    case TypeKind::kDouble:
      return RunRows<AbsFloating<double>>(context, arguments, rows, result);
    case TypeKind::kDecimal:
      return RunRows<AbsDecimal>(context, arguments, rows, result);
    default:
      return RunAbsInteger<int64_t>(context, arguments, rows, result);
  }
}

}  // namespace

const Kernel kAddIntegral{RunBinary<Add>, nullptr, true};
const Kernel kSubtractIntegral{RunBinary<Subtract>, nullptr, true};
const Kernel kMultiplyIntegral{RunBinary<Multiply>, nullptr, true};
const Kernel kNegate{RunNegate, nullptr, true};
const Kernel kAbs{RunAbs, nullptr, true};

}  // namespace firesteel::functions
