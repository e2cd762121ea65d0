
#include "base/ascii_case.h"
#include "base/utf8.h"
#include "functions/formats/csv/csv_row_parser.h"
#include "sources/csv/csv_records.h"
#include "sources/file_scan.h"

namespace firesteel::sources {
namespace {

using functions::CsvOptions;
using functions::CsvRowParser;
using functions::ParseMode;

constexpr size_t kNoColumn = static_cast<size_t>(-1);

/// The columns of the file: the schema without the column of corrupt records.
struct FileColumns {
  Schema schema;
  std::vector<size_t> required;  // indexes into `schema`
  FileColumns(const Schema& all, const std::vector<size_t>& wanted, const std::string& corrupt) {
    std::vector<size_t> places;
    for (const StructField& field : all) {
      places.push_back(field.name == corrupt ? kNoColumn : schema.size());
      if (field.name != corrupt) schema.push_back(field);
    }
    for (const size_t column : wanted) {
      if (places[column] != kNoColumn) required.push_back(places[column]);
    }
  }
};

class CsvPlan : public ScanPlan {
 public:
  CsvPlan(const FileScan& scan, const std::vector<size_t>& required)
      : files_(scan.files),
        options_(scan.options, scan.corrupt_record_column),
        corrupt_(FindCorruptColumn(scan.schema, required, options_.corrupt_record_column)),
        columns_(scan.schema, required, options_.corrupt_record_column),
        parser_(options_, scan.options, columns_.schema, columns_.required, scan.time_zone, scan.now_micros, false) {
    if (options_.is_single_variant) ThrowUnsupported("the option singleVariantColumn of CSV files");
    // Columns that are not read are not counted either.
    checks_count_ = corrupt_ >= 0 || columns_.required.size() == columns_.schema.size();
    parts_ = SplitFiles(files_, options_.encoding, !options_.multi_line);
  }
  std::unique_ptr<PartReader> Open(const FilePart& part) const override;

  const std::string& path(const FilePart& part) const { return files_[part.file].path; }
  const CsvOptions& options() const { return options_; }
  const CsvRowParser& parser() const { return parser_; }
  int corrupt() const { return corrupt_; }
  bool checks_count() const { return checks_count_; }
  /// Whether nothing of a line matters but that it is there.
  bool counts_only() const { return corrupt_ < 0 && columns_.required.empty() && !options_.multi_line; }

 private:
  const std::vector<ScannedFile> files_;
  const CsvOptions options_;
  const int corrupt_;
  const FileColumns columns_;
  const CsvRowParser parser_;
  bool checks_count_ = true;
};

class CsvPart : public PartReader {
 public:
  CsvPart(const CsvPlan& plan, const FilePart& part)
      : plan_(plan), path_(plan.path(part)), records_(plan.options(), path_, part, CsvRecords::Use::kRows) {
    if (part.begin == 0 && plan.options().header && records_.Next() && !plan.options().enforce_schema) CheckHeader();
  }

  size_t Read(std::span<functions::ResultVector* const> columns, size_t most) override {
    size_t row = 0;
    if (plan_.counts_only()) {
      while (row < most && records_.NextLine()) ++row;
      return row;
    }
    while (row < most && records_.Next()) {
      values_.Clear();
      const uint32_t first = values_.Add(plan_.parser().required().size());
      const bool ok = plan_.parser().Convert(records_.fields(), plan_.checks_count(), values_, first, kinds_);
      if (!ok && plan_.options().mode == ParseMode::kDropMalformed) continue;
      if (!ok && plan_.options().mode == ParseMode::kFailFast) {
        throw ReadFailure(path_, "a record is malformed and the mode is FAILFAST");
      }
      Write(columns, row++, first, ok);
    }
    return row;
  }

 private:
  void Write(std::span<functions::ResultVector* const> columns, size_t row, uint32_t first, bool ok) {
    uint32_t field = 0;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (static_cast<int>(i) == plan_.corrupt()) {
        if (ok) {
          columns[i]->SetNull(row);
        } else {
          columns[i]->SetText(row, records_.record());
        }
        continue;
      }
      const size_t column = plan_.parser().required()[field];
      values_.Write(values_[first + field], plan_.parser().schema()[column].type, *columns[i], row);
      ++field;
    }
  }

  /// CSVHeaderChecker: names and their number must be those of the schema.
  void CheckHeader() {
    const Schema& schema = plan_.parser().schema();
    const auto& names = records_.fields();
    bool same = names.size() == schema.size();
    for (size_t i = 0; same && i < names.size(); ++i) same = AsciiLower(names[i]) == AsciiLower(schema[i].name);
    if (!same) throw ReadFailure(path_, "the header does not name the columns of the schema");
  }

  const CsvPlan& plan_;
  const std::string path_;
  CsvRecords records_;
  functions::ParsedValues values_;
  functions::CsvVariantKinds kinds_;
};

std::unique_ptr<PartReader> CsvPlan::Open(const FilePart& part) const { return std::make_unique<CsvPart>(*this, part); }

}  // namespace

std::unique_ptr<ScanPlan> PlanCsvScan(const FileScan& scan, const std::vector<size_t>& required) {
  return std::make_unique<CsvPlan>(scan, required);
}

}  // namespace firesteel::sources
