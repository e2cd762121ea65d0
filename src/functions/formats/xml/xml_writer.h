#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "functions/formats/datetime_writer.h"
#include "functions/formats/xml/xml_options.h"
#include "functions/kernel.h"
#include "types/variant/variant.h"

namespace firesteel::functions {

/// Structs and variants as XML text, as Spark's to_xml writes them (StaxXmlGenerator with Woodstox below it).
/// Immutable, thread-safe.
class XmlWriter {
 public:
  /// Throws QueryError for options that Spark refuses.
  XmlWriter(const FormatOptions& options, std::string_view session_time_zone);

  /// The struct or variant of row `row` (VectorView::IndexOf's argument), which is not null. Throws QueryError for
  /// names and characters that XML has no form for, and for types that have none.
  void Append(const DataType& type, const VectorView& view, size_t row, std::string& out) const;

 private:
  struct Target;
  struct Part {
    std::string name;
    const DataType& type;
    const VectorView& view;
    size_t row;
    bool is_null() const { return type.Is(TypeKind::kNull) || !view.IsValid(row); }
  };

  void WriteChild(Target& target, const Part& part) const;
  void WriteChildElement(Target& target, const Part& part) const;
  void WriteContent(Target& target, const Part& part) const;
  void WriteParts(Target& target, const std::vector<Part>& parts) const;
  std::string ScalarText(const Part& part) const;
  std::string AttributeText(const Part& part) const;
  void WriteWholeVariant(Target& target, const Part& part) const;
  struct Walk;
  void WriteVariant(Walk walk, const std::string& name, const Variant& variant) const;
  void WriteVariantScalar(Target& target, const std::string& name, const Variant& variant) const;
  std::string VariantScalarText(const Variant& variant) const;
  static std::vector<Part> FieldsOf(const Part& part);
  static std::vector<Part> EntriesOf(const Part& part);

  const XmlOptions options_;
  DatetimeWriter datetimes_;
};

}  // namespace firesteel::functions
