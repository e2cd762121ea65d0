#include "connect/literal_encoding.h"

#include <algorithm>
#include <string>

#include "connect/data_type.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

std::string DecimalText(int128_t unscaled, int scale) {
  const bool negative = unscaled < 0;
  uint128_t rest = negative ? -static_cast<uint128_t>(unscaled) : static_cast<uint128_t>(unscaled);
  std::string digits;
  while (rest != 0 || digits.size() <= static_cast<size_t>(scale)) {
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  }
  std::reverse(digits.begin(), digits.end());
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  return negative ? "-" + digits : digits;
}

// The types of the items stand in fields that the protocol calls deprecated; clients read no others.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
void EncodeItems(const TypedValue& value, proto::Expression::Literal* out) {
  const ValueList& items = value.value.list();
  EncodeDataType(value.type, out->mutable_data_type());
  switch (value.type.kind()) {
    case TypeKind::kArray:
      EncodeDataType(value.type.element_type(), out->mutable_array()->mutable_element_type());
      for (const Value& item : items) {
        EncodeLiteral({value.type.element_type(), item}, out->mutable_array()->add_elements());
      }
      return;
    case TypeKind::kMap:
      EncodeDataType(value.type.key_type(), out->mutable_map()->mutable_key_type());
      EncodeDataType(value.type.value_type(), out->mutable_map()->mutable_value_type());
      for (size_t i = 0; i + 1 < items.size(); i += 2) {
        EncodeLiteral({value.type.key_type(), items[i]}, out->mutable_map()->add_keys());
        EncodeLiteral({value.type.value_type(), items[i + 1]}, out->mutable_map()->add_values());
      }
      return;
    default:
      EncodeDataType(value.type, out->mutable_struct_()->mutable_struct_type());
      for (size_t i = 0; i < items.size(); ++i) {
        EncodeLiteral({value.type.fields()[i].type, items[i]}, out->mutable_struct_()->add_elements());
      }
  }
}
#pragma GCC diagnostic pop

}  // namespace

void EncodeLiteral(const TypedValue& value, proto::Expression::Literal* out) {
  if (value.value.is_null()) {
    EncodeDataType(value.type, out->mutable_null());
    return;
  }
  switch (value.type.kind()) {
    case TypeKind::kBoolean:
      out->set_boolean(std::get<bool>(value.value.data));
      return;
    case TypeKind::kByte:
      out->set_byte(static_cast<int32_t>(value.value.integer()));
      return;
    case TypeKind::kShort:
      out->set_short_(static_cast<int32_t>(value.value.integer()));
      return;
    case TypeKind::kInt:
      out->set_integer(static_cast<int32_t>(value.value.integer()));
      return;
    case TypeKind::kLong:
      out->set_long_(value.value.integer());
      return;
    case TypeKind::kFloat:
      out->set_float_(static_cast<float>(std::get<double>(value.value.data)));
      return;
    case TypeKind::kDouble:
      out->set_double_(std::get<double>(value.value.data));
      return;
    case TypeKind::kDecimal:
      out->mutable_decimal()->set_value(DecimalText(std::get<int128_t>(value.value.data), value.type.scale()));
      out->mutable_decimal()->set_precision(value.type.precision());
      out->mutable_decimal()->set_scale(value.type.scale());
      return;
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      out->set_string(value.value.text());
      return;
    case TypeKind::kBinary:
      out->set_binary(std::get<BinaryValue>(value.value.data).bytes);
      return;
    case TypeKind::kDate:
      out->set_date(static_cast<int32_t>(value.value.integer()));
      return;
    case TypeKind::kTimestamp:
      out->set_timestamp(value.value.integer());
      return;
    case TypeKind::kTimestampNtz:
      out->set_timestamp_ntz(value.value.integer());
      return;
    case TypeKind::kTime:
      out->mutable_time()->set_nano(value.value.integer());
      out->mutable_time()->set_precision(value.type.precision());
      return;
    case TypeKind::kYearMonthInterval:
      out->set_year_month_interval(static_cast<int32_t>(value.value.integer()));
      return;
    case TypeKind::kDayTimeInterval:
      out->set_day_time_interval(value.value.integer());
      return;
    case TypeKind::kCalendarInterval: {
      const auto& interval = std::get<CalendarIntervalValue>(value.value.data);
      out->mutable_calendar_interval()->set_months(interval.months);
      out->mutable_calendar_interval()->set_days(interval.days);
      out->mutable_calendar_interval()->set_microseconds(interval.microseconds);
      return;
    }
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kStruct:
      EncodeItems(value, out);
      return;
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
    case TypeKind::kNull:
    case TypeKind::kVariant:
    case TypeKind::kUserDefined:
      EncodeDataType(DataType::Null(), out->mutable_null());
      return;
  }
}

}  // namespace firesteel::connect
