#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "functions/formats/format_options.h"

namespace firesteel::functions {

/// What to do with a malformed record.
enum class ParseMode : uint8_t { kPermissive, kDropMalformed, kFailFast };
/// An unknown mode is PERMISSIVE, as in Spark.
ParseMode ParseModeOf(const FormatOptions& options);

/// How univocity goes on behind a quote that is not escaped inside of a quoted value.
enum class UnescapedQuotes : uint8_t {
  kStopAtClosingQuote,
  kBackToDelimiter,
  kStopAtDelimiter,
  kSkipValue,
  kRaiseError
};

/// Options of reading CSV (Spark's CSVOptions), checked.
struct CsvOptions {
  /// Throws QueryError for values that Spark refuses, and for what is not supported.
  CsvOptions(const FormatOptions& options, std::string_view corrupt_record_column);

  std::string separator;
  char quote = '"';  ///< 0: none that a text could hold
  char escape = '\\';
  char escape_escape = '\\';  ///< 0: none
  char comment = 0;           ///< 0: none
  bool header = false;
  bool infer_schema = false;
  bool enforce_schema = true;
  bool trim_leading = false;
  bool trim_trailing = false;
  bool multi_line = false;
  bool prefer_date = true;
  bool is_single_variant = false;  ///< option singleVariantColumn: a record is one variant, the first column
  std::string null_value;
  std::string empty_value;
  std::string nan_value;
  std::string positive_infinity;
  std::string negative_infinity;
  std::string corrupt_record_column;
  std::string encoding;                       ///< canonical lower case
  std::optional<std::string> line_separator;  ///< none: \n, \r\n and \r
  int64_t max_columns = 20480;
  int64_t max_characters = -1;  ///< of a column; -1: any
  double sampling_ratio = 1.0;
  ParseMode mode = ParseMode::kPermissive;
  UnescapedQuotes unescaped_quotes = UnescapedQuotes::kStopAtDelimiter;
};

/// The option encoding (charset), in lower case and one spelling. Throws INVALID_PARAMETER_VALUE.CHARSET.
std::string EncodingOf(const FormatOptions& options, std::string_view class_name);
/// Refuses a locale other than en-US, whose number forms would be another's.
void CheckLocale(const FormatOptions& options);

}  // namespace firesteel::functions
