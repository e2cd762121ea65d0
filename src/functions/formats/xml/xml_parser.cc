#include "functions/formats/xml/xml_parser.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "functions/formats/scala_map_order.h"
#include "functions/formats/text_value.h"
#include "functions/formats/xml/xml_names.h"
#include "functions/formats/xml/xml_variant.h"
#include "types/calendar.h"

namespace firesteel::functions {
namespace {

/// Java's parsers of integers know the digits of all scripts.
std::string WithAsciiDigits(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const char32_t character = NextCodePoint(text, at);
    const int32_t digit = u_charDigitValue(static_cast<UChar32>(character));
    if (digit >= 0) {
      result += static_cast<char>('0' + digit);
    } else {
      AppendUtf8(result, character);
    }
  }
  return result;
}

std::optional<int64_t> Integer(std::string_view text, int64_t least, int64_t greatest) {
  const bool is_ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
  return is_ascii ? ParseJavaInteger(text, least, greatest) : ParseJavaInteger(WithAsciiDigits(text), least, greatest);
}

/// The number at the beginning of a text in the form of Java's NumberFormat for the United States: 1,234.5E3abc.
std::optional<double> LeadingNumber(std::string_view text) {
  std::string number;
  size_t at = 0;
  if (text.starts_with('-')) number += text[at++];
  if (text.substr(at).starts_with("∞")) return number.empty() ? HUGE_VAL : -HUGE_VAL;
  bool has_digit = false;
  bool has_point = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c >= '0' && c <= '9') {
      has_digit = true;
    } else if (c == '.' && !has_point) {
      has_point = true;
    } else if (c == ',' && !has_point && has_digit) {
      continue;
    } else {
      break;
    }
    number += c;
  }
  if (!has_digit) return std::nullopt;
  if (at < text.size() && text[at] == 'E') {
    size_t end = at + 1;
    if (end < text.size() && text[end] == '-') ++end;
    const size_t digits = end;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end > digits) number += text.substr(at, end - at);
  }
  return ParseJavaReal(number, false);
}

/// A sign that Spark takes off before Java sees the rest, which may have one of its own.
std::string_view TakeSign(std::string_view text, bool& is_negative) {
  is_negative = text.starts_with('-');
  return is_negative || text.starts_with('+') ? text.substr(1) : text;
}

/// What is left of an element, as it could have been written.
bool AppendStructure(XmlCursor& cursor, std::string& text) {
  for (size_t depth = 0;;) {
    const XmlEvent& event = cursor.Next();
    switch (event.kind) {
      case XmlEventKind::kStartElement:
        text += '<';
        text += cursor.Name(event);
        for (const XmlAttribute& attribute : cursor.document().AttributesOf(event)) {
          text += ' ';
          text += cursor.document().Text(attribute.name);
          text += "=\"";
          text += cursor.document().Text(attribute.value);
          text += '"';
        }
        text += '>';
        ++depth;
        break;
      case XmlEventKind::kEndElement:
        if (depth == 0) return true;
        text += "</";
        text += cursor.Name(event);
        text += '>';
        --depth;
        break;
      case XmlEventKind::kText:
        text += cursor.Text(event);
        break;
      default:
        return false;
    }
  }
}

}  // namespace

XmlParser::XmlParser(const XmlOptions& options, const FormatOptions& all_options, DataType type, bool case_sensitive,
                     std::string_view session_time_zone, int64_t now_micros)
    : options_(options),
      case_sensitive_(case_sensitive),
      datetimes_(all_options, session_time_zone, now_micros),
      has_date_format_(all_options.Has("dateFormat")),
      plan_(MakePlan(type)) {}

XmlParser::Plan XmlParser::MakePlan(const DataType& type) const {
  Plan plan{type, {}, {}, {}, {}};
  switch (type.kind()) {
    case TypeKind::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        const StructField& field = type.fields()[i];
        plan.children.push_back(MakePlan(field.type));
        plan.by_name[case_sensitive_ ? field.name : FoldedXmlName(field.name)] = i;
        if (field.name == options_.wildcard_column && !plan.wildcard) plan.wildcard = i;
        if (field.name == options_.value_tag) plan.value_tag = i;
      }
      break;
    case TypeKind::kArray:
      plan.children.push_back(MakePlan(type.element_type()));
      break;
    case TypeKind::kMap:
      plan.children.push_back(MakePlan(type.value_type()));
      break;
    default:
      break;
  }
  return plan;
}

