// Timestamps of nanoseconds from counts.
#include "base/java_text.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

namespace {

/// A decimal count; what stands behind the point is dropped.
std::optional<int128_t> FromNanos(Row& row, int128_t count) {
  int128_t nanos = count;
  for (int digit = 0; digit < row.call().argument_types[0].scale(); ++digit) nanos /= 10;
  // Spark keeps microseconds in 64 bits, and the rest of less than a thousand beside them.
  const int128_t micros = (nanos % 1000 < 0 ? nanos - 999 : nanos) / 1000;
  if (static_cast<int64_t>(micros) == micros) return nanos;
  return row.Fail(
      "DATETIME_OVERFLOW",
      {{"operation", "create a TIMESTAMP_LTZ(9) from " + DecimalPlainText(nanos, 0) + " nanoseconds since the epoch"}},
      ErrorClass::kArithmetic, false);
}

}  // namespace

const Kernel kTimestampOfNanos = RowKernel<FromNanos>(true);

}  // namespace firesteel::functions
