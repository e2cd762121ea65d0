#include "gateway/tunnel/http_proxy.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "base/ascii_case.h"
#include "base/base64.h"

namespace firesteel::gateway {
namespace {

struct Variable {
  std::string name, value;
};

std::optional<Variable> FirstOf(const std::vector<std::string>& names, const VariableLookup& variables) {
  for (const std::string& name : names) {
    const std::optional<std::string> value = variables(name);
    if (value && !value->empty()) return Variable{name, *value};
  }
  return std::nullopt;
}

/// "example.com", ".example.com" and "*.example.com" are the domain and all below it.
bool Matches(std::string_view item, const std::string& host) {
  if (item == "*") return true;
  if (item.starts_with('*')) item.remove_prefix(1);
  if (item.starts_with('.')) item.remove_prefix(1);
  if (item.starts_with('[') && item.ends_with(']')) item = item.substr(1, item.size() - 2);
  if (item.empty() || !host.ends_with(item)) return false;
  return host.size() == item.size() || host[host.size() - item.size() - 1] == '.';
}

bool IsExempt(const std::string& list, const GatewayUrl& gateway) {
  const std::string host = AsciiLower(gateway.host);
  std::string items = AsciiLower(list);
  for (char& c : items) c = c == ',' ? ' ' : c;
  size_t at = 0;
  while ((at = items.find_first_not_of(' ', at)) != std::string::npos) {
    const size_t end = std::min(items.find(' ', at), items.size());
    const std::string item = items.substr(at, end - at);
    at = end;
    if (Matches(item, host)) return true;
    const std::optional<HostPort> with_port = ParseHostPort(item);
    if (with_port && with_port->port == gateway.port && Matches(with_port->host, host)) return true;
  }
  return false;
}

std::optional<std::string> Decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto digit = [&](size_t at) {
      const size_t found = at < text.size() ? std::string_view("0123456789abcdef").find(AsciiLower(text.substr(at, 1)))
                                            : std::string_view::npos;
      return found;
    };
    const size_t high = digit(i + 1), low = digit(i + 2);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

Result<HttpProxy> Parse(const Variable& variable) {
  std::string_view rest = variable.value;
  if (const size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
    if (AsciiLower(rest.substr(0, scheme)) != "http") {
      return Status::Error(fmt::format(
          "{} names a proxy that is not http://host:port, the only kind that the tunnel knows", variable.name));
    }
    rest.remove_prefix(scheme + 3);
  }
  const auto wrong = [&] {
    return Status::Error(fmt::format("{} is not http://[user:password@]host[:port]", variable.name));
  };
  rest = rest.substr(0, rest.find('/'));
  HttpProxy proxy;
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const std::optional<std::string> user = Decoded(rest.substr(0, at));
    if (!user) return wrong();
    proxy.authorization = "Basic " + Base64Text(user->find(':') == std::string::npos ? *user + ":" : *user);
    rest.remove_prefix(at + 1);
  }
  std::optional<HostPort> parsed = ParseHostPort(rest);
  if (!parsed) parsed = ParseHostPort(fmt::format("{}:{}", rest, proxy.port));
  if (!parsed || parsed->port == 0) return wrong();
  proxy.host = parsed->host;
  proxy.port = parsed->port;
  return proxy;
}

}  // namespace

Result<std::optional<HttpProxy>> ProxyTo(const GatewayUrl& gateway, const VariableLookup& variables) {
  std::optional<HttpProxy> none;
  if (!gateway.tls || IsLoopback(gateway.host)) return none;
  if (const auto exempt = FirstOf({"no_proxy", "NO_PROXY"}, variables); exempt && IsExempt(exempt->value, gateway)) {
    return none;
  }
  const auto variable = FirstOf({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}, variables);
  if (!variable) return none;
  Result<HttpProxy> proxy = Parse(*variable);
  if (!proxy) return proxy.status();
  return std::optional<HttpProxy>(std::move(*proxy));
}

}  // namespace firesteel::gateway