std::optional<size_t> XmlParser::FindField(const Plan& plan, std::string_view name) const {
  const auto found = plan.by_name.find(case_sensitive_ ? std::string(name) : FoldedXmlName(name));
  return found == plan.by_name.end() ? std::nullopt : std::optional<size_t>(found->second);
}

bool XmlParser::ConvertScalar(std::string_view text, const DataType& type, ParsedValue& value) const {
  bool is_negative = false;
  const auto set = [&](std::optional<int64_t> parsed) {
    if (!parsed) return false;
    value.integer = *parsed;
    return value.valid = true;
  };
  const auto set_signed = [&](int64_t least, int64_t greatest) {
    const std::optional<int64_t> parsed = Integer(TakeSign(text, is_negative), least, greatest);
    if (!parsed) return false;
    // Java's negation of the least number is that number.
    const uint64_t bits = is_negative ? uint64_t{0} - static_cast<uint64_t>(*parsed) : static_cast<uint64_t>(*parsed);
    value.integer = least == std::numeric_limits<int32_t>::min() ? static_cast<int32_t>(static_cast<uint32_t>(bits))
                                                                 : static_cast<int64_t>(bits);
    return value.valid = true;
  };
  switch (type.kind()) {
    case TypeKind::kBoolean: {
      const std::optional<bool> word = text == "1" || text == "0" ? text == "1" : ParseJavaBoolean(text);
      if (!word) return false;
      value.boolean = *word;
      return value.valid = true;
    }
    case TypeKind::kByte:
      return set(Integer(text, -128, 127));
    case TypeKind::kShort:
      return set(Integer(text, -32768, 32767));
    case TypeKind::kInt:
      return set_signed(std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max());
    case TypeKind::kLong:
      return set_signed(std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max());
    case TypeKind::kFloat:
    case TypeKind::kDouble: {
      const std::string_view rest = TakeSign(text, is_negative);
      std::optional<double> real = ParseJavaReal(rest, type.Is(TypeKind::kFloat));
      if (!real) real = LeadingNumber(rest);
      if (!real) return false;
      value.real = is_negative ? -*real : *real;
      return value.valid = true;
    }
    case TypeKind::kDecimal: {
      const auto parsed = ParseJavaDecimal(text, type.precision(), type.scale(), true);
      if (!parsed) return false;
      value.decimal = *parsed;
      return value.valid = true;
    }
    case TypeKind::kDate:
      return set(options_.prefer_date && !has_date_format_ ? datetimes_.StrictDate(text) : datetimes_.Date(text));
    case TypeKind::kTimestamp:
      return set(datetimes_.Timestamp(text));
    case TypeKind::kTimestampNtz:
      return set(datetimes_.TimestampNtz(text));
    case TypeKind::kTime:
      return set(datetimes_.Time(text));
    default:
      return false;
  }
}

bool XmlParser::ConvertText(Context& context, std::string_view text, const DataType& type, uint32_t node) const {
  if (options_.ignore_surrounding_spaces) text = TrimLikeJava(text);
  ParsedValue& value = context.values[node];
  value.valid = false;
  if (options_.null_value && text == *options_.null_value) return true;
  if (type.IsStringLike()) {
    value.SetText(text);
    return true;
  }
  if (type.Is(TypeKind::kNull)) return true;
  if (!type.Is(TypeKind::kVariant)) return ConvertScalar(text, type, value);
  VariantBuilder builder;
  AppendXmlTextVariant(text, options_, builder);
  context.values.SetVariant(node, builder);
  return true;
}

bool XmlParser::SkipEnd(Context& context) {
  while (true) {
    const XmlEvent& event = context.cursor.Next();
    if (event.kind == XmlEventKind::kEndElement) return true;
    if (event.kind != XmlEventKind::kText || !IsBlankLikeJava(context.cursor.Text(event))) return false;
  }
}

