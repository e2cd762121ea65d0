#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "session/config/config_table.h"

namespace firesteel::session {

/// Throws QueryError INVALID_CONF_VALUE.* when Spark would refuse `value` for the key of `row`.
void CheckConfigValue(const ConfigRow& row, const std::string& value);

/// The default of a key as Spark's converter prints it: "128MB" is "134217728b", "5m" is "300000ms". Needs a default.
std::string PrintedDefault(const ConfigRow& row);

/// "true" and "false" in any case, with blanks around. False when it is neither.
bool ParseConfigBoolean(std::string_view text, bool* value);

/// A number, or for sizes and times the number in the row's unit ("64MB" → 67108864). False when it is none.
bool ParseConfigNumber(ConfigType type, std::string_view text, int64_t* value);

/// Whether Java's ZoneId (with its short ids) knows the zone.
bool IsKnownTimeZone(const std::string& id);

/// The machine's zone: TZ, else what /etc/localtime points to, else UTC. Read once.
const std::string& SystemTimeZone();

}  // namespace firesteel::session
