#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/sessions/draft.h"
#include "gateway/sessions/sessions.h"

/// What the decisions remember of one session.
namespace firesteel::gateway {

using TimePoint = std::chrono::steady_clock::time_point;

/// Whose a session is. Someone who merely claims to be a user is never the same as the one who has proved it.
struct Caller {
  std::string user;
  bool anonymous = false;

  friend auto operator<=>(const Caller&, const Caller&) = default;
};

struct SessionKey {
  Caller caller;
  std::string id;

  friend bool operator==(const SessionKey&, const SessionKey&) = default;
};

struct SessionKeyHash {
  size_t operator()(const SessionKey& key) const {
    const std::hash<std::string> hash;
    return hash(key.id) * 31 + hash(key.caller.user) + (key.caller.anonymous ? 1 : 0);
  }
};

/// A reattachable execution that may run on the server whether or not a stream is attached.
struct Operation {
  int streams = 0;
  TimePoint detached;  ///< when the last stream left
};

struct Session {
  enum class State : uint8_t {
    kDraft,     ///< has no server yet
    kBound,     ///< lives on `server`
    kLost,      ///< its server is gone, or the gateway ended it: the client must begin a new one
    kReleased,  ///< ended by its client: the id stays closed
  };

  uint64_t serial = 0;  ///< unique, in order of appearance
  SessionKey key;
  State state = State::kDraft;
  TimePoint created, last_call;
  std::string told;  ///< the server-side id that the gateway itself told the client; empty: none

  // While a draft.
  Draft draft;
  std::optional<TimePoint> waiting_since;    ///< the first call that found no server
  std::string waits_for;                     ///< the [servers.NAME]
  std::string start_failure;                 ///< why the launch that it waited for failed; told once
  std::set<std::string> refused_operations;  ///< executions that were refused here and so provably never ran

  // Once bound.
  Route route;
  Lifetimes lifetimes;
  ServerId server = 0;
  uint64_t setting_up = 0;        ///< the ticket of the call that sets it up on its server now; 0: none
  std::vector<uint64_t> waiting;  ///< tickets of the calls that wait for that
  bool replayed = false;
  bool introduced = false;             ///< a replay's answer was seen, so `server_session` is as known as it gets
  ConfigPairs replay, checked_replay;  ///< until they were replayed
  std::vector<std::string> warnings;   ///< of the replay, until the client was told
  std::string server_session;          ///< the server's own id of it; empty: not known
  int running = 0;                     ///< calls on their way
  bool release_again = false;  ///< ended under calls, which may make it anew on the server: released after the last
  std::map<std::string, Operation> operations;
};

using SessionPtr = std::shared_ptr<Session>;

}  // namespace firesteel::gateway
