#include "types/variant/variant_builder.h"

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "base/utf8.h"

namespace firesteel {
namespace {

constexpr size_t kLongestShortString = 63;

/// Bytes that hold the number.
size_t WidthOf(uint64_t value) { return value <= 0xFF ? 1 : value <= 0xFFFF ? 2 : value <= 0xFFFFFF ? 3 : 4; }

void PutLittleEndian(char* to, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) to[i] = static_cast<char>(value >> (8 * i));
}

int DigitsOf(int128_t value) {
  uint128_t rest = value < 0 ? -static_cast<uint128_t>(value) : static_cast<uint128_t>(value);
  int digits = 1;
  while (rest >= 10) {
    rest /= 10;
    ++digits;
  }
  return digits;
}

}  // namespace

void VariantBuilder::Clear() {
  value_.clear();
  keys_.clear();
  ids_.clear();
}

void VariantBuilder::Require(size_t bytes) const {
  if (value_.size() + bytes > kVariantSizeLimit) throw VariantTooLarge();
}

void VariantBuilder::AppendLittleEndian(uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) value_ += static_cast<char>(value >> (8 * i));
}

void VariantBuilder::AppendNull() {
  Require(1);
  AppendHeader(VariantPrimitive::kNull);
}

void VariantBuilder::AppendBoolean(bool value) {
  Require(1);
  AppendHeader(value ? VariantPrimitive::kTrue : VariantPrimitive::kFalse);
}

void VariantBuilder::AppendLong(int64_t value) {
  Require(9);
  const auto bits = static_cast<uint64_t>(value);
  if (value == static_cast<int8_t>(value)) {
    AppendHeader(VariantPrimitive::kInt1);
    AppendLittleEndian(bits, 1);
  } else if (value == static_cast<int16_t>(value)) {
    AppendHeader(VariantPrimitive::kInt2);
    AppendLittleEndian(bits, 2);
  } else if (value == static_cast<int32_t>(value)) {
    AppendHeader(VariantPrimitive::kInt4);
    AppendLittleEndian(bits, 4);
  } else {
    AppendHeader(VariantPrimitive::kInt8);
    AppendLittleEndian(bits, 8);
  }
}

void VariantBuilder::AppendDouble(double value) {
  Require(9);
  AppendHeader(VariantPrimitive::kDouble);
  AppendLittleEndian(std::bit_cast<uint64_t>(value), 8);
}

void VariantBuilder::AppendFloat(float value) {
  Require(5);
  AppendHeader(VariantPrimitive::kFloat);
  AppendLittleEndian(std::bit_cast<uint32_t>(value), 4);
}

void VariantBuilder::AppendDecimal(int128_t unscaled, int scale) {
  Require(18);
  const int digits = DigitsOf(unscaled);
  const auto bits = static_cast<uint128_t>(unscaled);
  const bool fits_4 = digits <= 9 && scale <= 9;
  const bool fits_8 = digits <= 18 && scale <= 18;
  AppendHeader(fits_4   ? VariantPrimitive::kDecimal4
               : fits_8 ? VariantPrimitive::kDecimal8
                        : VariantPrimitive::kDecimal16);
  value_ += static_cast<char>(scale);
  AppendLittleEndian(static_cast<uint64_t>(bits), fits_4 ? 4 : 8);
  if (!fits_8) AppendLittleEndian(static_cast<uint64_t>(bits >> 64), 8);
}

void VariantBuilder::AppendDate(int32_t days) {
  Require(5);
  AppendHeader(VariantPrimitive::kDate);
  AppendLittleEndian(static_cast<uint32_t>(days), 4);
}

void VariantBuilder::AppendTimestamp(int64_t micros) {
  Require(9);
  AppendHeader(VariantPrimitive::kTimestamp);
  AppendLittleEndian(static_cast<uint64_t>(micros), 8);
}

void VariantBuilder::AppendTimestampNtz(int64_t micros) {
  Require(9);
  AppendHeader(VariantPrimitive::kTimestampNtz);
  AppendLittleEndian(static_cast<uint64_t>(micros), 8);
}

void VariantBuilder::AppendBinary(std::string_view bytes) {
  Require(5 + bytes.size());
  AppendHeader(VariantPrimitive::kBinary);
  AppendLittleEndian(bytes.size(), 4);
  value_ += bytes;
}

void VariantBuilder::AppendString(std::string_view text) {
  const bool is_long = text.size() > kLongestShortString;
  Require((is_long ? 5 : 1) + text.size());
  if (is_long) {
    AppendHeader(VariantPrimitive::kLongString);
    AppendLittleEndian(text.size(), 4);
  } else {
    value_ += static_cast<char>((text.size() << 2) | static_cast<uint8_t>(VariantBasicType::kShortString));
  }
  value_ += text;
}

void VariantBuilder::AppendScalar(const Variant& variant) {
  const std::string_view bytes = variant.exact();
  Require(bytes.size());
  value_ += bytes;
}

void VariantBuilder::AppendVariant(const Variant& variant) {
  VariantWalk walk(variant.encoded());
  AppendVariant(variant, 0, walk);
}

