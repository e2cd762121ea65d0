#include "functions/formats/xml/xml_writer.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/hex_text.h"
#include "base/java_text.h"
#include "base/utf8.h"
#include "functions/formats/xml/xml_names.h"
#include "functions/kernels/collection/nested_value.h"
#include "functions/kernels/variant/variant_kernels.h"
#include "types/scala_type_text.h"
#include "types/variant_text.h"

namespace firesteel::functions {
namespace {

std::string HexOf(char32_t c) {
  std::string digits;
  for (auto rest = static_cast<uint32_t>(c); rest > 0; rest /= 16) digits.insert(0, 1, "0123456789abcdef"[rest % 16]);
  return digits;
}

/// A character that has no place in XML as it stands, or none at all.
void AppendReference(char32_t c, std::string& out) {
  if (c < 0x20 && c != '\r' && c != '\n' && c != '\t') {
    throw QueryError("_LEGACY_ERROR_XML_CHARACTER", {{"code", c == 0 ? "0" : HexOf(c)}}, nullptr, ErrorClass::kRuntime);
  }
  out += "&#x" + HexOf(c) + ";";
}

bool NeedsReference(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF;
}

void AppendText(std::string_view text, bool is_attribute, std::string& out) {
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    const size_t begin = at;
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '>' && !is_attribute && (at == 0 || text[at - 1] == ']')) {
      out += "&gt;";
    } else if (c == '"' && is_attribute) {
      out += "&quot;";
    } else if (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F) {
      out += c;
    } else {
      const char32_t character = NextCodePoint(text, at);
      if (NeedsReference(character) || (is_attribute && character < 0x20)) {
        AppendReference(character, out);
      } else {
        out += text.substr(begin, at - begin);
      }
      continue;
    }
    ++at;
  }
}

[[noreturn]] void ThrowNoForm(const std::string& java_class, const std::string& type, const std::string& value) {
  throw QueryError("_LEGACY_ERROR_TEMP_3238", {{"v", value}, {"class", "class " + java_class}, {"dt", type}}, nullptr,
                   ErrorClass::kIllegalArgument);
}

}  // namespace

/// The text so far, with the elements that are open (Woodstox's writer below Spark's indenting one).
struct XmlWriter::Target {
  const XmlOptions& options;
  std::string& out;
  bool in_tag = false;            // the start tag has no > yet
  bool breaks_at_end = false;     // the end tag goes on a line of its own
  std::vector<std::string> open;  // names of the open elements

  void CheckName(std::string_view name) const {
    if (!options.validate_name) return;
    if (std::string fault = XmlNameFault(name); !fault.empty()) {
      throw QueryError("_LEGACY_ERROR_XML_NAME", {{"fault", std::move(fault)}}, nullptr, ErrorClass::kRuntime);
    }
  }
  void CloseTag() {
    if (in_tag) out += '>';
    in_tag = false;
  }
  void Indent() {
    for (size_t i = 0; i < open.size(); ++i) out += options.indent;
  }
  void StartElement(const std::string& name) {
    CloseTag();
    if (!options.indent.empty()) {
      breaks_at_end = false;
      if (!open.empty()) out += '\n';
      Indent();
    }
    CheckName(name);
    out += '<';
    out += name;
    in_tag = true;
    open.push_back(name);
  }
  void EndElement() {
    const std::string name = std::move(open.back());
    open.pop_back();
    if (!options.indent.empty()) {
      if (breaks_at_end) {
        CloseTag();
        out += '\n';
        Indent();
      }
      breaks_at_end = true;
    }
    if (in_tag) {
      out += "/>";
      in_tag = false;
    } else {
      out += "</" + name + ">";
    }
  }
  void Attribute(std::string_view name, std::string_view value) {
    CheckName(name);
    out += ' ';
    out += name;
    out += "=\"";
    AppendText(value, true, out);
    out += '"';
  }
  void Characters(std::string_view text) {
    CloseTag();
    AppendText(text, false, out);
  }
};

XmlWriter::XmlWriter(const FormatOptions& options, std::string_view session_time_zone)
    : options_(options), datetimes_(options, session_time_zone) {
  if (options_.attribute_prefix.empty()) {
    throw QueryError("_LEGACY_ERROR_TEMP_2273",
                     {{"message", "requirement failed: 'attributePrefix' option should not be empty string."}}, nullptr,
                     ErrorClass::kIllegalArgument);
  }
}

