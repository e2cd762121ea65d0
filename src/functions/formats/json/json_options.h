#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "functions/formats/csv/csv_options.h"
#include "functions/formats/format_options.h"

namespace firesteel::functions {

/// Options of reading JSON (Spark's JSONOptions), checked.
struct JsonOptions {
  /// Throws QueryError for values that Spark refuses, and for what is not supported.
  JsonOptions(const FormatOptions& options, std::string_view corrupt_record_column);

  bool primitives_as_string;
  bool prefers_decimal;
  bool allow_comments;
  bool allow_unquoted_names;
  bool allow_single_quotes;
  bool allow_leading_zeros;
  bool allow_non_numeric_numbers;
  bool allow_any_escape;
  bool allow_control_characters;
  bool drop_if_all_null;
  bool infer_timestamp;
  bool multi_line;
  bool is_single_variant;  ///< option singleVariantColumn: a record is one variant, the first column
  double sampling_ratio;
  std::string corrupt_record_column;
  std::string encoding;
  std::string given_encoding;  ///< as the user wrote it; empty: each record tells by its first bytes
  std::optional<std::string> line_separator;
  ParseMode mode;
};

}  // namespace firesteel::functions
