#include "connect/data_type.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "connect/invalid_plan.h"
#include "spark/connect/types.pb.h"
#include "types/geospatial.h"
#include "types/user_type.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

DataType DecodeStruct(const proto::DataType::Struct& type, const DecodeContext& context) {
  std::vector<StructField> fields;
  fields.reserve(type.fields_size());
  for (const auto& field : type.fields()) {
    fields.push_back(StructField{field.name(), DecodeDataType(field.data_type(), context), field.nullable(),
                                 field.has_metadata() && field.metadata() != "{}" ? field.metadata() : ""});
  }
  return DataType::Struct(std::move(fields));
}

[[noreturn]] void ThrowIntervalFields(int start, int end) {
  ThrowInvalidPlan("ASSERTION_FAILURE", {{"message", "There is no interval type from field " + std::to_string(start) +
                                                         " to field " + std::to_string(end) + "."}});
}

DataType DecodeYearMonth(const proto::DataType::YearMonthInterval& type) {
  const int start = type.has_start_field() ? type.start_field() : 0;
  const int end = type.has_end_field() ? type.end_field() : (type.has_start_field() ? start : 1);
  if (start < 0 || end > 1 || start > end) {
    ThrowIntervalFields(start, end);
  }
  return DataType::YearMonthInterval(static_cast<IntervalField>(start), static_cast<IntervalField>(end));
}

DataType DecodeDayTime(const proto::DataType::DayTimeInterval& type) {
  const int start = type.has_start_field() ? type.start_field() : 0;
  const int end = type.has_end_field() ? type.end_field() : (type.has_start_field() ? start : 3);
  if (start < 0 || end > 3 || start > end) {
    ThrowIntervalFields(start, end);
  }
  return DataType::DayTimeInterval(static_cast<IntervalField>(start), static_cast<IntervalField>(end));
}

DataType DecodeDecimal(const proto::DataType::Decimal& type) {
  const int precision = type.has_precision() ? type.precision() : 10;
  const int scale = type.has_scale() ? type.scale() : 0;
  if (scale > precision || scale < 0) {
    throw QueryError("DECIMAL_SCALE_EXCEEDS_PRECISION",
                     {{"scale", std::to_string(scale)}, {"precision", std::to_string(precision)}});
  }
  if (precision > 38 || precision < 1) {
    throw QueryError("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
                     {{"precision", std::to_string(precision)}, {"maxPrecision", "38"}});
  }
  return DataType::Decimal(precision, scale);
}

DataType DecodeUserDefined(const proto::DataType::UDT& type, const DecodeContext& context) {
  if (type.type() != "udt") ThrowInvalidPlan("UDT_TYPE_FIELD_INVALID", {{"udtType", type.type()}});
  if (type.has_jvm_class()) return KnownJvmUserType(type.jvm_class());
  if (!type.has_python_class() || !type.has_serialized_python_class() || !type.has_sql_type()) {
    ThrowInvalidPlan("PYTHON_UDT_MISSING_FIELDS");
  }
  return DataType::UserDefined(DecodeDataType(type.sql_type(), context),
                               {type.python_class(), type.serialized_python_class(), {}});
}

void EncodeUserDefined(const DataType& type, proto::DataType::UDT* out) {
  const UserDefinedClass& of = type.user_class();
  out->set_type("udt");
  out->set_python_class(of.python_class);
  if (of.jvm_class.empty()) {
    out->set_serialized_python_class(of.serialized_python_class);
  } else {
    out->set_jvm_class(of.jvm_class);
  }
  EncodeDataType(type.user_storage(), out->mutable_sql_type());
}

int CheckedSrid(int srid, bool geography) {
  if (srid != DataType::kAnySrid && !IsKnownSrid(srid, geography)) {
    throw QueryError("ST_INVALID_SRID_VALUE", {{"srid", std::to_string(srid)}}, nullptr, ErrorClass::kIllegalArgument);
  }
  return srid;
}

int CheckedPrecision(int precision, const char* type) {
  if (precision < 7 || precision > 9) {
    throw QueryError("INVALID_TIMESTAMP_PRECISION", {{"precision", std::to_string(precision)}, {"type", type}}, nullptr,
                     ErrorClass::kSpark);
  }
  return precision;
}

}  // namespace

