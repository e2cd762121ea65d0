#include "functions/kernels/sketch/item_codec.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/int128.h"
#include "base/java_text.h"
#include "base/utf8.h"
#include "functions/kernels/sketch/sketch_error.h"

namespace firesteel::functions {
namespace {

constexpr int kIntDigits = 9;
constexpr int kLongDigits = 18;

template <class T>
std::string BytesOf(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <class T>
T ValueOf(std::string_view bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof(T)));
  return value;
}

/// Two's complement of as few bytes as hold it, the highest first (java.math.BigInteger).
std::string BigEndian(int128_t value) {
  std::string bytes;
  do {
    bytes.insert(bytes.begin(), static_cast<char>(value & 0xFF));
    value >>= 8;
  } while (!((value == 0 && (bytes[0] & 0x80) == 0) || (value == -1 && (bytes[0] & 0x80) != 0)));
  return bytes;
}

int128_t FromBigEndian(std::string_view bytes) {
  int128_t value = !bytes.empty() && (bytes[0] & 0x80) != 0 ? -1 : 0;
  for (const char byte : bytes)
    value = static_cast<int128_t>(static_cast<uint128_t>(value) << 8 | static_cast<uint8_t>(byte));
  return value;
}

// ---- hash codes of Java's objects ----

int32_t LongHash(int64_t value) {
  const auto bits = static_cast<uint64_t>(value);
  return static_cast<int32_t>(static_cast<uint32_t>(bits ^ bits >> 32));
}

int32_t StringHash(std::string_view text) {
  uint32_t hash = 0;
  for (const char16_t unit : Utf16FromUtf8(text)) hash = hash * 31 + unit;
  return static_cast<int32_t>(hash);
}

int32_t BigIntegerHash(int128_t value) {
  const uint128_t size =
      value < 0 ? static_cast<uint128_t>(0) - static_cast<uint128_t>(value) : static_cast<uint128_t>(value);
  uint32_t hash = 0;
  for (int shift = 96; shift >= 0; shift -= 32) hash = hash * 31 + static_cast<uint32_t>(size >> shift);
  return static_cast<int32_t>(value < 0 ? 0U - hash : hash);
}

/// Scala's ## of whole numbers: one that fits an int is its own hash.
int32_t WholeHash(int128_t value) {
  if (value < std::numeric_limits<int64_t>::min() || value > std::numeric_limits<int64_t>::max()) {
    return BigIntegerHash(value);
  }
  const auto number = static_cast<int64_t>(value);
  return number == static_cast<int32_t>(number) ? static_cast<int32_t>(number) : LongHash(number);
}

/// Scala's ## of a double that is not whole.
int32_t FractionHash(double value) {
  const auto narrow = static_cast<float>(value);
  if (static_cast<double>(narrow) == value) return std::bit_cast<int32_t>(narrow);
  return LongHash(std::bit_cast<int64_t>(value));
}

/// Whether the shortest decimal text of the nearest double has exactly these digits.
bool IsDecimalDouble(int128_t unscaled, double value) {
  constexpr int128_t kSurely = 1'000'000'000'000'000;
  if (unscaled < kSurely && unscaled > -kSurely) return true;
  std::array<char, 40> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
  int128_t digits = 0;
  for (const char* c = text.data(); c != end && *c != 'e'; ++c) {
    if (*c >= '0' && *c <= '9') digits = digits * 10 + (*c - '0');
  }
  while (digits != 0 && digits % 10 == 0) digits /= 10;
  return digits == (unscaled < 0 ? -unscaled : unscaled);
}

/// scala.math.BigDecimal.hashCode.
int32_t DecimalHash(int128_t unscaled, int scale) {
  while (scale > 0 && unscaled % 10 == 0) {
    unscaled /= 10;
    --scale;
  }
  if (scale == 0) return WholeHash(unscaled);
  const std::string text = DecimalPlainText(unscaled, 0) + "e-" + std::to_string(scale);
  const double value = std::strtod(text.c_str(), nullptr);
  if (IsDecimalDouble(unscaled, value)) return FractionHash(value);
  const uint32_t mixed = std::rotl(static_cast<uint32_t>(scale) * 0xCC9E2D51U, 15) * 0x1B873593U;
  return static_cast<int32_t>(static_cast<uint32_t>(BigIntegerHash(unscaled)) ^ mixed);
}

}  // namespace

ItemCodec::ItemCodec(DataType type) : type_(std::move(type)) {}

