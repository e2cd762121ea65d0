#pragma once

#include <cstdint>

#include "types/data_type.h"

namespace firesteel::functions {

/// Calls f with a zero of the type's physical integer, where values are equal exactly when their integers are and have
/// their order. False, and no call, for other types.
template <class F>
bool WithIntegerType(const DataType& type, F&& f) {
  switch (type.kind()) {
    case TypeKind::kByte:
      f(int8_t{});
      return true;
    case TypeKind::kShort:
      f(int16_t{});
      return true;
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      f(int32_t{});
      return true;
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kDayTimeInterval:
      f(int64_t{});
      return true;
    default:
      return false;
  }
}

}  // namespace firesteel::functions
