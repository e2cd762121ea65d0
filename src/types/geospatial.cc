#include "types/geospatial.h"

#include <array>
#include <cmath>
#include <cstring>

#include "types/data_type.h"

namespace firesteel {
namespace {

struct ReferenceSystem {
  int srid;
  std::string_view name;
  bool is_geographic;
};
constexpr std::array<ReferenceSystem, 3> kSystems{{
    {0, "SRID:0", false},
    {3857, "EPSG:3857", false},
    {4326, "OGC:CRS84", true},
}};
constexpr std::string_view kAnySystem = "SRID:ANY";

enum Shape : uint32_t {
  kPoint = 1,
  kLine = 2,
  kPolygon = 3,
  kMultiPoint = 4,
  kMultiLine = 5,
  kMultiPolygon = 6,
  kCollection = 7,
};

constexpr int kMaxDepth = 50;
constexpr size_t kHeader = 5;  // byte order and type

/// One pass over WKB that checks every part and writes it in the order of bytes asked for.
class Rewriter {
 public:
  Rewriter(std::string_view wkb, bool geography, bool big_endian)
      : wkb_(wkb), geography_(geography), big_endian_(big_endian) {}

  std::optional<std::string> Run(WkbError& error) {
    if (wkb_.empty()) {
      error = {"WKB data is empty or null", 0};
      return std::nullopt;
    }
    const bool whole_header = wkb_.size() >= kHeader;
    if (!whole_header) {
      error = {"Unexpected end of WKB buffer", 0};
      return std::nullopt;
    }
    out_.reserve(wkb_.size());
    Geometry(0, 0, 0);
    if (!failed_) return std::move(out_);
    error = std::move(error_);
    return std::nullopt;
  }

 private:
  bool Fail(std::string message, size_t position) {
    failed_ = true;
    error_ = {std::move(message), position};
    return false;
  }

  bool Bytes(size_t count) {
    if (wkb_.size() - position_ >= count) return true;
    return Fail("Unexpected end of WKB buffer", position_);
  }

  template <class T>
  bool Read(T& value) {
    if (!Bytes(sizeof value)) return false;
    char bytes[sizeof value];
    for (size_t i = 0; i < sizeof value; ++i) bytes[i] = wkb_[position_ + (swap_ ? sizeof value - 1 - i : i)];
    std::memcpy(&value, bytes, sizeof value);
    position_ += sizeof value;
    return true;
  }

  template <class T>
  void Write(const T& value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    for (size_t i = 0; i < sizeof value; ++i) out_ += bytes[big_endian_ ? sizeof value - 1 - i : i];
  }

  /// `required`: the type that a part of a collection must have, 0 for any; `outer`: Z and M of the collection.
  bool Geometry(uint32_t required, uint32_t outer, int depth) {
    if (depth > kMaxDepth) return Fail("Geometry is nested too deeply", position_);
    if (!Bytes(1)) return false;
    const auto order = static_cast<uint8_t>(wkb_[position_]);
    if (order > 1) return Fail("Invalid byte order " + std::to_string(order), position_);
    ++position_;
    swap_ = order == 0;
    const size_t at = position_;
    uint32_t type = 0;
    if (!Read(type)) return false;
    const uint32_t shape = type % 1000;
    const uint32_t kind = type / 1000;  // 0: x, y; 1: with z; 2: with m; 3: with both
    const bool known = shape >= kPoint && shape <= kCollection && kind <= 3 && (depth == 0 || kind == outer);
    if (!known) return Fail("Invalid or unsupported type " + std::to_string(static_cast<int32_t>(type)), at);
    out_ += static_cast<char>(big_endian_ ? 0 : 1);
    Write(type);
    const size_t coordinates = kind == 0 ? 2 : kind == 3 ? 4 : 3;
    const bool done = shape == kPoint     ? Point(coordinates, true)
                      : shape == kLine    ? Points("LineString points", 2, "Too few points in linestring", coordinates)
                      : shape == kPolygon ? Rings(coordinates)
                                          : Parts(shape, kind, depth);
    if (!done) return false;
    if (required != 0 && shape != required) {
      static constexpr std::string_view kExpected[] = {"Point in MultiPoint", "LineString in MultiLineString",
                                                       "Polygon in MultiPolygon"};
      return Fail("Expected " + std::string(kExpected[required - 1]), position_);
    }
    return true;
  }

