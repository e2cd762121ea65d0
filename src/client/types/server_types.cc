#include "client/types/server_types.h"

#include <utility>

namespace firesteel::client {
namespace {

using Server = firesteel::DataType;

std::vector<firesteel::StructField> ToServerFields(const std::vector<StructField>& fields) {
  std::vector<firesteel::StructField> result;
  result.reserve(fields.size());
  for (const StructField& field : fields) {
    result.push_back({field.name, ToServerType(field.type), field.nullable, field.metadata});
  }
  return result;
}

firesteel::IntervalField ToServerField(IntervalField field) { return static_cast<firesteel::IntervalField>(field); }
IntervalField FromServerField(firesteel::IntervalField field) { return static_cast<IntervalField>(field); }

}  // namespace

firesteel::Schema ToServerSchema(const Schema& schema) { return ToServerFields(schema.fields()); }

Server ToServerType(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
    case TypeKind::kUnparsed:
      return Server::Null();
    case TypeKind::kBoolean:
      return Server::Boolean();
    case TypeKind::kByte:
      return Server::Byte();
    case TypeKind::kShort:
      return Server::Short();
    case TypeKind::kInteger:
      return Server::Int();
    case TypeKind::kLong:
      return Server::Long();
    case TypeKind::kFloat:
      return Server::Float();
    case TypeKind::kDouble:
      return Server::Double();
    case TypeKind::kDecimal:
      return Server::Decimal(type.precision(), type.scale());
    case TypeKind::kString:
      return Server::CollatedString(std::string(type.collation()));
    case TypeKind::kChar:
      return Server::Char(type.length());
    case TypeKind::kVarchar:
      return Server::Varchar(type.length());
    case TypeKind::kBinary:
      return Server::Binary();
    case TypeKind::kDate:
      return Server::Date();
    case TypeKind::kTimestamp:
      return Server::Timestamp();
    case TypeKind::kTimestampNtz:
      return Server::TimestampNtz();
    case TypeKind::kTime:
      return Server::Time(type.precision());
    case TypeKind::kYearMonthInterval:
      return Server::YearMonthInterval(ToServerField(type.start_field()), ToServerField(type.end_field()));
    case TypeKind::kDayTimeInterval:
      return Server::DayTimeInterval(ToServerField(type.start_field()), ToServerField(type.end_field()));
    case TypeKind::kCalendarInterval:
      return Server::CalendarInterval();
    case TypeKind::kArray:
      return Server::Array(ToServerType(type.element_type()), type.contains_null());
    case TypeKind::kMap:
      return Server::Map(ToServerType(type.key_type()), ToServerType(type.value_type()), type.value_contains_null());
    case TypeKind::kStruct:
      return Server::Struct(ToServerFields(type.fields()));
    case TypeKind::kVariant:
      return Server::Variant();
    case TypeKind::kGeometry:
      return Server::Geometry(type.srid());
    case TypeKind::kGeography:
      return Server::Geography(type.srid());
    case TypeKind::kTimestampNanos:
      return Server::TimestampNanos(type.precision());
    case TypeKind::kTimestampNtzNanos:
      return Server::TimestampNtzNanos(type.precision());
    case TypeKind::kUserDefined:
      return ToServerType(type.storage_type());
  }
  return Server::Null();
}

DataType FromServerType(const Server& type) {
  using Kind = firesteel::TypeKind;
  switch (type.kind()) {
    case Kind::kNull:
      return DataType::null();
    case Kind::kBoolean:
      return DataType::boolean();
    case Kind::kByte:
      return DataType::byte();
    case Kind::kShort:
      return DataType::short_();
    case Kind::kInt:
      return DataType::integer();
    case Kind::kLong:
      return DataType::long_();
    case Kind::kFloat:
      return DataType::float_();
    case Kind::kDouble:
      return DataType::double_();
    case Kind::kDecimal:
      return DataType::decimal(type.precision(), type.scale());
    case Kind::kString:
      return DataType::string(std::string(type.collation()));
    case Kind::kChar:
      return DataType::char_(type.length());
    case Kind::kVarchar:
      return DataType::varchar(type.length());
    case Kind::kBinary:
      return DataType::binary();
    case Kind::kDate:
      return DataType::date();
    case Kind::kTimestamp:
      return DataType::timestamp();
    case Kind::kTimestampNtz:
      return DataType::timestamp_ntz();
    case Kind::kTime:
      return DataType::time(type.precision());
    case Kind::kYearMonthInterval:
      return DataType::year_month_interval(FromServerField(type.start_field()), FromServerField(type.end_field()));
    case Kind::kDayTimeInterval:
      return DataType::day_time_interval(FromServerField(type.start_field()), FromServerField(type.end_field()));
    case Kind::kCalendarInterval:
      return DataType::calendar_interval();
    case Kind::kArray:
      return DataType::array(FromServerType(type.element_type()), type.contains_null());
    case Kind::kMap:
      return DataType::map(FromServerType(type.key_type()), FromServerType(type.value_type()),
                           type.value_contains_null());
    case Kind::kStruct: {
      std::vector<StructField> fields;
      fields.reserve(type.fields().size());
      for (const firesteel::StructField& field : type.fields()) {
        fields.push_back({field.name, FromServerType(field.type), field.nullable, field.metadata});
      }
      return DataType::struct_(std::move(fields));
    }
    case Kind::kVariant:
      return DataType::variant();
    case Kind::kUserDefined:
      return DataType::user_defined(FromServerType(type.user_storage()), type.user_class().jvm_class,
                                    type.user_class().python_class, type.user_class().serialized_python_class);
    case Kind::kGeometry:
      return DataType::geometry(type.srid());
    case Kind::kGeography:
      return DataType::geography(type.srid());
    case Kind::kTimestampNanos:
      return DataType::timestamp_nanos(type.precision());
    case Kind::kTimestampNtzNanos:
      return DataType::timestamp_ntz_nanos(type.precision());
  }
  return DataType::null();
}

}  // namespace firesteel::client
