#include "functions/formats/parsed_value.h"

#include "base/error.h"
#include "base/java_text.h"

namespace firesteel::functions {

void ParsedValues::WriteList(const ParsedValue& value, const DataType& type, ResultVector& column, size_t row) const {
  uint64_t at = column.AppendList(row, value.children.count);
  uint32_t node = value.children.first;
  const bool is_map = type.Is(TypeKind::kMap);
  for (uint32_t i = 0; i < value.children.count; ++i, ++at) {
    ResultVector& elements = column.Child(0);
    if (!is_map) {
      Write(nodes_[node], type.element_type(), elements, at);
    } else {
      Write(nodes_[node], type.key_type(), elements.Child(0), at);
      node = nodes_[node].next;
      Write(nodes_[node], type.value_type(), elements.Child(1), at);
    }
    node = nodes_[node].next;
  }
}

void ParsedValues::Write(const ParsedValue& value, const DataType& type, ResultVector& column, size_t row) const {
  const bool is_list = type.Is(TypeKind::kArray) || type.Is(TypeKind::kMap);
  if (!value.valid || type.Is(TypeKind::kNull)) {
    if (is_list) column.SetList(row, 0, 0);
    column.SetNull(row);
    return;
  }
  switch (type.kind()) {
    case TypeKind::kBoolean:
      column.Data<bool>()[row] = value.boolean;
      return;
    case TypeKind::kByte:
      column.Data<int8_t>()[row] = static_cast<int8_t>(value.integer);
      return;
    case TypeKind::kShort:
      column.Data<int16_t>()[row] = static_cast<int16_t>(value.integer);
      return;
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      column.Data<int32_t>()[row] = static_cast<int32_t>(value.integer);
      return;
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
    case TypeKind::kDayTimeInterval:
      column.Data<int64_t>()[row] = value.integer;
      return;
    case TypeKind::kFloat:
      column.Data<float>()[row] = static_cast<float>(value.real);
      return;
    case TypeKind::kDouble:
      column.Data<double>()[row] = value.real;
      return;
    case TypeKind::kDecimal:
      column.Data<int128_t>()[row] = value.decimal;
      return;
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
      return column.SetText(row, value.view());
    case TypeKind::kCalendarInterval:
      column.Data<CalendarIntervalValue>()[row] = value.interval;
      return;
    case TypeKind::kArray:
    case TypeKind::kMap:
      return WriteList(value, type, column, row);
    case TypeKind::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        Write(nodes_[value.children.first + i], type.fields()[i].type, column.Child(i), row);
      }
      return;
    case TypeKind::kVariant:
      for (size_t i = 0; i < 2; ++i) {
        Write(nodes_[value.children.first + i], DataType::Binary(), column.Child(i), row);
      }
      return;
    case TypeKind::kUserDefined:
      return Write(value, type.user_storage(), column, row);
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      throw InternalError("a type that no format reads");
    case TypeKind::kNull:
      return;
  }
}

std::string ParsedValues::InternalText(const ParsedValue& value, const DataType& type) const {
  if (!value.valid) return "null";
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return value.boolean ? "true" : "false";
    case TypeKind::kFloat:
      return JavaFloatText(static_cast<float>(value.real));
    case TypeKind::kDouble:
      return JavaDoubleText(value.real);
    case TypeKind::kDecimal:
      return DecimalText(value.decimal, type.scale());
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
      return std::string(value.view());
    case TypeKind::kStruct:
      return RowText(type.fields(), value.children.first);
    case TypeKind::kArray: {
      std::string text = "[";
      uint32_t node = value.children.first;
      for (uint32_t i = 0; i < value.children.count; ++i, node = nodes_[node].next) {
        text += (i > 0 ? "," : "") + InternalText(nodes_[node], type.element_type());
      }
      return text + "]";
    }
    case TypeKind::kMap: {
      std::string keys;
      std::string values;
      uint32_t node = value.children.first;
      for (uint32_t i = 0; i < value.children.count; ++i) {
        keys += (i > 0 ? ", " : "") + InternalText(nodes_[node], type.key_type());
        node = nodes_[node].next;
        values += (i > 0 ? ", " : "") + InternalText(nodes_[node], type.value_type());
        node = nodes_[node].next;
      }
      return "keys: [" + keys + "], values: [" + values + "]";
    }
    case TypeKind::kCalendarInterval:
    case TypeKind::kVariant:
    case TypeKind::kNull:
      return "";
    default:
      return std::to_string(value.integer);
  }
}

std::string ParsedValues::RowText(const std::vector<StructField>& fields, uint32_t first) const {
  std::string text = "[";
  for (size_t i = 0; i < fields.size(); ++i) {
    text += (i > 0 ? "," : "") + InternalText(nodes_[first + i], fields[i].type);
  }
  return text + "]";
}

}  // namespace firesteel::functions
