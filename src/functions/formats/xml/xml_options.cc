#include "functions/formats/xml/xml_options.h"

#include "base/error.h"

namespace firesteel::functions {
namespace {

void Require(bool holds, const std::string& what) {
  if (holds) return;
  throw QueryError("_LEGACY_ERROR_TEMP_2273", {{"message", "requirement failed: " + what}}, nullptr,
                   ErrorClass::kIllegalArgument);
}

void RequireNoBrackets(const std::string& value, const std::string& name) {
  Require(!value.starts_with('<') && !value.ends_with('>'), "'" + name + "' should not include angle brackets");
}

}  // namespace

std::string_view TrimLikeJava(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

bool IsBlankLikeJava(std::string_view text) { return TrimLikeJava(text).empty(); }

XmlOptions::XmlOptions(const FormatOptions& options)
    : row_tag(TrimLikeJava(options.Text("rowTag", "ROW"))),
      array_element_name(options.Text("arrayElementName", "item")),
      attribute_prefix(options.Text("attributePrefix", "_")),
      value_tag(options.Text("valueTag", "_VALUE")),
      corrupt_record_column(options.Text("columnNameOfCorruptRecord", "_corrupt_record")),
      wildcard_column(options.Text("wildcardColName", "xs_any")),
      indent(options.Text("indent", "    ")),
      exclude_attributes(options.Flag("excludeAttribute", false)),
      ignore_surrounding_spaces(options.Flag("ignoreSurroundingSpaces", true)),
      infer_schema(options.Flag("inferSchema", true)),
      ignore_namespace(options.Flag("ignoreNamespace", false)),
      prefers_decimal(options.Flag("prefersDecimal", false)),
      validate_name(options.Flag("validateName", true)),
      prefer_date(options.Flag("preferDate", true)),
      is_single_variant(options.Has("singleVariantColumn")),
      mode(ParseModeOf(options)) {
  CheckLocale(options);
  if (options.Has("rowValidationXSDPath")) ThrowUnsupported("the option rowValidationXSDPath of XML");
  if (const std::string* given = options.Find("nullValue")) null_value = *given;
  Require(!row_tag.empty(), "'rowTag' option should not be an empty string.");
  RequireNoBrackets(row_tag, "rowTag");
  RequireNoBrackets(options.Text("rootTag", "ROWS"), "rootTag");
  RequireNoBrackets(options.Text("declaration", ""), "declaration");
  Require(options.Real("samplingRatio", 1.0) > 0,
          "samplingRatio (" + options.Text("samplingRatio", "") + ") should be greater than 0");
  Require(!value_tag.empty(), "'valueTag' option should not be empty string.");
  Require(value_tag != attribute_prefix, "'valueTag' and 'attributePrefix' options should not be the same.");
}

}  // namespace firesteel::functions