DataType DecodeDataType(const proto::DataType& type, const DecodeContext& context) {
  switch (type.kind_case()) {
    case proto::DataType::kNull:
      return DataType::Null();
    case proto::DataType::kBinary:
      return DataType::Binary();
    case proto::DataType::kBoolean:
      return DataType::Boolean();
    case proto::DataType::kByte:
      return DataType::Byte();
    case proto::DataType::kShort:
      return DataType::Short();
    case proto::DataType::kInteger:
      return DataType::Int();
    case proto::DataType::kLong:
      return DataType::Long();
    case proto::DataType::kFloat:
      return DataType::Float();
    case proto::DataType::kDouble:
      return DataType::Double();
    case proto::DataType::kDecimal:
      return DecodeDecimal(type.decimal());
    case proto::DataType::kString: {
      const std::string& collation = type.string().collation();
      return collation.empty() || collation == "UTF8_BINARY" ? DataType::String() : DataType::CollatedString(collation);
    }
    case proto::DataType::kChar:
      return DataType::Char(type.char_().length());
    case proto::DataType::kVarChar:
      return DataType::Varchar(type.var_char().length());
    case proto::DataType::kDate:
      return DataType::Date();
    case proto::DataType::kTimestamp:
      return DataType::Timestamp();
    case proto::DataType::kTimestampNtz:
      return DataType::TimestampNtz();
    case proto::DataType::kTime:
      return DataType::Time(type.time().has_precision() ? type.time().precision() : 6);
    case proto::DataType::kCalendarInterval:
      return DataType::CalendarInterval();
    case proto::DataType::kYearMonthInterval:
      return DecodeYearMonth(type.year_month_interval());
    case proto::DataType::kDayTimeInterval:
      return DecodeDayTime(type.day_time_interval());
    case proto::DataType::kArray:
      return DataType::Array(DecodeDataType(type.array().element_type(), context), type.array().contains_null());
    case proto::DataType::kStruct:
      return DecodeStruct(type.struct_(), context);
    case proto::DataType::kMap:
      return DataType::Map(DecodeDataType(type.map().key_type(), context),
                           DecodeDataType(type.map().value_type(), context), type.map().value_contains_null());
    case proto::DataType::kVariant:
      return DataType::Variant();
    case proto::DataType::kUnparsed:
      return context.parse_data_type(type.unparsed().data_type_string());
    case proto::DataType::kUdt:
      return DecodeUserDefined(type.udt(), context);
    case proto::DataType::kGeometry:
      return DataType::Geometry(CheckedSrid(type.geometry().srid(), false));
    case proto::DataType::kGeography:
      return DataType::Geography(CheckedSrid(type.geography().srid(), true));
    case proto::DataType::kTimestampNtzNanos:
      return DataType::TimestampNtzNanos(CheckedPrecision(type.timestamp_ntz_nanos().precision(), "TIMESTAMP_NTZ"));
    case proto::DataType::kTimestampLtzNanos:
      return DataType::TimestampNanos(CheckedPrecision(type.timestamp_ltz_nanos().precision(), "TIMESTAMP_LTZ"));
    case proto::DataType::KIND_NOT_SET:
      break;
  }
  ThrowInvalidPlan("DATA_TYPE_UNSUPPORTED_PROTO_TO_CATALYST", {{"kindCase", "KIND_NOT_SET"}});
}

void EncodeDataType(const DataType& type, proto::DataType* out) {
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
    case TypeKind::kInt:
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
      out->mutable_string();
      if (type.collation() != "UTF8_BINARY") out->mutable_string()->set_collation(std::string(type.collation()));
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
      EncodeDataType(type.element_type(), out->mutable_array()->mutable_element_type());
      out->mutable_array()->set_contains_null(type.contains_null());
      return;
    case TypeKind::kMap:
      EncodeDataType(type.key_type(), out->mutable_map()->mutable_key_type());
      EncodeDataType(type.value_type(), out->mutable_map()->mutable_value_type());
      out->mutable_map()->set_value_contains_null(type.value_contains_null());
      return;
    case TypeKind::kStruct:
      EncodeSchema(type.fields(), out);
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
      EncodeUserDefined(type, out->mutable_udt());
      return;
  }
}

void EncodeSchema(const Schema& schema, proto::DataType* out) {
  auto* type = out->mutable_struct_();
  for (const StructField& field : schema) {
    auto* added = type->add_fields();
    added->set_name(field.name);
    EncodeDataType(field.type, added->mutable_data_type());
    added->set_nullable(field.nullable);
    if (!field.metadata.empty() && field.metadata != "{}") added->set_metadata(field.metadata);
  }
}

}  // namespace firesteel::connect
