#include "types/type_text.h"

#include <algorithm>
#include <limits>

#include "types/field_metadata.h"
#include "types/quoting.h"
#include "types/user_type.h"

namespace firesteel {
namespace {

std::string_view YearMonthFieldName(IntervalField field) { return field == IntervalField::kYear ? "year" : "month"; }

std::string_view DayTimeFieldName(IntervalField field) {
  switch (field) {
    case IntervalField::kDay:
      return "day";
    case IntervalField::kHour:
      return "hour";
    case IntervalField::kMinute:
      return "minute";
    default:
      return "second";
  }
}

std::string IntervalName(const DataType& type) {
  auto name = type.Is(TypeKind::kYearMonthInterval) ? YearMonthFieldName : DayTimeFieldName;
  std::string text = "interval " + std::string(name(type.start_field()));
  if (type.start_field() != type.end_field()) text += " to " + std::string(name(type.end_field()));
  return text;
}

std::string Parameter(int n) { return "(" + std::to_string(n) + ")"; }

std::string SridText(const DataType& type) {
  return type.srid() == DataType::kAnySrid ? "any" : std::to_string(type.srid());
}

// Names of types that have no children; the same in lower case in catalogString and in upper case in sql.
std::string AtomicName(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return "void";
    case TypeKind::kBoolean:
      return "boolean";
    case TypeKind::kByte:
      return "tinyint";
    case TypeKind::kShort:
      return "smallint";
    case TypeKind::kInt:
      return "int";
    case TypeKind::kLong:
      return "bigint";
    case TypeKind::kFloat:
      return "float";
    case TypeKind::kDouble:
      return "double";
    case TypeKind::kDecimal:
      return "decimal(" + std::to_string(type.precision()) + "," + std::to_string(type.scale()) + ")";
    case TypeKind::kString:
      return "string";
    case TypeKind::kChar:
      return "char" + Parameter(type.length());
    case TypeKind::kVarchar:
      return "varchar" + Parameter(type.length());
    case TypeKind::kBinary:
      return "binary";
    case TypeKind::kDate:
      return "date";
    case TypeKind::kTimestamp:
      return "timestamp";
    case TypeKind::kTimestampNtz:
      return "timestamp_ntz";
    case TypeKind::kTime:
      return "time" + Parameter(type.precision());
    case TypeKind::kYearMonthInterval:
    case TypeKind::kDayTimeInterval:
      return IntervalName(type);
    case TypeKind::kCalendarInterval:
      return "interval";
    case TypeKind::kVariant:
      return "variant";
    case TypeKind::kGeometry:
      return "geometry(" + SridText(type) + ")";
    case TypeKind::kGeography:
      return "geography(" + SridText(type) + ")";
    case TypeKind::kTimestampNanos:
      return "timestamp_ltz" + Parameter(type.precision());
    case TypeKind::kTimestampNtzNanos:
      return "timestamp_ntz" + Parameter(type.precision());
    case TypeKind::kArray:
      return "array";
    case TypeKind::kMap:
      return "map";
    case TypeKind::kStruct:
      return "struct";
    case TypeKind::kUserDefined:
      return UserTypeName(type);
  }
  return "";
}

bool IsCollated(const DataType& type) { return type.Is(TypeKind::kString) && type.collation() != "UTF8_BINARY"; }

std::string CollateClause(const DataType& type, std::string_view keyword) {
  return IsCollated(type) ? std::string(keyword) + std::string(type.collation()) : "";
}

std::string LowerCaseString(const DataType& type, size_t max_fields) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return "array<" + LowerCaseString(type.element_type(), max_fields) + ">";
    case TypeKind::kMap:
      return "map<" + LowerCaseString(type.key_type(), max_fields) + "," +
             LowerCaseString(type.value_type(), max_fields) + ">";
    case TypeKind::kStruct: {
      const auto& fields = type.fields();
      // Spark's truncatedString: of more than `max_fields` fields it says how many it left out.
      const bool cut = fields.size() > max_fields;
      const size_t shown = cut ? max_fields : fields.size();
      std::string text = "struct<";
      for (size_t i = 0; i < shown; ++i) {
        if (i > 0) text += ",";
        text += fields[i].name + ":" + LowerCaseString(fields[i].type, max_fields);
      }
      if (cut)
        text += (shown > 0 ? "," : "") + std::string("... ") + std::to_string(fields.size() - shown) + " more fields";
      return text + ">";
    }
    default:
      return AtomicName(type) + CollateClause(type, " collate ");
  }
}

