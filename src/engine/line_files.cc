#include "engine/row_file.h"
#include "storage/output_file.h"

namespace firesteel::engine {
namespace {

class LineFile final : public RowFile {
 public:
  LineFile(const std::string& path, const FileWrite& write)
      : file_(storage::OutputFile::Create(path, write.line_codec)),
        line_end_(write.line_end),
        skip_null_lines_(write.skip_null_lines) {
    if (write.header) {
      file_->Write(*write.header);
      file_->Write(line_end_);
    }
  }

  void Write(duckdb::DataChunk& rows) override {
    duckdb::UnifiedVectorFormat lines;
    rows.data[0].ToUnifiedFormat(rows.size(), lines);
    const auto* texts = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(lines);
    for (duckdb::idx_t row = 0; row < rows.size(); ++row) {
      const duckdb::idx_t index = lines.sel->get_index(row);
      if (lines.validity.RowIsValid(index)) {
        file_->Write(std::string_view(texts[index].GetData(), texts[index].GetSize()));
      } else if (skip_null_lines_) {
        continue;
      }
      file_->Write(line_end_);
    }
  }

  void Finish() override { file_->Finish(); }

 private:
  std::unique_ptr<storage::OutputFile> file_;
  const std::string& line_end_;
  const bool skip_null_lines_;
};

class LineFileFactory final : public RowFileFactory {
 public:
  explicit LineFileFactory(const FileWrite& write) : write_(write) {}
  std::unique_ptr<RowFile> Create(const std::string& path) override { return std::make_unique<LineFile>(path, write_); }

 private:
  const FileWrite& write_;
};

}  // namespace

std::unique_ptr<RowFileFactory> LineFiles(const FileWrite& write) { return std::make_unique<LineFileFactory>(write); }

}  // namespace firesteel::engine
