#include "sources/csv/csv_records.h"

#include <algorithm>

#include "base/error.h"
#include "sources/file_scan.h"
#include "sources/text_decoder.h"

namespace firesteel::sources {
namespace {

using functions::CsvOptions;
using functions::CsvTokenizer;

constexpr size_t kStepBytes = 1 << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// What ends a record of a multiLine file: the option, else what ends its first line.
std::string LineEndOf(const CsvOptions& options, const std::string& path) {
  if (!options.multi_line) return "";
  if (options.line_separator) return *options.line_separator;
  const std::unique_ptr<ByteSource> source = OpenText(path, options.encoding);
  std::string begin(64 << 10, '\0');
  begin.resize(source->Read(begin.data(), begin.size()));
  const size_t found = begin.find_first_of("\r\n");
  if (found == std::string::npos || begin[found] == '\n') return "\n";
  return found + 1 < begin.size() && begin[found + 1] == '\n' ? "\r\n" : "\r";
}

bool IsBlank(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

}  // namespace

CsvRecords::CsvRecords(const CsvOptions& options, const std::string& path, const FilePart& part, Use use)
    : options_(options),
      path_(path),
      use_(use),
      tokenizer_(options, LineEndOf(options, path)),
      is_first_(part.begin == 0) {
  if (!options.multi_line) {
    std::optional<std::string> separator = options.line_separator;
    if (separator) separator = EncodeText(*separator, options.encoding);
    lines_ = std::make_unique<LineReader>(path, std::move(separator), part);
    return;
  }
  if (options.unescaped_quotes == functions::UnescapedQuotes::kBackToDelimiter) {
    ThrowUnsupported("BACK_TO_DELIMITER in multiLine CSV");
  }
  source_ = OpenText(path, options.encoding);
}

void CsvRecords::Refuse() const {
  // Spark opens a multiLine file together with its first record.
  if (use_ == Use::kRows || (!lines_ && is_first_)) {
    throw ReadFailure(path_, "a record has too many or too long columns, or a quote too many");
  }
  throw QueryError("MALFORMED_CSV_RECORD", {{"badRecord", std::string(lines_ ? record_.substr(0, 1000) : "")}}, nullptr,
                   ErrorClass::kRuntime);
}

bool CsvRecords::NextLine() {
  std::string_view line;
  while (lines_->Next(line)) {
    record_ = line_ = DecodeRecord(line, options_.encoding, repaired_);
    if (!IsBlank(line_) && !IsComment(line_)) return true;
  }
  return false;
}

bool CsvRecords::First() {
  if (!lines_) return NextOfWhole();
  std::string_view line;
  while (lines_->Next(line)) {
    record_ = line_ = DecodeRecord(line, options_.encoding, repaired_);
    if (line_.find_first_not_of(' ') == std::string_view::npos || IsComment(line_)) continue;
    Split();
    return true;
  }
  return false;
}

void CsvRecords::Split() {
  // The line reader has dropped the file's byte order mark; univocity drops another from the first line that it sees.
  if (is_first_ && record_.starts_with(kByteOrderMark)) record_.remove_prefix(kByteOrderMark.size());
  is_first_ = false;
  switch (tokenizer_.Next(record_, true)) {
    case CsvTokenizer::Result::kRecord:
    case CsvTokenizer::Result::kNothing:
    case CsvTokenizer::Result::kNeedMore:
      return;
    default:
      Refuse();
  }
}

bool CsvRecords::Next() {
  if (!lines_) return NextOfWhole();
  if (!NextLine()) return false;
  Split();
  return true;
}

/// Doubles what the buffer holds: the record is taken apart from its begin again.
void CsvRecords::ReadOn() {
  buffer_.erase(0, at_);
  at_ = 0;
  size_t size = buffer_.size();
  const bool is_begin = is_first_ && size == 0;
  buffer_.resize(size + std::max(kStepBytes, size));
  while (size < buffer_.size() && !at_end_) {
    const size_t count = source_->Read(buffer_.data() + size, buffer_.size() - size);
    size += count;
    at_end_ = count == 0;
  }
  buffer_.resize(size);
  if (is_begin && std::string_view(buffer_).starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

bool CsvRecords::NextOfWhole() {
  while (true) {
    const std::string_view text = std::string_view(buffer_).substr(at_);
    const CsvTokenizer::Result result =
        at_end_ && text.empty() ? CsvTokenizer::Result::kNothing : tokenizer_.Next(text, at_end_);
    if (result == CsvTokenizer::Result::kNeedMore) {
      if (text.size() >= kMostRecordBytes) ThrowUnsupported("a record of CSV with more than 512 MiB");
      ReadOn();
      continue;
    }
    if (at_end_ && text.empty()) return false;
    record_ = text.substr(0, std::max<size_t>(tokenizer_.consumed(), 1));
    if (result != CsvTokenizer::Result::kRecord && result != CsvTokenizer::Result::kNothing) Refuse();
    at_ += tokenizer_.consumed();
    while (!record_.empty() && (record_.back() == '\n' || record_.back() == '\r')) record_.remove_suffix(1);
    if (result != CsvTokenizer::Result::kRecord) continue;
    is_first_ = false;
    return true;
  }
}

}  // namespace firesteel::sources
