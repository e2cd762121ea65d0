#include <google/protobuf/message.h>

#include <cctype>
#include <string>
#include <utility>

#include "base/error.h"
#include "connect/data_type.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "spark/connect/common.pb.h"

// Clients before 4.1 send the types of nested literals in fields that are deprecated since.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

using Literal = proto::Expression::Literal;

template <class Values, class Convert>
TypedValue SpecializedArray(DataType element, const Values& values, const Convert& convert) {
  ValueList items;
  items.reserve(values.size());
  for (const auto& value : values) items.push_back(convert(value));
  return {DataType::Array(std::move(element), false), Value::List(std::move(items))};
}

TypedValue DecodeSpecializedArray(const Literal::SpecializedArray& array) {
  switch (array.value_type_case()) {
    case Literal::SpecializedArray::kBools:
      return SpecializedArray(DataType::Boolean(), array.bools().values(), [](bool v) { return Value{v}; });
    case Literal::SpecializedArray::kInts:
      return SpecializedArray(DataType::Int(), array.ints().values(), [](int32_t v) { return Value{int64_t{v}}; });
    case Literal::SpecializedArray::kLongs:
      return SpecializedArray(DataType::Long(), array.longs().values(), [](int64_t v) { return Value{v}; });
    case Literal::SpecializedArray::kFloats:
      return SpecializedArray(DataType::Float(), array.floats().values(), [](float v) { return Value{double{v}}; });
    case Literal::SpecializedArray::kDoubles:
      return SpecializedArray(DataType::Double(), array.doubles().values(), [](double v) { return Value{v}; });
    case Literal::SpecializedArray::kStrings:
      return SpecializedArray(DataType::String(), array.strings().values(),
                              [](const std::string& v) { return Value{v}; });
    case Literal::SpecializedArray::VALUE_TYPE_NOT_SET:
      break;
  }
  ThrowInvalidPlan("ARRAY_LITERAL_NOT_SET");
}

bool IsText(const DataType& type) {
  return type.Is(TypeKind::kString) || type.Is(TypeKind::kChar) || type.Is(TypeKind::kVarchar);
}

/// Whether values of the one type are values of the other as they are.
bool SameValues(const DataType& from, const DataType& to) {
  if (IsText(from) && IsText(to)) return true;
  if (from.kind() != to.kind()) return false;
  switch (to.kind()) {
    case TypeKind::kDecimal:
      return from.scale() == to.scale() && from.precision() <= to.precision();
    case TypeKind::kArray:
      return SameValues(from.element_type(), to.element_type());
    case TypeKind::kMap:
      return SameValues(from.key_type(), to.key_type()) && SameValues(from.value_type(), to.value_type());
    case TypeKind::kStruct:
      if (from.fields().size() != to.fields().size()) return false;
      for (size_t i = 0; i < to.fields().size(); ++i) {
        if (!SameValues(from.fields()[i].type, to.fields()[i].type)) return false;
      }
      return true;
    default:
      return true;
  }
}

std::string JavaCase(const google::protobuf::Message& message, const std::string& oneof) {
  const auto* field =
      message.GetReflection()->GetOneofFieldDescriptor(message, message.GetDescriptor()->FindOneofByName(oneof));
  std::string name = field != nullptr ? field->name() : "";
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

/// A value inside of another, whose type says `type`: the engine takes its word for it.
Value DecodeElement(const Literal& literal, const DataType& type, const DecodeContext& context) {
  TypedValue element = DecodeLiteral(literal, context);
  if (element.value.is_null() || SameValues(element.type, type)) return std::move(element.value);
  proto::DataType declared;
  EncodeDataType(type, &declared);
  ThrowInvalidPlan("INCOMPATIBLE_LITERAL_DATA_TYPE", {{"dataTypeKindCase", JavaCase(declared, "kind")},
                                                      {"literalTypeCase", JavaCase(literal, "literal_type")}});
}

TypedValue DecodeArray(const Literal& literal, const DecodeContext& context) {
  DataType type;
  if (literal.has_data_type()) {
    type = DecodeDataType(literal.data_type(), context);
  } else if (literal.array().has_element_type()) {
    type = DataType::Array(DecodeDataType(literal.array().element_type(), context), true);
  }
  if (!type.Is(TypeKind::kArray)) ThrowInvalidPlan("ARRAY_LITERAL_MISSING_DATA_TYPE");
  ValueList items;
  items.reserve(literal.array().elements_size());
  for (const auto& element : literal.array().elements())
    items.push_back(DecodeElement(element, type.element_type(), context));
  return {std::move(type), Value::List(std::move(items))};
}

TypedValue DecodeMap(const Literal& literal, const DecodeContext& context) {
  const Literal::Map& map = literal.map();
  DataType type;
  if (literal.has_data_type()) {
    type = DecodeDataType(literal.data_type(), context);
  } else if (map.has_key_type() && map.has_value_type()) {
    type = DataType::Map(DecodeDataType(map.key_type(), context), DecodeDataType(map.value_type(), context), true);
  }
  if (!type.Is(TypeKind::kMap)) ThrowInvalidPlan("MAP_LITERAL_MISSING_DATA_TYPE");
  if (map.keys_size() != map.values_size()) ThrowInvalidPlan("MAP_LITERAL_NOT_SET");
  ValueList items;
  items.reserve(map.keys_size() * 2);
  for (int i = 0; i < map.keys_size(); ++i) {
    items.push_back(DecodeElement(map.keys(i), type.key_type(), context));
    items.push_back(DecodeElement(map.values(i), type.value_type(), context));
  }
  return {std::move(type), Value::List(std::move(items))};
}

TypedValue DecodeStruct(const Literal& literal, const DecodeContext& context) {
  DataType type;
  if (literal.has_data_type()) {
    type = DecodeDataType(literal.data_type(), context);
  } else if (literal.struct_().has_struct_type()) {
    type = DecodeDataType(literal.struct_().struct_type(), context);
  }
  if (!type.Is(TypeKind::kStruct)) ThrowInvalidPlan("STRUCT_LITERAL_MISSING_DATA_TYPE");
  if (type.fields().size() != static_cast<size_t>(literal.struct_().elements_size())) {
    ThrowInvalidPlan("STRUCT_LITERAL_NOT_SET");
  }
  ValueList items;
  for (int i = 0; i < literal.struct_().elements_size(); ++i) {
    items.push_back(DecodeElement(literal.struct_().elements(i), type.fields()[static_cast<size_t>(i)].type, context));
  }
  return {std::move(type), Value::List(std::move(items))};
}

/// Interval literals may say their fields beside the value.
DataType TypeOr(const Literal& literal, const DecodeContext& context, DataType otherwise) {
  if (!literal.has_data_type()) return otherwise;
  DataType type = DecodeDataType(literal.data_type(), context);
  return type.kind() == otherwise.kind() ? type : otherwise;
}

}  // namespace

