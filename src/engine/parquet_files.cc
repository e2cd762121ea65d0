#include <utility>

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/copy_function_catalog_entry.hpp"
#include "duckdb/execution/execution_context.hpp"
#include "duckdb/function/copy_function.hpp"
#include "duckdb/main/client_context.hpp"
#include "duckdb/parallel/thread_context.hpp"
#include "duckdb/parser/parsed_data/copy_info.hpp"
#include "engine/row_file.h"

namespace firesteel::engine {
namespace {

/// The engine's COPY function for Parquet, driven by hand: COPY itself cannot make the files that Spark makes (names,
/// folders, rows a file).
class ParquetFileFactory final : public RowFileFactory {
 public:
  ParquetFileFactory(duckdb::ClientContext& context, const FileWrite& write, const duckdb::vector<std::string>& names,
                     const duckdb::vector<duckdb::LogicalType>& types)
      : context_(context),
        function_(duckdb::Catalog::GetEntry<duckdb::CopyFunctionCatalogEntry>(context, INVALID_CATALOG, DEFAULT_SCHEMA,
                                                                              "parquet")
                      .function),
        thread_(context),
        execution_(context, thread_, nullptr) {
    info_.is_from = false;
    info_.format = "parquet";
    info_.options["compression"] = {duckdb::Value(write.parquet_codec)};
    duckdb::child_list_t<duckdb::Value> key_values;
    for (const auto& [key, value] : write.key_values) key_values.emplace_back(key, duckdb::Value(value));
    if (!key_values.empty()) info_.options["kv_metadata"] = {duckdb::Value::STRUCT(std::move(key_values))};
    duckdb::CopyFunctionBindInput input(info_, function_.function_info);
    binding_ = function_.copy_to_bind(context, input, names, types);
  }

  std::unique_ptr<RowFile> Create(const std::string& path) override;

 private:
  friend class ParquetFile;
  duckdb::ClientContext& context_;
  const duckdb::CopyFunction function_;
  duckdb::CopyInfo info_;
  duckdb::ThreadContext thread_;
  duckdb::ExecutionContext execution_;
  duckdb::unique_ptr<duckdb::FunctionData> binding_;
};

class ParquetFile final : public RowFile {
 public:
  ParquetFile(ParquetFileFactory& factory, const std::string& path)
      : factory_(factory),
        global_(factory.function_.copy_to_initialize_global(factory.context_, *factory.binding_, path)),
        local_(factory.function_.copy_to_initialize_local(factory.execution_, *factory.binding_)) {}

  void Write(duckdb::DataChunk& rows) override {
    factory_.function_.copy_to_sink(factory_.execution_, *factory_.binding_, *global_, *local_, rows);
  }

  void Finish() override {
    factory_.function_.copy_to_combine(factory_.execution_, *factory_.binding_, *global_, *local_);
    factory_.function_.copy_to_finalize(factory_.context_, *factory_.binding_, *global_);
    local_.reset();
    global_.reset();
  }

 private:
  ParquetFileFactory& factory_;
  duckdb::unique_ptr<duckdb::GlobalFunctionData> global_;
  duckdb::unique_ptr<duckdb::LocalFunctionData> local_;
};

std::unique_ptr<RowFile> ParquetFileFactory::Create(const std::string& path) {
  return std::make_unique<ParquetFile>(*this, path);
}

}  // namespace

std::unique_ptr<RowFileFactory> ParquetFiles(duckdb::Connection& connection, const FileWrite& write,
                                             const duckdb::vector<std::string>& names,
                                             const duckdb::vector<duckdb::LogicalType>& types) {
  return std::make_unique<ParquetFileFactory>(*connection.context, write, names, types);
}

}  // namespace firesteel::engine
