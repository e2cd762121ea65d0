#include "server/server_conf.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "session/config/config_value.h"

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

constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

Status Check(const std::string& key, const std::string& value) {
  for (const OwnOption& own : kOwnOptions) {
    if (own.key == key) return Status::Error("--conf " + key + ": use the option " + std::string(own.option));
  }
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
  if (auto bytes = NumberOf(settings, "spark.connect.grpc.maxInboundMessageSize")) {
    options.max_message_bytes = static_cast<int>(std::clamp<int64_t>(*bytes, 1, std::numeric_limits<int>::max()));
  }
  if (auto bytes = NumberOf(settings, "spark.connect.grpc.maxMetadataSize")) {
    options.max_metadata_bytes = static_cast<int>(std::clamp<int64_t>(*bytes, 1, std::numeric_limits<int>::max()));
  }
}

}  // namespace firesteel::server
