#include "engine/physical_type.h"

#include <string>
#include <utility>

#include "base/error.h"

namespace firesteel::engine {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

LogicalType StructOf(const std::vector<DataType>& types) {
  duckdb::child_list_t<LogicalType> children;
  for (size_t i = 0; i < types.size(); ++i) {
    children.emplace_back("f" + std::to_string(i), PhysicalType(types[i]));
  }
  // The engine has no empty struct: one column that nobody reads stands for it.
  if (children.empty()) children.emplace_back("f0", LogicalType::BOOLEAN);
  return LogicalType::STRUCT(std::move(children));
}

std::vector<DataType> FieldTypes(const DataType& type) {
  if (type.Is(TypeKind::kVariant)) return {DataType::Binary(), DataType::Binary()};
  std::vector<DataType> types;
  for (const StructField& field : type.fields()) types.push_back(field.type);
  return types;
}

}  // namespace

LogicalType PhysicalType(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
    case TypeKind::kInt:
    case TypeKind::kYearMonthInterval:
      return LogicalType::INTEGER;
    case TypeKind::kBoolean:
      return LogicalType::BOOLEAN;
    case TypeKind::kByte:
      return LogicalType::TINYINT;
    case TypeKind::kShort:
      return LogicalType::SMALLINT;
    case TypeKind::kLong:
    case TypeKind::kDayTimeInterval:
    case TypeKind::kTime:
      return LogicalType::BIGINT;
    case TypeKind::kFloat:
      return LogicalType::FLOAT;
    case TypeKind::kDouble:
      return LogicalType::DOUBLE;
    case TypeKind::kDecimal:
      return LogicalType::DECIMAL(static_cast<uint8_t>(type.precision()), static_cast<uint8_t>(type.scale()));
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return LogicalType::VARCHAR;
    case TypeKind::kBinary:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return LogicalType::BLOB;
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return LogicalType::HUGEINT;
    case TypeKind::kDate:
      return LogicalType::DATE;
    case TypeKind::kTimestamp:
      return LogicalType::TIMESTAMP_TZ;
    case TypeKind::kTimestampNtz:
      return LogicalType::TIMESTAMP;
    case TypeKind::kCalendarInterval:
      return LogicalType::INTERVAL;
    case TypeKind::kArray:
      return LogicalType::LIST(PhysicalType(type.element_type()));
    case TypeKind::kMap:
      return LogicalType::MAP(PhysicalType(type.key_type()), PhysicalType(type.value_type()));
    case TypeKind::kStruct:
    case TypeKind::kVariant:
      return StructOf(FieldTypes(type));
    case TypeKind::kUserDefined:
      return PhysicalType(type.user_storage());
  }
  throw InternalError("a Spark type without a physical type");
}

bool ReadableAs(const LogicalType& actual, const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kDecimal:
      return actual.id() == LogicalTypeId::DECIMAL && duckdb::DecimalType::GetScale(actual) == type.scale();
    case TypeKind::kArray:
      return actual.id() == LogicalTypeId::LIST &&
             ReadableAs(duckdb::ListType::GetChildType(actual), type.element_type());
    case TypeKind::kMap:
      return actual.id() == LogicalTypeId::MAP && ReadableAs(duckdb::MapType::KeyType(actual), type.key_type()) &&
             ReadableAs(duckdb::MapType::ValueType(actual), type.value_type());
    case TypeKind::kStruct:
    case TypeKind::kVariant: {
      if (actual.id() != LogicalTypeId::STRUCT) return false;
      const std::vector<DataType> fields = FieldTypes(type);
      if (fields.empty()) return true;
      if (duckdb::StructType::GetChildCount(actual) != fields.size()) return false;
      for (size_t i = 0; i < fields.size(); ++i) {
        if (!ReadableAs(duckdb::StructType::GetChildType(actual, i), fields[i])) return false;
      }
      return true;
    }
    case TypeKind::kUserDefined:
      return ReadableAs(actual, type.user_storage());
    default:
      return actual.id() == PhysicalType(type).id();
  }
}

void EnsureColumn(duckdb::vector<duckdb::LogicalType>& types, duckdb::vector<duckdb::string>& names) {
  if (!types.empty()) return;
  names.push_back("no_column");
  types.push_back(duckdb::LogicalType::BOOLEAN);
}

}  // namespace firesteel::engine
