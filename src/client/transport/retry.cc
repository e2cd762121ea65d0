#include "client/transport/retry.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "client/transport/status_details.h"

namespace firesteel::client {
namespace {

using google::protobuf::Message;

double RandomUpTo(double most) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, most)(random);
}

class Retrying : public Transport {
 public:
  Retrying(TransportPtr next, const RetryPolicy& policy, std::shared_ptr<Pause> pause)
      : next_(std::move(next)), policy_(policy), pause_(std::move(pause)) {}

  grpc::Status Call(Rpc rpc, const Message& request, Message& response, const CallOptions& options) override {
    return Repeat(options, [&] {
      response.Clear();
      return next_->Call(rpc, request, response, options);
    });
  }

  std::unique_ptr<IncomingStream> Open(Rpc rpc, const Message& request, const CallOptions& options) override {
    return next_->Open(rpc, request, options);
  }

  grpc::Status Upload(const std::function<UploadRequests()>& begin, proto::AddArtifactsResponse& response,
                      const CallOptions& options) override {
    return Repeat(options, [&] {
      response.Clear();
      return next_->Upload(begin, response, options);
    });
  }

 private:
  template <class Attempt>
  grpc::Status Repeat(const CallOptions& options, Attempt attempt) {
    RetryWaits waits(policy_);
    while (true) {
      grpc::Status status = attempt();
      if (status.ok() || !IsRetryable(status)) return status;
      if (!options.retry_unreachable && !ServerDelay(status)) return status;
      const std::optional<std::chrono::milliseconds> wait = waits.Next(status);
      if (!wait || !pause_->Wait(*wait)) return status;
    }
  }

  const TransportPtr next_;
  const RetryPolicy policy_;
  const std::shared_ptr<Pause> pause_;
};

}  // namespace

bool IsRetryable(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return true;
  // Another call took the operation's stream over: one of ours, whose connection broke.
  if (status.error_code() == grpc::StatusCode::INTERNAL &&
      status.error_message().find("INVALID_CURSOR.DISCONNECTED") != std::string::npos) {
    return true;
  }
  return ServerDelay(status).has_value();
}

std::optional<std::chrono::milliseconds> ServerDelay(const grpc::Status& status) {
  if (status.error_details().empty()) return std::nullopt;
  return ReadStatusDetails(status).retry_delay;
}

std::optional<std::chrono::milliseconds> RetryWaits::Next(const grpc::Status& status) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  if (attempts_ >= policy_.max_retries) return std::nullopt;
  ++attempts_;
  Milliseconds wait = next_;
  next_ = std::min(Milliseconds(policy_.max_backoff), wait * policy_.backoff_multiplier);
  if (const std::optional<std::chrono::milliseconds> asked = ServerDelay(status)) {
    wait = std::max(wait, Milliseconds(std::min(*asked, policy_.max_server_delay)));
  }
  if (wait >= policy_.min_jitter_threshold) {
    wait += Milliseconds(RandomUpTo(static_cast<double>(policy_.jitter.count())));
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(wait);
}

TransportPtr WithRetries(TransportPtr next, const RetryPolicy& policy, std::shared_ptr<Pause> pause) {
  return std::make_shared<Retrying>(std::move(next), policy, std::move(pause));
}

}  // namespace firesteel::client
