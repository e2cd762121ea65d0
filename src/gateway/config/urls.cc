#include "gateway/config/urls.h"

#include <fmt/format.h>

namespace firesteel::gateway {
namespace {

/// "//user@[::1]:80/path" behind the scheme -> "::1".
std::string HostOfUrl(std::string_view rest) {
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const size_t user = rest.rfind('@');
  if (user != std::string_view::npos) rest.remove_prefix(user + 1);
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return std::string(rest.substr(0, rest.find(':')));
}

}  // namespace

void CheckUrl(TableReader& table, std::string_view key, const std::string& url) {
  const std::string_view text = url;
  const bool https = text.starts_with("https://");
  if (!https && !text.starts_with("http://")) {
    table.Error(key, "must begin with https:// (or http:// on this machine)");
    return;
  }
  const std::string host = HostOfUrl(text.substr(https ? 8 : 7));
  if (host.empty()) {
    table.Error(key, "has no host name");
  } else if (!https && !IsLoopback(host)) {
    table.Error(
        key, fmt::format("is fetched from {} without TLS, where anyone between could change it; use https://", host));
  }
}

}  // namespace firesteel::gateway
