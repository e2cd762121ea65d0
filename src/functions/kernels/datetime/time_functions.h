#pragma once

#include "functions/kernel.h"

/// Kernels of TIME, and of timestamps made of parts, that kernels.h does not name.
namespace firesteel::functions {

// time_functions.cc
extern const Kernel kMakeTime;         ///< (hour int, minute int, second decimal(16,6))
extern const Kernel kToTime;           ///< (text), (text, pattern)
extern const Kernel kTimeDiff;         ///< (unit, time, time) → long
extern const Kernel kTimeTrunc;        ///< (unit, time)
extern const Kernel kTimeFromSeconds;  ///< long, decimal or double
extern const Kernel kTimeFromMillis;
extern const Kernel kTimeFromMicros;
extern const Kernel kTimeToSeconds;  ///< decimal(14,6)
extern const Kernel kTimeToMillis;
extern const Kernel kTimeToMicros;
// time_bucket.cc: (interval, timestamp, origin)
extern const Kernel kTimeBucketMonths;
extern const Kernel kTimeBucketMicros;
// time_window.cc: (timestamp, length long, slide long, start long)
extern const Kernel kTimeWindow;   ///< struct<start, end>
extern const Kernel kTimeWindows;  ///< array of it
// make_timestamp.cc: (year, month, day, hour, minute, second [, zone]) or (date [, time [, zone]])
extern const Kernel kMakeZonedTimestamp;
extern const Kernel kMakeLocalTimestamp;

}  // namespace firesteel::functions
