#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel_token.h"
#include "udf/output_reader.h"
#include "udf/run.h"
#include "udf/worker_pool.h"

namespace firesteel::udf {

/// What the workers of a run are told first, and how they answer.
struct RunPlan {
  std::function<std::string(size_t worker, const std::string& files_folder)> init;
  OnMessage on_message;  ///< null: a question, which has no more input and one answer
  std::string display_name;
  int64_t query_seconds = 0;  ///< 0: the server's
};

/// A run over worker processes: one poll loop on the caller's thread for the inputs and outputs of all of them.
class ProcessRun final : public Run {
 public:
  /// Takes the workers, which have no task yet.
  ProcessRun(WorkerPool& pool, std::vector<std::shared_ptr<WorkerProcess>> workers, const RunPlan& plan,
             CancelTokenPtr cancel);
  ~ProcessRun() override;
  ProcessRun(const ProcessRun&) = delete;
  ProcessRun& operator=(const ProcessRun&) = delete;

  size_t workers() const override { return peers_.size(); }
  void Write(size_t w, std::vector<std::shared_ptr<const std::string>> slices) override;
  void CloseInput(size_t w) override;
  void Finish() override;
  const WorkerReport& report(size_t w) const override { return peers_.at(w).report; }
  /// To a question, after Finish.
  std::string& answer() { return peers_.at(0).reader->answer(); }

 private:
  struct Peer {
    std::shared_ptr<WorkerProcess> process;  // null: given back
    std::unique_ptr<OutputReader> reader;
    std::deque<std::shared_ptr<const std::string>> queue;
    size_t first_sent = 0;  // bytes of queue.front() that are gone
    size_t queued = 0;      // bytes that are not
    bool input_closed = false;
    bool refuses_input = false;  // it has shut its end: what is still written is dropped
    std::string printed;         // the end of it
    WorkerReport report;
  };

  void Enqueue(Peer& peer, std::shared_ptr<const std::string> slice);
  void Pump(int wait_ms);
  void Send(Peer& peer);
  void Receive(Peer& peer);
  void ReadPrinted(Peer& peer);
  void CheckTime();
  [[noreturn]] void ThrowGone(Peer& peer);
  void GiveBack(Peer& peer, bool reusable);
  template <class Work>
  void Guard(Work&& work);

  WorkerPool& pool_;
  const CancelTokenPtr cancel_;
  const std::string display_name_;
  const std::chrono::steady_clock::time_point begin_;
  const int64_t begin_millis_;  // since 1970
  int64_t seconds_;             // the run's limit; 0: none
  std::vector<Peer> peers_;
  bool failed_ = false;
};

}  // namespace firesteel::udf