bool ItemCodec::Supports(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
    case TypeKind::kByte:
    case TypeKind::kShort:
    case TypeKind::kInt:
    case TypeKind::kLong:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
    case TypeKind::kDecimal:
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return true;
    default:
      return type.IsStringLike();
  }
}

ItemCodec::Form ItemCodec::FormOf() const {
  switch (type_.kind()) {
    case TypeKind::kBoolean:
      return {0, 1};
    case TypeKind::kByte:
      return {2, 1};
    case TypeKind::kShort:
      return {3, 2};
    case TypeKind::kInt:
    case TypeKind::kDate:
      return {9, 4};
    case TypeKind::kFloat:
      return {6, 4};
    case TypeKind::kDecimal:
      return type_.precision() <= kIntDigits ? Form{9, 4} : type_.precision() <= kLongDigits ? Form{0, 8} : Form{0, 0};
    case TypeKind::kLong:
    case TypeKind::kDouble:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return {0, 8};
    default:
      return {0, 0};
  }
}

std::string ItemCodec::Encode(const VectorView& values, size_t row) const {
  switch (type_.kind()) {
    case TypeKind::kBoolean:
      return BytesOf(static_cast<uint8_t>(values.Get<bool>(row)));
    case TypeKind::kByte:
      return BytesOf(values.Get<int8_t>(row));
    case TypeKind::kShort:
      return BytesOf(values.Get<int16_t>(row));
    case TypeKind::kInt:
    case TypeKind::kDate:
      return BytesOf(values.Get<int32_t>(row));
    case TypeKind::kFloat: {
      const float value = values.Get<float>(row);
      return BytesOf(std::isnan(value) ? std::numeric_limits<float>::quiet_NaN() : value);
    }
    case TypeKind::kDouble: {
      const double value = values.Get<double>(row);
      return BytesOf(std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value);
    }
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return BytesOf(values.Get<int64_t>(row));
    case TypeKind::kDecimal: {
      const int128_t value = values.Get<int128_t>(row);
      if (type_.precision() <= kIntDigits) return BytesOf(static_cast<int32_t>(value));
      if (type_.precision() <= kLongDigits) return BytesOf(static_cast<int64_t>(value));
      return BigEndian(value);
    }
    default:
      return std::string(values.Text(row));
  }
}

int32_t ItemCodec::HashCode(std::string_view item) const {
  switch (type_.kind()) {
    case TypeKind::kBoolean:
      return ValueOf<uint8_t>(item) != 0 ? 1231 : 1237;
    case TypeKind::kByte:
      return ValueOf<int8_t>(item);
    case TypeKind::kShort:
      return ValueOf<int16_t>(item);
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kFloat:
      return ValueOf<int32_t>(item);
    case TypeKind::kLong:
    case TypeKind::kDouble:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return LongHash(ValueOf<int64_t>(item));
    case TypeKind::kDecimal:
      if (type_.precision() <= kIntDigits) return DecimalHash(ValueOf<int32_t>(item), type_.scale());
      if (type_.precision() <= kLongDigits) return DecimalHash(ValueOf<int64_t>(item), type_.scale());
      return DecimalHash(FromBigEndian(item), type_.scale());
    default:
      return StringHash(item);
  }
}

void ItemCodec::Write(std::string_view item, ResultVector& result, size_t row) const {
  switch (type_.kind()) {
    case TypeKind::kBoolean:
      result.Data<bool>()[row] = ValueOf<uint8_t>(item) != 0;
      break;
    case TypeKind::kByte:
      result.Data<int8_t>()[row] = ValueOf<int8_t>(item);
      break;
    case TypeKind::kShort:
      result.Data<int16_t>()[row] = ValueOf<int16_t>(item);
      break;
    case TypeKind::kInt:
    case TypeKind::kDate:
      result.Data<int32_t>()[row] = ValueOf<int32_t>(item);
      break;
    case TypeKind::kFloat:
      result.Data<float>()[row] = ValueOf<float>(item);
      break;
    case TypeKind::kDouble:
      result.Data<double>()[row] = ValueOf<double>(item);
      break;
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      result.Data<int64_t>()[row] = ValueOf<int64_t>(item);
      break;
    case TypeKind::kDecimal:
      result.Data<int128_t>()[row] = type_.precision() <= kIntDigits    ? int128_t{ValueOf<int32_t>(item)}
                                     : type_.precision() <= kLongDigits ? int128_t{ValueOf<int64_t>(item)}
                                                                        : FromBigEndian(item);
      break;
    default:
      result.SetText(row, item);
  }
}

