#include "functions/formats/xml/xml_inference.h"

#include <algorithm>
#include <limits>

#include "base/utf8.h"
#include "functions/formats/text_value.h"
#include "functions/formats/xml/xml_attributes.h"
#include "functions/formats/xml/xml_names.h"
#include "functions/kernels/cast/caster.h"
#include "types/coercion.h"

namespace firesteel::functions {
namespace {

/// Java's String.compareTo, by which fields are sorted.
bool Before(const StructField& a, const StructField& b) { return Utf16FromUtf8(a.name) < Utf16FromUtf8(b.name); }

DataType SortedStruct(std::vector<StructField> fields) {
  std::stable_sort(fields.begin(), fields.end(), Before);
  return DataType::Struct(std::move(fields));
}

bool IsTimestamp(const DataType& type) { return type.Is(TypeKind::kTimestamp) || type.Is(TypeKind::kTimestampNtz); }

/// What all forms of numbers begin with; those of Java end in d or f, too, which are no numbers here.
bool MayBeNumber(std::string_view text, bool with_point) {
  if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || (with_point && text[0] == '.'))) return false;
  return std::string_view("dDfF").find(text.back()) == std::string_view::npos;
}

}  // namespace

XmlInference::XmlInference(const XmlOptions& options, const FormatOptions& all_options, Settings settings,
                           std::string_view session_time_zone, int64_t now_micros)
    : options_(options), settings_(settings), datetimes_(all_options, session_time_zone, now_micros) {}

DataType XmlInference::TypeOfDatetime(std::string_view text) const {
  if (options_.prefer_date && datetimes_.StrictDate(text)) return DataType::Date();
  if (settings_.timestamp_ntz && datetimes_.TimestampNtz(text)) return DataType::TimestampNtz();
  if (datetimes_.Timestamp(text)) return DataType::Timestamp();
  return ParseJavaBoolean(text) ? DataType::Boolean() : DataType::String();
}

DataType XmlInference::TypeOfText(std::string_view text) const {
  if (options_.ignore_surrounding_spaces) text = TrimLikeJava(text);
  if (!options_.infer_schema) return DataType::String();
  if (text.empty() || (options_.null_value && text == *options_.null_value)) return DataType::Null();
  const std::string_view unsigned_text = text[0] == '+' || text[0] == '-' ? text.substr(1) : text;
  if (MayBeNumber(unsigned_text, true)) {
    if (ParseJavaInteger(unsigned_text, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max())) {
      return DataType::Long();
    }
    if (options_.prefers_decimal && TrimAll(text).size() == text.size()) {
      std::string without(text);
      std::erase(without, ',');
      const std::optional<ParsedDecimal> parsed = ParseDecimalText(without);
      if (parsed && parsed->exponent <= 0) {
        const int64_t scale = -parsed->exponent;
        const int64_t precision = std::max({static_cast<int64_t>(parsed->digits.size()), int64_t{1}, scale});
        if (precision <= 38) return DataType::Decimal(static_cast<int>(precision), static_cast<int>(scale));
      }
    }
    if (ParseJavaReal(unsigned_text, false)) return DataType::Double();
  }
  return TypeOfDatetime(text);
}

std::string XmlInference::Key(const std::string& name) const {
  return settings_.case_sensitive ? name : FoldedXmlName(name);
}

void XmlInference::Put(Names& names, const std::string& name, const DataType& type) const {
  const auto [found, is_new] = names.try_emplace(Key(name), name, type);
  if (is_new) return;
  // A name that comes again is that of an array.
  DataType& known = found->second.second;
  const DataType merged = Merge(known, type);
  known = known.Is(TypeKind::kArray) ? merged : DataType::Array(merged);
}

DataType XmlInference::WithAttributes(const DataType& type, const XmlDocument& document, const XmlEvent& start) const {
  const auto attributes = AttributesOf(options_, document, start);
  if (attributes.empty()) return type;
  std::vector<StructField> fields;
  if (type.Is(TypeKind::kStruct)) {
    fields = type.fields();
  } else if (!type.Is(TypeKind::kNull)) {
    fields.push_back({options_.value_tag, type, true, ""});
  }
  for (const auto& [name, value] : attributes) fields.push_back({name, TypeOfText(value), true, ""});
  return SortedStruct(std::move(fields));
}

std::optional<DataType> XmlInference::TypeOfField(XmlCursor& cursor) const {
  switch (cursor.Peek().kind) {
    case XmlEventKind::kEndElement:
      cursor.Next();
      return DataType::Null();
    case XmlEventKind::kStartElement:
      return TypeOfObject(cursor, nullptr);
    case XmlEventKind::kText: {
      const std::optional<DataType> type = TypeOfObject(cursor, nullptr);
      if (!type) return std::nullopt;
      if (type->fields().empty()) return DataType::Null();
      const StructField& only = type->fields()[0];
      if (type->fields().size() == 1 && !only.type.IsNested() && Key(only.name) == Key(options_.value_tag)) {
        return only.type;
      }
      return type;
    }
    default:
      return std::nullopt;
  }
}

