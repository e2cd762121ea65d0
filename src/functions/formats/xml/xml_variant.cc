#include "functions/formats/xml/xml_variant.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "functions/formats/text_value.h"
#include "functions/formats/variant_decimal.h"
#include "functions/formats/xml/xml_attributes.h"
#include "functions/formats/xml/xml_names.h"
#include "types/variant/variant.h"

namespace firesteel::functions {
namespace {

/// A finished part of a variant.
struct Part {
  explicit Part(const VariantBuilder& builder) : value(builder.value()), metadata(builder.Metadata()) {}
  std::string value;
  std::string metadata;
};

/// All that has one name, in the order in which it was met.
struct Field {
  std::string name;
  std::vector<Part> parts;
};

/// The fields of an element, in Spark's order of names, which decides the order of the keys in the dictionary.
class Fields {
 public:
  explicit Fields(bool case_sensitive) : case_sensitive_(case_sensitive) {}

  void Add(const std::string& name, const VariantBuilder& builder) {
    auto key = Utf16FromUtf8(case_sensitive_ ? name : FoldedXmlName(name));
    fields_.try_emplace(std::move(key), Field{name, {}}).first->second.parts.emplace_back(builder);
  }

  void Append(const std::string& value_tag, VariantBuilder& builder) const {
    if (fields_.empty()) return builder.AppendNull();
    if (fields_.size() == 1 && fields_.begin()->second.name == value_tag) {
      return AppendPart(fields_.begin()->second.parts[0], builder);
    }
    const size_t start = builder.position();
    std::vector<VariantBuilder::Field> entries;
    for (const auto& [key, field] : fields_) {
      entries.push_back({builder.AddKey(field.name), builder.OffsetFrom(start)});
      if (field.parts.size() == 1) {
        AppendPart(field.parts[0], builder);
        continue;
      }
      const size_t array = builder.position();
      std::vector<uint32_t> offsets;
      for (const Part& part : field.parts) {
        offsets.push_back(builder.OffsetFrom(array));
        AppendPart(part, builder);
      }
      builder.FinishArray(array, offsets);
    }
    builder.FinishObject(start, entries);
  }

 private:
  static void AppendPart(const Part& part, VariantBuilder& builder) {
    builder.AppendVariant(Variant(part.value, part.metadata));
  }

  const bool case_sensitive_;
  std::map<decltype(Utf16FromUtf8("")), Field> fields_;
};

}  // namespace

void AppendXmlTextVariant(std::string_view text, const XmlOptions& options, VariantBuilder& builder) {
  if (options.null_value && text == *options.null_value) return builder.AppendNull();
  if (options.ignore_surrounding_spaces) text = TrimLikeJava(text);
  if (text.empty()) return builder.AppendString(text);
  if (const auto word = ParseJavaBoolean(text)) return builder.AppendBoolean(*word);
  const auto integer = ParseJavaInteger(text, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max());
  if (integer) return builder.AppendLong(*integer);
  if (!AppendDecimalText(text, builder)) builder.AppendString(text);
}

bool AppendXmlElementVariant(XmlCursor& cursor, const XmlEvent* start, const XmlOptions& options, bool case_sensitive,
                             VariantBuilder& builder) {
  Fields fields(case_sensitive);
  if (start) {
    for (const auto& [name, value] : AttributesOf(options, cursor.document(), *start)) {
      VariantBuilder part;
      AppendXmlTextVariant(value, options, part);
      fields.Add(name, part);
    }
  }
  while (true) {
    const XmlEvent& event = cursor.Next();
    switch (event.kind) {
      case XmlEventKind::kStartElement: {
        VariantBuilder part;
        if (!AppendXmlElementVariant(cursor, &event, options, case_sensitive, part)) return false;
        fields.Add(std::string(options.NameOf(cursor.Name(event))), part);
        break;
      }
      case XmlEventKind::kText: {
        if (IsBlankLikeJava(cursor.Text(event))) break;
        VariantBuilder part;
        AppendXmlTextVariant(cursor.Text(event), options, part);
        fields.Add(options.value_tag, part);
        break;
      }
      case XmlEventKind::kEndElement:
      case XmlEventKind::kEndDocument:
        fields.Append(options.value_tag, builder);
        return true;
      default:
        return false;
    }
  }
}

}  // namespace firesteel::functions
