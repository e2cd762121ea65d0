#include "gateway/config/text_values.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "base/ascii_case.h"

namespace firesteel::gateway {
namespace {

struct Unit {
  std::string_view name;
  int64_t milliseconds;
};
constexpr std::array<Unit, 5> kUnits = {{{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr int64_t kLongest = 3650 * kUnits.back().milliseconds;

template <class Number>
std::optional<Number> ParseWhole(std::string_view digits) {
  Number number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (digits.empty() || digits.front() == '-' || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

bool IsNameCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// Insertions, removals and changes of one character, and swaps of neighbours, that make one text of the other.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> rows(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) rows[i][0] = i;
  std::iota(rows[0].begin(), rows[0].end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.size()][b.size()];
}

}  // namespace

std::optional<Milliseconds> ParseDuration(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = ParseWhole<int64_t>(text.substr(0, digits));
  const auto unit =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == text.substr(digits); });
  if (!number || unit == kUnits.end() || *number > kLongest / unit->milliseconds) return std::nullopt;
  return Milliseconds(*number * unit->milliseconds);
}

std::string DurationText(Milliseconds duration) {
  const auto unit = std::find_if(kUnits.rbegin(), kUnits.rend(), [&](const Unit& u) {
    return duration.count() != 0 && duration.count() % u.milliseconds == 0;
  });
  if (unit == kUnits.rend()) return "0s";
  return fmt::format("{}{}", duration.count() / unit->milliseconds, unit->name);
}

std::optional<HostPort> ParseHostPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = ParseWhole<uint16_t>(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return std::nullopt;
    host = host.substr(1, host.size() - 2);
    in6_addr address{};
    if (inet_pton(AF_INET6, std::string(host).c_str(), &address) != 1) return std::nullopt;
  } else if (!std::all_of(host.begin(), host.end(),
                          [](char c) { return IsNameCharacter(c) || c == '-' || c == '.'; })) {
    return std::nullopt;
  }
  if (host.empty() || !port) return std::nullopt;
  return HostPort{std::string(host), *port};
}

std::string HostPortText(const std::string& host, uint16_t port) {
  const bool six = host.find(':') != std::string::npos;
  return six ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

bool IsLoopback(const std::string& host) {
  if (AsciiLower(host) == "localhost") return true;
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  return inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

Result<std::string> ExpandVariables(std::string_view text, const VariableLookup& variables) {
  std::string expanded;
  size_t begin = 0;
  while (true) {
    const size_t dollar = text.find("${", begin);
    if (dollar == std::string_view::npos) return expanded + std::string(text.substr(begin));
    if (dollar > begin && text[dollar - 1] == '$') {
      expanded += text.substr(begin, dollar - 1 - begin);
      expanded += "${";
      begin = dollar + 2;
      continue;
    }
    const size_t end = text.find('}', dollar);
    const std::string name(text.substr(dollar + 2, end == std::string_view::npos ? end : end - dollar - 2));
    if (end == std::string_view::npos || name.empty() || !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
      return Status::Error(
          "has '${' that begins no variable; write ${NAME} for the value of the environment's "
          "variable NAME, or '$${' for these characters themselves");
    }
    const std::optional<std::string> value = variables(name);
    if (!value) return Status::Error(fmt::format("names ${{{}}}, but the environment has no such variable", name));
    expanded += text.substr(begin, dollar - begin);
    expanded += *value;
    begin = end + 1;
  }
}

std::string NearestName(std::string_view name, const std::vector<std::string>& known) {
  constexpr size_t kLongestCompared = 64;
  if (name.size() > kLongestCompared) return "";
  std::string nearest;
  size_t least = std::max<size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const size_t distance = EditDistance(name, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace firesteel::gateway
