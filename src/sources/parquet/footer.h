#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firesteel::sources::parquet {

enum class PhysicalType : uint8_t { kBoolean, kInt32, kInt64, kInt96, kFloat, kDouble, kByteArray, kFixedLenByteArray };
enum class Repetition : uint8_t { kRequired, kOptional, kRepeated };

/// What a column means beyond its physical type: Parquet's logical type, or the older converted type said in its terms.
struct Annotation {
  enum class Kind : uint8_t {
    kNone,
    kString,
    kMap,
    kList,
    kEnum,
    kDecimal,
    kDate,
    kTime,
    kTimestamp,
    kInteger,
    kNull,
    kJson,
    kBson,
    kUuid,
    kFloat16,
    kInterval,
    kMapKeyValue,
    kVariant,
    kOther,
  };
  enum class Unit : uint8_t { kMillis, kMicros, kNanos };
  Kind kind = Kind::kNone;
  int32_t scale = 0;      ///< decimal
  int32_t precision = 0;  ///< decimal
  int32_t bits = 0;       ///< integer
  bool is_signed = true;  ///< integer
  Unit unit = Unit::kMicros;
  bool is_adjusted_to_utc = true;  ///< time, timestamp
};

/// One node of a file's schema tree.
struct SchemaNode {
  std::string name;
  Repetition repetition = Repetition::kRequired;
  std::optional<PhysicalType> type;  ///< absent: a group
  int32_t type_length = 0;
  Annotation annotation;
  std::vector<SchemaNode> children;
};

/// What a Parquet file says about itself.
struct Footer {
  SchemaNode root;
  int64_t num_rows = 0;
  std::vector<std::pair<std::string, std::string>> key_values;

  const std::string* Find(std::string_view key) const;
};

/// Reads the footer of a local file. Throws QueryError FAILED_READ_FILE.FILE_NOT_EXIST or
/// FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER. Cost: one read of the end of the file.
Footer ReadFooter(const std::string& path);
/// Decodes a footer's bytes; nothing for bad ones.
std::optional<Footer> ParseFooter(std::string_view bytes);

}  // namespace firesteel::sources::parquet
