#pragma once

#include <cstdint>

namespace firesteel::functions {

enum class DateField : uint8_t {
  kYear,
  kYearOfWeek,
  kQuarter,
  kMonth,
  kWeek,
  kDay,
  kDayOfWeek,
  kDayOfWeekIso,
  kWeekday,
  kDayOfYear,
};

}  // namespace firesteel::functions
