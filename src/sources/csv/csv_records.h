#pragma once

#include <cstdint>
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
  enum class Use : uint8_t { kRows, kInference };
  CsvRecords(const functions::CsvOptions& options, const std::string& path, const FilePart& part, Use use);

  /// Goes to the next record; false at the end. Throws FAILED_READ_FILE.NO_HINT, or for lines that only a schema is
  /// learned from MALFORMED_CSV_RECORD, for what no mode forgives (too many columns, too long ones).
  bool Next();
  /// Goes to the record that tells how many columns there are: it is not the first that Next() finds where lines of
  /// white space other than spaces come before.
  bool First();
  /// Goes to the next line without taking it apart; only for lines.
  bool NextLine();
  /// Takes the line apart that NextLine() went to.
  void Split();
  /// The line as it stands in the file; only for lines.
  std::string_view line() const { return line_; }
  const std::vector<std::string_view>& fields() const { return tokenizer_.fields(); }
  /// Text of the record, without its line end.
  std::string_view record() const { return record_; }
  /// Whether NextLine may be called.
  bool has_lines() const { return lines_ != nullptr; }

 private:
  bool NextOfWhole();
  void ReadOn();
  bool IsComment(std::string_view line) const { return options_.comment != 0 && line[0] == options_.comment; }
  [[noreturn]] void Refuse() const;

  const functions::CsvOptions& options_;
  const std::string path_;
  const Use use_;
  functions::CsvTokenizer tokenizer_;
  std::unique_ptr<LineReader> lines_;
  std::string_view line_;
  bool is_first_;                       // no record of the file was taken apart
  std::unique_ptr<ByteSource> source_;  // multiLine
  std::string buffer_;
  size_t at_ = 0;
  bool at_end_ = false;
  std::string_view record_;
  std::string repaired_;
};

}  // namespace firesteel::sources
