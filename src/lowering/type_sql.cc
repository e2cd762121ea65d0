#include "lowering/type_sql.h"

#include "base/error.h"

namespace firesteel::lowering {
namespace {

std::string Quote(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (char c : text) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted + quote;
}

std::string Print(const DataType& type, bool file_names) {
  switch (type.kind()) {
    case TypeKind::kNull:
    case TypeKind::kInt:
    case TypeKind::kYearMonthInterval:
      return "INTEGER";
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kByte:
      return "TINYINT";
    case TypeKind::kShort:
      return "SMALLINT";
    case TypeKind::kLong:
    case TypeKind::kDayTimeInterval:
    case TypeKind::kTime:
      return "BIGINT";
    case TypeKind::kFloat:
      return "FLOAT";
    case TypeKind::kDouble:
      return "DOUBLE";
    case TypeKind::kDecimal:
      return "DECIMAL(" + std::to_string(type.precision()) + "," + std::to_string(type.scale()) + ")";
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return "VARCHAR";
    case TypeKind::kBinary:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return "BLOB";
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return "HUGEINT";
    case TypeKind::kDate:
      return "DATE";
    case TypeKind::kTimestamp:
      return "TIMESTAMPTZ";
    case TypeKind::kTimestampNtz:
      return "TIMESTAMP";
    case TypeKind::kCalendarInterval:
      return "INTERVAL";
    case TypeKind::kArray:
      return Print(type.element_type(), file_names) + "[]";
    case TypeKind::kMap:
      return "MAP(" + Print(type.key_type(), file_names) + ", " + Print(type.value_type(), file_names) + ")";
    case TypeKind::kStruct: {
      if (type.fields().empty()) return "STRUCT(f0 BOOLEAN)";
      std::string text = "STRUCT(";
      for (size_t i = 0; i < type.fields().size(); ++i) {
        const StructField& field = type.fields()[i];
        if (i > 0) text += ", ";
        text += file_names ? QuoteName(field.name) : "f" + std::to_string(i);
        text += " " + Print(field.type, file_names);
      }
      return text + ")";
    }
    case TypeKind::kVariant:
      return file_names ? "STRUCT(\"value\" BLOB, metadata BLOB)" : "STRUCT(f0 BLOB, f1 BLOB)";
    case TypeKind::kUserDefined:
      return Print(type.user_storage(), file_names);
  }
  throw InternalError("a Spark type without an engine type");
}

}  // namespace

std::string TypeSql(const DataType& type) { return Print(type, false); }
std::string FileTypeSql(const DataType& type) { return Print(type, true); }
std::string QuoteName(std::string_view name) { return Quote(name, '"'); }
std::string QuoteText(std::string_view text) { return Quote(text, '\''); }

}  // namespace firesteel::lowering
