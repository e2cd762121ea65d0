// counter_diff: from the counter's value and the last one before it, and where each counts from.
#include <cmath>

#include "base/java_text.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "types/datetime_text.h"
#include "types/time_zone.h"

namespace firesteel::functions {

namespace {

template <class T>
std::string Text(const DataType& type, T value) {
  if constexpr (std::is_same_v<T, int128_t>) {
    return DecimalPlainText(value, type.scale());
  } else if constexpr (std::is_same_v<T, double>) {
    return JavaDoubleText(value);
  } else if constexpr (std::is_same_v<T, float>) {
    return JavaFloatText(value);
  } else {
    return std::to_string(value);
  }
}

/// Whether a value is below the last; NaN is above all others.
template <class T>
bool WentBack(T value, T last) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value)) return false;
    if (std::isnan(last)) return true;
  }
  return value < last;
}

std::string StartText(const KernelCall& call, int64_t micros) {
  if (call.argument_types[2].Is(TypeKind::kTimestampNtz)) return TimestampNtzText(micros);
  const TimeZonePtr zone = TimeZone::Find(call.time_zone);
  return TimestampText(micros, zone ? *zone : *TimeZone::Utc());
}

/// Whether the counter counts from a later time than before; an earlier one fails the row.
bool BeganAnew(KernelContext& context, std::span<const VectorView> arguments, size_t row) {
  if (arguments.size() < 4 || !arguments[2].IsValid(row) || !arguments[3].IsValid(row)) return false;
  const auto start = arguments[2].Get<int64_t>(row);
  const auto last = arguments[3].Get<int64_t>(row);
  if (start < last) {
    context.Fail(row, "COUNTER_DIFF_START_TIME_DECREASED",
                 {{"function", "`counter_diff`"},
                  {"currentStartTime", StartText(context.call(), start)},
                  {"previousStartTime", StartText(context.call(), last)}},
                 ErrorClass::kRuntime, false);
  }
  return start > last;
}

template <class T>
void RunAs(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const T value = arguments[0].Get<T>(row);
    if (value < T{0}) {
      context.Fail(row, "COUNTER_DIFF_NEGATIVE_COUNTER_VALUE",
                   {{"function", "`counter_diff`"}, {"value", Text(context.call().argument_types[0], value)}},
                   ErrorClass::kRuntime, false);
      return;
    }
    const bool has_last = arguments[1].IsValid(row);
    const bool anew = has_last && BeganAnew(context, arguments, row);
    if (context.failed()) return;
    if (!has_last || anew || WentBack(value, T{arguments[1].Get<T>(row)})) {
      result.SetNull(row);
    } else {
      result.Data<T>()[row] = static_cast<T>(value - arguments[1].Get<T>(row));
    }
  }
}

void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kByte:
      return RunAs<int8_t>(context, arguments, rows, result);
    case TypeKind::kShort:
      return RunAs<int16_t>(context, arguments, rows, result);
    case TypeKind::kInt:
      return RunAs<int32_t>(context, arguments, rows, result);
    case TypeKind::kLong:
      return RunAs<int64_t>(context, arguments, rows, result);
    case TypeKind::kFloat:
      return RunAs<float>(context, arguments, rows, result);
    case TypeKind::kDecimal:
      return RunAs<int128_t>(context, arguments, rows, result);
    default:
      return RunAs<double>(context, arguments, rows, result);
  }
}

}  // namespace

const Kernel kCounterDiff{Run, nullptr, true};

}  // namespace firesteel::functions
