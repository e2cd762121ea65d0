#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firesteel::gateway {

/// The RPCs of SparkConnectService; kOther is one that this version does not know.
enum class Method : uint8_t {
  kExecutePlan,
  kAnalyzePlan,
  kConfig,
  kAddArtifacts,
  kArtifactStatus,
  kInterrupt,
  kReattachExecute,
  kReleaseExecute,
  kReleaseSession,
  kFetchErrorDetails,
  kCloneSession,
  kGetStatus,
  kOther,
};

/// What the gateway reads of a request. Nothing else is decoded.
struct RequestFields {
  std::string session_id;        ///< field 1 of every request
  std::string claimed_user;      ///< user_context.user_id
  std::string observed_session;  ///< client_observed_server_side_session_id
  std::string operation_id;      ///< ExecutePlan, ReattachExecute, ReleaseExecute
  bool reattachable = false;     ///< ExecutePlan with reattach_options
  bool cleans_cache = false;     ///< ExecutePlan whose plan is the ML command clean_cache, as sent at a client's exit
  std::string new_session_id;    ///< CloneSession
  bool config_silent = false;    ///< Config.Set: what cannot be set is a warning, no error
  bool allow_reconnect = false;  ///< ReleaseSession: the id may be used again

  enum class ConfigOperation : uint8_t {
    kNone,
    kSet,
    kGet,
    kGetWithDefault,
    kGetOption,
    kGetAll,
    kUnset,
    kIsModifiable
  };
  ConfigOperation config_operation = ConfigOperation::kNone;
  std::vector<std::pair<std::string, std::optional<std::string>>> config_pairs;  ///< Config: keys, values where sent
};

}  // namespace firesteel::gateway
