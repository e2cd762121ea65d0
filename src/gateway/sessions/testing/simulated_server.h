#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/sessions/sessions.h"
#include "gateway/sessions/testing/world.h"

namespace firesteel::gateway::simulation {

/// What comes back to a caller.
struct Answer {
  Code code = Code::kOk;
  std::string condition;
  std::optional<Milliseconds> retry_after;
  std::string server_session;
  std::string new_session_id;  ///< of a clone
  bool complete = true;        ///< executions: with ResultComplete
  bool from_gateway = false;
};
using Reply = std::function<void(const Answer&)>;

struct Request {
  Call call;
  int client = 0;
  std::string statement;             ///< of an execution
  int64_t duration = 0;              ///< how long the statement runs
  std::vector<std::string> allowed;  ///< the [servers.NAME] of its team and environment: where it may arrive
  ConfigPairs expected;              ///< what the session must be configured with when a statement arrives
};

/// How often each statement ran, on all servers together.
using Runs = std::map<std::string, int>;

/// A Spark Connect server as far as sessions and operations go, with Apache Spark's rules. One process: it does not
/// come back under the same id.
class SimulatedServer {
 public:
  SimulatedServer(World& world, Runs& runs, ServerId id, std::string set)
      : id(id), set(std::move(set)), world_(world), runs_(runs) {}

  const ServerId id;
  const std::string set;
  bool dead = false;
  bool frozen = false;       ///< SIGSTOP: takes everything, answers nothing
  std::string launched_for;  ///< of a per-user pool
  std::vector<std::function<void()>> when_thawed;

  struct Remote {
    std::string server_session;
    std::map<std::string, std::string> config;
    bool released = false;
    int life = 0;  ///< of the gateway that made it
  };
  std::map<std::pair<std::string, std::string>, Remote> sessions;  ///< by user and session id

  /// Config.Set of a replay; gives the server-side id, or none where the session is closed.
  std::optional<std::string> SetAll(const std::string& user, const std::string& session_id, const ConfigPairs& pairs,
                                    int life);
  /// Replies at once, or when the statement is done. `observed` as the gateway has made it.
  void Handle(const Request& request, const std::string& user, const std::string& observed, int life, Reply reply);
  void Release(const std::string& user, const std::string& session_id);

 private:
  struct Operation {
    bool done = false;
    std::vector<Reply> attached;
  };

  Remote& Open(const std::string& user, const std::string& session_id, int life);
  void Execute(const Request& request, const Remote& session, const Reply& reply);

  World& world_;
  Runs& runs_;
  std::map<std::string, std::shared_ptr<Operation>> operations_;  ///< remembered, so that none runs twice here
};

}  // namespace firesteel::gateway::simulation