bool XmlParser::SkipChildren(Context& context) {
  for (size_t depth = 1; depth > 0;) {
    switch (context.cursor.Next().kind) {
      case XmlEventKind::kStartElement:
        ++depth;
        break;
      case XmlEventKind::kEndElement:
        --depth;
        break;
      case XmlEventKind::kText:
        break;
      default:
        return false;
    }
  }
  return true;
}

/// The rest of the element as XML text, for a column of text.
bool XmlParser::ConvertStructure(Context& context, uint32_t node) const {
  XmlCursor& cursor = context.cursor;
  if (cursor.Peek().kind == XmlEventKind::kText) {
    // One text and nothing else needs no copy.
    const XmlEvent& text = cursor.Next();
    if (cursor.Peek().kind == XmlEventKind::kEndElement) {
      cursor.Next();
      return ConvertText(context, cursor.Text(text), DataType::String(), node);
    }
    std::string whole(cursor.Text(text));
    return AppendStructure(cursor, whole) &&
           ConvertText(context, context.values.Keep(std::move(whole)), DataType::String(), node);
  }
  std::string whole;
  return AppendStructure(cursor, whole) &&
         ConvertText(context, context.values.Keep(std::move(whole)), DataType::String(), node);
}

bool XmlParser::ConvertVariant(Context& context, const XmlEvent* start, uint32_t node) const {
  VariantBuilder builder;
  if (!AppendXmlElementVariant(context.cursor, start, options_, case_sensitive_, builder)) return false;
  context.values.SetVariant(node, builder);
  return true;
}

bool XmlParser::ConvertNested(Context& context, const Plan& plan, std::string_view name, const XmlEvent* attributes,
                              uint32_t node) const {
  switch (plan.type.kind()) {
    case TypeKind::kStruct: {
      const uint32_t first = context.values.Add(plan.children.size());
      if (ConvertObject(context, plan, first) != Outcome::kGood) return false;
      ParsedValue& value = context.values[node];
      value.children = {first, static_cast<uint32_t>(plan.children.size())};
      return value.valid = true;
    }
    case TypeKind::kMap:
      return ConvertMap(context, plan, attributes, node);
    case TypeKind::kArray:
      // The value of an element where an array belongs: no row can hold it.
      ConvertField(context, plan.children[0], name, nullptr, context.values.Add(1));
      return false;
    default:
      return plan.type.IsStringLike() && ConvertStructure(context, node);
  }
}

bool XmlParser::ConvertField(Context& context, const Plan& plan, std::string_view name, const XmlEvent* attributes,
                             uint32_t node) const {
  if (plan.type.Is(TypeKind::kVariant)) return ConvertVariant(context, attributes, node);
  XmlCursor& cursor = context.cursor;
  while (true) {
    const XmlEvent& event = cursor.Peek();
    switch (event.kind) {
      case XmlEventKind::kStartElement:
        return ConvertNested(context, plan, name, attributes, node);
      case XmlEventKind::kEndElement:
        cursor.Next();
        if (plan.type.IsStringLike() && options_.null_value != "") context.values[node].SetText("");
        return true;
      case XmlEventKind::kText:
        if (plan.type.Is(TypeKind::kStruct) || plan.type.Is(TypeKind::kArray) || plan.type.IsStringLike()) {
          return ConvertNested(context, plan, name, attributes, node);
        }
        if (IsBlankLikeJava(cursor.Text(event))) {
          cursor.Next();
          continue;
        }
        // A value that is none is left where it stands, as Spark leaves it.
        if (!ConvertText(context, cursor.Text(event), plan.type, node)) return false;
        cursor.Next();
        return SkipEnd(context);
      case XmlEventKind::kBadReference:
        cursor.Next();
        return false;
      default:
        return false;
    }
  }
}

