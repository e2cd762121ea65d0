#include "client/transport/authorization.h"

#include <mutex>
#include <string>
#include <utility>

namespace firesteel::client {
namespace {

using google::protobuf::Message;

/// The token that is in use, shared by the transport and its streams.
class TokenKeeper {
 public:
  TokenKeeper(TokenSource source, std::string token) : source_(std::move(source)), token_(std::move(token)) {}

  std::string token() const {
    std::lock_guard lock(mutex_);
    return token_;
  }

  /// After the server refused `used`: whether there is another token now.
  bool Renew(const std::string& used) {
    if (source_.kind != TokenSource::Kind::kFile && source_.kind != TokenSource::Kind::kCommand) return false;
    std::lock_guard lock(mutex_);
    if (token_ != used) return true;  // another thread did
    Result<std::string> renewed = source_.Get();
    if (!renewed || *renewed == used) return false;
    token_ = *std::move(renewed);
    return true;
  }

 private:
  mutable std::mutex mutex_;
  const TokenSource source_;
  std::string token_;
};

/// A stream that is opened once more with a new token when the first one is refused before any answer.
class RenewingStream : public IncomingStream {
 public:
  using Open = std::function<std::unique_ptr<IncomingStream>(const std::string& token)>;
  RenewingStream(std::shared_ptr<TokenKeeper> keeper, Open open)
      : keeper_(std::move(keeper)), open_(std::move(open)), token_(keeper_->token()), stream_(open_(token_)) {}

  bool Read(proto::ExecutePlanResponse& response) override {
    if (stream_->Read(response)) {
      answered_ = true;
      return true;
    }
    if (answered_ || finished_) return false;
    status_ = stream_->Finish();
    finished_ = true;
    if (status_.error_code() != grpc::StatusCode::UNAUTHENTICATED || renewed_ || !keeper_->Renew(token_)) return false;
    renewed_ = true;
    finished_ = false;
    std::unique_ptr<IncomingStream> again = open_(keeper_->token());
    {
      std::lock_guard lock(mutex_);
      stream_ = std::move(again);
    }
    return Read(response);
  }

  grpc::Status Finish() override { return finished_ ? status_ : stream_->Finish(); }

  void Cancel() override {
    std::lock_guard lock(mutex_);
    stream_->Cancel();
  }

 private:
  const std::shared_ptr<TokenKeeper> keeper_;
  const Open open_;
  const std::string token_;
  std::mutex mutex_;
  std::unique_ptr<IncomingStream> stream_;
  grpc::Status status_;
  bool answered_ = false;
  bool finished_ = false;
  bool renewed_ = false;
};

class Authorization : public Transport {
 public:
  Authorization(TransportPtr next, const ConnectionSettings& settings, std::string token)
      : next_(std::move(next)),
        headers_(settings.headers),
        keeper_(std::make_shared<TokenKeeper>(settings.token, std::move(token))) {}

  grpc::Status Call(Rpc rpc, const Message& request, Message& response, const CallOptions& options) override {
    return Twice([&](const std::string& token) { return next_->Call(rpc, request, response, With(options, token)); });
  }

  std::unique_ptr<IncomingStream> Open(Rpc rpc, const Message& request, const CallOptions& options) override {
    // The request outlives the stream: who reads it holds both.
    return std::make_unique<RenewingStream>(keeper_, [this, rpc, &request, options](const std::string& token) {
      return next_->Open(rpc, request, With(options, token));
    });
  }

  grpc::Status Upload(const std::function<UploadRequests()>& begin, proto::AddArtifactsResponse& response,
                      const CallOptions& options) override {
    return Twice([&](const std::string& token) { return next_->Upload(begin, response, With(options, token)); });
  }

 private:
  template <class Call>
  grpc::Status Twice(Call call) {
    const std::string token = keeper_->token();
    grpc::Status status = call(token);
    if (status.error_code() != grpc::StatusCode::UNAUTHENTICATED || !keeper_->Renew(token)) return status;
    return call(keeper_->token());
  }

  CallOptions With(CallOptions options, const std::string& token) const {
    options.headers.insert(options.headers.end(), headers_.begin(), headers_.end());
    if (!token.empty()) options.headers.emplace_back("authorization", "Bearer " + token);
    return options;
  }

  const TransportPtr next_;
  const std::vector<std::pair<std::string, std::string>> headers_;
  const std::shared_ptr<TokenKeeper> keeper_;
};

class Logging : public Transport {
 public:
  Logging(TransportPtr next, std::function<void(const std::string&)> log)
      : next_(std::move(next)), log_(std::move(log)) {}

  grpc::Status Call(Rpc rpc, const Message& request, Message& response, const CallOptions& options) override {
    const auto begin = std::chrono::steady_clock::now();
    const grpc::Status status = next_->Call(rpc, request, response, options);
    Tell(rpc, begin, status);
    return status;
  }

  std::unique_ptr<IncomingStream> Open(Rpc rpc, const Message& request, const CallOptions& options) override {
    return std::make_unique<LoggedStream>(*this, rpc, next_->Open(rpc, request, options));
  }

  grpc::Status Upload(const std::function<UploadRequests()>& begin, proto::AddArtifactsResponse& response,
                      const CallOptions& options) override {
    const auto start = std::chrono::steady_clock::now();
    const grpc::Status status = next_->Upload(begin, response, options);
    Tell(Rpc::kAddArtifacts, start, status);
    return status;
  }

 private:
  using Instant = std::chrono::steady_clock::time_point;

  class LoggedStream : public IncomingStream {
   public:
    LoggedStream(const Logging& owner, Rpc rpc, std::unique_ptr<IncomingStream> next)
        : owner_(owner), rpc_(rpc), next_(std::move(next)) {}
    bool Read(proto::ExecutePlanResponse& response) override {
      const bool more = next_->Read(response);
      responses_ += more ? 1 : 0;
      return more;
    }
    grpc::Status Finish() override {
      const grpc::Status status = next_->Finish();
      owner_.Tell(rpc_, begin_, status, responses_);
      return status;
    }
    void Cancel() override { next_->Cancel(); }

   private:
    const Logging& owner_;
    const Rpc rpc_;
    const Instant begin_ = std::chrono::steady_clock::now();
    const std::unique_ptr<IncomingStream> next_;
    int64_t responses_ = 0;
  };

  void Tell(Rpc rpc, Instant begin, const grpc::Status& status, std::optional<int64_t> responses = {}) const {
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    std::string line = std::string(NameOf(rpc)) + " " + std::to_string(elapsed.count()) + " ms ";
    // The text of a status may quote what the user sent.
    line += status.ok() ? "OK" : "status " + std::to_string(status.error_code());
    if (responses) line += ", " + std::to_string(*responses) + " responses";
    log_(line);
  }

  const TransportPtr next_;
  const std::function<void(const std::string&)> log_;
};

}  // namespace

TransportPtr WithAuthorization(TransportPtr next, const ConnectionSettings& settings, std::string token) {
  if (settings.headers.empty() && token.empty()) return next;
  return std::make_shared<Authorization>(std::move(next), settings, std::move(token));
}

TransportPtr WithLogging(TransportPtr next, std::function<void(const std::string&)> log) {
  if (!log) return next;
  return std::make_shared<Logging>(std::move(next), std::move(log));
}

}  // namespace firesteel::client
