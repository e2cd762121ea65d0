#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/proxy/grpc_call.h"
#include "gateway/proxy/server_entry.h"
#include "gateway/transport/http2_connection.h"

namespace firesteel::gateway {

/// A loop's connection to a server. Made ready by a probe, which also shows whether the server is still the one that
/// was started then: no call of a session reaches another start of it. For its loop's thread.
class Upstream final : public Http2Connection::Owner, public std::enable_shared_from_this<Upstream> {
 public:
  enum class Outcome : uint8_t {
    kReady,
    kRefused,     ///< nobody listens
    kFailed,      ///< no connection, or no answer in time
    kOtherStart,  ///< the server was started anew
  };
  using Ready = std::function<void(Outcome, const std::string& why)>;

  Upstream(EventLoop& loop, ServerEntryPtr entry);
  ~Upstream() override;

  /// Connects if it has not yet; `ready` is called once, perhaps at once.
  void WhenReady(Ready ready);
  /// Null unless ready.
  Http2Connection* connection() { return ready_ ? connection_.get() : nullptr; }
  const ServerEntryPtr& entry() const { return entry_; }
  /// What the probe learned.
  const std::string& instance() const { return instance_; }
  const std::vector<std::pair<std::string, std::optional<std::string>>>& plan_compression() const {
    return plan_compression_;
  }
  /// Whether it was ready or may yet become so: if not, another one is to be made.
  bool usable() const { return !ended_ && !going_away_; }
  /// Asks the server again. `done`: whether the same start of it answered in time.
  void Probe(std::function<void(Outcome, const std::string& why)> done);
  /// Ends the connection and what waits for it.
  void Close(const std::string& why);
  void CheckTimes(std::chrono::steady_clock::time_point now);
  /// Called when a connection that was ready ended.
  void OnEnd(std::function<void(const std::string& why)> end) { on_end_ = std::move(end); }

  void OnStream(std::shared_ptr<Http2Stream>) override {}
  void OnReady() override;
  void OnClosed(const std::string& why) override;
  void OnGoAway() override { going_away_ = true; }

 private:
  void Connect(std::vector<SocketAddress> addresses);
  void Finish(Outcome outcome, const std::string& why);

  EventLoop& loop_;
  ServerEntryPtr entry_;
  std::unique_ptr<Http2Connection> connection_;
  bool started_ = false, ready_ = false, ended_ = false, going_away_ = false;
  std::string instance_;
  std::vector<std::pair<std::string, std::optional<std::string>>> plan_compression_;
  std::vector<Ready> waiting_;
  std::function<void(const std::string& why)> on_end_;
  EventLoop::TimerId timer_;
  bool timed_ = false;
};

}  // namespace firesteel::gateway
