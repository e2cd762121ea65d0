#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/int128.h"

/// Reading Spark's binary encoding of variants (version 1): a value beside the metadata, a dictionary of keys. All
/// positions and sizes in the bytes are checked before they are used, so any bytes may be read.
namespace firesteel {

/// Longest value and longest metadata, each, in bytes.
inline constexpr size_t kVariantSizeLimit = size_t{128} << 20;
/// Deepest nesting that is read or built; JSON text nests 1,000 levels at most.
inline constexpr int kVariantMaxDepth = 2000;

enum class VariantType : uint8_t {
  kObject,
  kArray,
  kNull,
  kBoolean,
  kLong,  ///< integers of all sizes
  kString,
  kDouble,
  kDecimal,
  kDate,
  kTimestamp,
  kTimestampNtz,
  kFloat,
  kBinary,
  kUuid,
};

/// What the header byte of a value holds: the lower two bits, and for primitives the upper six.
enum class VariantBasicType : uint8_t { kPrimitive, kShortString, kObject, kArray };
enum class VariantPrimitive : uint8_t {
  kNull,
  kTrue,
  kFalse,
  kInt1,
  kInt2,
  kInt4,
  kInt8,
  kDouble,
  kDecimal4,
  kDecimal8,
  kDecimal16,
  kDate,
  kTimestamp,
  kTimestampNtz,
  kFloat,
  kBinary,
  kLongString,
  kUuid = 20,
};

struct VariantDecimal {
  int128_t unscaled = 0;
  int scale = 0;
};

[[noreturn]] void ThrowMalformedVariant();
/// VARIANT_DUPLICATE_KEY.
[[noreturn]] void ThrowDuplicateVariantKey(std::string_view key);

/// The order of keys in objects: that of Java's strings, by UTF-16 units. Both well-formed UTF-8.
int CompareVariantKeys(std::string_view a, std::string_view b);

/// A value within a variant; it does not own the bytes. The members throw QueryError (MALFORMED_VARIANT,
/// UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT) for bytes that are no variant. Thread-safe.
class Variant {
 public:
  /// The root. Throws MALFORMED_VARIANT for another version, VARIANT_CONSTRUCTOR_SIZE_LIMIT for more than the limit.
  Variant(std::string_view value, std::string_view metadata);

  VariantType type() const;
  /// The members below are for values of their type only.
  bool boolean() const { return header() >> 2 == static_cast<uint8_t>(VariantPrimitive::kTrue); }
  int64_t integer() const;                      ///< long, date (days), timestamps (µs)
  double real() const;                          ///< double, float
  VariantDecimal decimal() const;               ///< without zeros at the fraction's end
  std::string_view bytes() const;               ///< string (UTF-8, or whatever stands there), binary, UUID
  std::string text() const;                     ///< string; what is not UTF-8 as Java decodes it
  size_t size() const { return Parts().size; }  ///< fields of an object, elements of an array

  struct Field;
  /// Index below size().
  Field field(size_t index) const;
  Variant element(size_t index) const;
  /// The field of an object, if it has it.
  std::optional<Variant> Find(std::string_view key) const;

  /// The value's own bytes; of the root all bytes, whatever follows it.
  std::string_view encoded() const;
  /// The value's own bytes, of the root too.
  std::string_view exact() const;
  std::string_view metadata() const { return metadata_; }
  /// The key of a dictionary id.
  std::string_view Key(uint64_t id) const;

  bool operator==(const Variant&) const = delete;

 private:
  struct Container {
    size_t size;
    size_t id_size;
    size_t offset_size;
    size_t ids;
    size_t offsets;
    size_t data;
  };

  Variant(std::string_view value, std::string_view metadata, size_t position)
      : value_(value), metadata_(metadata), position_(position) {}
  uint8_t header() const;
  Container Parts() const;
  size_t EncodedSize() const;
  int64_t Signed(size_t position, size_t size) const;

  std::string_view value_;
  std::string_view metadata_;
  size_t position_ = 0;
};

struct Variant::Field {
  std::string_view key;
  Variant value;
};

/// Whether value and metadata are well-formed in all their parts. Never throws.
bool IsValidVariant(std::string_view value, std::string_view metadata);

/// Guards a walk over a variant's parts against bytes that share parts: no well-formed value has more parts than bytes,
/// but parts that are used many times make exponentially many. Deeper nesting than kVariantMaxDepth is refused, too.
class VariantWalk {
 public:
  explicit VariantWalk(std::string_view value) : left_(value.size()) {}
  /// Counts one value of so many levels, and the bytes that are its alone. Throws MALFORMED_VARIANT.
  void Visit(int depth, size_t own_bytes = 1) {
    if (depth > kVariantMaxDepth || own_bytes > left_) ThrowMalformedVariant();
    left_ -= own_bytes;
  }

 private:
  size_t left_;
};

}  // namespace firesteel
