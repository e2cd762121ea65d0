#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "base/size_text.h"
#include "engine/cancel_watcher.h"
#include "engine/damaged_file.h"
#include "engine/engine.h"
#include "engine/engine_error.h"
#include "engine/file_write.h"
#include "engine/instance.h"
#include "engine/memory_retry.h"
#include "engine/parquet_schema.h"
#include "engine/parquet_writer.h"
#include "engine/query_run.h"
#include "engine/stored_table.h"

namespace firesteel::engine {
namespace {

/// The database opens in the background, so that a server listens before it is there; the first query waits for it.
class DuckDbEngine final : public Engine {
 public:
  explicit DuckDbEngine(const EngineOptions& options) : options_(options) { StartOpening(); }

  void Run(const QuerySpec& query, const CancelTokenPtr& cancel, const std::function<bool(ArrowBatch)>& sink) override {
    bool has_sent = false;
    const auto send = [&](ArrowBatch batch) {
      has_sent = true;
      return sink(std::move(batch));
    };
    Bounded([&] { RunQuery(*Current(), watcher_, query, cancel, send); }, [&] { return !has_sent; }, cancel);
  }

  std::shared_ptr<const StoredTable> Store(const QuerySpec& query, const CancelTokenPtr& cancel) override {
    std::shared_ptr<const StoredTable> table;
    Bounded([&] { table = StoreQuery(Current(), watcher_, query, cancel); }, [] { return true; }, cancel);
    return table;
  }

  bool Holds(const StoredTable& table) const override {
    std::lock_guard lock(mutex_);
    const auto* stored = dynamic_cast<const InstanceTable*>(&table);
    return stored && instance_ && stored->IsOf(*instance_) && !instance_->IsInvalidated();
  }

  Schema ParquetSchema(const std::vector<std::string>& files) override { return parquet_schemas_.Get(files); }

  bool CanRead(const std::string& parquet_file) override { return readable_files_.Has(parquet_file); }

  FileWriteResult WriteFiles(const FileWrite& write, const CancelTokenPtr& cancel) override {
    FileWriteResult result;
    Bounded([&] { result = WriteQueryFiles(*Current(), watcher_, write, cancel); }, [] { return false; }, cancel);
    return result;
  }

  std::vector<WrittenFile> WriteParquet(const ParquetWrite& write, const CancelTokenPtr& cancel) override {
    std::vector<WrittenFile> files;
    Bounded([&] { files = WriteParquetFiles(*Current(), watcher_, write, cancel); }, [] { return false; }, cancel);
    return files;
  }

  std::string Explain(const QuerySpec& query) override { return ExplainQuery(*Current(), query); }

 private:
  /// Runs within the memory of all; an error says what the user can do about it.
  void Bounded(const std::function<void()>& run, const std::function<bool()>& may_repeat,
               const CancelTokenPtr& cancel) {
    try {
      runs_.Run(run, may_repeat, cancel);
    } catch (const OutOfMemory& error) {
      if (options_.memory_limit_bytes == 0) throw;
      throw OutOfMemory(error.text() + ". All queries together may use " + ByteSizeText(options_.memory_limit_bytes) +
                        ", 70 % of the server's --memory-limit; what does not fit goes to its --temp-dir (" +
                        (options_.temp_directory.empty() ? "none" : options_.temp_directory) +
                        "). Raise the limit, or give that folder more space");
    }
  }

  void StartOpening() {
    opening_ = std::async(std::launch::async, [options = options_] { return std::make_shared<Instance>(options); });
  }

  std::shared_ptr<Instance> Current() {
    std::lock_guard lock(mutex_);
    if (instance_ && instance_->IsInvalidated()) {
      log::Error("the engine was closed by a fatal error; opening it anew");
      instance_.reset();
    }
    if (!instance_) {
      if (!opening_.valid()) StartOpening();
      instance_ = opening_.get();
    }
    return instance_;
  }

  const EngineOptions options_;
  mutable std::mutex mutex_;
  std::future<std::shared_ptr<Instance>> opening_;
  std::shared_ptr<Instance> instance_;
  CancelWatcher watcher_;
  ParquetSchemas parquet_schemas_;
  ReadableFiles readable_files_;
  MemoryRetry runs_;
};

}  // namespace

std::unique_ptr<Engine> Engine::Open(const EngineOptions& options) { return std::make_unique<DuckDbEngine>(options); }

}  // namespace firesteel::engine
