#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "types/variant/variant.h"

namespace firesteel {

/// Thrown where a value or its metadata would be longer than kVariantSizeLimit; who builds knows the function to name.
struct VariantTooLarge {};

/// Writes variants byte for byte as Spark does: keys get ids in the order in which they are met, numbers the shortest
/// form, objects are sorted by their keys. Containers are written after their parts: remember position() before the
/// first part, note each part's offset from there, then call FinishObject or FinishArray.
/// Not thread-safe. Throws VariantTooLarge; QueryError for duplicate keys and malformed variants.
class VariantBuilder {
 public:
  struct Field {
    uint32_t id;
    uint32_t offset;
  };

  VariantBuilder() = default;
  VariantBuilder(VariantBuilder&&) = default;  // copies would point into one another's dictionary
  VariantBuilder& operator=(VariantBuilder&&) = default;

  void Clear();

  void AppendNull();
  void AppendBoolean(bool value);
  void AppendLong(int64_t value);
  void AppendDouble(double value);
  void AppendFloat(float value);
  /// Up to 38 digits; keeps the scale.
  void AppendDecimal(int128_t unscaled, int scale);
  void AppendDate(int32_t days);
  void AppendTimestamp(int64_t micros);
  void AppendTimestampNtz(int64_t micros);
  void AppendBinary(std::string_view bytes);
  void AppendString(std::string_view text);
  /// A whole variant, its keys in this one's dictionary.
  void AppendVariant(const Variant& variant);
  /// Another builder's walk goes on: parts of one variant are counted together. `depth`: of the part.
  void AppendVariant(const Variant& variant, int depth, VariantWalk& walk);
  /// The bytes of a scalar as they are.
  void AppendScalar(const Variant& variant);

  /// The id of a key, which joins the dictionary if it is new.
  uint32_t AddKey(std::string_view key);
  size_t position() const { return value_.size(); }
  uint32_t OffsetFrom(size_t start) const { return static_cast<uint32_t>(value_.size() - start); }
  /// Sorts the fields. Throws VARIANT_DUPLICATE_KEY.
  void FinishObject(size_t start, std::vector<Field>& fields);
  void FinishArray(size_t start, const std::vector<uint32_t>& offsets);

  /// The value written; valid until the next call.
  std::string_view value() const { return value_; }
  std::string Metadata() const;

 private:
  void Require(size_t bytes) const;
  void AppendLittleEndian(uint64_t value, size_t size);
  void AppendHeader(VariantPrimitive type) { value_ += static_cast<char>(static_cast<uint8_t>(type) << 2); }
  /// Makes room for `size` bytes in front of what was written from `start` on.
  char* InsertBefore(size_t start, size_t size);

  struct HashText {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::string value_;
  std::unordered_map<std::string, uint32_t, HashText, std::equal_to<>> ids_;
  std::vector<const std::string*> keys_;  // by id; they live in ids_
};

}  // namespace firesteel
