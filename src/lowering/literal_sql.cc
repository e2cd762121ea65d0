#include "lowering/literal_sql.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "base/error.h"
#include "base/utf8.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

std::string Typed(const std::string& text, const DataType& type) {
  return "CAST(" + text + " AS " + TypeSql(type) + ")";
}

std::string Decimal(int128_t value, int scale) {
  const bool negative = value < 0;
  auto digits = negative ? -static_cast<uint128_t>(value) : static_cast<uint128_t>(value);
  std::string text;
  do {
    text += static_cast<char>('0' + static_cast<int>(digits % 10));
    digits /= 10;
  } while (digits != 0);
  while (static_cast<int>(text.size()) <= scale) text += '0';
  std::reverse(text.begin(), text.end());
  if (scale > 0) text.insert(text.size() - static_cast<size_t>(scale), ".");
  return negative ? "-" + text : text;
}

std::string Real(double value, const DataType& type) {
  if (std::isnan(value)) return Typed("'NaN'", type);
  if (std::isinf(value)) return Typed(value > 0 ? "'Infinity'" : "'-Infinity'", type);
  char text[40];
  std::snprintf(text, sizeof text, type.Is(TypeKind::kFloat) ? "'%.9g'" : "'%.17g'", value);
  return Typed(text, type);
}

std::string Blob(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string text = "'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += "\\x";
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text + "'::BLOB";
}

std::string Text(const std::string& text) {
  if (text.find('\0') == std::string::npos && IsValidUtf8(text)) return QuoteText(text);
  return "fs_as(" + Blob(text) + ", NULL::VARCHAR)";
}

std::string Date(int64_t days) {
  // Within the years 1 to 9999 for the reader's sake.
  if (days < -719162 || days > 2932896) return "make_date(CAST(" + std::to_string(days) + " AS INTEGER))";
  // Howard Hinnant's civil_from_days.
  const int64_t z = days + 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int64_t day_of_era = z - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t mp = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * mp + 2) / 5 + 1);
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  const int year = static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
  char text[32];
  std::snprintf(text, sizeof text, "DATE '%04d-%02d-%02d'", year, month, day);
  return text;
}

std::string Number(int64_t value, const DataType& type) {
  if (TypeSql(type) == "INTEGER" && value >= 0) return std::to_string(value);
  return Typed(std::to_string(value), type);
}

std::string Interval(const CalendarIntervalValue& value) {
  return "(to_months(" + Typed(std::to_string(value.months), DataType::Int()) + ") + to_days(" +
         Typed(std::to_string(value.days), DataType::Int()) + ") + to_microseconds(" +
         Typed(std::to_string(value.microseconds), DataType::Long()) + "))";
}

std::string Join(const ValueList& items, size_t first, size_t step, const DataType& type) {
  std::string text;
  for (size_t i = first; i < items.size(); i += step) {
    if (i > first) text += ", ";
    text += LiteralSql(items[i], type);
  }
  return text;
}

std::string List(const ValueList& items, size_t first, size_t step, const DataType& element) {
  return "CAST([" + Join(items, first, step, element) + "] AS " + TypeSql(element) + "[])";
}

std::string Struct(const ValueList& items, const std::vector<StructField>& fields) {
  if (fields.empty()) return "struct_pack(f0 := NULL::BOOLEAN)";
  std::string text = "struct_pack(";
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text += ", ";
    text += "f" + std::to_string(i) + " := " + LiteralSql(items[i], fields[i].type);
  }
  return text + ")";
}

}  // namespace

std::string LiteralSql(const Value& value, const DataType& type) {
  if (value.is_null()) return "NULL::" + TypeSql(type);
  switch (type.kind()) {
    case TypeKind::kNull:
      return "NULL::INTEGER";
    case TypeKind::kBoolean:
      return std::get<bool>(value.data) ? "true" : "false";
    case TypeKind::kByte:
    case TypeKind::kShort:
    case TypeKind::kInt:
    case TypeKind::kLong:
    case TypeKind::kTime:
    case TypeKind::kYearMonthInterval:
    case TypeKind::kDayTimeInterval:
      return Number(value.integer(), type);
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return Real(std::get<double>(value.data), type);
    case TypeKind::kDecimal:
      return Typed("'" + Decimal(std::get<int128_t>(value.data), type.scale()) + "'", type);
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return Text(value.text());
    case TypeKind::kBinary:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return Blob(std::get<BinaryValue>(value.data).bytes);
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return Typed("'" + Decimal(std::get<int128_t>(value.data), 0) + "'", type);
    case TypeKind::kDate:
      return Date(value.integer());
    case TypeKind::kTimestamp:
      return "make_timestamptz(" + Typed(std::to_string(value.integer()), DataType::Long()) + ")";
    case TypeKind::kTimestampNtz:
      return "make_timestamp(" + Typed(std::to_string(value.integer()), DataType::Long()) + ")";
    case TypeKind::kCalendarInterval:
      return Interval(std::get<CalendarIntervalValue>(value.data));
    case TypeKind::kArray:
      return List(value.list(), 0, 1, type.element_type());
    case TypeKind::kMap:
      return "MAP(" + List(value.list(), 0, 2, type.key_type()) + ", " + List(value.list(), 1, 2, type.value_type()) +
             ")";
    case TypeKind::kStruct:
      return Struct(value.list(), type.fields());
    case TypeKind::kVariant: {
      const auto& variant = std::get<VariantValue>(value.data);
      return "struct_pack(f0 := " + Blob(variant.value) + ", f1 := " + Blob(variant.metadata) + ")";
    }
    case TypeKind::kUserDefined:
      return LiteralSql(value, type.user_storage());
  }
  throw InternalError("a literal of an unknown type");
}

}  // namespace firesteel::lowering
