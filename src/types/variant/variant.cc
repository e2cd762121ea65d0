#include "types/variant/variant.h"

#include <bit>

#include "base/error.h"
#include "base/utf8.h"

namespace firesteel {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kBinarySearchFrom = 32;  // Spark reads shorter objects from their first field on
constexpr size_t kUuidSize = 16;

void Check(size_t position, size_t size, std::string_view bytes) {
  if (position > bytes.size() || size > bytes.size() - position) ThrowMalformedVariant();
}

uint64_t LittleEndian(std::string_view bytes, size_t position, size_t size) {
  Check(position, size, bytes);
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = (value << 8) | static_cast<uint8_t>(bytes[position + i]);
  return value;
}

/// Sizes, offsets and ids; Java keeps them in an int.
size_t Unsigned(std::string_view bytes, size_t position, size_t size) {
  const uint64_t value = LittleEndian(bytes, position, size);
  if (value > INT32_MAX) ThrowMalformedVariant();
  return value;
}

int MostDigits(VariantPrimitive type) {
  return type == VariantPrimitive::kDecimal4 ? 9 : type == VariantPrimitive::kDecimal8 ? 18 : 38;
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

void Validate(const Variant& value, int depth, VariantWalk& walk) {
  walk.Visit(depth);
  switch (value.type()) {
    case VariantType::kObject:
      for (size_t i = 0, size = value.size(); i < size; ++i) Validate(value.field(i).value, depth + 1, walk);
      break;
    case VariantType::kArray:
      for (size_t i = 0, size = value.size(); i < size; ++i) Validate(value.element(i), depth + 1, walk);
      break;
    case VariantType::kDecimal:
      value.decimal();
      break;
    default:
      value.exact();
      break;
  }
}

}  // namespace

void ThrowMalformedVariant() { throw QueryError("MALFORMED_VARIANT", {}, nullptr, ErrorClass::kRuntime); }

void ThrowDuplicateVariantKey(std::string_view key) {
  throw QueryError("VARIANT_DUPLICATE_KEY", {{"key", std::string(key)}}, nullptr, ErrorClass::kRuntime);
}

int CompareVariantKeys(std::string_view a, std::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    if (a[i] == b[i]) continue;
    const auto x = static_cast<uint8_t>(a[i]);
    const auto y = static_cast<uint8_t>(b[i]);
    // Code points beyond U+FFFF are surrogates, which come before U+E000 to U+FFFF.
    const bool x_is_pair = x >= 0xF0;
    const bool y_is_pair = y >= 0xF0;
    if (x_is_pair != y_is_pair && (x_is_pair ? y : x) >= 0xEE) return x_is_pair ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

Variant::Variant(std::string_view value, std::string_view metadata) : value_(value), metadata_(metadata) {
  if (metadata.empty() || (static_cast<uint8_t>(metadata[0]) & 0x0F) != kVersion) ThrowMalformedVariant();
  if (metadata.size() > kVariantSizeLimit || value.size() > kVariantSizeLimit) {
    throw QueryError("VARIANT_CONSTRUCTOR_SIZE_LIMIT", {}, nullptr, ErrorClass::kRuntime);
  }
}

uint8_t Variant::header() const {
  if (position_ >= value_.size()) ThrowMalformedVariant();
  return static_cast<uint8_t>(value_[position_]);
}

VariantType Variant::type() const {
  const uint8_t first = header();
  switch (static_cast<VariantBasicType>(first & 3)) {
    case VariantBasicType::kShortString:
      return VariantType::kString;
    case VariantBasicType::kObject:
      return VariantType::kObject;
    case VariantBasicType::kArray:
      return VariantType::kArray;
    case VariantBasicType::kPrimitive:
      break;
  }
  switch (static_cast<VariantPrimitive>(first >> 2)) {
    case VariantPrimitive::kNull:
      return VariantType::kNull;
    case VariantPrimitive::kTrue:
    case VariantPrimitive::kFalse:
      return VariantType::kBoolean;
    case VariantPrimitive::kInt1:
    case VariantPrimitive::kInt2:
    case VariantPrimitive::kInt4:
    case VariantPrimitive::kInt8:
      return VariantType::kLong;
    case VariantPrimitive::kDouble:
      return VariantType::kDouble;
    case VariantPrimitive::kDecimal4:
    case VariantPrimitive::kDecimal8:
    case VariantPrimitive::kDecimal16:
      return VariantType::kDecimal;
    case VariantPrimitive::kDate:
      return VariantType::kDate;
    case VariantPrimitive::kTimestamp:
      return VariantType::kTimestamp;
    case VariantPrimitive::kTimestampNtz:
      return VariantType::kTimestampNtz;
    case VariantPrimitive::kFloat:
      return VariantType::kFloat;
    case VariantPrimitive::kBinary:
      return VariantType::kBinary;
    case VariantPrimitive::kLongString:
      return VariantType::kString;
    case VariantPrimitive::kUuid:
      return VariantType::kUuid;
  }
  throw QueryError("UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT", {{"id", std::to_string(first >> 2)}}, nullptr,
                   ErrorClass::kRuntime);
}

int64_t Variant::Signed(size_t position, size_t size) const {
  const uint64_t value = LittleEndian(value_, position, size);
  const int shift = static_cast<int>(64 - 8 * size);
  return static_cast<int64_t>(value << shift) >> shift;
}

int64_t Variant::integer() const { return Signed(position_ + 1, EncodedSize() - 1); }

double Variant::real() const {
  if (static_cast<VariantPrimitive>(header() >> 2) == VariantPrimitive::kFloat) {
    return std::bit_cast<float>(static_cast<uint32_t>(LittleEndian(value_, position_ + 1, 4)));
  }
  return std::bit_cast<double>(LittleEndian(value_, position_ + 1, 8));
}

VariantDecimal Variant::decimal() const {
  const auto primitive = static_cast<VariantPrimitive>(header() >> 2);
  VariantDecimal decimal;
  decimal.scale = static_cast<int>(LittleEndian(value_, position_ + 1, 1));
  if (primitive == VariantPrimitive::kDecimal16) {
    decimal.unscaled = static_cast<int128_t>((static_cast<uint128_t>(LittleEndian(value_, position_ + 10, 8)) << 64) |
                                             LittleEndian(value_, position_ + 2, 8));
  } else {
    decimal.unscaled = Signed(position_ + 2, primitive == VariantPrimitive::kDecimal4 ? 4 : 8);
  }
  const int most = MostDigits(primitive);
  if (decimal.scale > most || DigitsOf(decimal.unscaled) > most) ThrowMalformedVariant();
  while (decimal.scale > 0 && decimal.unscaled % 10 == 0) {
    decimal.unscaled /= 10;
    --decimal.scale;
  }
  return decimal;
}

std::string_view Variant::bytes() const {
  const uint8_t first = header();
  size_t begin = position_ + 1;
  size_t size = first >> 2;
  if (static_cast<VariantBasicType>(first & 3) == VariantBasicType::kPrimitive) {
    if (static_cast<VariantPrimitive>(first >> 2) == VariantPrimitive::kUuid) {
      size = kUuidSize;
    } else {
      size = Unsigned(value_, begin, 4);
      begin += 4;
    }
  }
  Check(begin, size, value_);
  return value_.substr(begin, size);
}

std::string Variant::text() const {
  const std::string_view raw = bytes();
  return IsValidUtf8(raw) ? std::string(raw) : DecodeUtf8LikeJava(raw);
}

Variant::Container Variant::Parts() const {
  const uint8_t first = header();
  const uint8_t info = first >> 2;
  const bool is_object = static_cast<VariantBasicType>(first & 3) == VariantBasicType::kObject;
  const size_t count_size = (info >> (is_object ? 4 : 2)) & 1 ? 4 : 1;
  Container parts;
  parts.size = Unsigned(value_, position_ + 1, count_size);
  parts.id_size = is_object ? ((info >> 2) & 3) + 1u : 0;
  parts.offset_size = (info & 3) + 1u;
  parts.ids = position_ + 1 + count_size;
  parts.offsets = parts.ids + parts.size * parts.id_size;
  parts.data = parts.offsets + (parts.size + 1) * parts.offset_size;
  // Where the lists are cut there are no values behind them either.
  if (parts.size > 0 && parts.data > value_.size()) ThrowMalformedVariant();
  return parts;
}

Variant::Field Variant::field(size_t index) const {
  const Container parts = Parts();
  const size_t id = Unsigned(value_, parts.ids + index * parts.id_size, parts.id_size);
  const size_t offset = Unsigned(value_, parts.offsets + index * parts.offset_size, parts.offset_size);
  return {Key(id), Variant(value_, metadata_, parts.data + offset)};
}

Variant Variant::element(size_t index) const {
  const Container parts = Parts();
  const size_t offset = Unsigned(value_, parts.offsets + index * parts.offset_size, parts.offset_size);
  return {value_, metadata_, parts.data + offset};
}

std::optional<Variant> Variant::Find(std::string_view key) const {
  const size_t count = size();
  if (count < kBinarySearchFrom) {
    for (size_t i = 0; i < count; ++i) {
      const Field found = field(i);
      if (found.key == key) return found.value;
    }
    return std::nullopt;
  }
  size_t low = 0;
  size_t high = count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const Field found = field(middle);
    const int order = CompareVariantKeys(found.key, key);
    if (order == 0) return found.value;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

std::string_view Variant::Key(uint64_t id) const {
  const size_t offset_size = ((static_cast<uint8_t>(metadata_[0]) >> 6) & 3) + 1u;
  const size_t count = Unsigned(metadata_, 1, offset_size);
  if (id >= count) ThrowMalformedVariant();
  const size_t strings = 1 + (count + 2) * offset_size;
  const size_t begin = Unsigned(metadata_, 1 + (id + 1) * offset_size, offset_size);
  const size_t end = Unsigned(metadata_, 1 + (id + 2) * offset_size, offset_size);
  if (end < begin) ThrowMalformedVariant();
  Check(strings + begin, end - begin, metadata_);
  return metadata_.substr(strings + begin, end - begin);
}

size_t Variant::EncodedSize() const {
  const uint8_t first = header();
  switch (static_cast<VariantBasicType>(first & 3)) {
    case VariantBasicType::kShortString:
      return 1 + (first >> 2);
    case VariantBasicType::kObject:
    case VariantBasicType::kArray: {
      const Container parts = Parts();
      return parts.data - position_ +
             Unsigned(value_, parts.offsets + parts.size * parts.offset_size, parts.offset_size);
    }
    case VariantBasicType::kPrimitive:
      break;
  }
  switch (static_cast<VariantPrimitive>(first >> 2)) {
    case VariantPrimitive::kNull:
    case VariantPrimitive::kTrue:
    case VariantPrimitive::kFalse:
      return 1;
    case VariantPrimitive::kInt1:
      return 2;
    case VariantPrimitive::kInt2:
      return 3;
    case VariantPrimitive::kInt4:
    case VariantPrimitive::kDate:
    case VariantPrimitive::kFloat:
      return 5;
    case VariantPrimitive::kInt8:
    case VariantPrimitive::kDouble:
    case VariantPrimitive::kTimestamp:
    case VariantPrimitive::kTimestampNtz:
      return 9;
    case VariantPrimitive::kDecimal4:
      return 6;
    case VariantPrimitive::kDecimal8:
      return 10;
    case VariantPrimitive::kDecimal16:
      return 18;
    case VariantPrimitive::kBinary:
    case VariantPrimitive::kLongString:
      return 5 + Unsigned(value_, position_ + 1, 4);
    case VariantPrimitive::kUuid:
      return 1 + kUuidSize;
  }
  type();  // tells which it is
  ThrowMalformedVariant();
}

std::string_view Variant::exact() const {
  const size_t size = EncodedSize();
  Check(position_, size, value_);
  return value_.substr(position_, size);
}

std::string_view Variant::encoded() const { return position_ == 0 ? value_ : exact(); }

bool IsValidVariant(std::string_view value, std::string_view metadata) {
  try {
    VariantWalk walk(value);
    Validate(Variant(value, metadata), 0, walk);
    return true;
  } catch (const QueryError&) {
    return false;
  }
}

}  // namespace firesteel
