#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/config/connection_settings.h"
#include "client/session/child_process.h"
#include "client/session/executor.h"
#include "client/transport/release_queue.h"
#include "client/transport/retry.h"
#include "client/transport/status_error.h"
#include "client/transport/transport.h"
#include "firesteel/session.h"

namespace firesteel::client {

/// How a session talks, beside where to.
struct SessionOptions {
  RetryPolicy retry;
  std::optional<std::chrono::milliseconds> call_timeout;
  bool reattachable = true;
  std::function<void(const std::string&)> log;
};

/// What all handles of one session share. Thread-safe.
class SessionState : public Executor, public std::enable_shared_from_this<SessionState> {
 public:
  /// Connects when needed; nothing is sent. `process` is a server or tunnel that lives as long as the session.
  static Result<std::shared_ptr<SessionState>> Make(const ConnectionSettings& settings, const SessionOptions& options,
                                                    std::shared_ptr<ChildProcess> process);
  ~SessionState() override;

  // Executor.
  int64_t NextPlanId() override;
  Result<std::unique_ptr<ResponseStream>> Execute(proto::Plan plan) override;
  Result<proto::AnalyzePlanResponse> Analyze(proto::AnalyzePlanRequest request) override;
  Result<proto::ConfigResponse> Config(proto::ConfigRequest::Operation operation) override;
  Result<std::string> TimeZone() override;
  Result<std::vector<proto::ExecutePlanResponse>> Run(proto::Command command) override;

  /// Asks the server its version; a server that cannot be reached is not waited for.
  Result<void> Handshake();
  Result<std::string> Version();
  Result<std::vector<std::string>> Interrupt(proto::InterruptRequest request);
  Result<std::shared_ptr<SessionState>> Clone();
  Result<std::shared_ptr<SessionState>> NewSession();
  Result<void> Stop();
  bool stopped() const { return stopped_.load(); }

  /// Uploads artifacts; `begin` as Transport::Upload has it, session and user are filled in.
  Result<void> Upload(const std::function<UploadRequests()>& begin);
  /// Which of the names the server has.
  Result<std::set<std::string>> ExistingArtifacts(const std::vector<std::string>& names);

  const std::string& session_id() const { return session_id_; }
  const std::string& user_id() const { return settings_.user_id; }
  const std::string& client_type() const { return client_type_; }

  std::set<std::string> Tags() const;
  void SetTags(std::set<std::string> tags);
  int64_t AddProgressHandler(std::function<void(const Progress&)> handler);
  void RemoveProgressHandler(int64_t number);
  void ClearProgressHandlers();

  // For the streams that this makes.
  Result<void> Verify(const std::string& session_id, const std::string& server_side_session_id);
  Error Convert(Rpc rpc, const grpc::Status& status);
  void Report(const Progress& progress);

 private:
  SessionState(const ConnectionSettings& settings, const SessionOptions& options,
               std::shared_ptr<ChildProcess> process);
  Result<void> Open(std::string token);
  /// Another session on the same server.
  Result<std::shared_ptr<SessionState>> Sibling(const ConnectionSettings& settings);

  template <class Request>
  void Fill(Request& request) const;
  template <class Response, class Request>
  Result<Response> Call(Rpc rpc, const Request& request, std::chrono::milliseconds timeout, bool retry_unreachable);
  CallOptions OptionsOf(std::chrono::milliseconds timeout) const;
  Result<void> CheckOpen() const;
  std::string ServerSideSessionId() const;
  void Compress(proto::Plan& plan);
  std::optional<proto::FetchErrorDetailsResponse> FetchDetails(const std::string& error_id);

  const ConnectionSettings settings_;
  const SessionOptions options_;
  const std::shared_ptr<ChildProcess> process_;
  const std::string session_id_;
  const std::string client_type_;
  const uint64_t number_;  // tells sessions apart in a thread's tags
  ErrorContext error_context_;
  const std::shared_ptr<Pause> pause_ = std::make_shared<Pause>();
  TransportPtr transport_;  // without retries
  TransportPtr repeating_;
  std::unique_ptr<ReleaseQueue> releases_;
  std::atomic<bool> stopped_ = false;

  mutable std::mutex mutex_;  // everything below
  std::string server_side_session_id_;
  std::string server_version_;  // as the handshake told it
  std::string why_lost_;
  std::optional<std::string> time_zone_;
  std::optional<int64_t> compression_threshold_;  // bytes; negative: off
  int64_t next_handler_ = 1;
  std::map<int64_t, std::function<void(const Progress&)>> progress_handlers_;
};

}  // namespace firesteel::client
