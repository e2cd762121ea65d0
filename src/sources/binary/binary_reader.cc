// binaryFile: one row a file, its bytes as they are.
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "sources/file_scan.h"

namespace firesteel::sources {
namespace {

class BinaryPlan : public ScanPlan {
 public:
  BinaryPlan(const FileScan& scan, const std::vector<size_t>& required)
      : files_(scan.files), has_content_(!required.empty()) {
    for (size_t i = 0; i < files_.size(); ++i) parts_.push_back({i, 0, INT64_MAX});
  }
  std::unique_ptr<PartReader> Open(const FilePart& part) const override;

  const std::string& path(const FilePart& part) const { return files_[part.file].path; }
  bool has_content() const { return has_content_; }

 private:
  const std::vector<ScannedFile> files_;
  const bool has_content_;
};

class BinaryPart : public PartReader {
 public:
  BinaryPart(const BinaryPlan& plan, const FilePart& part) : plan_(plan), part_(part) {}

  size_t Read(std::span<functions::ResultVector* const> columns, size_t) override {
    if (done_) return 0;
    done_ = true;
    if (!plan_.has_content()) return 1;
    std::ifstream file(plan_.path(part_), std::ios::binary);
    if (!file) {
      throw QueryError("FAILED_READ_FILE.FILE_NOT_EXIST", {{"path", "file://" + plan_.path(part_)}}, nullptr,
                       ErrorClass::kSpark);
    }
    columns[0]->SetText(0, std::string(std::istreambuf_iterator<char>(file), {}));
    return 1;
  }

 private:
  const BinaryPlan& plan_;
  const FilePart part_;
  bool done_ = false;
};

std::unique_ptr<PartReader> BinaryPlan::Open(const FilePart& part) const {
  return std::make_unique<BinaryPart>(*this, part);
}

}  // namespace

std::unique_ptr<ScanPlan> PlanBinaryScan(const FileScan& scan, const std::vector<size_t>& required) {
  return std::make_unique<BinaryPlan>(scan, required);
}

}  // namespace firesteel::sources
