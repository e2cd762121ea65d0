#include "functions/kernels/aggregate/from_double.h"

#include <cmath>
#include <cstdint>

namespace firesteel::functions {

namespace {

template <class T>
void Put(ResultVector& result, size_t row, double value) {
  result.Data<T>()[row] = static_cast<T>(value);
}

}  // namespace

void WriteFromDouble(const DataType& type, double value, ResultVector& result, size_t row) {
  switch (type.kind()) {
    case TypeKind::kByte:
      return Put<int8_t>(result, row, value);
    case TypeKind::kShort:
      return Put<int16_t>(result, row, value);
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return Put<int32_t>(result, row, value);
    case TypeKind::kLong:
      if (value >= 9223372036854775807.0) {
        result.Data<int64_t>()[row] = INT64_MAX;
        return;
      }
      return Put<int64_t>(result, row, value);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kDayTimeInterval:
    case TypeKind::kTime:
      return Put<int64_t>(result, row, value);
    case TypeKind::kFloat:
      return Put<float>(result, row, value);
    case TypeKind::kDecimal: {
      double scaled = value;
      for (int i = 0; i < type.scale(); ++i) scaled *= 10;
      result.Data<int128_t>()[row] = static_cast<int128_t>(std::round(scaled));
      return;
    }
    default:
      return Put<double>(result, row, value);
  }
}

}  // namespace firesteel::functions