void VariantBuilder::AppendVariant(const Variant& variant, int depth, VariantWalk& walk) {
  const VariantType type = variant.type();
  if (type != VariantType::kObject && type != VariantType::kArray) {
    walk.Visit(depth, variant.exact().size());
    return AppendScalar(variant);
  }
  walk.Visit(depth);
  const size_t start = position();
  const size_t count = variant.size();
  if (type == VariantType::kArray) {
    std::vector<uint32_t> offsets;
    for (size_t i = 0; i < count; ++i) {
      offsets.push_back(OffsetFrom(start));
      AppendVariant(variant.element(i), depth + 1, walk);
    }
    return FinishArray(start, offsets);
  }
  std::vector<Field> fields;
  for (size_t i = 0; i < count; ++i) {
    const Variant::Field field = variant.field(i);
    fields.push_back({AddKey(field.key), OffsetFrom(start)});
    AppendVariant(field.value, depth + 1, walk);
  }
  FinishObject(start, fields);
}

uint32_t VariantBuilder::AddKey(std::string_view key) {
  const auto found = ids_.find(key);
  if (found != ids_.end()) return found->second;
  if (!IsValidUtf8(key)) {
    // Keys are Java strings to Spark.
    const std::string decoded = DecodeUtf8LikeJava(key);
    return AddKey(decoded);
  }
  const auto id = static_cast<uint32_t>(keys_.size());
  keys_.push_back(&ids_.emplace(key, id).first->first);
  return id;
}

char* VariantBuilder::InsertBefore(size_t start, size_t size) {
  Require(size);
  value_.insert(start, size, '\0');
  return value_.data() + start;
}

void VariantBuilder::FinishObject(size_t start, std::vector<Field>& fields) {
  std::sort(fields.begin(), fields.end(),
            [&](const Field& a, const Field& b) { return CompareVariantKeys(*keys_[a.id], *keys_[b.id]) < 0; });
  uint32_t greatest_id = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    greatest_id = std::max(greatest_id, fields[i].id);
    if (i > 0 && fields[i].id == fields[i - 1].id) ThrowDuplicateVariantKey(*keys_[fields[i].id]);
  }
  const size_t count = fields.size();
  const size_t data_size = value_.size() - start;
  const bool is_large = count > 0xFF;
  const size_t count_size = is_large ? 4 : 1;
  const size_t id_size = WidthOf(greatest_id);
  const size_t offset_size = WidthOf(data_size);
  char* to = InsertBefore(start, 1 + count_size + count * id_size + (count + 1) * offset_size);
  *to++ = static_cast<char>((is_large ? 0x40 : 0) | ((id_size - 1) << 4) | ((offset_size - 1) << 2) |
                            static_cast<uint8_t>(VariantBasicType::kObject));
  PutLittleEndian(to, count, count_size);
  to += count_size;
  for (const Field& field : fields) {
    PutLittleEndian(to, field.id, id_size);
    to += id_size;
  }
  for (const Field& field : fields) {
    PutLittleEndian(to, field.offset, offset_size);
    to += offset_size;
  }
  PutLittleEndian(to, data_size, offset_size);
}

void VariantBuilder::FinishArray(size_t start, const std::vector<uint32_t>& offsets) {
  const size_t count = offsets.size();
  const size_t data_size = value_.size() - start;
  const bool is_large = count > 0xFF;
  const size_t count_size = is_large ? 4 : 1;
  const size_t offset_size = WidthOf(data_size);
  char* to = InsertBefore(start, 1 + count_size + (count + 1) * offset_size);
  *to++ = static_cast<char>((is_large ? 0x10 : 0) | ((offset_size - 1) << 2) |
                            static_cast<uint8_t>(VariantBasicType::kArray));
  PutLittleEndian(to, count, count_size);
  to += count_size;
  for (const uint32_t offset : offsets) {
    PutLittleEndian(to, offset, offset_size);
    to += offset_size;
  }
  PutLittleEndian(to, data_size, offset_size);
}

std::string VariantBuilder::Metadata() const {
  size_t text_size = 0;
  for (const std::string* key : keys_) text_size += key->size();
  const size_t greatest = std::max(text_size, keys_.size());
  if (greatest > kVariantSizeLimit) throw VariantTooLarge();
  const size_t offset_size = WidthOf(greatest);
  const size_t size = 1 + (keys_.size() + 2) * offset_size + text_size;
  if (size > kVariantSizeLimit) throw VariantTooLarge();
  std::string metadata(size, '\0');
  char* to = metadata.data();
  *to++ = static_cast<char>(1 | ((offset_size - 1) << 6));
  PutLittleEndian(to, keys_.size(), offset_size);
  to += offset_size;
  char* text = to + (keys_.size() + 1) * offset_size;
  size_t offset = 0;
  for (const std::string* key : keys_) {
    PutLittleEndian(to, offset, offset_size);
    to += offset_size;
    text = std::copy(key->begin(), key->end(), text);
    offset += key->size();
  }
  PutLittleEndian(to, offset, offset_size);
  return metadata;
}

}  // namespace firesteel
