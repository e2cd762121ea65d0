#include <boost/beast/core/error.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii_case.h"
#include "gateway/http/http_connection.h"

namespace firesteel::gateway {
namespace http = boost::beast::http;
namespace {

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// What every response carries: pages have no scripts and stand in no frame, and nothing is kept in caches.
/// "same-origin": without a referrer browsers would not say either where a form was sent from.
constexpr std::pair<const char*, const char*> kAlways[] = {
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
};

}  // namespace

std::optional<HttpRequest> ToHttpRequest(const BeastRequest& message, std::shared_ptr<const Peer> peer) {
  const std::string_view target = View(message.target());
  if (!target.starts_with('/')) return std::nullopt;
  HttpRequest request;
  request.method = View(message.method_string());
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = ParseForm(target.substr(request.path.size() + 1));
  for (const auto& field : message) {
    request.headers.emplace_back(AsciiLower(View(field.name_string())), View(field.value()));
  }
  request.body = message.body();
  request.peer = std::move(peer);
  return request;
}

BeastResponse ToBeastResponse(HttpResponse response, unsigned version, bool keep_alive) {
  BeastResponse message(static_cast<http::status>(response.status), version);
  for (const auto& [name, value] : kAlways) message.set(name, value);
  message.set(http::field::server, "firesteel-gateway");
  message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  message.keep_alive(keep_alive);
  message.body() = std::move(response.body);
  message.prepare_payload();
  return message;
}

std::optional<HttpResponse> FaultResponse(const boost::beast::error_code& error) {
  if (error == http::error::header_limit) return TextResponse(431, "The request's head is longer than 16 KiB.");
  if (error == http::error::body_limit) return TextResponse(413, "The request's body is longer than 1 MiB.");
  // Connections end between requests, and some in the middle of one: there is nobody to tell.
  const boost::beast::error_code malformed = make_error_code(http::error::bad_method);
  if (error.category() != malformed.category() || error == http::error::end_of_stream ||
      error == http::error::partial_message) {
    return std::nullopt;
  }
  return TextResponse(400, "The request cannot be read: " + error.message() + ".");
}

}  // namespace firesteel::gateway
