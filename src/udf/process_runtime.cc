#include <atomic>
#include <utility>

#include "udf/init_message.h"
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
    const int64_t number = ++runs_;
    const RunPlan plan{.init = [&](size_t w, const std::string& folder) { return EncodeInit(task, number, w, folder); },
                       .on_message = std::move(on_message),
                       .display_name = task.display_name,
                       .query_seconds = task.query_seconds};
    return std::make_unique<ProcessRun>(pool_, std::move(taken), plan, std::move(cancel));
  }
  std::string Ask(const Question& question, CancelTokenPtr cancel) override {
    auto taken = pool_.Take(question.principal, 1, cancel);
    const RunPlan plan{.init = [&](size_t, const std::string& folder) { return EncodeQuestion(question, folder); },
                       .on_message = nullptr,
                       .display_name = question.display_name,
                       .query_seconds = question.query_seconds};
    ProcessRun run(pool_, std::move(taken), plan, std::move(cancel));
    run.Finish();
    return std::move(run.answer());
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
