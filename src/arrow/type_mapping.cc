#include "arrow/type_mapping.h"

#include <algorithm>
#include <new>
#include <string>

#include "base/error.h"
#include "nanoarrow/nanoarrow.h"
#include "types/type_text.h"

namespace firesteel::arrow {
namespace {

constexpr char kSparkMetadataKey[] = "SPARK::metadata::json";
// Deeper schemas are refused instead of overflowing the stack.
constexpr int kMaxDepth = 200;

void Check(ArrowErrorCode code) {
  if (code == ENOMEM) throw std::bad_alloc();
  if (code != NANOARROW_OK) throw InternalError("Arrow schema: error " + std::to_string(code));
}

void SetMetadata(ArrowSchema* schema, const char* key, const std::string& value) {
  ArrowBuffer buffer;
  Check(ArrowMetadataBuilderInit(&buffer, nullptr));
  ArrowErrorCode code = ArrowMetadataBuilderAppend(&buffer, ArrowCharView(key),
                                                   ArrowStringView{value.data(), static_cast<int64_t>(value.size())});
  if (code == NANOARROW_OK) code = ArrowSchemaSetMetadata(schema, reinterpret_cast<const char*>(buffer.data));
  ArrowBufferReset(&buffer);
  Check(code);
}

/// By these clients know the type of the struct again.
void SetGeospatialMetadata(ArrowSchema* schema, const DataType& type) {
  const std::string srid = std::to_string(type.srid());
  const char* kind = type.Is(TypeKind::kGeometry) ? "geometry" : "geography";
  ArrowBuffer buffer;
  Check(ArrowMetadataBuilderInit(&buffer, nullptr));
  ArrowErrorCode code = ArrowMetadataBuilderAppend(&buffer, ArrowCharView(kind), ArrowCharView("true"));
  if (code == NANOARROW_OK) {
    code = ArrowMetadataBuilderAppend(&buffer, ArrowCharView("srid"), ArrowCharView(srid.c_str()));
  }
  if (code == NANOARROW_OK) code = ArrowSchemaSetMetadata(schema, reinterpret_cast<const char*>(buffer.data));
  ArrowBufferReset(&buffer);
  Check(code);
}

void SetField(ArrowSchema* schema, const std::string& name, const DataType& type, bool nullable,
              const std::string& time_zone, bool large);

void SetChild(ArrowSchema* parent, int64_t i, const std::string& name, const DataType& type, bool nullable,
              const std::string& time_zone, bool large) {
  SetField(parent->children[i], name, type, nullable, time_zone, large);
}

// Spark numbers the names of a nested struct that occur more than once (ArrowUtils.deduplicateFieldNames): clients
// make dictionaries of them.
std::string DistinctName(const std::vector<StructField>& fields, size_t index) {
  const std::string& name = fields[index].name;
  auto same = [&](const StructField& field) { return field.name == name; };
  if (std::count_if(fields.begin(), fields.end(), same) == 1) return name;
  return name + "_" + std::to_string(std::count_if(fields.begin(), fields.begin() + static_cast<int64_t>(index), same));
}

void SetType(ArrowSchema* schema, const DataType& type, const std::string& time_zone, bool large) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_NA));
    case TypeKind::kBoolean:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_BOOL));
    case TypeKind::kByte:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_INT8));
    case TypeKind::kShort:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_INT16));
    case TypeKind::kInt:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_INT32));
    case TypeKind::kLong:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_INT64));
    case TypeKind::kFloat:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_FLOAT));
    case TypeKind::kDouble:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_DOUBLE));
    case TypeKind::kDecimal:
      // Arrow knows no decimal without digits: DECIMAL(0, 0) travels with one.
      return Check(
          ArrowSchemaSetTypeDecimal(schema, NANOARROW_TYPE_DECIMAL128, std::max(type.precision(), 1), type.scale()));
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return Check(ArrowSchemaSetType(schema, large ? NANOARROW_TYPE_LARGE_STRING : NANOARROW_TYPE_STRING));
    case TypeKind::kBinary:
      return Check(ArrowSchemaSetType(schema, large ? NANOARROW_TYPE_LARGE_BINARY : NANOARROW_TYPE_BINARY));
    case TypeKind::kDate:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_DATE32));
    case TypeKind::kTimestamp:
      return Check(
          ArrowSchemaSetTypeDateTime(schema, NANOARROW_TYPE_TIMESTAMP, NANOARROW_TIME_UNIT_MICRO, time_zone.c_str()));
    case TypeKind::kTimestampNtz:
      return Check(ArrowSchemaSetTypeDateTime(schema, NANOARROW_TYPE_TIMESTAMP, NANOARROW_TIME_UNIT_MICRO, nullptr));
    case TypeKind::kTime:
      return Check(ArrowSchemaSetTypeDateTime(schema, NANOARROW_TYPE_TIME64, NANOARROW_TIME_UNIT_NANO, nullptr));
    case TypeKind::kYearMonthInterval:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_INTERVAL_MONTHS));
    case TypeKind::kDayTimeInterval:
      return Check(ArrowSchemaSetTypeDateTime(schema, NANOARROW_TYPE_DURATION, NANOARROW_TIME_UNIT_MICRO, nullptr));
    case TypeKind::kCalendarInterval:
      return Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_INTERVAL_MONTH_DAY_NANO));
    case TypeKind::kArray:
      Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_LIST));
      return SetChild(schema, 0, "element", type.element_type(), type.contains_null(), time_zone, large);
    case TypeKind::kMap: {
      Check(ArrowSchemaSetType(schema, NANOARROW_TYPE_MAP));
      ArrowSchema* entries = schema->children[0];
      Check(ArrowSchemaSetName(entries, "entries"));
      SetChild(entries, 0, "key", type.key_type(), false, time_zone, large);
      SetChild(entries, 1, "value", type.value_type(), type.value_contains_null(), time_zone, large);
      return;
    }
    case TypeKind::kStruct:
      Check(ArrowSchemaSetTypeStruct(schema, static_cast<int64_t>(type.fields().size())));
      for (size_t i = 0; i < type.fields().size(); ++i) {
        const StructField& field = type.fields()[i];
        SetChild(schema, static_cast<int64_t>(i), DistinctName(type.fields(), i), field.type, field.nullable, time_zone,
                 large);
      }
      return;
    case TypeKind::kVariant:
      Check(ArrowSchemaSetTypeStruct(schema, 2));
      SetChild(schema, 0, "value", DataType::Binary(), false, time_zone, large);
      SetChild(schema, 1, "metadata", DataType::Binary(), false, time_zone, large);
      return SetMetadata(schema->children[1], "variant", "true");
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      Check(ArrowSchemaSetTypeStruct(schema, 2));
      SetChild(schema, 0, "srid", DataType::Int(), false, time_zone, large);
      SetChild(schema, 1, "wkb", DataType::Binary(), false, time_zone, large);
      return SetGeospatialMetadata(schema->children[1], type);
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      Check(ArrowSchemaSetTypeStruct(schema, 2));
      SetChild(schema, 0, "epochMicros", DataType::Long(), false, time_zone, large);
      SetChild(schema, 1, "nanosWithinMicro", DataType::Short(), false, time_zone, large);
      return;
    case TypeKind::kUserDefined:
      return SetType(schema, type.user_storage(), time_zone, large);
  }
  throw QueryError("UNSUPPORTED_DATATYPE", {{"typeName", QuoteType(type)}}, nullptr, ErrorClass::kUnsupported);
}

