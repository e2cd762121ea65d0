#pragma once

#include <memory>
#include <string_view>

#include "types/time_zone.h"

namespace firesteel {

/// Makes zones from texts: offsets by their digits, regions from the tz database of the system.
class TimeZoneLoader {
 public:
  /// Null when the text names no zone. Reads a file for a region.
  static TimeZonePtr Load(std::string_view id);

 private:
  static TimeZonePtr Fixed(std::string id, int32_t offset_seconds);
  /// The zone called `id`, of the database's file `file_name`.
  static TimeZonePtr Region(const std::string& id, const std::string& file_name);
  static bool ParseFile(std::string_view bytes, TimeZone& zone);
  static bool ParseRule(std::string_view text, TimeZone& zone);
};

}  // namespace firesteel
