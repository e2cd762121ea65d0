#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/config/config.h"

/// Forms of texts in a configuration file. Pure functions, thread-safe.
namespace firesteel::gateway {

/// A variable's value; nothing where it is not set.
using VariableLookup = std::function<std::optional<std::string>(const std::string& name)>;

/// "250ms", "30s", "5m", "4h", "1d"; at most 3650 days.
std::optional<Milliseconds> ParseDuration(std::string_view text);
/// The shortest form that ParseDuration reads: "90s", "4h".
std::string DurationText(Milliseconds duration);

struct HostPort {
  std::string host;
  uint16_t port = 0;
};
/// "name:15002", "10.0.0.1:15002", "[::1]:15002" (the host without brackets).
std::optional<HostPort> ParseHostPort(std::string_view text);
/// The same back, with brackets where they are needed.
std::string HostPortText(const std::string& host, uint16_t port);

/// Whether only programs of this machine can connect to it: localhost, 127.0.0.0/8, ::1.
bool IsLoopback(const std::string& host);

/// Puts variables in for ${NAME}; "$${" is "${". An error is a sentence's second half ("names ${X}, which is not set").
Result<std::string> ExpandVariables(std::string_view text, const VariableLookup& variables);

/// The one of `known` that was probably meant; empty where none is near.
std::string NearestName(std::string_view name, const std::vector<std::string>& known);

}  // namespace firesteel::gateway
