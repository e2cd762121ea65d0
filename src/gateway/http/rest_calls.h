#pragma once

#include <string>
#include <variant>

#include "gateway/config/config.h"
#include "gateway/http/applications.h"
#include "gateway/http/http_message.h"
#include "gateway/http/status_json.h"

/// What the REST calls read and write. Pure functions, thread-safe.
namespace firesteel::gateway {

/// {"name": …, "environment": …, "team": …, "user": …, "config": {key: text, number or boolean}}; all but the name may
/// be left out. INVALID_ARGUMENT says what is wrong.
std::variant<ApplicationRequest, Refusal> ParseApplicationRequest(const HttpRequest& request);

/// Where callers reach the gateway.
struct PublicAddress {
  std::string http;       ///< "http://host:port", of the status page
  std::string grpc_host;  ///< as in a URL: "[::1]"
  uint16_t grpc_port = 0;
  bool grpc_tls = false;
};
/// By the name under which the caller asked; listeners of all addresses (0.0.0.0) have no name of their own.
PublicAddress AddressFor(const HttpRequest& request, const GatewayConfig& config, uint16_t grpc_port);

/// "sc://host:port/;session_id=…": for SparkSession.builder.remote. The token is the caller's to add.
std::string ConnectString(const Application& application, const PublicAddress& address,
                          const std::string& header_prefix);
std::string SessionUrl(const std::string& session_id, const PublicAddress& address);

}  // namespace firesteel::gateway
