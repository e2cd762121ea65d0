#include "shell/output/value_text.h"

#include <cmath>
#include <type_traits>
#include <variant>

#include "base/base64.h"
#include "base/json_text.h"
#include "firesteel/row.h"
#include "shell/output/display_width.h"
#include "types/interval_text.h"

namespace firesteel::shell {
namespace {

using client::DataType;
using client::Value;

constexpr char kHex[] = "0123456789ABCDEF";

std::string HexText(const std::string& bytes) {
  std::string text = "[";
  for (const char c : bytes) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (text.size() > 1) text += ' ';
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text + "]";
}

void AppendJsonString(std::string& json, std::string_view text) { AppendJsonText(text, false, json); }

/// "2020-01-02 03:04:05.1" as ISO 8601 wants it.
std::string IsoText(std::string text, const char* zone) {
  const size_t space = text.find(' ', 1);
  if (space != std::string::npos) text[space] = 'T';
  return text + zone;
}

void AppendList(std::string& json, const client::Array& elements, const DataType& type) {
  json += '[';
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) json += ',';
    AppendJson(json, elements[i], type.element_type());
  }
  json += ']';
}

void AppendMap(std::string& json, const client::MapEntries& entries, const DataType& type) {
  json += '{';
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) json += ',';
    AppendJsonString(json, entries[i].first.to_string());
    json += ':';
    AppendJson(json, entries[i].second, type.value_type());
  }
  json += '}';
}

void AppendStruct(std::string& json, const client::Row& row, const DataType& type) {
  const auto& fields = type.fields();
  json += '{';
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) json += ',';
    AppendJsonString(json, i < fields.size() ? fields[i].name : "_" + std::to_string(i + 1));
    json += ':';
    AppendJson(json, row[i], i < fields.size() ? fields[i].type : row[i].type());
  }
  json += '}';
}

/// A value without parts, as CAST(… AS STRING) writes it: intervals in the fields of their type.
std::string LeafText(const Value& value, const DataType& type, std::string_view time_zone) {
  if (type.is(client::TypeKind::kUserDefined)) return LeafText(value, type.storage_type(), time_zone);
  const auto field = [](client::IntervalField field) { return static_cast<firesteel::IntervalField>(field); };
  if (const auto* months = value.get_if<client::YearMonthInterval>();
      months != nullptr && type.is(client::TypeKind::kYearMonthInterval)) {
    return YearMonthIntervalText(months->months, field(type.start_field()), field(type.end_field()));
  }
  if (const auto* micros = value.get_if<client::DayTimeInterval>();
      micros != nullptr && type.is(client::TypeKind::kDayTimeInterval)) {
    return DayTimeIntervalText(micros->micros, field(type.start_field()), field(type.end_field()));
  }
  return value.to_string(time_zone);
}

std::string PrettyText(const Value& value, const DataType& type, std::string_view time_zone) {
  if (value.is_null()) return "NULL";
  if (type.is(client::TypeKind::kUserDefined)) return PrettyText(value, type.storage_type(), time_zone);
  std::string text;
  const auto append = [&](const Value& part, const DataType& part_type) {
    if (text.size() > 1) text += ", ";
    text += PrettyText(part, part_type, time_zone);
  };
  if (const auto* binary = value.get_if<client::Binary>()) return HexText(binary->bytes);
  if (const auto* elements = value.get_if<client::Array>()) {
    text = "[";
    for (const Value& element : *elements) append(element, type.element_type());
    return text + "]";
  }
  if (const auto* entries = value.get_if<client::MapEntries>()) {
    text = "{";
    for (const auto& [key, entry] : *entries) {
      append(key, type.key_type());
      text += " -> " + PrettyText(entry, type.value_type(), time_zone);
    }
    return text + "}";
  }
  if (const auto* row = value.get_if<client::Row>()) {
    text = "{";
    for (size_t i = 0; i < row->size(); ++i) {
      append((*row)[i], i < type.fields().size() ? type.fields()[i].type : (*row)[i].type());
    }
    return text + "}";
  }
  return LeafText(value, type, time_zone);
}

}  // namespace

std::string ShownText(const Value& value, const DataType& type, std::string_view time_zone) {
  return WithoutControls(PrettyText(value, type, time_zone));
}

std::string CsvText(const Value& value, const DataType& type, std::string_view time_zone) {
  if (value.is_null()) return "";
  if (const auto* binary = value.get_if<client::Binary>()) return Base64Text(binary->bytes);
  if (type.is_nested() || value.get_if<client::Variant>() != nullptr) {
    std::string json;
    AppendJson(json, value, type);
    return json;
  }
  return LeafText(value, type, time_zone);
}

void AppendJson(std::string& json, const Value& value, const DataType& type) {
  if (type.is(client::TypeKind::kUserDefined)) return AppendJson(json, value, type.storage_type());
  std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          json += "null";
        } else if constexpr (std::is_same_v<T, bool>) {
          json += held ? "true" : "false";
        } else if constexpr (std::is_floating_point_v<T>) {
          std::isfinite(held) ? void(json += value.to_string()) : AppendJsonString(json, value.to_string());
        } else if constexpr (std::is_integral_v<T> || std::is_same_v<T, client::Decimal>) {
          json += value.to_string();
        } else if constexpr (std::is_same_v<T, client::Binary>) {
          AppendJsonString(json, Base64Text(held.bytes));
        } else if constexpr (std::is_same_v<T, client::Timestamp> || std::is_same_v<T, client::TimestampNanos>) {
          AppendJsonString(json, IsoText(value.to_string("UTC"), "Z"));
        } else if constexpr (std::is_same_v<T, client::TimestampNtz> || std::is_same_v<T, client::TimestampNtzNanos>) {
          AppendJsonString(json, IsoText(value.to_string(), ""));
        } else if constexpr (std::is_same_v<T, Value::ArrayPtr>) {
          AppendList(json, *held, type);
        } else if constexpr (std::is_same_v<T, Value::MapPtr>) {
          AppendMap(json, *held, type);
        } else if constexpr (std::is_same_v<T, Value::StructPtr>) {
          AppendStruct(json, *held, type);
        } else if constexpr (std::is_same_v<T, client::Variant>) {
          client::Result<std::string> text = held.to_json("UTC");
          text ? void(json += *text) : AppendJsonString(json, "");
        } else {
          AppendJsonString(json, LeafText(value, type, "UTC"));
        }
      },
      value.data());
}

}  // namespace firesteel::shell
