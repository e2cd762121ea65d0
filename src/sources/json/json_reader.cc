#include <numeric>

#include "functions/formats/json/json_parser.h"
#include "sources/file_scan.h"
#include "sources/json/json_record.h"

namespace firesteel::sources {
namespace {

using functions::JsonParser;
using functions::ParseMode;

/// Fields of the required columns without the one of corrupt records.
DataType RecordType(const FileScan& scan, const std::vector<size_t>& required, int corrupt) {
  std::vector<StructField> fields;
  for (size_t i = 0; i < required.size(); ++i) {
    if (static_cast<int>(i) != corrupt) fields.push_back(scan.schema[required[i]]);
  }
  return DataType::Struct(std::move(fields));
}

class JsonPlan : public ScanPlan {
 public:
  JsonPlan(const FileScan& scan, const std::vector<size_t>& required)
      : files_(scan.files),
        options_(scan.options, scan.corrupt_record_column),
        corrupt_(FindCorruptColumn(scan.schema, required, options_.corrupt_record_column)),
        parser_(options_, scan.options, RecordType(scan, required, corrupt_), true, true, scan.time_zone,
                scan.now_micros) {
    CheckJsonLines(options_);
    for (const size_t column : required) types_.push_back(scan.schema[column].type);
    parts_ = SplitFiles(files_, options_.encoding, !options_.multi_line);
  }
  std::unique_ptr<PartReader> Open(const FilePart& part) const override;

  const std::string& path(const FilePart& part) const { return files_[part.file].path; }
  const functions::JsonOptions& options() const { return options_; }
  const JsonParser& parser() const { return parser_; }
  const std::vector<DataType>& types() const { return types_; }
  int corrupt() const { return corrupt_; }

 private:
  const std::vector<ScannedFile> files_;
  const functions::JsonOptions options_;
  const int corrupt_;
  const JsonParser parser_;
  std::vector<DataType> types_;
};

class JsonPart : public PartReader {
 public:
  JsonPart(const JsonPlan& plan, const FilePart& part)
      : plan_(plan), path_(plan.path(part)), tokenizer_(plan.options(), true), decoder_(plan.options()) {
    if (plan.options().multi_line) {
      whole_ = ReadWhole(path_);
    } else {
      lines_ = std::make_unique<LineReader>(path_, JsonLineSeparator(plan.options()), part);
    }
  }

  size_t Read(std::span<functions::ResultVector* const> columns, size_t most) override {
    size_t row = 0;
    while (row < most) {
      if (next_row_ >= rows_) {
        if (!NextRecord()) break;
        continue;
      }
      Write(columns, row++);
    }
    return row;
  }

 private:
  /// Parses the next record; false at the end. It may have no rows.
  bool NextRecord() {
    next_row_ = rows_ = 0;
    if (lines_) {
      std::string_view line;
      if (!lines_->Next(line)) return false;
      record_ = line;
    } else {
      if (whole_done_) return false;
      whole_done_ = true;
      record_ = whole_;
    }
    values_.Clear();
    if (const std::optional<std::string_view> text = decoder_.Decode(record_)) {
      plan_.parser().Parse(tokenizer_, *text, values_, outcome_);
    } else {
      outcome_ = JsonParser::Outcome();
      outcome_.cause = JsonParser::Outcome::Cause::kOther;
    }
    rows_ = outcome_.rows.size();
    is_bad_ = outcome_.cause != JsonParser::Outcome::Cause::kNone;
    if (!is_bad_) return true;
    switch (plan_.options().mode) {
      case ParseMode::kPermissive:
        if (rows_ == 0) rows_ = 1;  // all null
        break;
      case ParseMode::kDropMalformed:
        rows_ = 0;
        break;
      case ParseMode::kFailFast:
        throw ReadFailure(path_, "a record is malformed and the mode is FAILFAST");
    }
    return true;
  }

  void Write(std::span<functions::ResultVector* const> columns, size_t row) {
    const bool has_values = next_row_ < outcome_.rows.size();
    uint32_t field = has_values ? values_[outcome_.rows[next_row_]].children.first : 0;
    ++next_row_;
    const functions::ParsedValue null;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (static_cast<int>(i) == plan_.corrupt()) {
        if (is_bad_) {
          columns[i]->SetText(row, ValidText(record_, repaired_));
        } else {
          columns[i]->SetNull(row);
        }
        continue;
      }
      values_.Write(has_values ? values_[field] : null, plan_.types()[i], *columns[i], row);
      ++field;
    }
  }

  const JsonPlan& plan_;
  const std::string path_;
  functions::JsonTokenizer tokenizer_;
  JsonRecordDecoder decoder_;
  std::unique_ptr<LineReader> lines_;
  std::string whole_;
  bool whole_done_ = false;
  std::string_view record_;  // its bytes
  std::string repaired_;
  functions::ParsedValues values_;
  JsonParser::Outcome outcome_;
  size_t rows_ = 0;
  size_t next_row_ = 0;
  bool is_bad_ = false;
};

std::unique_ptr<PartReader> JsonPlan::Open(const FilePart& part) const {
  return std::make_unique<JsonPart>(*this, part);
}

}  // namespace

std::unique_ptr<ScanPlan> PlanJsonScan(const FileScan& scan, const std::vector<size_t>& required) {
  return std::make_unique<JsonPlan>(scan, required);
}

}  // namespace firesteel::sources
