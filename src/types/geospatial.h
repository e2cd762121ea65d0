#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Spatial reference systems and values of GEOMETRY and GEOGRAPHY. All functions are pure and thread-safe.
///
/// A value is one string of bytes: the number of its reference system (int32, least significant byte first), then its
/// well-known binary (WKB) as Spark writes it: every part least significant byte first, without numbers of systems.
namespace firesteel {

/// The systems that PySpark knows, too: 0 (none; no geography), 3857 (no geography) and 4326.
bool IsKnownSrid(int64_t srid, bool geography);
/// "OGC:CRS84", "EPSG:3857", "SRID:0", "SRID:ANY": how types name a system in JSON.
std::string CoordinateReferenceSystem(int srid);
/// The inverse; nothing for an unknown name.
std::optional<int> SridOfName(std::string_view name);

std::string GeospatialValue(int32_t srid, std::string_view wkb);
int32_t SridOfValue(std::string_view value);
std::string_view WkbOfValue(std::string_view value);

struct WkbError {
  std::string message;
  size_t position = 0;
};

/// Reads WKB of any byte order and writes it anew, least significant byte first or (`big_endian`) last. Points, lines,
/// polygons, their collections, with Z, M, ZM by ISO's numbers (1001, 2001, 3001). `geography`: x is a longitude
/// within ±180°, y a latitude within ±90°. On bad bytes fills `error`. Cost: linear; nesting at most 50 deep.
std::optional<std::string> RewriteWkb(std::string_view wkb, bool geography, bool big_endian, WkbError& error);

}  // namespace firesteel