std::string UpperCase(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string CommentClause(const StructField& field) {
  std::optional<std::string> comment = MetadataText(field.metadata, "comment");
  return comment ? " COMMENT " + EscapedComment(*comment) : "";
}

std::string DefaultClause(const StructField& field) {
  std::optional<std::string> text = MetadataText(field.metadata, "CURRENT_DEFAULT");
  return text ? " DEFAULT " + *text : "";
}

std::string FieldSuffix(const StructField& field) {
  return (field.nullable ? "" : " NOT NULL") + DefaultClause(field) + CommentClause(field);
}

// How the type is called in a tree.
std::string TreeName(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kByte:
      return "byte";
    case TypeKind::kShort:
      return "short";
    case TypeKind::kInt:
      return "integer";
    case TypeKind::kLong:
      return "long";
    case TypeKind::kGeometry:
      return "geometry";
    case TypeKind::kGeography:
      return "geography";
    default:
      return AtomicName(type) + CollateClause(type, " collate ");
  }
}

const char* TrueOrFalse(bool value) { return value ? "true" : "false"; }

void AppendTree(std::string& out, const DataType& type, const std::string& prefix, int depth);

void AppendTreeFields(std::string& out, const std::vector<StructField>& fields, const std::string& prefix, int depth) {
  if (depth <= 0) return;
  for (const StructField& field : fields) {
    out += prefix + "-- " + EscapeMetaCharacters(field.name) + ": " + TreeName(field.type) +
           " (nullable = " + TrueOrFalse(field.nullable) + ")\n";
    AppendTree(out, field.type, prefix + "    |", depth - 1);
  }
}

void AppendTree(std::string& out, const DataType& type, const std::string& prefix, int depth) {
  if (depth <= 0) return;
  switch (type.kind()) {
    case TypeKind::kArray:
      out += prefix + "-- element: " + TreeName(type.element_type()) +
             " (containsNull = " + TrueOrFalse(type.contains_null()) + ")\n";
      AppendTree(out, type.element_type(), prefix + "    |", depth - 1);
      break;
    case TypeKind::kMap:
      out += prefix + "-- key: " + TreeName(type.key_type()) + "\n";
      AppendTree(out, type.key_type(), prefix + "    |", depth - 1);
      out += prefix + "-- value: " + TreeName(type.value_type()) +
             " (valueContainsNull = " + TrueOrFalse(type.value_contains_null()) + ")\n";
      AppendTree(out, type.value_type(), prefix + "    |", depth - 1);
      break;
    case TypeKind::kStruct:
      AppendTreeFields(out, type.fields(), prefix, depth);
      break;
    default:
      break;
  }
}

}  // namespace

std::string CatalogString(const DataType& type) {
  return LowerCaseString(StorageType(type), std::numeric_limits<size_t>::max());
}

std::string SimpleString(const DataType& type, int max_fields) {
  return LowerCaseString(type, static_cast<size_t>(std::max(max_fields, 0)));
}

std::string SqlTypeName(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return "ARRAY<" + SqlTypeName(type.element_type()) + ">";
    case TypeKind::kMap:
      return "MAP<" + SqlTypeName(type.key_type()) + ", " + SqlTypeName(type.value_type()) + ">";
    case TypeKind::kStruct: {
      std::string text = "STRUCT<";
      for (size_t i = 0; i < type.fields().size(); ++i) {
        const StructField& field = type.fields()[i];
        if (i > 0) text += ", ";
        text += QuoteIfNeeded(field.name) + ": " + SqlTypeName(field.type) + FieldSuffix(field);
      }
      return text + ">";
    }
    case TypeKind::kUserDefined:
      return SqlTypeName(type.user_storage());
    default:
      return UpperCase(AtomicName(type)) + CollateClause(type, " COLLATE ");
  }
}

std::string SchemaToDdl(const Schema& schema) {
  std::string text;
  for (const StructField& field : schema) {
    if (!text.empty()) text += ",";
    text += QuoteIfNeeded(field.name) + " " + SqlTypeName(field.type) + FieldSuffix(field);
  }
  return text;
}

std::string SchemaTreeString(const Schema& schema, int level) {
  std::string text = "root\n";
  AppendTreeFields(text, schema, " |", level > 0 ? level : std::numeric_limits<int>::max());
  return text;
}

}  // namespace firesteel