TypedValue DecodeLiteral(const Literal& literal, const DecodeContext& context) {
  switch (literal.literal_type_case()) {
    case Literal::kNull:
      return {DecodeDataType(literal.has_data_type() ? literal.data_type() : literal.null(), context), Value{}};
    case Literal::kBinary:
      return {DataType::Binary(), Value{BinaryValue{literal.binary()}}};
    case Literal::kBoolean:
      return {DataType::Boolean(), Value{literal.boolean()}};
    case Literal::kByte:
      return {DataType::Byte(), Value{int64_t{static_cast<int8_t>(literal.byte())}}};
    case Literal::kShort:
      return {DataType::Short(), Value{int64_t{static_cast<int16_t>(literal.short_())}}};
    case Literal::kInteger:
      return {DataType::Int(), Value{int64_t{literal.integer()}}};
    case Literal::kLong:
      return {DataType::Long(), Value{int64_t{literal.long_()}}};
    case Literal::kFloat:
      return {DataType::Float(), Value{double{literal.float_()}}};
    case Literal::kDouble:
      return {DataType::Double(), Value{literal.double_()}};
    case Literal::kDecimal:
      return DecodeDecimalLiteral(literal.decimal());
    case Literal::kString:
      return {TypeOr(literal, context, DataType::String()), Value{literal.string()}};
    case Literal::kDate:
      return {DataType::Date(), Value{int64_t{literal.date()}}};
    case Literal::kTimestamp:
      return {DataType::Timestamp(), Value{int64_t{literal.timestamp()}}};
    case Literal::kTimestampNtz:
      return {DataType::TimestampNtz(), Value{int64_t{literal.timestamp_ntz()}}};
    case Literal::kCalendarInterval: {
      const auto& interval = literal.calendar_interval();
      return {DataType::CalendarInterval(),
              Value{CalendarIntervalValue{interval.months(), interval.days(), interval.microseconds()}}};
    }
    case Literal::kYearMonthInterval:
      return {TypeOr(literal, context, DataType::YearMonthInterval()), Value{int64_t{literal.year_month_interval()}}};
    case Literal::kDayTimeInterval:
      return {TypeOr(literal, context, DataType::DayTimeInterval()), Value{int64_t{literal.day_time_interval()}}};
    case Literal::kArray:
      return DecodeArray(literal, context);
    case Literal::kMap:
      return DecodeMap(literal, context);
    case Literal::kStruct:
      return DecodeStruct(literal, context);
    case Literal::kSpecializedArray:
      return DecodeSpecializedArray(literal.specialized_array());
    case Literal::kTime:
      return {DataType::Time(literal.time().has_precision() ? literal.time().precision() : 6),
              Value{int64_t{literal.time().nano()}}};
    case Literal::kTimestampNtzNanos:
    case Literal::kTimestampLtzNanos:
      ThrowUnsupported("a timestamp literal of nanosecond precision");
    case Literal::LITERAL_TYPE_NOT_SET:
      break;
  }
  ThrowInvalidPlan("UNSUPPORTED_LITERAL_TYPE", {{"typeInfo", "LITERALTYPE_NOT_SET(0)"}});
}

plan::ExpressionPtr DecodeLiteralExpression(const Literal& literal, const DecodeContext& context, OriginPtr origin) {
  return plan::Make(plan::Literal{DecodeLiteral(literal, context)}, std::move(origin));
}

}  // namespace firesteel::connect
