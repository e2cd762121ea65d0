#include "types/value_text.h"

#include <algorithm>
#include <cmath>

#include "base/java_text.h"
#include "types/datetime_text.h"
#include "types/interval_text.h"
#include "types/quoting.h"
#include "types/time_zone.h"
#include "types/type_text.h"
#include "types/variant_text.h"

namespace firesteel {
namespace {

using enum TypeKind;

TimeZonePtr ZoneOf(std::string_view id) {
  TimeZonePtr zone = TimeZone::Find(id);
  return zone ? zone : TimeZone::Utc();
}

std::string HexText(std::string_view bytes) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string text;
  for (unsigned char c : bytes) {
    text += kHex[c >> 4];
    text += kHex[c & 15];
  }
  return text;
}

std::string DoubleOrFloatText(const DataType& type, const Value& value) {
  const double number = std::get<double>(value.data);
  return type.Is(kFloat) ? JavaFloatText(static_cast<float>(number)) : JavaDoubleText(number);
}

// Text of the types whose text is the same in SQL and in a cast, but for quotes and prefixes.
std::string PlainText(const DataType& type, const Value& value, std::string_view time_zone) {
  switch (type.kind()) {
    case kBoolean:
      return std::get<bool>(value.data) ? "true" : "false";
    case kByte:
    case kShort:
    case kInt:
    case kLong:
      return std::to_string(value.integer());
    case kFloat:
    case kDouble:
      return DoubleOrFloatText(type, value);
    case kDecimal:
      return DecimalText(std::get<int128_t>(value.data), type.scale());
    case kString:
    case kChar:
    case kVarchar:
      return value.text();
    case kBinary:
      return std::get<BinaryValue>(value.data).bytes;
    case kDate:
      return DateText(value.integer());
    case kTimestamp:
      return TimestampText(value.integer(), *ZoneOf(time_zone));
    case kTimestampNtz:
      return TimestampNtzText(value.integer());
    case kTimestampNanos:
      return TimestampNanosText(std::get<int128_t>(value.data), *ZoneOf(time_zone));
    case kTimestampNtzNanos:
      return TimestampNtzNanosText(std::get<int128_t>(value.data));
    case kTime:
      return TimeText(value.integer());
    case kYearMonthInterval:
      return YearMonthIntervalText(value.integer(), type.start_field(), type.end_field());
    case kDayTimeInterval:
      return DayTimeIntervalText(value.integer(), type.start_field(), type.end_field());
    case kCalendarInterval:
      return CalendarIntervalText(std::get<CalendarIntervalValue>(value.data));
    case kVariant: {
      const auto& variant = std::get<VariantValue>(value.data);
      return VariantJsonText(variant.value, variant.metadata, time_zone);
    }
    default:
      return "";
  }
}

/// A literal of nanoseconds shows all digits of its type.
std::string WithAllDigits(std::string text, int digits) {
  const size_t point = text.find('.');
  if (point == std::string::npos) return text + "." + std::string(static_cast<size_t>(digits), '0');
  text.resize(std::max(text.size(), point + 1 + static_cast<size_t>(digits)), '0');
  return text;
}

std::string NestedSql(const DataType& type, const Value& value, std::string_view time_zone) {
  const ValueList& items = value.list();
  std::string text;
  auto add = [&](const std::string& part) {
    if (!text.empty()) text += ", ";
    text += part;
  };
  switch (type.kind()) {
    case kArray:
      for (const Value& item : items) add(LiteralSql(type.element_type(), item, time_zone));
      return "ARRAY(" + text + ")";
    case kMap:
      for (size_t i = 0; i + 1 < items.size(); i += 2) {
        add(LiteralSql(type.key_type(), items[i], time_zone));
        add(LiteralSql(type.value_type(), items[i + 1], time_zone));
      }
      return "MAP(" + text + ")";
    default:
      for (size_t i = 0; i < items.size() && i < type.fields().size(); ++i) {
        add(type.fields()[i].name);
        add(LiteralSql(type.fields()[i].type, items[i], time_zone));
      }
      return "NAMED_STRUCT(" + text + ")";
  }
}

}  // namespace

