#pragma once

#include <cstdint>

/// Marks of Spark's protocol between server and worker (SpecialLengths of PySpark's serializers.py).
namespace firesteel::udf::mark {

inline constexpr int32_t kEndOfDataSection = -1;
inline constexpr int32_t kPythonExceptionThrown = -2;
inline constexpr int32_t kTimingData = -3;
inline constexpr int32_t kEndOfStream = -4;
inline constexpr int32_t kStartArrowStream = -6;
inline constexpr int32_t kStartOfInitMessage = -8;

}  // namespace firesteel::udf::mark
