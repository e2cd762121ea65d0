#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "functions/formats/datetime_writer.h"
#include "functions/kernel.h"

namespace firesteel::functions {

/// Rows as CSV lines without their line separator, as Spark's to_csv and its CSV files write them: UnivocityGenerator
/// for the values, the rules of univocity's CsvWriter for quotes. Honours sep (delimiter), quote, escape,
/// charToEscapeQuoteEscaping, comment, quoteAll, escapeQuotes, nullValue, emptyValue, lineSep, ignoreLeading- and
/// ignoreTrailingWhiteSpace and the options of DatetimeWriter. Immutable, thread-safe.
class CsvWriter {
 public:
  /// Throws QueryError for bad options.
  CsvWriter(const FormatOptions& options, std::string_view session_time_zone);

  /// Appends the line of a struct (element `row` of `view`), which must not be null. False when univocity writes no
  /// line: nothing but one empty field.
  bool AppendRow(const DataType& type, const VectorView& view, size_t row, std::string& out) const;
  /// Appends a line of texts: a header. Nothing is a null.
  void AppendTexts(const std::vector<std::optional<std::string>>& texts, std::string& out) const;

 private:
  bool AppendField(size_t column, const std::optional<std::string>& value, std::string& out) const;
  bool AppendValue(size_t column, bool is_quoted, bool is_default, std::string_view text, std::string& out) const;
  void AppendQuoted(std::string_view text, std::string& out) const;
  bool NeedsQuotes(std::string_view text) const;
  void AppendText(const DataType& type, const VectorView& view, size_t row, std::string& out) const;
  void AppendElement(const DataType& type, const VectorView& view, size_t row, bool is_first, std::string& out) const;

  DatetimeWriter datetimes_;
  std::string separator_;
  std::string quote_;
  std::string escape_;
  std::string escape_escape_;  // empty: none
  std::string comment_;
  std::string line_separator_;
  std::string null_value_;
  std::string empty_value_;
  bool quote_all_;
  bool escape_quotes_;
  bool trim_leading_;
  bool trim_trailing_;
};

/// What the option sep means: \t and the like, "\\" for a backslash, \u0000. Throws INVALID_DELIMITER_VALUE.…
std::string SeparatorOfOption(std::string_view text);

}  // namespace firesteel::functions