void SetField(ArrowSchema* schema, const std::string& name, const DataType& type, bool nullable,
              const std::string& time_zone, bool large) {
  SetType(schema, type, time_zone, large);
  Check(ArrowSchemaSetName(schema, name.c_str()));
  schema->flags = nullable ? ARROW_FLAG_NULLABLE : 0;
}

[[noreturn]] void RefuseType(const std::string& name) {
  throw QueryError("UNSUPPORTED_ARROWTYPE", {{"typeName", name}}, nullptr, ErrorClass::kUnsupported);
}

bool IsVariant(const ArrowSchema& schema) {
  if (schema.n_children != 2) return false;
  for (int64_t i = 0; i < 2; ++i) {
    const ArrowSchema* child = schema.children[i];
    ArrowStringView value{nullptr, 0};
    if (child->metadata && child->name && std::string_view(child->name) == "metadata" &&
        ArrowMetadataGetValue(child->metadata, ArrowCharView("variant"), &value) == NANOARROW_OK && value.data &&
        std::string_view(value.data, static_cast<size_t>(value.size_bytes)) == "true") {
      return true;
    }
  }
  return false;
}

std::string NameOf(const ArrowSchema& schema) { return schema.name ? schema.name : ""; }
bool IsNullable(const ArrowSchema& schema) { return (schema.flags & ARROW_FLAG_NULLABLE) != 0; }

DataType FromArrow(const ArrowSchema& schema, int depth);

