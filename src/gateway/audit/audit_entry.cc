#include "gateway/audit/audit_entry.h"

#include <fmt/format.h>

#include <cstddef>
#include <ctime>
#include <string_view>

#include "base/json_text.h"
#include "base/text_beginning.h"
#include "gateway/audit/labels.h"

namespace firesteel::gateway {
namespace {

constexpr size_t kMostTextBytes = 1024;

/// 2026-01-31T23:59:59.000001Z
std::string TimeText(int64_t micros) {
  int64_t seconds = micros / 1'000'000;
  int64_t rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, rest);
}

void Append(std::string_view name, std::string_view text, std::string& line) {
  line.append(",\"").append(name).append("\":");
  AppendJsonText(text.size() <= kMostTextBytes ? text : TextBeginning(std::string(text), kMostTextBytes), false, line);
}

}  // namespace

std::string AuditLine(const AuditEntry& entry) {
  std::string line = "{\"time\":\"" + TimeText(entry.time_micros) + "\"";
  Append("user", entry.user, line);
  Append("method", IdentityLabel(entry.method), line);
  Append("credential", entry.credential, line);
  Append("team", entry.team, line);
  Append("environment", entry.environment, line);
  Append("rpc", entry.rpc, line);
  Append("session", entry.session, line);
  Append("operation", entry.operation, line);
  Append("server", entry.server, line);
  Append("code", CodeLabel(entry.code), line);
  Append("condition", entry.condition, line);
  line += fmt::format(",\"duration_ms\":{:.3f},\"bytes_in\":{},\"bytes_out\":{}",
                      static_cast<double>(entry.duration.count()) / 1e3, entry.bytes_in, entry.bytes_out);
  Append("remote", entry.remote, line);
  Append("reason", entry.reason, line);
  line += "}\n";
  return line;
}

std::string DroppedLine(int64_t time_micros, uint64_t count) {
  return fmt::format("{{\"time\":\"{}\",\"dropped\":{}}}\n", TimeText(time_micros), count);
}

}  // namespace firesteel::gateway
