#include "client/local/value_writer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/int128.h"
#include "client/types/decimal.h"
#include "firesteel/row.h"

namespace firesteel::client {
namespace {

using arrow::ColumnBuilder;

template <class T>
bool AppendFixed(T element, ColumnBuilder& out) {
  out.AppendValid(true);
  std::memcpy(out.AppendFixed(1), &element, sizeof element);
  return true;
}

bool AppendBytes(std::string_view bytes, ColumnBuilder& out) {
  out.AppendValid(true);
  out.AppendBytes(bytes);
  return true;
}

template <class T>
bool AppendInteger(const Value& value, ColumnBuilder& out) {
  const std::optional<int64_t> number = value.integer();
  return number && std::in_range<T>(*number) && AppendFixed(static_cast<T>(*number), out);
}

template <class T>
bool AppendReal(const Value& value, ColumnBuilder& out) {
  if (const double* number = value.get_if<double>()) {
    return sizeof(T) == sizeof(double) && AppendFixed(static_cast<T>(*number), out);
  }
  if (const float* number = value.get_if<float>()) return AppendFixed(static_cast<T>(*number), out);
  const std::optional<int64_t> number = value.integer();
  return number && AppendFixed(static_cast<T>(*number), out);
}

bool AppendDecimal(const Value& value, const DataType& type, ColumnBuilder& out) {
  int128_t unscaled = 0;
  int scale = 0;
  if (const Decimal* decimal = value.get_if<Decimal>()) {
    unscaled = UnscaledOf(*decimal);
    scale = decimal->scale();
  } else if (const std::optional<int64_t> number = value.integer()) {
    unscaled = *number;
  } else {
    return false;
  }
  for (; scale > type.scale(); --scale) {
    if (unscaled % 10 != 0) return false;
    unscaled /= 10;
  }
  const int128_t limit = PowerOfTen(std::clamp(type.precision(), 0, 38));
  for (; scale < type.scale(); ++scale) {
    if (unscaled >= limit || unscaled <= -limit) return false;
    unscaled *= 10;
  }
  return unscaled < limit && unscaled > -limit && AppendFixed(unscaled, out);
}

bool AppendArray(const Value& value, const DataType& type, ColumnBuilder& out) {
  const Array* elements = value.get_if<Array>();
  if (!elements) return false;
  out.AppendValid(true);
  out.AppendList(static_cast<int64_t>(elements->size()));
  for (const Value& element : *elements) {
    if (element.is_null() && !type.contains_null()) return false;
    if (!AppendValue(element, type.element_type(), out.child(0))) return false;
  }
  return true;
}

bool AppendMap(const Value& value, const DataType& type, ColumnBuilder& out) {
  const MapEntries* entries = value.get_if<MapEntries>();
  if (!entries) return false;
  out.AppendValid(true);
  out.AppendList(static_cast<int64_t>(entries->size()));
  ColumnBuilder& pairs = out.child(0);
  for (const auto& [key, mapped] : *entries) {
    if (key.is_null() || (mapped.is_null() && !type.value_contains_null())) return false;
    pairs.AppendValid(true);
    if (!AppendValue(key, type.key_type(), pairs.child(0))) return false;
    if (!AppendValue(mapped, type.value_type(), pairs.child(1))) return false;
  }
  return true;
}

bool AppendStruct(const Value& value, const DataType& type, ColumnBuilder& out) {
  const Row* row = value.get_if<Row>();
  if (!row || row->size() != type.fields().size()) return false;
  out.AppendValid(true);
  for (size_t i = 0; i < row->size(); ++i) {
    const StructField& field = type.fields()[i];
    if ((*row)[i].is_null() && !field.nullable) return false;
    if (!AppendValue((*row)[i], field.type, out.child(i))) return false;
  }
  return true;
}

template <class T>
bool AppendNanos(const Value& value, ColumnBuilder& out) {
  const T* time = value.get_if<T>();
  if (!time) return false;
  out.AppendValid(true);
  return AppendFixed(time->micros, out.child(0)) && AppendFixed(time->nanos, out.child(1));
}

/// Values that are a number of the column's own: `member` of T.
template <class T, class Member>
bool AppendMember(const Value& value, Member T::*member, ColumnBuilder& out) {
  const T* found = value.get_if<T>();
  return found && AppendFixed(found->*member, out);
}

bool AppendCalendarInterval(const Value& value, ColumnBuilder& out) {
  const CalendarInterval* interval = value.get_if<CalendarInterval>();
  int64_t nanos = 0;
  if (!interval || __builtin_mul_overflow(interval->micros, int64_t{1000}, &nanos)) return false;
  char element[16];
  std::memcpy(element, &interval->months, 4);
  std::memcpy(element + 4, &interval->days, 4);
  std::memcpy(element + 8, &nanos, 8);
  out.AppendValid(true);
  out.AppendFixed(element, 1);
  return true;
}

bool AppendPair(const Value& value, ColumnBuilder& out) {
  if (const Variant* variant = value.get_if<Variant>()) {
    out.AppendValid(true);
    return AppendBytes(variant->value, out.child(0)) && AppendBytes(variant->metadata, out.child(1));
  }
  const Geospatial* shape = value.get_if<Geospatial>();
  if (!shape) return false;
  out.AppendValid(true);
  return AppendFixed(shape->srid, out.child(0)) && AppendBytes(shape->wkb, out.child(1));
}

int DigitsOf(TypeKind integer) {
  switch (integer) {
    case TypeKind::kByte:
      return 3;
    case TypeKind::kShort:
      return 5;
    case TypeKind::kInteger:
      return 10;
    default:
      return 20;
  }
}

DataType WiderDecimal(const DataType& a, const DataType& b) {
  const auto whole = [](const DataType& type) {
    return type.is(TypeKind::kDecimal) ? type.precision() - type.scale() : DigitsOf(type.kind());
  };
  const auto scale = [](const DataType& type) { return type.is(TypeKind::kDecimal) ? type.scale() : 0; };
  const int digits = std::max(scale(a), scale(b));
  return DataType::decimal(std::min(std::max(whole(a), whole(b)) + digits, 38), digits);
}

std::optional<DataType> CommonStruct(const DataType& a, const DataType& b) {
  if (a.fields().size() != b.fields().size()) return std::nullopt;
  std::vector<StructField> fields = a.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    std::optional<DataType> type = CommonType(fields[i].type, b.fields()[i].type);
    if (!type || fields[i].name != b.fields()[i].name) return std::nullopt;
    fields[i].type = *std::move(type);
    fields[i].nullable |= b.fields()[i].nullable;
  }
  return DataType::struct_(std::move(fields));
}

}  // namespace