StructField FieldFromArrow(const ArrowSchema& schema, int depth) {
  StructField field{NameOf(schema), FromArrow(schema, depth), IsNullable(schema), ""};
  ArrowStringView value{nullptr, 0};
  if (schema.metadata &&
      ArrowMetadataGetValue(schema.metadata, ArrowCharView(kSparkMetadataKey), &value) == NANOARROW_OK && value.data) {
    field.metadata.assign(value.data, static_cast<size_t>(value.size_bytes));
  }
  return field;
}

DataType FromArrow(const ArrowSchema& schema, int depth) {
  if (depth > kMaxDepth) RefuseType("nested too deeply");
  if (schema.dictionary) return FromArrow(*schema.dictionary, depth + 1);
  ArrowSchemaView view;
  ArrowError error;
  ArrowErrorInit(&error);
  if (ArrowSchemaViewInit(&view, &schema, &error) != NANOARROW_OK) {
    RefuseType(schema.format ? schema.format : "(no format)");
  }
  switch (view.type) {
    case NANOARROW_TYPE_NA:
      return DataType::Null();
    case NANOARROW_TYPE_BOOL:
      return DataType::Boolean();
    case NANOARROW_TYPE_INT8:
      return DataType::Byte();
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_INT16:
      return DataType::Short();
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_INT32:
      return DataType::Int();
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_INT64:
      return DataType::Long();
    case NANOARROW_TYPE_UINT64:
      return DataType::Decimal(20, 0);
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT:
      return DataType::Float();
    case NANOARROW_TYPE_DOUBLE:
      return DataType::Double();
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
      return DataType::String();
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY:
      return DataType::Binary();
    case NANOARROW_TYPE_DATE32:
    case NANOARROW_TYPE_DATE64:
      return DataType::Date();
    case NANOARROW_TYPE_TIMESTAMP:
      return view.timezone && *view.timezone ? DataType::Timestamp() : DataType::TimestampNtz();
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64:
      return DataType::Time();
    case NANOARROW_TYPE_DURATION:
      return DataType::DayTimeInterval();
    case NANOARROW_TYPE_INTERVAL_MONTHS:
      return DataType::YearMonthInterval();
    case NANOARROW_TYPE_INTERVAL_MONTH_DAY_NANO:
      return DataType::CalendarInterval();
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256:
      if (view.decimal_precision < 1 || view.decimal_precision > 38 || view.decimal_scale < 0 ||
          view.decimal_scale > view.decimal_precision) {
        RefuseType(schema.format);
      }
      return DataType::Decimal(view.decimal_precision, view.decimal_scale);
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_FIXED_SIZE_LIST:
      return DataType::Array(FromArrow(*schema.children[0], depth + 1), IsNullable(*schema.children[0]));
    case NANOARROW_TYPE_MAP: {
      const ArrowSchema& entries = *schema.children[0];
      if (entries.n_children != 2) RefuseType("map");
      return DataType::Map(FromArrow(*entries.children[0], depth + 1), FromArrow(*entries.children[1], depth + 1),
                           IsNullable(*entries.children[1]));
    }
    case NANOARROW_TYPE_STRUCT: {
      if (IsVariant(schema)) return DataType::Variant();
      std::vector<StructField> fields;
      for (int64_t i = 0; i < schema.n_children; ++i) fields.push_back(FieldFromArrow(*schema.children[i], depth + 1));
      return DataType::Struct(std::move(fields));
    }
    default:
      RefuseType(ArrowTypeString(view.type) ? ArrowTypeString(view.type) : "unknown");
  }
}

}  // namespace

Owned<ArrowSchema> SchemaToArrow(const Schema& schema, std::string_view time_zone, bool large_types) {
  Owned<ArrowSchema> root;
  ArrowSchemaInit(root.get());
  Check(ArrowSchemaSetTypeStruct(root.get(), static_cast<int64_t>(schema.size())));
  root->flags = 0;
  const std::string zone(time_zone);
  for (size_t i = 0; i < schema.size(); ++i) {
    const StructField& field = schema[i];
    SetChild(root.get(), static_cast<int64_t>(i), field.name, field.type, field.nullable, zone, large_types);
    if (!field.metadata.empty() && field.metadata != "{}") {
      SetMetadata(root->children[i], kSparkMetadataKey, field.metadata);
    }
  }
  return root;
}

Schema SchemaFromArrow(const ArrowSchema& root) {
  Schema schema;
  for (int64_t i = 0; i < root.n_children; ++i) schema.push_back(FieldFromArrow(*root.children[i], 0));
  return schema;
}

DataType TypeFromArrow(const ArrowSchema& field) { return FromArrow(field, 0); }

}  // namespace firesteel::arrow
