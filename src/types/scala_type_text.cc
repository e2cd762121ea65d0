#include "types/scala_type_text.h"

#include <cctype>

#include "types/type_text.h"

namespace firesteel {
namespace {

std::string Flag(bool value) { return value ? "true" : "false"; }

std::string IntervalText(const char* name, const DataType& type) {
  return std::string(name) + "(" + std::to_string(static_cast<int>(type.start_field())) + "," +
         std::to_string(static_cast<int>(type.end_field())) + ")";
}

/// "timestamp_ntz" as "TimestampNTZType", "decimal(10,2)" as "DecimalType(10,2)".
std::string AtomicText(std::string name) {
  std::string parameters;
  if (const size_t open = name.find('('); open != std::string::npos) {
    parameters = name.substr(open);
    name.resize(open);
  }
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name + "Type" + parameters;
}

}  // namespace

std::string ScalaTypeText(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return "ArrayType(" + ScalaTypeText(type.element_type()) + "," + Flag(type.contains_null()) + ")";
    case TypeKind::kMap:
      return "MapType(" + ScalaTypeText(type.key_type()) + "," + ScalaTypeText(type.value_type()) + "," +
             Flag(type.value_contains_null()) + ")";
    case TypeKind::kStruct: {
      std::string text;
      for (const StructField& field : type.fields()) {
        text += (text.empty() ? "" : ",") +
                ("StructField(" + field.name + "," + ScalaTypeText(field.type) + "," + Flag(field.nullable) + ")");
      }
      return "StructType(" + text + ")";
    }
    case TypeKind::kInt:
      return "IntegerType";
    case TypeKind::kLong:
      return "LongType";
    case TypeKind::kShort:
      return "ShortType";
    case TypeKind::kByte:
      return "ByteType";
    case TypeKind::kNull:
      return "NullType";
    case TypeKind::kTimestampNtz:
      return "TimestampNTZType";
    case TypeKind::kYearMonthInterval:
      return IntervalText("YearMonthIntervalType", type);
    case TypeKind::kDayTimeInterval:
      return IntervalText("DayTimeIntervalType", type);
    case TypeKind::kCalendarInterval:
      return "CalendarIntervalType";
    default:
      return AtomicText(CatalogString(type));
  }
}

}  // namespace firesteel
