#include "gateway/http/http_access.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/ascii_case.h"
#include "base/uuid.h"
#include "gateway/config/text_values.h"

namespace firesteel::gateway {
namespace {

constexpr std::string_view kBasic = "basic ";
constexpr std::string_view kBearer = "bearer ";
constexpr size_t kMostBasic = 24 * 1024;

bool HasScheme(std::string_view authorization, std::string_view scheme) {
  return AsciiLower(authorization.substr(0, scheme.size())) == scheme;
}

/// The password of "user:password" in base 64; empty where it is none.
std::string BasicPassword(std::string_view encoded) {
  if (encoded.empty() || encoded.size() % 4 != 0 || encoded.size() > kMostBasic) return {};
  std::string bytes(encoded.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(encoded.data()), static_cast<int>(encoded.size()));
  if (size < 0) return {};
  const size_t padding = encoded.ends_with("==") ? 2 : encoded.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<size_t>(size) - padding);
  const size_t colon = bytes.find(':');
  return colon == std::string::npos ? std::string() : bytes.substr(colon + 1);
}

bool SameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool IsNumericAddress(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

int HttpStatus(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
    case Code::kOutOfRange:
      return 400;
    case Code::kUnauthenticated:
      return 401;
    case Code::kPermissionDenied:
      return 403;
    case Code::kNotFound:
      return 404;
    case Code::kAlreadyExists:
    case Code::kAborted:
    case Code::kFailedPrecondition:
      return 409;
    case Code::kResourceExhausted:
      return 429;
    case Code::kUnavailable:
      return 503;
    case Code::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

}  // namespace

HttpAccess::HttpAccess(Authenticate authenticate, std::string listener_host)
    : authenticate_(std::move(authenticate)),
      listener_host_(std::move(listener_host)),
      loopback_listener_(IsLoopback(listener_host_)),
      form_secret_(NewUuid() + NewUuid()) {}

HttpAccess::Proof HttpAccess::Prove(const HttpRequest& request) const {
  Credentials credentials;
  credentials.encrypted = request.peer->encrypted;
  credentials.loopback = request.peer->loopback;
  credentials.certificate_name = request.peer->certificate_name;
  credentials.authorization_count = static_cast<int>(request.CountOf("authorization"));
  if (credentials.authorization_count > 0) {
    const std::string_view value = request.Header("authorization");
    credentials.authorization =
        HasScheme(value, kBasic) ? "Bearer " + BasicPassword(value.substr(kBasic.size())) : std::string(value);
  }
  Proof proof = authenticate_(credentials);
  if (auto* refusal = std::get_if<Refusal>(&proof)) {
    if (credentials.authorization_count == 0 && refusal->code == Code::kUnauthenticated) {
      refusal->message =
          "Prove who you are: send the header \"Authorization: Bearer\" with your token, or give the token "
          "as the password when the browser asks (the user name does not matter).";
    }
    return proof;
  }
  if (std::get<0>(proof)->method != Identity::Method::kAnonymous) return proof;
  if (!loopback_listener_ || !request.peer->loopback) {
    return Refusal{.code = Code::kUnauthenticated,
                   .message =
                       "Callers without a token are let in over HTTP only where http.address is of this machine "
                       "(127.0.0.1). Send the header \"Authorization: Bearer\" with a token."};
  }
  if (!NamesThisMachine(request)) {
    return Denied("Without a token this page must be asked for by an address or name of this machine, as " +
                  listener_host_ + " or localhost.");
  }
  return proof;
}

// A foreign page's name may be made to point here (DNS rebinding); then its scripts would be of the "same origin". But
// the browser still sends that name.
bool HttpAccess::NamesThisMachine(const HttpRequest& request) const {
  const std::string host = AsciiLower(HostOfAuthority(request.Header("host")));
  return IsNumericAddress(host) || host == "localhost" || host == AsciiLower(listener_host_);
}

bool HttpAccess::IsLocal(const HttpRequest& request) const {
  return request.peer->loopback && NamesThisMachine(request) && IsSameOrigin(request);
}

bool HttpAccess::IsOperator(const Identity& identity) const {
  return identity.operator_rights || identity.method == Identity::Method::kAnonymous;
}

std::string HttpAccess::FormToken(const Identity& identity) const {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), form_secret_.data(), static_cast<int>(form_secret_.size()),
       reinterpret_cast<const unsigned char*>(identity.user.data()), identity.user.size(), digest, &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::optional<Refusal> HttpAccess::CheckForm(const HttpRequest& request, const Identity& identity) const {
  if (!IsSameOrigin(request)) return Denied("This request was sent by a page of another site.");
  if (HasScheme(request.Header("authorization"), kBearer)) return std::nullopt;
  const std::map<std::string, std::string> form = ParseForm(request.body);
  const auto token = form.find("token");
  if (token != form.end() && SameSecret(token->second, FormToken(identity))) return std::nullopt;
  return Denied("The form is not of this gateway, or of an earlier start: load the page again.");
}

bool IsSameOrigin(const HttpRequest& request) {
  if (request.CountOf("origin") > 1 || request.CountOf("host") > 1) return false;
  const std::string_view site = request.Header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  if (request.CountOf("origin") == 0) return true;  // no browser, or nothing that it calls cross-site
  const std::string_view origin = request.Header("origin");
  const size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;  // "null": a page that hides where it is from
  // A proxy in front may have ended TLS: the scheme is left out.
  return AsciiLower(origin.substr(scheme + 3)) == AsciiLower(request.Header("host"));
}

std::string_view HostOfAuthority(std::string_view authority) {
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    return end == std::string_view::npos ? std::string_view() : authority.substr(1, end - 1);
  }
  return authority.substr(0, authority.rfind(':'));
}

HttpResponse RefusalResponse(const Refusal& refusal, bool json) {
  const int status = HttpStatus(refusal.code);
  HttpResponse response = json ? JsonError(status, refusal.message) : TextResponse(status, refusal.message);
  if (status == 401) {
    response.headers.emplace_back("WWW-Authenticate",
                                  json ? "Bearer" : "Basic realm=\"Firesteel gateway\", charset=\"UTF-8\"");
  }
  if (refusal.retry_after) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*refusal.retry_after).count();
    response.headers.emplace_back("Retry-After", std::to_string(std::max<int64_t>(seconds, 1)));
  }
  return response;
}

}  // namespace firesteel::gateway