std::optional<DataType> XmlInference::TypeOfObject(XmlCursor& cursor, const XmlEvent* root) const {
  const XmlDocument& document = cursor.document();
  Names names;
  if (root) {
    for (const auto& [name, value] : AttributesOf(options_, document, *root)) Put(names, name, TypeOfText(value));
  }
  for (bool is_open = true; is_open;) {
    const XmlEvent& event = cursor.Next();
    switch (event.kind) {
      case XmlEventKind::kStartElement: {
        const std::optional<DataType> type = TypeOfField(cursor);
        if (!type) return std::nullopt;
        Put(names, std::string(options_.NameOf(cursor.Name(event))), WithAttributes(*type, document, event));
        break;
      }
      case XmlEventKind::kText:
        if (!IsBlankLikeJava(cursor.Text(event))) Put(names, options_.value_tag, TypeOfText(cursor.Text(event)));
        break;
      case XmlEventKind::kEndElement:
      case XmlEventKind::kEndDocument:
        is_open = false;
        break;
      default:
        return std::nullopt;
    }
  }
  std::vector<StructField> fields;
  for (const auto& [key, field] : names) fields.push_back({field.first, field.second, true, ""});
  return SortedStruct(std::move(fields));
}

std::optional<DataType> XmlInference::TypeOf(const XmlDocument& document) const {
  XmlCursor cursor(document);
  const XmlEvent* event = &cursor.Next();
  while (event->kind != XmlEventKind::kStartElement) {
    if (event->kind == XmlEventKind::kError || event->kind == XmlEventKind::kEndDocument) return std::nullopt;
    event = &cursor.Next();
  }
  return TypeOfObject(cursor, event);
}

DataType XmlInference::MergeStructs(const DataType& a, const DataType& b) const {
  Names names;
  for (const DataType* type : {&a, &b}) {
    for (const StructField& field : type->fields()) {
      const auto [found, is_new] = names.try_emplace(Key(field.name), field.name, field.type);
      if (!is_new) found->second.second = Merge(found->second.second, field.type);
    }
  }
  std::vector<StructField> fields;
  for (const auto& [key, field] : names) fields.push_back({field.first, field.second, true, ""});
  return SortedStruct(std::move(fields));
}

/// A struct with the field of the value tag takes values of that field.
DataType XmlInference::MergeValueTag(const DataType& with_tag, const DataType& value, bool value_first) const {
  std::vector<StructField> fields = with_tag.fields();
  for (StructField& field : fields) {
    if (field.name != options_.value_tag) continue;
    field.type = value_first ? Merge(value, field.type) : Merge(field.type, value);
    field.nullable = true;
    return DataType::Struct(std::move(fields));
  }
  return DataType::String();
}

DataType XmlInference::Merge(const DataType& a, const DataType& b) const {
  if (a.Is(TypeKind::kStruct) && b.Is(TypeKind::kStruct)) return MergeStructs(a, b);
  if (a.Is(TypeKind::kArray) && b.Is(TypeKind::kArray)) {
    return DataType::Array(Merge(a.element_type(), b.element_type()), a.contains_null() || b.contains_null());
  }
  if (a.Is(TypeKind::kNull)) return b;
  if (b.Is(TypeKind::kNull)) return a;
  if (!a.IsNested() && !b.IsNested()) {
    if (const auto common = TightestCommonType(a, b, false)) return *common;
  }
  const bool decimal_a = a.Is(TypeKind::kDecimal);
  const bool decimal_b = b.Is(TypeKind::kDecimal);
  if ((a.Is(TypeKind::kDouble) && decimal_b) || (decimal_a && b.Is(TypeKind::kDouble))) return DataType::Double();
  if (decimal_a && decimal_b) {
    const int scale = std::max(a.scale(), b.scale());
    const int range = std::max(a.precision() - a.scale(), b.precision() - b.scale());
    return range + scale > 38 ? DataType::Double() : DataType::Decimal(range + scale, scale);
  }
  if (IsTimestamp(a) && IsTimestamp(b)) return DataType::Timestamp();
  if (a.Is(TypeKind::kArray)) return DataType::Array(Merge(a.element_type(), b));
  if (b.Is(TypeKind::kArray)) return DataType::Array(Merge(a, b.element_type()));
  if (a.Is(TypeKind::kStruct)) return MergeValueTag(a, b, false);
  if (b.Is(TypeKind::kStruct)) return MergeValueTag(b, a, true);
  if (a.IsIntegral() && decimal_b) return Merge(DecimalForIntegral(a.kind()), b);
  if (decimal_a && b.IsIntegral()) return Merge(a, DecimalForIntegral(b.kind()));
  return DataType::String();
}

std::optional<DataType> XmlInference::Canonical(const DataType& type) {
  if (type.Is(TypeKind::kNull)) return DataType::String();
  if (type.Is(TypeKind::kArray)) {
    std::optional<DataType> element = Canonical(type.element_type());
    if (!element) return std::nullopt;
    return DataType::Array(std::move(*element), type.contains_null());
  }
  if (!type.Is(TypeKind::kStruct)) return type;
  std::vector<StructField> fields;
  for (const StructField& field : type.fields()) {
    if (field.name.empty()) continue;
    if (std::optional<DataType> inner = Canonical(field.type)) {
      fields.push_back({field.name, std::move(*inner), true, ""});
    }
  }
  if (fields.empty()) return std::nullopt;
  return DataType::Struct(std::move(fields));
}

}  // namespace firesteel::functions
