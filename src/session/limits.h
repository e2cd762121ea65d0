#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "session/artifacts/artifact_budget.h"

namespace firesteel::session {

/// What the users' Python code may take. 0: no limit.
struct PythonLimits {
  int64_t worker_memory_bytes = int64_t{4} << 30;  ///< of one worker, beyond what Python takes at its start
  int64_t session_processes = 64;                  ///< of one session's workers: processes and threads
  int64_t query_seconds = 0;                       ///< of one stage of a query, by the clock
  int64_t file_bytes = int64_t{4} << 30;           ///< of one file that a worker writes
  int64_t max_workers = 64;                        ///< of the server
  bool has_network = false;                        ///< else where the system allows
};

/// What clients may ask of one server: the keys are options of the server (`--conf`). In every one 0 means "no limit".
/// Who would exceed one is refused (SERVER_LIMIT_EXCEEDED, gRPC's RESOURCE_EXHAUSTED) before anything is done, and
/// nothing that is there suffers.
struct Limits {
  /// A session that does nothing takes some 20 KiB; clients that end without releasing it leave it for an hour.
  int64_t max_sessions = 10'000;
  int64_t max_sessions_per_user = 5'000;
  /// Of one session: operations that run or wait. What has ended does not count.
  int64_t max_operations = 1'000;
  /// Of one session: operations that run at once; more wait. By default all that the server runs at once: sessions take
  /// turns, so one that asks for much does not keep others waiting.
  int64_t max_running_operations = 0;
  int64_t max_tags = 1'000;           ///< of one operation
  int64_t max_tag_bytes = 1'024;      ///< of one tag, UTF-8
  int64_t max_user_id_bytes = 1'024;  ///< what clients say of themselves, UTF-8
  PythonLimits python;
  ArtifactBudget::Limits artifacts;
  /// Of all sessions together: beyond it `--temp-dir` would fill up for everyone.
  ArtifactBudget::Limits all_artifacts{.max_bytes = int64_t{64} << 30,
                                       .max_artifacts = 0,
                                       .owner = "the server",
                                       .bytes_key = "firesteel.server.maxArtifactSize",
                                       .artifacts_key = {}};
};

namespace limit_keys {
inline constexpr std::string_view kSessions = "firesteel.server.maxSessions";
inline constexpr std::string_view kSessionsPerUser = "firesteel.user.maxSessions";
inline constexpr std::string_view kUserIdBytes = "firesteel.user.maxIdSize";
inline constexpr std::string_view kOperations = "firesteel.session.maxOperations";
inline constexpr std::string_view kRunningOperations = "firesteel.session.maxRunningOperations";
inline constexpr std::string_view kTags = "firesteel.operation.maxTags";
inline constexpr std::string_view kTagBytes = "firesteel.operation.maxTagSize";
inline constexpr std::string_view kPythonMemory = "firesteel.python.maxWorkerMemory";
inline constexpr std::string_view kPythonProcesses = "firesteel.python.maxSessionProcesses";
inline constexpr std::string_view kPythonSeconds = "firesteel.python.maxQuerySeconds";
inline constexpr std::string_view kPythonFileBytes = "firesteel.python.maxFileSize";
inline constexpr std::string_view kPythonWorkers = "firesteel.python.maxWorkers";
/// Whether workers may use the network: true or false.
inline constexpr std::string_view kPythonNetwork = "firesteel.python.network";
}  // namespace limit_keys

/// Throws QueryError SERVER_LIMIT_EXCEEDED. `what` would be too much ("one more session").
[[noreturn]] void ThrowLimitExceeded(const std::string& what, const std::string& limit, std::string_view key);

/// Whether one more is too many where there are `count`.
inline bool IsFull(int64_t count, int64_t limit) { return limit > 0 && count >= limit; }

}  // namespace firesteel::session
