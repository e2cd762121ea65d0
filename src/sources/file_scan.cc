#include "sources/file_scan.h"

#include <cstring>

#include "base/utf8.h"

namespace firesteel::sources {
namespace {

constexpr int64_t kPartBytes = 8 << 20;

/// A part that gives no rows where its file cannot be read and the query said to go on.
class LenientReader : public PartReader {
 public:
  LenientReader(const ScanPlan& plan, const FilePart& part, bool corrupt, bool missing)
      : plan_(plan), part_(part), corrupt_(corrupt), missing_(missing) {}

  size_t Read(std::span<functions::ResultVector* const> columns, size_t most) override {
    if (done_) return 0;
    try {
      if (!reader_) reader_ = plan_.Open(part_);
      return reader_->Read(columns, most);
    } catch (const QueryError& error) {
      const bool is_missing = error.condition() == "FAILED_READ_FILE.FILE_NOT_EXIST";
      if (!(is_missing ? missing_ : corrupt_ && error.condition().starts_with("FAILED_READ_FILE"))) throw;
      done_ = true;
      return 0;
    }
  }

 private:
  const ScanPlan& plan_;
  const FilePart part_;
  const bool corrupt_;
  const bool missing_;
  bool done_ = false;
  std::unique_ptr<PartReader> reader_;
};

class LenientPlan : public ScanPlan {
 public:
  LenientPlan(std::unique_ptr<ScanPlan> plan, bool corrupt, bool missing)
      : plan_(std::move(plan)), corrupt_(corrupt), missing_(missing) {
    parts_ = plan_->parts();
  }
  std::unique_ptr<PartReader> Open(const FilePart& part) const override {
    return std::make_unique<LenientReader>(*plan_, part, corrupt_, missing_);
  }

 private:
  const std::unique_ptr<ScanPlan> plan_;
  const bool corrupt_;
  const bool missing_;
};

std::unique_ptr<ScanPlan> PlanOfFormat(const FileScan& scan, const std::vector<size_t>& required) {
  if (scan.format == "csv") return PlanCsvScan(scan, required);
  if (scan.format == "json") return PlanJsonScan(scan, required);
  if (scan.format == "text") return PlanTextScan(scan, required);
  if (scan.format == "binaryfile") return PlanBinaryScan(scan, required);
  throw InternalError("a scan of the format " + scan.format);
}

}  // namespace

std::unique_ptr<ScanPlan> PlanScan(const FileScan& scan, const std::vector<size_t>& required) {
  std::unique_ptr<ScanPlan> plan = PlanOfFormat(scan, required);
  if (!scan.ignore_corrupt_files && !scan.ignore_missing_files) return plan;
  return std::make_unique<LenientPlan>(std::move(plan), scan.ignore_corrupt_files, scan.ignore_missing_files);
}

std::vector<FilePart> SplitFiles(const std::vector<ScannedFile>& files, std::string_view encoding, bool may_cut) {
  std::vector<FilePart> parts;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!may_cut || files[i].size <= kPartBytes || !IsSplittable(files[i].path, encoding)) {
      parts.push_back({i, 0, INT64_MAX});
      continue;
    }
    for (int64_t begin = 0; begin < files[i].size; begin += kPartBytes) {
      const bool is_last = begin + kPartBytes >= files[i].size;
      parts.push_back({i, begin, is_last ? INT64_MAX : begin + kPartBytes});
    }
  }
  return parts;
}

int FindCorruptColumn(const Schema& schema, const std::vector<size_t>& required, const std::string& name) {
  for (size_t i = 0; i < required.size(); ++i) {
    if (schema[required[i]].name != name) continue;
    if (required.size() == 1) {
      throw QueryError("UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN", {});
    }
    return static_cast<int>(i);
  }
  return -1;
}

std::string_view ValidText(std::string_view text, std::string& buffer) {
  if (IsAscii(text) || IsValidUtf8(text)) return text;
  buffer = DecodeUtf8LikeJava(text);
  return buffer;
}

}  // namespace firesteel::sources
