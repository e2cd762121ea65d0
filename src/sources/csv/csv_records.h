#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "functions/formats/csv/csv_tokenizer.h"
#include "sources/line_reader.h"

namespace firesteel::sources {

/// Records of a part of a CSV file: lines, or with multiLine what quotes hold together. Comments and empty lines are
/// left out. Not thread-safe.
class CsvRecords {
 public:
  CsvRecords(const functions::CsvOptions& options, const std::string& path, const FilePart& part);

  /// Goes to the next record; false at the end. Throws MALFORMED_CSV_RECORD for what no mode forgives (too many
  /// columns, too long ones).
  bool Next();
  /// Goes to the next line without taking it apart; only for lines.
  bool NextLine();
  const std::vector<std::string_view>& fields() const { return tokenizer_.fields(); }
  /// Text of the record, without its line end.
  std::string_view record() const { return record_; }
  /// Whether NextLine may be called.
  bool has_lines() const { return lines_ != nullptr; }

 private:
  bool NextOfWhole();
  [[noreturn]] void Refuse() const;

  const functions::CsvOptions& options_;
  functions::CsvTokenizer tokenizer_;
  std::unique_ptr<LineReader> lines_;
  std::unique_ptr<ByteSource> source_;  // multiLine
  std::string buffer_;
  size_t at_ = 0;
  bool at_end_ = false;
  std::string_view record_;
  std::string repaired_;
};

}  // namespace firesteel::sources
