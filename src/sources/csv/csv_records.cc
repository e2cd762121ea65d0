#include "sources/csv/csv_records.h"

#include <algorithm>

#include "base/error.h"
#include "sources/file_scan.h"

namespace firesteel::sources {
namespace {

using functions::CsvOptions;
using functions::CsvTokenizer;

constexpr size_t kStepBytes = 1 << 20;

/// What ends a record of a multiLine file: the option, else what ends its first line.
std::string LineEndOf(const CsvOptions& options, const std::string& path) {
  if (!options.multi_line) return "";
  if (options.line_separator) return *options.line_separator;
  const std::unique_ptr<ByteSource> source = OpenFile(path, options.encoding);
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

CsvRecords::CsvRecords(const CsvOptions& options, const std::string& path, const FilePart& part)
    : options_(options), tokenizer_(options, LineEndOf(options, path)) {
  if (!options.multi_line) {
    lines_ = std::make_unique<LineReader>(path, options.encoding, options.line_separator, part);
    return;
  }
  if (options.unescaped_quotes == functions::UnescapedQuotes::kBackToDelimiter) {
    ThrowUnsupported("BACK_TO_DELIMITER in multiLine CSV");
  }
  source_ = OpenFile(path, options.encoding);
}

void CsvRecords::Refuse() const {
  throw QueryError("MALFORMED_CSV_RECORD", {{"badRecord", std::string(record_.substr(0, 1000))}}, nullptr,
                   ErrorClass::kRuntime);
}

bool CsvRecords::NextLine() {
  std::string_view line;
  while (lines_->Next(line)) {
    if (IsBlank(line) || (options_.comment != 0 && line[0] == options_.comment)) continue;
    record_ = ValidText(line, repaired_);
    return true;
  }
  return false;
}

bool CsvRecords::Next() {
  if (!lines_) return NextOfWhole();
  if (!NextLine()) return false;
  switch (tokenizer_.Next(record_, true)) {
    case CsvTokenizer::Result::kRecord:
    case CsvTokenizer::Result::kNothing:
    case CsvTokenizer::Result::kNeedMore:
      return true;
    default:
      Refuse();
  }
}

bool CsvRecords::NextOfWhole() {
  while (true) {
    const std::string_view text = std::string_view(buffer_).substr(at_);
    const CsvTokenizer::Result result =
        at_end_ && text.empty() ? CsvTokenizer::Result::kNothing : tokenizer_.Next(text, at_end_);
    if (result == CsvTokenizer::Result::kNeedMore) {
      if (text.size() >= kMostRecordBytes) ThrowUnsupported("a record of CSV with more than 512 MiB");
      buffer_.erase(0, at_);
      at_ = 0;
      const size_t before = buffer_.size();
      const bool is_first = before == 0;
      buffer_.resize(before + std::max(kStepBytes, before));
      const size_t count = source_->Read(buffer_.data() + before, buffer_.size() - before);
      buffer_.resize(before + count);
      at_end_ = count == 0;
      if (is_first && std::string_view(buffer_).starts_with("\xEF\xBB\xBF")) at_ = 3;
      continue;
    }
    if (at_end_ && text.empty()) return false;
    record_ = text.substr(0, std::max<size_t>(tokenizer_.consumed(), 1));
    if (result != CsvTokenizer::Result::kRecord && result != CsvTokenizer::Result::kNothing) Refuse();
    at_ += tokenizer_.consumed();
    while (!record_.empty() && (record_.back() == '\n' || record_.back() == '\r')) record_.remove_suffix(1);
    if (result == CsvTokenizer::Result::kRecord) return true;
  }
}

}  // namespace firesteel::sources
