#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "functions/kernel.h"
#include "types/calendar.h"
#include "types/time_zone.h"

namespace firesteel::functions {

/// The zone that a call's timestamps are seen in: the session's, or none (UTC) for timestamps without a zone. A
/// prepared state of kernels.
struct CallZone {
  TimeZonePtr zone;
};

/// Prepares CallZone from the call's argument `index`: UTC when it is TIMESTAMP_NTZ, DATE or TIME.
template <size_t kIndex>
std::shared_ptr<const void> PrepareZone(const KernelCall& call) {
  bool is_local = kIndex < call.argument_types.size() && !call.argument_types[kIndex].Is(TypeKind::kTimestamp);
  auto prepared = std::make_shared<CallZone>();
  if (!is_local) prepared->zone = TimeZone::Find(call.time_zone);
  if (!prepared->zone) prepared->zone = TimeZone::Utc();
  return prepared;
}

/// An instant moved by months, then days on the zone's calendar; where the clock shows a time twice the offset that the
/// instant had before stays. Nothing if the result is out of range.
inline std::optional<int64_t> MovedOnCalendar(const TimeZone& zone, int64_t micros, int64_t months, int64_t days) {
  const int64_t local = zone.ToLocalMicros(micros);
  const int64_t day = FloorDiv(local, kMicrosPerDay);
  const int64_t moved = (months == 0 ? day : AddMonths(day, months)) + days;
  int64_t result;
  if (__builtin_mul_overflow(moved, kMicrosPerDay, &result) ||
      __builtin_add_overflow(result, FloorMod(local, kMicrosPerDay), &result)) {
    return std::nullopt;
  }
  return zone.ToInstantKeeping(result, static_cast<int32_t>((local - micros) / kMicrosPerSecond));
}

/// The zone that an argument names when it is a constant; null when it is none, or names no zone.
inline TimeZonePtr ConstantZone(const KernelCall& call, size_t index) {
  if (index >= call.constants.size() || !call.constants[index]) return nullptr;
  const std::string* name = std::get_if<std::string>(&call.constants[index]->data);
  return name ? TimeZone::Find(*name) : nullptr;
}

/// Zones by their names in a column: those that the rows before had are at hand.
class ZoneMemo {
 public:
  /// Null when there is no such zone. Valid until the next call.
  const TimeZone* Find(std::string_view name) {
    for (const Entry& entry : entries_) {
      if (entry.name == name) return entry.zone.get();
    }
    if (entries_.size() == kMost) entries_.clear();
    return entries_.emplace_back(Entry{std::string(name), TimeZone::Find(name)}).zone.get();
  }

 private:
  struct Entry {
    std::string name;
    TimeZonePtr zone;
  };
  static constexpr size_t kMost = 16;
  std::vector<Entry> entries_;
};

/// The session's zone whatever the arguments are.
inline std::shared_ptr<const void> PrepareSessionZone(const KernelCall& call) {
  auto prepared = std::make_shared<CallZone>();
  prepared->zone = TimeZone::Find(call.time_zone);
  if (!prepared->zone) prepared->zone = TimeZone::Utc();
  return prepared;
}

}  // namespace firesteel::functions