  /// A point alone may be empty: NaN.
  bool Point(size_t coordinates, bool may_be_empty) {
    const size_t begin = position_;
    double x = 0;
    double y = 0;
    for (size_t i = 0; i < coordinates; ++i) {
      const size_t at = position_;
      double value = 0;
      if (!Read(value)) return false;
      if (std::isinf(value) || (std::isnan(value) && !may_be_empty)) {
        return Fail("Invalid coordinate value found", at);
      }
      if (i == 0) x = value;
      if (i == 1) y = value;
      Write(value);
    }
    const bool on_earth =
        !geography_ || ((std::isnan(x) || std::abs(x) <= 180) && (std::isnan(y) || std::abs(y) <= 90));
    return on_earth || Fail("Invalid coordinate value found", begin);
  }

  /// Reads and writes how many `what` follow, each of at least `size` bytes.
  bool Count(const std::string& what, size_t size, uint32_t& count) {
    const size_t at = position_;
    if (!Read(count)) return false;
    const auto number = static_cast<int32_t>(count);
    if (number < 0) return Fail("Invalid count for " + what + ": " + std::to_string(number), at);
    if (count > (wkb_.size() - position_) / size) {
      return Fail("Invalid count for " + what + ": exceeds remaining bytes", at);
    }
    Write(count);
    return true;
  }

  bool Points(const std::string& what, uint32_t least, const char* too_few, size_t coordinates) {
    const size_t at = position_;
    uint32_t count = 0;
    if (!Count(what, coordinates * sizeof(double), count)) return false;
    if (count > 0 && count < least) return Fail(too_few, at);
    for (uint32_t i = 0; i < count; ++i) {
      if (!Point(coordinates, false)) return false;
    }
    return true;
  }

  bool Rings(size_t coordinates) {
    uint32_t rings = 0;
    if (!Count("polygon rings", sizeof(uint32_t), rings)) return false;
    for (uint32_t i = 0; i < rings; ++i) {
      const size_t at = position_;
      const size_t written = out_.size() + sizeof(uint32_t);
      if (!Ring(coordinates, at)) return false;
      const size_t size = coordinates * sizeof(double);
      const bool closed = std::memcmp(&out_[written], &out_[out_.size() - size], 2 * sizeof(double)) == 0;
      if (!closed) return Fail("Ring is not closed", at);
    }
    return true;
  }

  bool Ring(size_t coordinates, size_t at) {
    uint32_t count = 0;
    if (!Count("ring points", coordinates * sizeof(double), count)) return false;
    if (count < 4) return Fail("Too few points in ring", at);
    for (uint32_t i = 0; i < count; ++i) {
      if (!Point(coordinates, false)) return false;
    }
    return true;
  }

  bool Parts(uint32_t shape, uint32_t kind, int depth) {
    static const std::string kNames[] = {"MultiPoint points", "MultiLineString line strings", "MultiPolygon polygons",
                                         "GeometryCollection geometries"};
    uint32_t count = 0;
    if (!Count(kNames[shape - kMultiPoint], kHeader, count)) return false;
    const uint32_t required = shape == kCollection ? 0 : shape - 3;
    for (uint32_t i = 0; i < count; ++i) {
      if (!Geometry(required, kind, depth + 1)) return false;
    }
    return true;
  }

  std::string_view wkb_;
  bool geography_;
  bool big_endian_;
  bool swap_ = false;
  bool failed_ = false;
  size_t position_ = 0;
  std::string out_;
  WkbError error_;
};

}  // namespace

bool IsKnownSrid(int64_t srid, bool geography) {
  for (const ReferenceSystem& system : kSystems) {
    if (system.srid == srid) return system.is_geographic || !geography;
  }
  return false;
}

std::string CoordinateReferenceSystem(int srid) {
  for (const ReferenceSystem& system : kSystems) {
    if (system.srid == srid) return std::string(system.name);
  }
  return std::string(kAnySystem);
}

std::optional<int> SridOfName(std::string_view name) {
  if (name == kAnySystem) return DataType::kAnySrid;
  for (const ReferenceSystem& system : kSystems) {
    if (system.name == name) return system.srid;
  }
  return std::nullopt;
}

std::string GeospatialValue(int32_t srid, std::string_view wkb) {
  std::string value(sizeof srid, '\0');
  std::memcpy(value.data(), &srid, sizeof srid);
  value += wkb;
  return value;
}

int32_t SridOfValue(std::string_view value) {
  int32_t srid = 0;
  if (value.size() >= sizeof srid) std::memcpy(&srid, value.data(), sizeof srid);
  return srid;
}

std::string_view WkbOfValue(std::string_view value) {
  return value.size() < sizeof(int32_t) ? std::string_view() : value.substr(sizeof(int32_t));
}

std::optional<std::string> RewriteWkb(std::string_view wkb, bool geography, bool big_endian, WkbError& error) {
  return Rewriter(wkb, geography, big_endian).Run(error);
}

}  // namespace firesteel
