#include "functions/formats/json/json_options.h"

#include "base/error.h"

namespace firesteel::functions {

JsonOptions::JsonOptions(const FormatOptions& options, std::string_view default_corrupt_record_column)
    : primitives_as_string(options.Flag("primitivesAsString", false)),
      prefers_decimal(options.Flag("prefersDecimal", false)),
      allow_comments(options.Flag("allowComments", false)),
      allow_unquoted_names(options.Flag("allowUnquotedFieldNames", false)),
      allow_single_quotes(options.Flag("allowSingleQuotes", true)),
      allow_leading_zeros(options.Flag("allowNumericLeadingZeros", false)),
      allow_non_numeric_numbers(options.Flag("allowNonNumericNumbers", true)),
      allow_any_escape(options.Flag("allowBackslashEscapingAnyCharacter", false)),
      allow_control_characters(options.Flag("allowUnquotedControlChars", false)),
      drop_if_all_null(options.Flag("dropFieldIfAllNull", false)),
      infer_timestamp(options.Flag("inferTimestamp", false)),
      multi_line(options.Flag("multiLine", false)),
      is_single_variant(options.Has("singleVariantColumn")),
      sampling_ratio(options.Real("samplingRatio", 1.0)),
      corrupt_record_column(options.Text("columnNameOfCorruptRecord", default_corrupt_record_column)),
      encoding(EncodingOf(options, "JSONOptions")),
      given_encoding(options.Text("encoding", options.Text("charset", ""))),
      mode(ParseModeOf(options)) {
  CheckLocale(options);
  if (const std::string* given = options.Find("lineSep")) {
    if (given->empty()) throw QueryError("INVALID_LINE_SEPARATOR.EMPTY", {}, nullptr, ErrorClass::kIllegalArgument);
    line_separator = *given;
  }
}

}  // namespace firesteel::functions