std::vector<XmlWriter::Part> XmlWriter::FieldsOf(const Part& part) {
  std::vector<Part> parts;
  const size_t index = part.view.IndexOf(part.row);
  for (size_t i = 0; i < part.type.fields().size(); ++i) {
    const StructField& field = part.type.fields()[i];
    parts.push_back({field.name, field.type, part.view.children[i], index});
  }
  return parts;
}

std::vector<XmlWriter::Part> XmlWriter::EntriesOf(const Part& part) {
  std::vector<Part> parts;
  const ListSlot slot = part.view.Get<ListSlot>(part.row);
  const VectorView& entries = part.view.children[0];
  for (uint64_t i = 0; i < slot.length; ++i) {
    const size_t entry = entries.IndexOf(slot.offset + i);
    parts.push_back({InternalText(part.type.key_type(), entries.children[0], entry), part.type.value_type(),
                     entries.children[1], entry});
  }
  return parts;
}

void XmlWriter::WriteParts(Target& target, const std::vector<Part>& parts) const {
  // Attributes first: they belong into the start tag.
  for (const bool attributes : {true, false}) {
    for (const Part& part : parts) {
      if (options_.IsAttribute(part.name) == attributes) WriteChild(target, part);
    }
  }
}

void XmlWriter::WriteChild(Target& target, const Part& part) const {
  if (options_.IsAttribute(part.name)) {
    const std::string_view name = std::string_view(part.name).substr(options_.attribute_prefix.size());
    if (!part.is_null()) {
      target.Attribute(name, AttributeText(part));
    } else if (options_.null_value) {
      target.Attribute(name, *options_.null_value);
    }
    return;
  }
  if (!part.type.Is(TypeKind::kArray) || part.is_null()) return WriteChildElement(target, part);
  const ListSlot slot = part.view.Get<ListSlot>(part.row);
  for (uint64_t i = 0; i < slot.length; ++i) {
    WriteChildElement(target, {part.name, part.type.element_type(), part.view.children[0], slot.offset + i});
  }
}

void XmlWriter::WriteChildElement(Target& target, const Part& part) const {
  if (part.is_null() && !options_.null_value) return;
  if (part.name == options_.value_tag) return WriteContent(target, part);
  if (part.type.Is(TypeKind::kVariant) && !part.is_null()) {
    return WriteWholeVariant(target, part);
  }
  target.StartElement(part.name);
  WriteContent(target, part);
  target.EndElement();
}

void XmlWriter::WriteContent(Target& target, const Part& part) const {
  if (part.is_null()) return target.Characters(*options_.null_value);
  switch (part.type.kind()) {
    case TypeKind::kStruct:
      return WriteParts(target, FieldsOf(part));
    case TypeKind::kMap:
      return WriteParts(target, EntriesOf(part));
    case TypeKind::kArray: {
      const ListSlot slot = part.view.Get<ListSlot>(part.row);
      for (uint64_t i = 0; i < slot.length; ++i) {
        WriteChild(target,
                   {options_.array_element_name, part.type.element_type(), part.view.children[0], slot.offset + i});
      }
      return;
    }
    default:
      return target.Characters(ScalarText(part));
  }
}

std::string XmlWriter::ScalarText(const Part& part) const {
  const VectorView& view = part.view;
  std::string text;
  switch (part.type.kind()) {
    case TypeKind::kBinary:
      AppendSpacedHex(view.Text(part.row), text);
      break;
    case TypeKind::kDate:
      datetimes_.AppendDate(view.Get<int32_t>(part.row), text);
      break;
    case TypeKind::kTimestamp:
      datetimes_.AppendTimestamp(view.Get<int64_t>(part.row), text);
      break;
    case TypeKind::kTimestampNtz:
      datetimes_.AppendTimestampNtz(view.Get<int64_t>(part.row), text);
      break;
    case TypeKind::kTime:
      datetimes_.AppendTime(view.Get<int64_t>(part.row), text);
      break;
    case TypeKind::kYearMonthInterval:
      ThrowNoForm("java.lang.Integer", ScalaTypeText(part.type), InternalText(part.type, view, part.row));
    case TypeKind::kDayTimeInterval:
      ThrowNoForm("java.lang.Long", ScalaTypeText(part.type), InternalText(part.type, view, part.row));
    case TypeKind::kCalendarInterval:
      ThrowNoForm("org.apache.spark.unsafe.types.CalendarInterval", "CalendarIntervalType",
                  InternalText(part.type, view, part.row));
    case TypeKind::kVariant:
      ThrowNoForm("org.apache.spark.unsafe.types.VariantVal", "VariantType",
                  VariantJsonText(VariantAt(view, part.row), datetimes_.zone()));
    default:
      text = InternalText(part.type, view, part.row);
  }
  return text;
}