std::string ItemCodec::Join(const std::vector<std::string_view>& items) const {
  std::string bytes;
  if (type_.Is(TypeKind::kBoolean)) {
    bytes.resize((items.size() + 7) / 8);
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i][0] != 0) bytes[i / 8] |= static_cast<char>(1 << (i % 8));
    }
    return bytes;
  }
  const Form form = FormOf();
  for (const std::string_view item : items) {
    if (form.tag != 0) bytes += static_cast<char>(form.tag);
    if (form.size == 0) bytes += BytesOf(static_cast<uint32_t>(item.size()));
    bytes += item;
  }
  return bytes;
}

std::vector<std::string> ItemCodec::Split(std::string_view bytes, size_t count) const {
  std::vector<std::string> items;
  items.reserve(std::min(count, bytes.size() * 8));
  if (type_.Is(TypeKind::kBoolean)) {
    if ((count + 7) / 8 > bytes.size()) throw SketchFormatError{};
    for (size_t i = 0; i < count; ++i) items.push_back(BytesOf(static_cast<uint8_t>((bytes[i / 8] >> (i % 8)) & 1)));
    return items;
  }
  const Form form = FormOf();
  const auto take = [&](size_t size) {
    if (size > bytes.size()) throw SketchFormatError{};
    const std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
  };
  for (size_t i = 0; i < count; ++i) {
    if (form.tag != 0 && static_cast<uint8_t>(take(1)[0]) != form.tag) throw SketchFormatError{};
    const size_t size = form.size != 0 ? form.size : ValueOf<uint32_t>(take(4));
    if (type_.Is(TypeKind::kDecimal) && size > sizeof(int128_t)) throw SketchFormatError{};
    items.emplace_back(take(size));
  }
  return items;
}

namespace {

constexpr std::pair<std::string_view, TypeKind> kTypeNames[] = {
    {"BOOLEAN", TypeKind::kBoolean},     {"TINYINT", TypeKind::kByte},
    {"SMALLINT", TypeKind::kShort},      {"INT", TypeKind::kInt},
    {"BIGINT", TypeKind::kLong},         {"FLOAT", TypeKind::kFloat},
    {"DOUBLE", TypeKind::kDouble},       {"DATE", TypeKind::kDate},
    {"TIMESTAMP", TypeKind::kTimestamp}, {"TIMESTAMP_NTZ", TypeKind::kTimestampNtz}};

DataType PlainType(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBoolean:
      return DataType::Boolean();
    case TypeKind::kByte:
      return DataType::Byte();
    case TypeKind::kShort:
      return DataType::Short();
    case TypeKind::kInt:
      return DataType::Int();
    case TypeKind::kLong:
      return DataType::Long();
    case TypeKind::kFloat:
      return DataType::Float();
    case TypeKind::kDouble:
      return DataType::Double();
    case TypeKind::kDate:
      return DataType::Date();
    case TypeKind::kTimestamp:
      return DataType::Timestamp();
    default:
      return DataType::TimestampNtz();
  }
}

}  // namespace

std::string ItemTypeText(const DataType& type) {
  if (type.IsStringLike()) return "item string not null";
  std::string name;
  if (type.Is(TypeKind::kDecimal)) {
    name = "DECIMAL(" + std::to_string(type.precision()) + "," + std::to_string(type.scale()) + ")";
  }
  for (const auto& [text, kind] : kTypeNames) {
    if (type.Is(kind)) name = text;
  }
  return "item " + name + " NOT NULL";
}

std::optional<DataType> ItemTypeOf(std::string_view ddl) {
  std::string upper(ddl);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::string_view text = upper;
  if (!text.starts_with("ITEM ")) return std::nullopt;
  text.remove_prefix(5);
  if (text.ends_with(" NOT NULL")) text.remove_suffix(9);
  if (text == "STRING") return DataType::String();
  for (const auto& [name, kind] : kTypeNames) {
    if (text == name) return PlainType(kind);
  }
  int precision = 0;
  int scale = 0;
  if (std::sscanf(std::string(text).c_str(), "DECIMAL(%2d,%2d)", &precision, &scale) == 2 && precision >= 1 &&
      precision <= 38 && scale >= 0 && scale <= precision) {
    return DataType::Decimal(precision, scale);
  }
  return std::nullopt;
}

}  // namespace firesteel::functions