std::string LiteralSql(const DataType& type, const Value& value, std::string_view time_zone) {
  if (value.is_null()) {
    return type.Is(kNull) || type.IsNested() ? "NULL" : "CAST(NULL AS " + SqlTypeName(type) + ")";
  }
  switch (type.kind()) {
    case kString:
    case kChar:
    case kVarchar:
      return SingleQuoted(value.text());
    case kBinary:
      return "X'" + HexText(std::get<BinaryValue>(value.data).bytes) + "'";
    case kByte:
      return PlainText(type, value, time_zone) + "Y";
    case kShort:
      return PlainText(type, value, time_zone) + "S";
    case kLong:
      return PlainText(type, value, time_zone) + "L";
    case kFloat:
      return "CAST('" + PlainText(type, value, time_zone) + "' AS FLOAT)";
    case kDouble: {
      const std::string text = PlainText(type, value, time_zone);
      return std::isfinite(std::get<double>(value.data)) ? text + "D" : "CAST('" + text + "' AS DOUBLE)";
    }
    case kDecimal:
      return PlainText(type, value, time_zone) + "BD";
    case kDate:
      return "DATE '" + PlainText(type, value, time_zone) + "'";
    case kTimestamp:
      return "TIMESTAMP '" + PlainText(type, value, time_zone) + "'";
    case kTimestampNtz:
      return "TIMESTAMP_NTZ '" + PlainText(type, value, time_zone) + "'";
    case kTimestampNanos:
      return "TIMESTAMP_LTZ '" + WithAllDigits(PlainText(type, value, time_zone), type.precision()) + "'";
    case kTimestampNtzNanos:
      return "TIMESTAMP_NTZ '" + WithAllDigits(PlainText(type, value, time_zone), type.precision()) + "'";
    case kTime:
      return "TIME '" + PlainText(type, value, time_zone) + "'";
    case kCalendarInterval:
      return "INTERVAL '" + PlainText(type, value, time_zone) + "'";
    case kVariant:
      return "PARSE_JSON('" + PlainText(type, value, time_zone) + "')";
    case kArray:
    case kMap:
    case kStruct:
      return NestedSql(type, value, time_zone);
    default:
      return PlainText(type, value, time_zone);
  }
}

std::string LiteralColumnName(const DataType& type, const Value& value, std::string_view time_zone) {
  if (value.is_null()) return "NULL";
  return type.IsNumeric() || type.IsStringLike() ? PlainText(type, value, time_zone)
                                                 : LiteralSql(type, value, time_zone);
}

std::string ErrorValueText(const DataType& type, const Value& value, std::string_view time_zone) {
  if (value.is_null()) return "NULL";
  if (type.Is(kFloat) || (type.Is(kDouble) && !std::isfinite(std::get<double>(value.data)))) {
    return PlainText(type, value, time_zone);
  }
  return LiteralSql(type, value, time_zone);
}

std::string CastText(const DataType& type, const Value& value, std::string_view time_zone) {
  if (value.is_null()) return "NULL";
  auto part = [&](const DataType& t, const Value& v) {
    return v.is_null() ? std::string("null") : CastText(t, v, time_zone);
  };
  switch (type.kind()) {
    case kDecimal:
      return DecimalPlainText(std::get<int128_t>(value.data), type.scale());
    case kArray: {
      std::string text;
      for (const Value& item : value.list()) text += (text.empty() ? "[" : ", ") + part(type.element_type(), item);
      return (text.empty() ? "[" : text) + "]";
    }
    case kMap: {
      const ValueList& items = value.list();
      std::string text;
      for (size_t i = 0; i + 1 < items.size(); i += 2) {
        text += (text.empty() ? "{" : ", ") + part(type.key_type(), items[i]) + " -> " +
                part(type.value_type(), items[i + 1]);
      }
      return (text.empty() ? "{" : text) + "}";
    }
    case kStruct: {
      const ValueList& items = value.list();
      std::string text;
      for (size_t i = 0; i < items.size() && i < type.fields().size(); ++i) {
        text += (text.empty() ? "{" : ", ") + part(type.fields()[i].type, items[i]);
      }
      return (text.empty() ? "{" : text) + "}";
    }
    default:
      return PlainText(type, value, time_zone);
  }
}

}  // namespace firesteel