bool XmlParser::ConvertMap(Context& context, const Plan& plan, const XmlEvent* attributes, uint32_t node) const {
  XmlCursor& cursor = context.cursor;
  const XmlDocument& document = cursor.document();
  ScalaMapOrder order;
  std::vector<uint32_t> entries;  // node of the key; the value follows
  const auto add = [&](std::string_view key) {
    const uint32_t entry = context.values.Add(2);
    const size_t place = order.Put(key);
    if (place == entries.size()) {
      entries.push_back(entry);
    } else {
      entries[place] = entry;
    }
    context.values[entry].SetText(key);
    return entry + 1;
  };
  if (attributes) {
    for (const XmlAttribute& attribute : document.AttributesOf(*attributes)) {
      std::string key = options_.attribute_prefix + std::string(document.Text(attribute.name));
      const uint32_t value = add(context.values.Keep(std::move(key)));
      if (!ConvertText(context, document.Text(attribute.value), plan.children[0].type, value)) return false;
    }
  }
  for (bool is_open = true; is_open;) {
    const XmlEvent& event = cursor.Next();
    switch (event.kind) {
      case XmlEventKind::kStartElement: {
        const std::string_view name = options_.NameOf(cursor.Name(event));
        if (!ConvertField(context, plan.children[0], name, nullptr, add(name))) return false;
        break;
      }
      case XmlEventKind::kText:
        if (IsBlankLikeJava(cursor.Text(event))) break;
        if (!ConvertText(context, cursor.Text(event), plan.children[0].type, add(options_.value_tag))) return false;
        break;
      case XmlEventKind::kEndElement:
      case XmlEventKind::kEndDocument:
        is_open = false;
        break;
      default:
        return false;
    }
  }
  uint32_t first = 0;
  uint32_t last = 0;
  for (const size_t place : order.Places()) {
    const uint32_t key = entries[place];
    if (first == 0) {
      first = key;
    } else {
      context.values[last].next = key;
    }
    context.values[key].next = key + 1;
    last = key + 1;
  }
  ParsedValue& value = context.values[node];
  value.children = {first, static_cast<uint32_t>(entries.size())};
  return value.valid = true;
}

bool XmlParser::ConvertAttributes(Context& context, const Plan& plan, const XmlEvent& start, uint32_t first) const {
  if (options_.exclude_attributes) return true;
  const XmlDocument& document = context.cursor.document();
  for (const XmlAttribute& attribute : document.AttributesOf(start)) {
    const std::string name = options_.attribute_prefix + std::string(options_.NameOf(document.Text(attribute.name)));
    const std::optional<size_t> field = FindField(plan, name);
    if (!field) continue;
    const uint32_t node = first + static_cast<uint32_t>(*field);
    if (!ConvertText(context, document.Text(attribute.value), plan.children[*field].type, node)) return false;
  }
  return true;
}

bool XmlParser::ConvertObjectWithAttributes(Context& context, const Plan& plan, std::string_view name,
                                            const XmlEvent& start, uint32_t node) const {
  const size_t count = plan.children.size();
  const uint32_t attributes = context.values.Add(count);
  if (!ConvertAttributes(context, plan, start, attributes)) return false;
  const uint32_t content = context.values.Add(1);
  if (!ConvertField(context, plan, name, nullptr, content)) return false;
  uint32_t first = attributes;
  if (context.values[content].valid) {
    first = context.values[content].children.first;
    const XmlDocument& document = context.cursor.document();
    if (!options_.exclude_attributes) {
      for (const XmlAttribute& attribute : document.AttributesOf(start)) {
        const std::string key = options_.attribute_prefix + std::string(options_.NameOf(document.Text(attribute.name)));
        if (const std::optional<size_t> field = FindField(plan, key)) {
          context.values[first + static_cast<uint32_t>(*field)] =
              context.values[attributes + static_cast<uint32_t>(*field)];
        }
      }
    }
  }
  ParsedValue& value = context.values[node];
  value.children = {first, static_cast<uint32_t>(count)};
  return value.valid = true;
}

void XmlParser::Append(Context& context, uint32_t list, uint32_t element, uint32_t& last) {
  ParsedValue& value = context.values[list];
  if (!value.valid) {
    value.valid = true;
    value.children = {element, 1};
  } else {
    context.values[last].next = element;
    ++value.children.count;
  }
  last = element;
}

