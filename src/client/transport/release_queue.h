#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "client/transport/transport.h"

namespace firesteel::client {

/// Tells the server in the background which responses it need not keep any longer. Of an operation only the last word
/// is sent. Thread-safe; the thread begins with the first release and ends with the queue, which waits a moment for
/// what is left.
class ReleaseQueue {
 public:
  /// `options` gives those of each call.
  ReleaseQueue(TransportPtr transport, std::function<CallOptions()> options)
      : transport_(std::move(transport)), options_(std::move(options)) {}
  ~ReleaseQueue();
  ReleaseQueue(const ReleaseQueue&) = delete;
  ReleaseQueue& operator=(const ReleaseQueue&) = delete;

  /// `request` names the operation, and either a response or all of them.
  void Add(proto::ReleaseExecuteRequest request);
  /// Waits until everything has been sent, at most so long.
  void Flush(std::chrono::milliseconds longest);

 private:
  using Clock = std::chrono::steady_clock;
  struct Pending {
    proto::ReleaseExecuteRequest request;
    Clock::time_point due;
  };

  void Run();

  const TransportPtr transport_;
  const std::function<CallOptions()> options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Pending> pending_;  // by operation
  bool sending_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace firesteel::client