std::string XmlWriter::AttributeText(const Part& part) const {
  if (!part.type.Is(TypeKind::kVariant)) return InternalText(part.type, part.view, part.row);
  return VariantJsonText(VariantAt(part.view, part.row), datetimes_.zone());
}

/// How deep a walk over a variant is.
struct XmlWriter::Walk {
  Target& target;
  VariantWalk& parts;
  int depth;
};

void XmlWriter::WriteWholeVariant(Target& target, const Part& part) const {
  const Variant variant = VariantAt(part.view, part.row);
  VariantWalk parts(variant.encoded());
  WriteVariant(Walk{target, parts, 0}, part.name, variant);
}

/// An array has no element of its own: what is in it stands under its name, but for arrays in it, which have the name
/// of the option arrayElementName.
void XmlWriter::WriteVariant(Walk walk, const std::string& name, const Variant& variant) const {
  walk.parts.Visit(walk.depth);
  ++walk.depth;
  const VariantType type = variant.type();
  if (type == VariantType::kArray) {
    for (size_t i = 0; i < variant.size(); ++i) {
      const Variant element = variant.element(i);
      WriteVariant(walk, element.type() == VariantType::kArray ? options_.array_element_name : name, element);
    }
    return;
  }
  if (type != VariantType::kObject) return WriteVariantScalar(walk.target, name, variant);
  walk.target.StartElement(name);
  for (const bool attributes : {true, false}) {
    for (size_t i = 0; i < variant.size(); ++i) {
      const Variant::Field field = variant.field(i);
      const std::string key(field.key);
      if (options_.IsAttribute(key) == attributes) WriteVariant(walk, key, field.value);
    }
  }
  walk.target.EndElement();
}

void XmlWriter::WriteVariantScalar(Target& target, const std::string& name, const Variant& variant) const {
  const bool is_null = variant.type() == VariantType::kNull;
  if (is_null && !options_.null_value) {
    target.StartElement(name);
    return target.EndElement();
  }
  const std::string text = is_null ? *options_.null_value : VariantScalarText(variant);
  if (options_.IsAttribute(name)) {
    return target.Attribute(std::string_view(name).substr(options_.attribute_prefix.size()), text);
  }
  if (name == options_.value_tag) return target.Characters(text);
  target.StartElement(name);
  target.Characters(text);
  target.EndElement();
}

std::string XmlWriter::VariantScalarText(const Variant& variant) const {
  std::string text;
  switch (variant.type()) {
    case VariantType::kBoolean:
      return variant.boolean() ? "true" : "false";
    case VariantType::kLong:
      return std::to_string(variant.integer());
    case VariantType::kString:
      return variant.text();
    case VariantType::kDouble:
      return JavaDoubleText(variant.real());
    case VariantType::kFloat:
      return JavaFloatText(static_cast<float>(variant.real()));
    case VariantType::kDecimal: {
      // BigDecimal.stripTrailingZeros takes those before the point, too.
      VariantDecimal decimal = variant.decimal();
      while (decimal.unscaled != 0 && decimal.unscaled % 10 == 0) {
        decimal.unscaled /= 10;
        --decimal.scale;
      }
      return DecimalText(decimal.unscaled, decimal.scale);
    }
    case VariantType::kDate:
      datetimes_.AppendDate(variant.integer(), text);
      break;
    case VariantType::kTimestamp:
      datetimes_.AppendTimestamp(variant.integer(), text);
      break;
    case VariantType::kTimestampNtz:
      datetimes_.AppendTimestampNtz(variant.integer(), text);
      break;
    case VariantType::kBinary:
      return Base64Text(variant.bytes());
    case VariantType::kUuid:
      return UuidText(variant.bytes());
    case VariantType::kObject:
    case VariantType::kArray:
    case VariantType::kNull:
      break;
  }
  return text;
}

void XmlWriter::Append(const DataType& type, const VectorView& view, size_t row, std::string& out) const {
  Target target{options_, out, false, false, {}};
  if (type.Is(TypeKind::kVariant)) return WriteWholeVariant(target, {options_.row_tag, type, view, row});
  WriteChildElement(target, {options_.row_tag, type, view, row});
  if (options_.indent.empty()) out += '\n';
}

}  // namespace firesteel::functions