bool AppendValue(const Value& value, const DataType& type, ColumnBuilder& out) {
  if (value.is_null()) {
    out.AppendNull();
    return true;
  }
  switch (type.kind()) {
    case TypeKind::kNull:
    case TypeKind::kUnparsed:
      return false;
    case TypeKind::kBoolean: {
      const bool* flag = value.get_if<bool>();
      if (!flag) return false;
      out.AppendValid(true);
      out.AppendBoolean(*flag);
      return true;
    }
    case TypeKind::kByte:
      return AppendInteger<int8_t>(value, out);
    case TypeKind::kShort:
      return AppendInteger<int16_t>(value, out);
    case TypeKind::kInteger:
      return AppendInteger<int32_t>(value, out);
    case TypeKind::kLong:
      return AppendInteger<int64_t>(value, out);
    case TypeKind::kFloat:
      return AppendReal<float>(value, out);
    case TypeKind::kDouble:
      return AppendReal<double>(value, out);
    case TypeKind::kDecimal:
      return AppendDecimal(value, type, out);
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar: {
      const std::string* text = value.get_if<std::string>();
      return text && AppendBytes(*text, out);
    }
    case TypeKind::kBinary: {
      const Binary* binary = value.get_if<Binary>();
      return binary && AppendBytes(binary->bytes, out);
    }
    case TypeKind::kDate:
      return AppendMember(value, &Date::days, out);
    case TypeKind::kTimestamp:
      return AppendMember(value, &Timestamp::micros, out);
    case TypeKind::kTimestampNtz:
      return AppendMember(value, &TimestampNtz::micros, out);
    case TypeKind::kTime:
      return AppendMember(value, &Time::nanos, out);
    case TypeKind::kYearMonthInterval:
      return AppendMember(value, &YearMonthInterval::months, out);
    case TypeKind::kDayTimeInterval:
      return AppendMember(value, &DayTimeInterval::micros, out);
    case TypeKind::kCalendarInterval:
      return AppendCalendarInterval(value, out);
    case TypeKind::kArray:
      return AppendArray(value, type, out);
    case TypeKind::kMap:
      return AppendMap(value, type, out);
    case TypeKind::kStruct:
      return AppendStruct(value, type, out);
    case TypeKind::kVariant:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return AppendPair(value, out);
    case TypeKind::kTimestampNanos:
      return AppendNanos<TimestampNanos>(value, out);
    case TypeKind::kTimestampNtzNanos:
      return AppendNanos<TimestampNtzNanos>(value, out);
    case TypeKind::kUserDefined:
      return AppendValue(value, type.storage_type(), out);
  }
  return false;
}

std::optional<DataType> CommonType(const DataType& a, const DataType& b) {
  if (a == b || b.is(TypeKind::kNull)) return a;
  if (a.is(TypeKind::kNull)) return b;
  if (a.is_numeric() && b.is_numeric()) {
    const auto is_real = [](const DataType& type) { return type.is(TypeKind::kFloat) || type.is(TypeKind::kDouble); };
    if (is_real(a) || is_real(b)) {
      const bool floats = a.is(TypeKind::kFloat) && b.is(TypeKind::kFloat);
      if (a.is(TypeKind::kDecimal) || b.is(TypeKind::kDecimal)) return std::nullopt;
      return floats ? DataType::float_() : DataType::double_();
    }
    if (a.is(TypeKind::kDecimal) || b.is(TypeKind::kDecimal)) return WiderDecimal(a, b);
    return a.kind() > b.kind() ? a : b;
  }
  if (a.kind() != b.kind()) return std::nullopt;
  if (a.is(TypeKind::kArray)) {
    std::optional<DataType> element = CommonType(a.element_type(), b.element_type());
    if (!element) return std::nullopt;
    return DataType::array(*std::move(element), a.contains_null() || b.contains_null());
  }
  if (a.is(TypeKind::kMap)) {
    std::optional<DataType> key = CommonType(a.key_type(), b.key_type());
    std::optional<DataType> value = CommonType(a.value_type(), b.value_type());
    if (!key || !value) return std::nullopt;
    return DataType::map(*std::move(key), *std::move(value), a.value_contains_null() || b.value_contains_null());
  }
  if (a.is(TypeKind::kStruct)) return CommonStruct(a, b);
  return std::nullopt;
}

}  // namespace firesteel::client
