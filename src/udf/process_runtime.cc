#include <atomic>
#include <utility>

#include "udf/process_run.h"
#include "udf/runtime.h"
#include "udf/worker_pool.h"

namespace firesteel::udf {
namespace {

class ProcessRuntime final : public Runtime {
 public:
  explicit ProcessRuntime(RuntimeOptions options) : pool_(std::move(options)) {}

  std::unique_ptr<Run> Start(const Task& task, size_t workers, CancelTokenPtr cancel, OnMessage on_message) override {
    auto taken = pool_.Take(task.principal, workers, cancel);
    return std::make_unique<ProcessRun>(pool_, std::move(taken), task, ++runs_, std::move(cancel),
                                        std::move(on_message));
  }
  void Warm() override { pool_.Warm(); }
  void ForgetWorkers(const std::string& session) override { pool_.ForgetWorkers(session); }
  void EndSession(const std::string& session) override { pool_.EndSession(session); }
  RuntimeCounts counts() const override { return pool_.counts(); }
  std::string PythonVersion() override { return pool_.PythonVersion(); }

 private:
  WorkerPool pool_;
  std::atomic<int64_t> runs_{0};
};

}  // namespace

std::unique_ptr<Runtime> Runtime::Open(RuntimeOptions options) {
  return std::make_unique<ProcessRuntime>(std::move(options));
}

}  // namespace firesteel::udf
