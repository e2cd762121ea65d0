#include "server/server_conf.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "session/config/config_value.h"
#include "session/operator_metrics.h"

namespace firesteel::server {
namespace {

struct OwnOption {
  std::string_view key;
  std::string_view option;
};

constexpr OwnOption kOwnOptions[] = {
    {"spark.connect.authenticate.token", "--token"}, {"spark.connect.grpc.binding.address", "--host"},
    {"spark.connect.grpc.binding.port", "--port"},   {"spark.local.dir", "--temp-dir"},
    {"spark.sql.warehouse.dir", "--warehouse"},
};

/// A key of ours: a number from 0 on, where 0 means "no limit".
struct OwnLimit {
  std::string_view key;
  session::ConfigType type;
  int64_t& (*field)(session::Limits&);
};

constexpr std::string_view kOwnPrefix = "firesteel.";

const std::vector<OwnLimit>& OwnLimits() {
  using session::ConfigType;
  using session::Limits;
  namespace keys = session::limit_keys;
  static const std::vector<OwnLimit> kLimits = {
      {keys::kTags, ConfigType::kLong, [](Limits& l) -> int64_t& { return l.max_tags; }},
      {keys::kTagBytes, ConfigType::kBytes, [](Limits& l) -> int64_t& { return l.max_tag_bytes; }},
      {Limits().all_artifacts.bytes_key, ConfigType::kBytes,
       [](Limits& l) -> int64_t& { return l.all_artifacts.max_bytes; }},
      {keys::kSessions, ConfigType::kLong, [](Limits& l) -> int64_t& { return l.max_sessions; }},
      {Limits().artifacts.bytes_key, ConfigType::kBytes, [](Limits& l) -> int64_t& { return l.artifacts.max_bytes; }},
      {Limits().artifacts.artifacts_key, ConfigType::kLong,
       [](Limits& l) -> int64_t& { return l.artifacts.max_artifacts; }},
      {keys::kOperations, ConfigType::kLong, [](Limits& l) -> int64_t& { return l.max_operations; }},
      {keys::kRunningOperations, ConfigType::kLong, [](Limits& l) -> int64_t& { return l.max_running_operations; }},
      {keys::kPythonFileBytes, ConfigType::kBytes, [](Limits& l) -> int64_t& { return l.python.file_bytes; }},
      {keys::kPythonSeconds, ConfigType::kLong, [](Limits& l) -> int64_t& { return l.python.query_seconds; }},
      {keys::kPythonProcesses, ConfigType::kLong, [](Limits& l) -> int64_t& { return l.python.session_processes; }},
      {keys::kPythonMemory, ConfigType::kBytes, [](Limits& l) -> int64_t& { return l.python.worker_memory_bytes; }},
      {keys::kPythonWorkers, ConfigType::kLong, [](Limits& l) -> int64_t& { return l.python.max_workers; }},
      {keys::kUserIdBytes, ConfigType::kBytes, [](Limits& l) -> int64_t& { return l.max_user_id_bytes; }},
      {keys::kSessionsPerUser, ConfigType::kLong, [](Limits& l) -> int64_t& { return l.max_sessions_per_user; }},
  };
  return kLimits;
}

Status CheckOwn(const std::string& key, const std::string& value) {
  constexpr std::string_view kFlags[] = {session::kOperatorMetricsKey, session::limit_keys::kPythonNetwork};
  if (std::find(std::begin(kFlags), std::end(kFlags), key) != std::end(kFlags)) {
    bool ignored = false;
    if (session::ParseConfigBoolean(value, &ignored)) return {};
    return Status::Error("--conf " + key + "=" + value + ": write true or false");
  }
  std::string known;
  for (const std::string_view flag : kFlags) known += (known.empty() ? "" : ", ") + std::string(flag);
  for (const OwnLimit& limit : OwnLimits()) {
    known += ", " + std::string(limit.key);
    if (limit.key != key) continue;
    int64_t number = -1;
    if (session::ParseConfigNumber(limit.type, value, &number) && number >= 0) return {};
    const bool is_size = limit.type == session::ConfigType::kBytes;
    return Status::Error("--conf " + key + "=" + value + ": write " +
                         (is_size ? "a size, for example 512m or 4g" : "a whole number") + "; 0 means no limit");
  }
  return Status::Error("--conf " + key + ": there is no such key; those of Firesteel are " + known);
}

constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

Status Check(const std::string& key, const std::string& value) {
  for (const OwnOption& own : kOwnOptions) {
    if (own.key == key) return Status::Error("--conf " + key + ": use the option " + std::string(own.option));
  }
  if (key.starts_with(kOwnPrefix)) return CheckOwn(key, value);
  const session::ConfigRow* row = session::FindConfigRow(key);
  if (row == nullptr) return {};
  try {
    session::CheckConfigValue(*row, value);
  } catch (const QueryError& error) {
    return Status::Error("--conf " + key + ": " + error.what());
  }
  return {};
}

/// The number that is set for a key; `none` where the key means "no limit" by a number that is not positive.
std::optional<int64_t> NumberOf(const session::ConfigMap& settings, std::string_view key,
                                std::optional<int64_t> none = {}) {
  const auto found = settings.find(key);
  if (found == settings.end()) return std::nullopt;
  int64_t number = 0;
  if (!session::ParseConfigNumber(session::FindConfigRow(key)->type, found->second, &number)) return std::nullopt;
  return number <= 0 && none ? *none : number;
}

}  // namespace

Result<session::ConfigMap> ParseConf(const std::vector<std::string>& settings) {
  session::ConfigMap map;
  for (const std::string& setting : settings) {
    const size_t end = setting.find('=');
    if (end == std::string::npos || end == 0) {
      return Status::Error("--conf " + setting + ": write KEY=VALUE, for example spark.sql.ansi.enabled=false");
    }
    std::string key = setting.substr(0, end);
    std::string value = setting.substr(end + 1);
    if (Status status = Check(key, value); !status.ok()) return status;
    map.insert_or_assign(std::move(key), std::move(value));
  }
  return map;
}

void ApplyLimits(const session::ConfigMap& settings, ConnectServer::Options& options) {
  using std::chrono::milliseconds;
  // What no clock and no size reaches; sums with it must not overflow.
  constexpr int64_t kNever = kUnlimited / 4'000'000;
  auto& sessions = options.sessions;
  auto& operations = sessions.operation_limits;
  if (auto ms = NumberOf(settings, "spark.connect.session.manager.defaultSessionTimeout", kNever)) {
    sessions.session_lifetime = milliseconds(std::min(*ms, kNever));
  }
  if (auto ms = NumberOf(settings, "spark.connect.execute.manager.detachedTimeout")) {
    sessions.detached_lifetime = milliseconds(std::clamp<int64_t>(*ms, 0, kNever));
  }
  if (auto ms = NumberOf(settings, "spark.connect.execute.reattachable.senderMaxStreamDuration", kNever)) {
    operations.segment_duration = milliseconds(std::min(*ms, kNever));
  }
  if (auto bytes = NumberOf(settings, "spark.connect.execute.reattachable.senderMaxStreamSize", kUnlimited)) {
    operations.segment_bytes = static_cast<size_t>(*bytes);
  }
  if (auto bytes = NumberOf(settings, "spark.connect.execute.reattachable.observerRetryBufferSize")) {
    // As by default: Spark's number, and what may lie in the transport (see Operation::Limits).
    operations.replay_bytes += static_cast<size_t>(std::max<int64_t>(*bytes, 0)) - operations.scarce_replay_bytes;
    operations.scarce_replay_bytes = static_cast<size_t>(std::max<int64_t>(*bytes, 0));
  }
  if (auto count = NumberOf(settings, "spark.connect.session.manager.closedSessionsTombstonesSize")) {
    sessions.max_tombstones = static_cast<size_t>(std::max<int64_t>(*count, 0));
  }
  if (auto count = NumberOf(settings, "spark.connect.execute.manager.abandonedTombstonesSize")) {
    sessions.max_operation_tombstones = static_cast<size_t>(std::max<int64_t>(*count, 0));
  }
  for (const OwnLimit& limit : OwnLimits()) {
    const auto found = settings.find(limit.key);
    if (found != settings.end()) session::ParseConfigNumber(limit.type, found->second, &limit.field(sessions.limits));
  }
  if (const auto network = settings.find(session::limit_keys::kPythonNetwork); network != settings.end()) {
    session::ParseConfigBoolean(network->second, &sessions.limits.python.has_network);
  }
  if (auto bytes = NumberOf(settings, "spark.connect.grpc.maxInboundMessageSize")) {
    options.max_message_bytes = static_cast<int>(std::clamp<int64_t>(*bytes, 1, std::numeric_limits<int>::max()));
  }
  if (auto bytes = NumberOf(settings, "spark.connect.grpc.maxMetadataSize")) {
    options.max_metadata_bytes = static_cast<int>(std::clamp<int64_t>(*bytes, 1, std::numeric_limits<int>::max()));
  }
}

}  // namespace firesteel::server
