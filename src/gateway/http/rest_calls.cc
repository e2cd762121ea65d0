#include "gateway/http/rest_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/ascii_case.h"
#include "gateway/config/text_values.h"
#include "gateway/http/http_access.h"
#include "gateway/wire/percent_encoding.h"

namespace firesteel::gateway {
namespace {

constexpr size_t kMostName = 256;
constexpr size_t kMostPairs = 1000;
constexpr std::string_view kJsonType = "application/json";

/// As Spark's configuration has it; nothing for lists, objects and null.
std::optional<std::string> ConfigText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number()) return value.dump();
  return std::nullopt;
}

std::optional<Refusal> ReadConfig(const Json& object, ConfigPairs* config) {
  if (!object.is_object()) return Invalid("\"config\" must be an object of keys and values.");
  if (object.size() > kMostPairs) return Invalid("\"config\" has more than 1000 keys.");
  for (const auto& [key, value] : object.items()) {
    std::optional<std::string> text = ConfigText(value);
    if (!text) return Invalid(fmt::format("config.{} must be a text, a number or a boolean.", key));
    config->emplace_back(key, std::move(*text));
  }
  return std::nullopt;
}

std::optional<Refusal> ReadMember(const std::string& name, const Json& value, ApplicationRequest* request) {
  if (name == "config") return ReadConfig(value, &request->config);
  constexpr std::array kTexts = {"name", "environment", "team", "user"};
  if (std::find(kTexts.begin(), kTexts.end(), name) == kTexts.end()) {
    return Invalid(
        "The request has a member that the gateway does not know; known: name, environment, team, user, "
        "config.");
  }
  if (!value.is_string() || value.get_ref<const std::string&>().size() > kMostName) {
    return Invalid(fmt::format("\"{}\" must be a text of 256 bytes at most.", name));
  }
  const auto& text = value.get_ref<const std::string&>();
  if (name == "name") request->name = text;
  if (name == "environment") request->environment = text;
  if (name == "team") request->team = text;
  if (name == "user") request->user = text;
  return std::nullopt;
}

bool IsWildcard(const std::string& host) { return host == "0.0.0.0" || host == "::" || host.empty(); }

std::string UrlHost(std::string_view host) {
  return host.find(':') == std::string_view::npos ? std::string(host) : fmt::format("[{}]", host);
}

}  // namespace

std::variant<ApplicationRequest, Refusal> ParseApplicationRequest(const HttpRequest& request) {
  // A page of another site cannot send this type without asking first.
  const std::string type = AsciiLower(request.Header("content-type"));
  if (type.substr(0, type.find(';')) != kJsonType) return Invalid("The content-type must be application/json.");
  const Json json = Json::parse(request.body, nullptr, false);
  if (!json.is_object()) return Invalid("The body must be an object of JSON.");
  ApplicationRequest parsed;
  for (const auto& [name, value] : json.items()) {
    if (auto refusal = ReadMember(name, value, &parsed)) return std::move(*refusal);
  }
  if (parsed.name.empty()) return Invalid("\"name\" is missing: the application's name.");
  return parsed;
}

PublicAddress AddressFor(const HttpRequest& request, const GatewayConfig& config, uint16_t grpc_port) {
  PublicAddress address;
  std::string authority(request.Header("host"));
  if (authority.empty()) authority = HostPortText(config.http.host, config.http.port);
  address.http = (request.peer->encrypted ? "https://" : "http://") + authority;
  const std::string& host = config.listen.host;
  const std::string grpc_host(IsWildcard(host) ? HostOfAuthority(authority) : std::string_view(host));
  address.grpc_port = grpc_port;
  address.grpc_tls = !config.listen.tls.certificate_file.empty();
  // PySpark shows its token without TLS to this name only.
  address.grpc_host = !address.grpc_tls && IsLoopback(grpc_host) ? "localhost" : UrlHost(grpc_host);
  return address;
}

std::string ConnectString(const Application& application, const PublicAddress& address,
                          const std::string& header_prefix) {
  std::string text =
      fmt::format("sc://{}:{}/;session_id={}", address.grpc_host, address.grpc_port, application.session_id);
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) text += fmt::format(";{}={}", name, EncodePercent(value));
  };
  if (address.grpc_tls) text += ";use_ssl=true";
  if (application.anonymous) add("user_id", application.user);
  add(header_prefix + "team", application.route.team);
  add(header_prefix + "environment", application.route.environment);
  return text;
}

std::string SessionUrl(const std::string& session_id, const PublicAddress& address) {
  return address.http + "/sessions/" + EncodePercent(session_id);
}

}  // namespace firesteel::gateway
