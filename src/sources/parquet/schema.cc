#include "sources/parquet/schema.h"

#include <cctype>
#include <utility>

#include "base/error.h"
#include "types/as_nullable.h"
#include "types/type_text.h"

namespace firesteel::sources::parquet {
namespace {

using Kind = Annotation::Kind;

constexpr std::string_view kSparkSchemaKey = "org.apache.spark.sql.parquet.row.metadata";

std::string_view Name(PhysicalType type) {
  switch (type) {
    case PhysicalType::kBoolean:
      return "BOOLEAN";
    case PhysicalType::kInt32:
      return "INT32";
    case PhysicalType::kInt64:
      return "INT64";
    case PhysicalType::kInt96:
      return "INT96";
    case PhysicalType::kFloat:
      return "FLOAT";
    case PhysicalType::kDouble:
      return "DOUBLE";
    case PhysicalType::kByteArray:
      return "BINARY";
    case PhysicalType::kFixedLenByteArray:
      return "FIXED_LEN_BYTE_ARRAY";
  }
  return "";
}

/// As parquet-mr prints an annotation: "TIMESTAMP(NANOS,true)".
std::string Name(const Annotation& a) {
  static constexpr std::string_view kUnits[] = {"MILLIS", "MICROS", "NANOS"};
  const std::string unit(kUnits[static_cast<size_t>(a.unit)]);
  const std::string zone = a.is_adjusted_to_utc ? "true" : "false";
  switch (a.kind) {
    case Kind::kNone:
      return "";
    case Kind::kString:
      return "STRING";
    case Kind::kDecimal:
      return "DECIMAL(" + std::to_string(a.precision) + "," + std::to_string(a.scale) + ")";
    case Kind::kTime:
      return "TIME(" + unit + "," + zone + ")";
    case Kind::kTimestamp:
      return "TIMESTAMP(" + unit + "," + zone + ")";
    case Kind::kInteger:
      return "INTEGER(" + std::to_string(a.bits) + "," + (a.is_signed ? "true" : "false") + ")";
    case Kind::kInterval:
      return "INTERVAL";
    case Kind::kUuid:
      return "UUID";
    case Kind::kFloat16:
      return "FLOAT16";
    default:
      return "UNKNOWN";
  }
}

[[noreturn]] void Refuse(const char* condition, const SchemaNode& node) {
  std::string type(Name(*node.type));
  if (node.annotation.kind != Kind::kNone) type += " (" + Name(node.annotation) + ")";
  throw QueryError(condition, {{"parquetType", type}});
}

DataType FromDecimal(const SchemaNode& node, int max_precision) {
  const Annotation& a = node.annotation;
  if (a.precision < 1 || a.precision > max_precision || a.scale < 0 || a.scale > a.precision) {
    Refuse("PARQUET_TYPE_ILLEGAL", node);
  }
  return DataType::Decimal(a.precision, a.scale);
}

DataType FromInt32(const SchemaNode& node) {
  const Annotation& a = node.annotation;
  switch (a.kind) {
    case Kind::kNone:
      return DataType::Int();
    case Kind::kInteger:
      if (a.bits == 8) return a.is_signed ? DataType::Byte() : DataType::Short();
      if (a.bits == 16) return a.is_signed ? DataType::Short() : DataType::Int();
      if (a.bits == 32) return a.is_signed ? DataType::Int() : DataType::Long();
      break;
    case Kind::kDate:
      return DataType::Date();
    case Kind::kDecimal:
      return FromDecimal(node, 9);
    case Kind::kTime:
      Refuse("PARQUET_TYPE_NOT_SUPPORTED", node);
    default:
      break;
  }
  Refuse("PARQUET_TYPE_ILLEGAL", node);
}

DataType FromInt64(const SchemaNode& node) {
  const Annotation& a = node.annotation;
  switch (a.kind) {
    case Kind::kNone:
      return DataType::Long();
    case Kind::kInteger:
      if (a.bits == 64) return a.is_signed ? DataType::Long() : DataType::Decimal(20, 0);
      break;
    case Kind::kDecimal:
      return FromDecimal(node, 18);
    case Kind::kTimestamp:
      if (a.unit == Annotation::Unit::kNanos) break;
      return a.is_adjusted_to_utc ? DataType::Timestamp() : DataType::TimestampNtz();
    case Kind::kTime:
      if (a.unit == Annotation::Unit::kMicros && !a.is_adjusted_to_utc) return DataType::Time(6);
      Refuse("PARQUET_TYPE_NOT_SUPPORTED", node);
    default:
      break;
  }
  Refuse("PARQUET_TYPE_ILLEGAL", node);
}

DataType FromBytes(const SchemaNode& node) {
  const bool is_fixed = *node.type == PhysicalType::kFixedLenByteArray;
  switch (node.annotation.kind) {
    case Kind::kNone:
    case Kind::kBson:
      return DataType::Binary();
    case Kind::kString:
    case Kind::kEnum:
    case Kind::kJson:
      if (!is_fixed) return DataType::String();
      break;
    case Kind::kUuid:
      return DataType::String();  // wider than Spark, which refuses it
    case Kind::kDecimal:
      return FromDecimal(node, 38);
    case Kind::kInterval:
      Refuse("PARQUET_TYPE_NOT_SUPPORTED", node);
    default:
      break;
  }
  Refuse("PARQUET_TYPE_ILLEGAL", node);
}

DataType FromPrimitive(const SchemaNode& node) {
  switch (*node.type) {
    case PhysicalType::kBoolean:
      return DataType::Boolean();
    case PhysicalType::kFloat:
      return DataType::Float();
    case PhysicalType::kDouble:
      return DataType::Double();
    case PhysicalType::kInt96:
      return DataType::Timestamp();
    case PhysicalType::kInt32:
      return FromInt32(node);
    case PhysicalType::kInt64:
      return FromInt64(node);
    case PhysicalType::kByteArray:
    case PhysicalType::kFixedLenByteArray:
      return FromBytes(node);
  }
  Refuse("PARQUET_TYPE_ILLEGAL", node);
}

[[noreturn]] void NotRecognized(const SchemaNode& node) {
  throw QueryError("PARQUET_TYPE_NOT_RECOGNIZED", {{"field", node.name}});
}

DataType FromNode(const SchemaNode& node);
DataType FromGroup(const SchemaNode& node);

/// A field with its repetition: a repeated one outside a LIST is an array of required elements.
DataType FromField(const SchemaNode& node) {
  const DataType type = FromNode(node);
  return node.repetition == Repetition::kRepeated ? DataType::Array(type) : type;
}

DataType StructOf(const SchemaNode& node) {
  std::vector<StructField> fields;
  for (const SchemaNode& child : node.children) fields.push_back(StructField{child.name, FromField(child)});
  return DataType::Struct(std::move(fields));
}

/// Whether the repeated child of a LIST group is the element itself (older writers) or wraps it.
bool IsElement(const SchemaNode& repeated, const std::string& parent) {
  if (repeated.type) return true;
  if (repeated.children.size() > 1) return true;
  if (repeated.children.size() == 1 && repeated.children[0].repetition == Repetition::kRepeated) return true;
  return repeated.name == "array" || repeated.name == parent + "_tuple";
}

DataType FromList(const SchemaNode& node) {
  if (node.children.size() != 1 || node.children[0].repetition != Repetition::kRepeated) NotRecognized(node);
  const SchemaNode& repeated = node.children[0];
  if (IsElement(repeated, node.name)) return DataType::Array(FromNode(repeated));
  if (repeated.children.empty()) NotRecognized(node);
  return DataType::Array(FromField(repeated.children[0]));
}

DataType FromMap(const SchemaNode& node) {
  if (node.children.size() != 1 || node.children[0].repetition != Repetition::kRepeated) NotRecognized(node);
  const SchemaNode& entry = node.children[0];
  if (entry.type || entry.children.size() != 2) NotRecognized(node);
  return DataType::Map(FromField(entry.children[0]), FromField(entry.children[1]));
}

DataType FromGroup(const SchemaNode& node) {
  switch (node.annotation.kind) {
    case Kind::kList:
      return FromList(node);
    case Kind::kMap:
    case Kind::kMapKeyValue:
      return FromMap(node);
    case Kind::kVariant:
      return DataType::Variant();
    default:
      return StructOf(node);
  }
}

DataType FromNode(const SchemaNode& node) { return node.type ? FromPrimitive(node) : FromGroup(node); }

}  // namespace

Schema SparkSchema(const Footer& footer) {
  if (const std::string* json = footer.Find(kSparkSchemaKey)) {
    // Other writers may put anything there: Spark falls back to the file's types, too.
    try {
      const DataType type = TypeFromJson(*json);
      if (type.Is(TypeKind::kStruct)) return AsNullable(type).fields();
    } catch (const QueryError&) {
    }
  }
  return StructOf(footer.root).fields();
}

std::string PhysicalName(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kByte:
    case TypeKind::kShort:
    case TypeKind::kInt:
    case TypeKind::kDate:
      return "INT32";
    case TypeKind::kLong:
      return "INT64";
    case TypeKind::kDecimal:
      return type.precision() <= 9 ? "INT32" : type.precision() <= 18 ? "INT64" : "FIXED_LEN_BYTE_ARRAY";
    case TypeKind::kFloat:
      return "FLOAT";
    case TypeKind::kDouble:
      return "DOUBLE";
    case TypeKind::kBoolean:
      return "BOOLEAN";
    default:
      return "BINARY";
  }
}

}  // namespace firesteel::sources::parquet
