#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "functions/formats/csv/csv_options.h"
#include "functions/formats/format_options.h"

namespace firesteel::functions {

/// Options of XML (Spark's XmlOptions), checked.
struct XmlOptions {
  /// Throws QueryError for values that Spark refuses, and for what is not supported.
  explicit XmlOptions(const FormatOptions& options);

  std::string row_tag;
  std::string array_element_name;
  std::string attribute_prefix;
  std::string value_tag;
  std::optional<std::string> null_value;
  std::string corrupt_record_column;
  std::string wildcard_column;
  std::string indent;
  bool exclude_attributes;
  bool ignore_surrounding_spaces;
  bool infer_schema;
  bool ignore_namespace;
  bool prefers_decimal;
  bool validate_name;
  bool prefer_date;
  bool is_single_variant;  ///< option singleVariantColumn: a record is one variant, the first column
  ParseMode mode;

  /// Whether a column of this name is an attribute.
  bool IsAttribute(std::string_view name) const { return name.starts_with(attribute_prefix) && name != value_tag; }
  /// The name without what stands before its last colon, when namespaces are ignored.
  std::string_view NameOf(std::string_view name) const {
    return ignore_namespace ? name.substr(name.rfind(':') + 1) : name;
  }
};

/// String.trim: without characters up to U+0020 at both ends.
std::string_view TrimLikeJava(std::string_view text);
/// Whether the text has only such characters.
bool IsBlankLikeJava(std::string_view text);

}  // namespace firesteel::functions
