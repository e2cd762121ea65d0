#include "client/result/literal_value.h"

#include <memory>
#include <utility>

#include "client/types/type_proto.h"
#include "firesteel/row.h"

namespace firesteel::client {
namespace {

using Literal = ::spark::connect::Expression::Literal;

Value ArrayValue(const Literal& literal) {
  Array elements;
  for (const Literal& element : literal.array().elements()) elements.push_back(ValueOfLiteral(element));
  return elements;
}

Value MapValue(const Literal& literal) {
  MapEntries entries;
  const auto& map = literal.map();
  for (int i = 0; i < map.keys_size() && i < map.values_size(); ++i) {
    entries.emplace_back(ValueOfLiteral(map.keys(i)), ValueOfLiteral(map.values(i)));
  }
  return entries;
}

Value StructValue(const Literal& literal) {
  std::vector<Value> values;
  for (const Literal& element : literal.struct_().elements()) values.push_back(ValueOfLiteral(element));
  return Row(std::make_shared<const Schema>(SchemaFromProto(literal.data_type())), std::move(values));
}

template <class T, class Values>
Value ListValue(const Values& values) {
  Array elements;
  for (const auto& value : values) elements.push_back(Value(T(value)));
  return elements;
}

Value SpecializedValue(const Literal::SpecializedArray& array) {
  if (array.has_bools()) return ListValue<bool>(array.bools().values());
  if (array.has_ints()) return ListValue<int32_t>(array.ints().values());
  if (array.has_longs()) return ListValue<int64_t>(array.longs().values());
  if (array.has_floats()) return ListValue<float>(array.floats().values());
  if (array.has_doubles()) return ListValue<double>(array.doubles().values());
  if (array.has_strings()) return ListValue<std::string>(array.strings().values());
  return Array();
}

}  // namespace

Value ValueOfLiteral(const Literal& literal) {
  switch (literal.literal_type_case()) {
    case Literal::kBinary:
      return Binary{literal.binary()};
    case Literal::kBoolean:
      return literal.boolean();
    case Literal::kByte:
      return static_cast<int8_t>(literal.byte());
    case Literal::kShort:
      return static_cast<int16_t>(literal.short_());
    case Literal::kInteger:
      return literal.integer();
    case Literal::kLong:
      return static_cast<int64_t>(literal.long_());
    case Literal::kFloat:
      return literal.float_();
    case Literal::kDouble:
      return literal.double_();
    case Literal::kDecimal: {
      Result<Decimal> decimal = Decimal::parse(literal.decimal().value());
      return decimal ? Value(*decimal) : Value();
    }
    case Literal::kString:
      return literal.string();
    case Literal::kDate:
      return Date{literal.date()};
    case Literal::kTimestamp:
      return Timestamp{literal.timestamp()};
    case Literal::kTimestampNtz:
      return TimestampNtz{literal.timestamp_ntz()};
    case Literal::kCalendarInterval:
      return CalendarInterval{literal.calendar_interval().months(), literal.calendar_interval().days(),
                              literal.calendar_interval().microseconds()};
    case Literal::kYearMonthInterval:
      return YearMonthInterval{literal.year_month_interval()};
    case Literal::kDayTimeInterval:
      return DayTimeInterval{literal.day_time_interval()};
    case Literal::kTime:
      return Time{literal.time().nano()};
    case Literal::kTimestampLtzNanos:
      return TimestampNanos{literal.timestamp_ltz_nanos().epoch_micros(),
                            static_cast<int16_t>(literal.timestamp_ltz_nanos().nanos_within_micro())};
    case Literal::kTimestampNtzNanos:
      return TimestampNtzNanos{literal.timestamp_ntz_nanos().epoch_micros(),
                               static_cast<int16_t>(literal.timestamp_ntz_nanos().nanos_within_micro())};
    case Literal::kArray:
      return ArrayValue(literal);
    case Literal::kMap:
      return MapValue(literal);
    case Literal::kStruct:
      return StructValue(literal);
    case Literal::kSpecializedArray:
      return SpecializedValue(literal.specialized_array());
    case Literal::kNull:
    case Literal::LITERAL_TYPE_NOT_SET:
      break;
  }
  return {};
}

}  // namespace firesteel::client
