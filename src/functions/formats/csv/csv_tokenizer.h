#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "functions/formats/csv/csv_options.h"

namespace firesteel::functions {

/// Splits CSV records into fields by the rules of the univocity parser (CsvParser), which Spark uses. Not thread-safe.
class CsvTokenizer {
 public:
  /// `line_end`: what ends a record outside of quotes ("\n", "\r\n", …); empty: a record is the whole text.
  CsvTokenizer(const CsvOptions& options, std::string line_end);

  enum class Result : uint8_t {
    kRecord,
    kNeedMore,        ///< the text ends within the record, and is not the last
    kNothing,         ///< no record: an empty text, or a comment
    kTooManyColumns,  ///< more than maxColumns
    kTooLongColumn,   ///< more than maxCharsPerColumn
    kUnescapedQuote,  ///< RAISE_ERROR
  };
  /// Reads one record at the begin of `text`; fields() and consumed() tell what it is. `is_last`: nothing follows.
  Result Next(std::string_view text, bool is_last);
  /// Valid until the next call, and as long as the text.
  const std::vector<std::string_view>& fields() const { return fields_; }
  /// Bytes of the record, its line end included.
  size_t consumed() const { return consumed_; }

 private:
  enum class Status : uint8_t { kDone, kEnd, kError };
  bool AtSeparator() const;
  bool AtFileLineEnd() const;
  /// Bytes of the end of a line at `at_`; 0: there is none.
  size_t LineEndLength() const;
  bool AtLineEnd() const { return LineEndLength() > 0; }
  bool AtFieldEnd() const { return AtSeparator() || AtLineEnd(); }
  bool IsSpace(size_t at) const { return static_cast<unsigned char>(text_[at]) <= ' '; }
  bool AddUnquoted();
  Status AddQuoted();
  Status ParseQuoted(char previous, bool is_inner);
  Status SkipValue();
  Status HandleUnescapedQuote();
  void AppendCurrent();
  void AppendUntilFieldEnd();
  void EndQuoted();
  bool Push(std::string_view field);

  const CsvOptions& options_;
  const std::string line_end_;
  const bool takes_newline_;  // for an end of lines beside line_end_
  const bool normalizes_;     // line_end_ within quotes becomes \n, unless the user has given it
  const char separator_first_;
  const bool single_;  // a separator of one character
  std::string_view text_;
  bool is_last_ = false;
  size_t at_ = 0;
  size_t consumed_ = 0;
  std::vector<std::string_view> fields_;
  std::deque<std::string> buffers_;  // of fields that are not a piece of the text; their places must not change
  size_t buffers_used_ = 0;
  std::string value_;
  bool unescaped_ = false;
  char previous_ = 0;
  char current_ = 0;
  Result error_ = Result::kRecord;
};

}  // namespace firesteel::functions
