#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/status/statement_log.h"
#include "session/result_sink.h"
#include "session/session.h"

namespace spark::connect {
class ExecutePlanResponse;
}

namespace firesteel::server {

/// How a client wants large batches cut (ExecutePlanRequest's result-chunking options).
struct ChunkingOptions {
  bool allowed = false;
  int64_t preferred_bytes = 0;  ///< 0: no wish
};

/// Turns what a run produces into encoded responses of its operation. Bodies of batches are not copied.
class ExecuteSink final : public session::ResultSink {
 public:
  ExecuteSink(const session::Session& session, session::Operation& operation, ChunkingOptions chunking,
              StatementLog::Entry& statement, bool wants_plan)
      : session_(session), operation_(operation), chunking_(chunking), statement_(statement), wants_plan_(wants_plan) {}

  bool WantsPlan() const override { return wants_plan_; }
  void OnPlan(std::string plan) override { statement_.SetPlan(std::move(plan)); }

  void OnSchema(const Schema& schema) override;
  void OnBatch(session::ResultBatch batch) override;
  void OnProgress(const std::vector<session::StageProgress>& stages, int64_t running_tasks) override;
  void OnObservedMetrics(const std::vector<session::ObservedMetrics>& metrics) override;
  void OnMetrics(const std::vector<session::OperatorMetrics>& metrics) override;

  /// Adds the ids and pushes. `response` needs only its own part.
  void Push(::spark::connect::ExecutePlanResponse* response);
  /// Sends what is left to send, for reattachable operations with result_complete, and ends the operation.
  void Succeed();

 private:
  struct Chunk {
    int64_t index = 0;
    int64_t count = 0;  ///< 0: the batch is whole
  };
  /// Sets the ids, a new one of the response among them.
  void Identify(::spark::connect::ExecutePlanResponse* response) const;
  void PushBatch(session::ByteSlices ipc, int64_t row_count, Chunk chunk);

  const session::Session& session_;
  session::Operation& operation_;
  const ChunkingOptions chunking_;
  StatementLog::Entry& statement_;
  const bool wants_plan_;
  int64_t rows_ = 0;
  std::string metrics_;  // serialized, not sent yet
};

}  // namespace firesteel::server
