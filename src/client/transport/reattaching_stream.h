#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "client/transport/release_queue.h"
#include "client/transport/retry.h"
#include "client/transport/transport.h"

namespace firesteel::client {

struct StreamOptions {
  bool reattachable = true;
  RetryPolicy retry;
  std::chrono::milliseconds timeout{600'000};  ///< of one connection of the stream; 0: none
  std::chrono::milliseconds longest_waiting{
      3'600'000};  ///< without any response, for servers that end streams politely
};

/// The answers to one plan, over as many connections as it takes: where a stream ends before the operation does, the
/// server is asked for what follows the last response (ReattachExecute), and told what it need not keep. The logic is
/// that of PySpark's ExecutePlanResponseReattachableIterator. Not thread-safe but for Cancel.
class ReattachingStream {
 public:
  /// `request` carries an operation id. `releases` outlives the stream.
  ReattachingStream(TransportPtr transport, ReleaseQueue& releases, StreamOptions options,
                    proto::ExecutePlanRequest request);
  /// Lets the server drop the operation when it has not ended.
  ~ReattachingStream();

  /// True with the next response; false at the end, which `status` explains: OK after the last one.
  bool Next(proto::ExecutePlanResponse& response, grpc::Status& status);
  /// From any thread: Next ends with CANCELLED.
  void Cancel();
  const std::string& operation_id() const { return request_.operation_id(); }

 private:
  using Clock = std::chrono::steady_clock;
  enum class Step : uint8_t { kResponse, kEnd, kAgain };

  Step Attempt(proto::ExecutePlanResponse& response, grpc::Status& status, RetryWaits& waits);
  Step AfterFailure(const grpc::Status& failure, grpc::Status& status, RetryWaits& waits);
  void Open(Rpc rpc);
  void Release(const std::string& until);
  bool canceled() const { return canceled_.load(); }

  const TransportPtr transport_;
  ReleaseQueue& releases_;
  const StreamOptions options_;
  const proto::ExecutePlanRequest request_;
  proto::ReattachExecuteRequest reattach_;
  CallOptions call_;

  std::mutex mutex_;  // stream_, against Cancel
  std::unique_ptr<IncomingStream> stream_;
  std::atomic<bool> canceled_ = false;
  Pause pause_;
  std::string last_response_;
  bool ended_ = false;
  bool read_from_stream_ = false;
  Clock::time_point waiting_since_;
  int empty_streams_ = 0;
};

}  // namespace firesteel::client
