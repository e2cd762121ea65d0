#include "base/utf8.h"
#include "functions/formats/csv/csv_options.h"
#include "sources/file_scan.h"
#include "sources/text_decoder.h"

namespace firesteel::sources {
namespace {

class TextPlan : public ScanPlan {
 public:
  TextPlan(const FileScan& scan, const std::vector<size_t>& required)
      : files_(scan.files), has_value_(!required.empty()) {
    whole_ = scan.options.Flag("wholetext", false);
    if (const std::string* separator = scan.options.Find("lineSep")) {
      if (separator->empty()) {
        throw QueryError("INVALID_LINE_SEPARATOR.EMPTY", {}, nullptr, ErrorClass::kIllegalArgument);
      }
      // All that Spark does with the encoding of text.
      separator_ = EncodeText(*separator, functions::EncodingOf(scan.options, "TextOptions"));
    }
    parts_ = SplitFiles(files_, "utf-8", !whole_);
  }
  std::unique_ptr<PartReader> Open(const FilePart& part) const override;

  const std::string& path(const FilePart& part) const { return files_[part.file].path; }
  bool is_empty(const FilePart& part) const { return files_[part.file].size == 0; }
  const std::optional<std::string>& separator() const { return separator_; }
  bool whole() const { return whole_; }
  bool has_value() const { return has_value_; }

 private:
  const std::vector<ScannedFile> files_;
  std::optional<std::string> separator_;
  bool whole_ = false;
  const bool has_value_;
};

class LinePart : public PartReader {
 public:
  LinePart(const TextPlan& plan, const FilePart& part)
      : lines_(plan.path(part), plan.separator(), part), has_value_(plan.has_value()) {}

  size_t Read(std::span<functions::ResultVector* const> columns, size_t most) override {
    size_t row = 0;
    std::string_view line;
    for (; row < most && lines_.Next(line); ++row) {
      if (has_value_) columns[0]->SetText(row, ValidText(line, repaired_));
    }
    return row;
  }

 private:
  LineReader lines_;
  const bool has_value_;
  std::string repaired_;
};

class WholePart : public PartReader {
 public:
  WholePart(const TextPlan& plan, const FilePart& part) : plan_(plan), part_(part) {}

  size_t Read(std::span<functions::ResultVector* const> columns, size_t) override {
    if (done_ || plan_.is_empty(part_)) return 0;
    done_ = true;
    const std::string text = ReadWhole(plan_.path(part_));
    std::string repaired;
    if (plan_.has_value()) columns[0]->SetText(0, ValidText(text, repaired));
    return 1;
  }

 private:
  const TextPlan& plan_;
  const FilePart part_;
  bool done_ = false;
};

std::unique_ptr<PartReader> TextPlan::Open(const FilePart& part) const {
  if (whole_) return std::make_unique<WholePart>(*this, part);
  return std::make_unique<LinePart>(*this, part);
}

}  // namespace

std::unique_ptr<ScanPlan> PlanTextScan(const FileScan& scan, const std::vector<size_t>& required) {
  return std::make_unique<TextPlan>(scan, required);
}

}  // namespace firesteel::sources
