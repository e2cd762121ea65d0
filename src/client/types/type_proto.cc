#include "client/types/type_proto.h"

#include <utility>

namespace firesteel::client {
namespace {

namespace proto = ::spark::connect;

void StructToProto(const std::vector<StructField>& fields, proto::DataType::Struct* out) {
  for (const StructField& field : fields) {
    auto* added = out->add_fields();
    added->set_name(field.name);
    ToProto(field.type, added->mutable_data_type());
    added->set_nullable(field.nullable);
    if (!field.metadata.empty() && field.metadata != "{}") added->set_metadata(field.metadata);
  }
}

void UserDefinedToProto(const DataType& type, proto::DataType::UDT* out) {
  out->set_type("udt");
  if (!type.jvm_class().empty()) {
    out->set_jvm_class(type.jvm_class());
  } else {
    out->set_serialized_python_class(type.serialized_python_class());
  }
  out->set_python_class(type.python_class());
  ToProto(type.storage_type(), out->mutable_sql_type());
}

DataType StructFromProto(const proto::DataType::Struct& type) {
  std::vector<StructField> fields;
  fields.reserve(static_cast<size_t>(type.fields_size()));
  for (const auto& field : type.fields()) {
    fields.push_back({field.name(), FromProto(field.data_type()), field.nullable(),
                      field.has_metadata() && field.metadata() != "{}" ? field.metadata() : ""});
  }
  return DataType::struct_(std::move(fields));
}

IntervalField FieldOf(int number) { return static_cast<IntervalField>(number); }

}  // namespace

void ToProto(const DataType& type, proto::DataType* out) {
  switch (type.kind()) {
    case TypeKind::kNull:
      out->mutable_null();
      return;
    case TypeKind::kBoolean:
      out->mutable_boolean();
      return;
    case TypeKind::kByte:
      out->mutable_byte();
      return;
    case TypeKind::kShort:
      out->mutable_short_();
      return;
    case TypeKind::kInteger:
      out->mutable_integer();
      return;
    case TypeKind::kLong:
      out->mutable_long_();
      return;
    case TypeKind::kFloat:
      out->mutable_float_();
      return;
    case TypeKind::kDouble:
      out->mutable_double_();
      return;
    case TypeKind::kDecimal:
      out->mutable_decimal()->set_precision(type.precision());
      out->mutable_decimal()->set_scale(type.scale());
      return;
    case TypeKind::kString:
      out->mutable_string()->set_collation(std::string(type.collation()));
      return;
    case TypeKind::kChar:
      out->mutable_char_()->set_length(type.length());
      return;
    case TypeKind::kVarchar:
      out->mutable_var_char()->set_length(type.length());
      return;
    case TypeKind::kBinary:
      out->mutable_binary();
      return;
    case TypeKind::kDate:
      out->mutable_date();
      return;
    case TypeKind::kTimestamp:
      out->mutable_timestamp();
      return;
    case TypeKind::kTimestampNtz:
      out->mutable_timestamp_ntz();
      return;
    case TypeKind::kTime:
      out->mutable_time()->set_precision(type.precision());
      return;
    case TypeKind::kYearMonthInterval:
      out->mutable_year_month_interval()->set_start_field(static_cast<int>(type.start_field()));
      out->mutable_year_month_interval()->set_end_field(static_cast<int>(type.end_field()));
      return;
    case TypeKind::kDayTimeInterval:
      out->mutable_day_time_interval()->set_start_field(static_cast<int>(type.start_field()));
      out->mutable_day_time_interval()->set_end_field(static_cast<int>(type.end_field()));
      return;
    case TypeKind::kCalendarInterval:
      out->mutable_calendar_interval();
      return;
    case TypeKind::kArray:
      ToProto(type.element_type(), out->mutable_array()->mutable_element_type());
      out->mutable_array()->set_contains_null(type.contains_null());
      return;
    case TypeKind::kMap:
      ToProto(type.key_type(), out->mutable_map()->mutable_key_type());
      ToProto(type.value_type(), out->mutable_map()->mutable_value_type());
      out->mutable_map()->set_value_contains_null(type.value_contains_null());
      return;
    case TypeKind::kStruct:
      StructToProto(type.fields(), out->mutable_struct_());
      return;
    case TypeKind::kVariant:
      out->mutable_variant();
      return;
    case TypeKind::kGeometry:
      out->mutable_geometry()->set_srid(type.srid());
      return;
    case TypeKind::kGeography:
      out->mutable_geography()->set_srid(type.srid());
      return;
    case TypeKind::kTimestampNanos:
      out->mutable_timestamp_ltz_nanos()->set_precision(type.precision());
      return;
    case TypeKind::kTimestampNtzNanos:
      out->mutable_timestamp_ntz_nanos()->set_precision(type.precision());
      return;
    case TypeKind::kUserDefined:
      UserDefinedToProto(type, out->mutable_udt());
      return;
    case TypeKind::kUnparsed:
      out->mutable_unparsed()->set_data_type_string(type.ddl_text());
      return;
  }
}

void ToProto(const Schema& schema, proto::DataType* out) { StructToProto(schema.fields(), out->mutable_struct_()); }

DataType FromProto(const proto::DataType& type) {
  switch (type.kind_case()) {
    case proto::DataType::kBoolean:
      return DataType::boolean();
    case proto::DataType::kByte:
      return DataType::byte();
    case proto::DataType::kShort:
      return DataType::short_();
    case proto::DataType::kInteger:
      return DataType::integer();
    case proto::DataType::kLong:
      return DataType::long_();
    case proto::DataType::kFloat:
      return DataType::float_();
    case proto::DataType::kDouble:
      return DataType::double_();
    case proto::DataType::kDecimal:
      return DataType::decimal(type.decimal().has_precision() ? type.decimal().precision() : 10,
                               type.decimal().has_scale() ? type.decimal().scale() : 0);
    case proto::DataType::kString:
      return DataType::string(type.string().collation());
    case proto::DataType::kChar:
      return DataType::char_(type.char_().length());
    case proto::DataType::kVarChar:
      return DataType::varchar(type.var_char().length());
    case proto::DataType::kBinary:
      return DataType::binary();
    case proto::DataType::kDate:
      return DataType::date();
    case proto::DataType::kTimestamp:
      return DataType::timestamp();
    case proto::DataType::kTimestampNtz:
      return DataType::timestamp_ntz();
    case proto::DataType::kTime:
      return DataType::time(type.time().has_precision() ? type.time().precision() : 6);
    case proto::DataType::kYearMonthInterval: {
      const auto& fields = type.year_month_interval();
      const int start = fields.has_start_field() ? fields.start_field() : 0;
      return DataType::year_month_interval(
          FieldOf(start),
          FieldOf(fields.has_end_field() ? fields.end_field() : (fields.has_start_field() ? start : 1)));
    }
    case proto::DataType::kDayTimeInterval: {
      const auto& fields = type.day_time_interval();
      const int start = fields.has_start_field() ? fields.start_field() : 0;
      return DataType::day_time_interval(
          FieldOf(start),
          FieldOf(fields.has_end_field() ? fields.end_field() : (fields.has_start_field() ? start : 3)));
    }
    case proto::DataType::kCalendarInterval:
      return DataType::calendar_interval();
    case proto::DataType::kArray:
      return DataType::array(FromProto(type.array().element_type()), type.array().contains_null());
    case proto::DataType::kMap:
      return DataType::map(FromProto(type.map().key_type()), FromProto(type.map().value_type()),
                           type.map().value_contains_null());
    case proto::DataType::kStruct:
      return StructFromProto(type.struct_());
    case proto::DataType::kVariant:
      return DataType::variant();
    case proto::DataType::kGeometry:
      return DataType::geometry(type.geometry().srid());
    case proto::DataType::kGeography:
      return DataType::geography(type.geography().srid());
    case proto::DataType::kTimestampLtzNanos:
      return DataType::timestamp_nanos(type.timestamp_ltz_nanos().precision());
    case proto::DataType::kTimestampNtzNanos:
      return DataType::timestamp_ntz_nanos(type.timestamp_ntz_nanos().precision());
    case proto::DataType::kUdt:
      return DataType::user_defined(FromProto(type.udt().sql_type()), type.udt().jvm_class(), type.udt().python_class(),
                                    type.udt().serialized_python_class());
    case proto::DataType::kUnparsed:
      return DataType::unparsed(type.unparsed().data_type_string());
    case proto::DataType::kNull:
    case proto::DataType::KIND_NOT_SET:
      break;
  }
  return DataType::null();
}

Schema SchemaFromProto(const proto::DataType& type) {
  if (type.has_struct_()) return Schema(FromProto(type).fields());
  return Schema({StructField{"value", FromProto(type)}});
}

}  // namespace firesteel::client