bool XmlParser::AddValueTag(Context& context, const Plan& plan, std::string_view text, uint32_t first,
                            Tails& tails) const {
  if (!plan.value_tag) return true;
  const Plan& child = plan.children[*plan.value_tag];
  const uint32_t node = first + static_cast<uint32_t>(*plan.value_tag);
  if (!child.type.Is(TypeKind::kArray)) return ConvertText(context, text, child.type, node);
  const uint32_t element = context.values.Add(1);
  if (!ConvertText(context, text, child.children[0].type, element)) return false;
  Append(context, node, element, tails.last[*plan.value_tag]);
  return true;
}

bool XmlParser::ConvertChild(Context& context, const Plan& plan, const XmlEvent& start, uint32_t first,
                             Tails& tails) const {
  const std::string_view name = options_.NameOf(context.cursor.Name(start));
  std::optional<size_t> field = FindField(plan, name);
  const bool is_wildcard = !field && plan.wildcard;
  if (is_wildcard) field = plan.wildcard;
  if (!field) return SkipChildren(context);
  const Plan& child = plan.children[*field];
  const bool is_array = child.type.Is(TypeKind::kArray);
  const Plan& target = is_array ? child.children[0] : child;
  if (is_wildcard && target.type.Is(TypeKind::kVariant)) return SkipChildren(context);
  if (is_wildcard && !target.type.IsStringLike()) return false;
  const uint32_t value = context.values.Add(1);
  // Attributes of an element in an array are a struct's or a variant's.
  const bool has_attributes = !is_wildcard && (!is_array || target.type.Is(TypeKind::kVariant));
  const bool is_ok = target.type.Is(TypeKind::kStruct)
                         ? ConvertObjectWithAttributes(context, target, name, start, value)
                         : ConvertField(context, target, name, has_attributes ? &start : nullptr, value);
  if (!is_ok) return false;
  const uint32_t node = first + static_cast<uint32_t>(*field);
  if (is_array) {
    Append(context, node, value, tails.last[*field]);
  } else {
    context.values[node] = context.values[value];
  }
  return true;
}

XmlParser::Outcome XmlParser::ConvertObject(Context& context, const Plan& plan, uint32_t first) const {
  XmlCursor& cursor = context.cursor;
  Tails tails{std::vector<uint32_t>(plan.children.size(), 0)};
  Outcome outcome = Outcome::kGood;
  while (true) {
    const XmlEvent& event = cursor.Next();
    switch (event.kind) {
      case XmlEventKind::kStartElement:
        if (!ConvertChild(context, plan, event, first, tails)) outcome = Outcome::kPartial;
        break;
      case XmlEventKind::kText:
        if (IsBlankLikeJava(cursor.Text(event))) break;
        if (!AddValueTag(context, plan, cursor.Text(event), first, tails)) return Outcome::kNothing;
        break;
      case XmlEventKind::kEndElement:
      case XmlEventKind::kEndDocument:
        return outcome;
      default:
        return Outcome::kNothing;
    }
  }
}

const XmlEvent* XmlParser::FirstElement(XmlCursor& cursor) {
  const XmlEvent* event = &cursor.Next();
  while (event->kind != XmlEventKind::kStartElement) {
    if (event->kind == XmlEventKind::kError || event->kind == XmlEventKind::kEndDocument) return nullptr;
    event = &cursor.Next();
  }
  return event;
}

XmlParser::Outcome XmlParser::ParseVariant(const XmlDocument& document, ParsedValues& values, uint32_t node) const {
  XmlCursor cursor(document);
  Context context{cursor, values};
  const XmlEvent* event = FirstElement(cursor);
  return event && ConvertVariant(context, event, node) ? Outcome::kGood : Outcome::kNothing;
}

XmlParser::Outcome XmlParser::Parse(const XmlDocument& document, ParsedValues& values, uint32_t& first) const {
  XmlCursor cursor(document);
  Context context{cursor, values};
  const XmlEvent* event = FirstElement(cursor);
  if (!event) return Outcome::kNothing;
  first = values.Add(plan_.children.size() + 1);
  if (!ConvertAttributes(context, plan_, *event, first)) return Outcome::kNothing;
  return ConvertObject(context, plan_, first);
}

}  // namespace firesteel::functions
