#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "gateway/sessions/sessions.h"

namespace firesteel::gateway {

/// What applications need of the gateway.
class ApplicationHost {
 public:
  virtual ~ApplicationHost() = default;
  virtual Decision Decide(const Call& call) = 0;
  /// Sets what the decision replays and `config` on the server that was decided, and ends the call. `done` is called
  /// once, on the thread of Applications, not before Open returns: nothing where the server accepted it.
  virtual void Open(const Decision& decision, const std::string& session_id, const ConfigPairs& config,
                    std::function<void(std::optional<Refusal>)> done) = 0;
  virtual void EndSession(const std::string& user, const std::string& session_id) = 0;
  virtual std::vector<SessionView> Sessions() = 0;
};

/// A server that was reserved over REST, under a session that its client then connects to.
struct Application {
  enum class State : uint8_t { kStarting, kRunning, kEnded, kFailed };

  std::string id;  ///< UUID
  std::string name;
  std::string session_id;  ///< UUID
  State state = State::kStarting;
  std::string reason;      ///< what it waits for, or why it ended or failed; a sentence, or empty
  std::string user;        ///< whose session it is
  bool anonymous = false;  ///< the user was claimed only
  Route route;             ///< as far as it is known
  ServerId server = 0;     ///< 0: none yet
  int64_t created_micros = 0;
};

/// "STARTING", "RUNNING", "ENDED", "FAILED".
std::string StateText(Application::State state);

struct ApplicationRequest {
  std::string name;
  std::optional<std::string> team, environment;
  std::optional<std::string> user;  ///< required of anonymous callers; others name themselves or nobody
  ConfigPairs config;               ///< set on the server
};

/// Applications of all users, in memory: those that ended are forgotten after half an hour. For one thread.
class Applications {
 public:
  static constexpr size_t kMostOfOne = 100;  ///< of a user's that have not ended; of those that have, the last so many
  static constexpr size_t kMostInAll = 10'000;

  /// The host must outlive its last `done`.
  Applications(ApplicationHost& host, const Clock& clock) : host_(host), clock_(clock) {}

  /// Asks for a server, under the caller's own identity. A refusal that is final at once leaves nothing behind.
  std::variant<Application, Refusal> Start(std::shared_ptr<const Identity> identity, ApplicationRequest request);
  /// Null where there is none, or it is another's and `everybody` is false.
  const Application* Find(const std::string& id, const Identity& identity, bool everybody) const;
  /// The caller's own, the latest first.
  std::vector<Application> List(const Identity& identity) const;
  /// Ends its session too. False as for Find; one that has ended stays as it is.
  bool End(const std::string& id, const Identity& identity, bool everybody);

  /// A few times a second: asks again for those that wait, sees which sessions have ended, forgets.
  void Tick();

 private:
  struct Entry {
    Application application;
    Call call;
    uint64_t serial = 0;
    std::chrono::steady_clock::time_point next_try, ended;
    std::chrono::steady_clock::time_point begun;
    bool opening = false;
  };

  std::optional<Refusal> Admit(const std::string& user, bool anonymous) const;
  /// Nothing unless it is refused for good.
  std::optional<Refusal> Attempt(Entry& entry);
  void Opened(const std::string& id, const std::optional<Refusal>& refusal);
  void Finish(Entry& entry, Application::State state, std::string reason);
  void ForgetOldest(const Application& of_same_user);
  void WatchSessions();

  ApplicationHost& host_;
  const Clock& clock_;
  std::map<std::string, Entry> entries_;  ///< by id
  uint64_t last_serial_ = 0;
  std::chrono::steady_clock::time_point next_watch_{};
  std::shared_ptr<const bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace firesteel::gateway
