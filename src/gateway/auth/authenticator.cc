#include "gateway/auth/authenticator.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/ascii_case.h"
#include "gateway/auth/jwt.h"
#include "gateway/auth/jwt_identity.h"
#include "gateway/auth/key_source.h"
#include "gateway/auth/static_tokens.h"
#include "gateway/auth/token_cache.h"
#include "gateway/sha256.h"

namespace firesteel::gateway {
namespace {

constexpr size_t kMostTokenBytes = 16 * 1024;
constexpr size_t kMostCachedTokens = 10'000;
constexpr std::string_view kScheme = "bearer";
/// Until a client whose token names a new key may try again: the thread that calls Refresh does so every second.
constexpr std::chrono::seconds kKeysMayArriveWithin(2);

using Answer = std::variant<std::shared_ptr<const Identity>, Refusal>;

Refusal Unauthenticated(std::string message) {
  return Refusal{.code = Code::kUnauthenticated, .message = std::move(message)};
}

/// The token of the one header there is. The message of an error is a whole sentence.
Result<std::string_view> TokenOf(const Credentials& credentials) {
  if (credentials.authorization_count > 1 || (credentials.authorization && credentials.authentication)) {
    return Status::Error("The call has more than one authorization header: send one.");
  }
  const bool is_old_header = !credentials.authorization && credentials.authentication;
  if (!credentials.authorization && !is_old_header) return Status::Error("The call's authorization cannot be read.");
  std::string_view value = is_old_header ? *credentials.authentication : *credentials.authorization;
  const bool has_scheme = value.size() > kScheme.size() && value[kScheme.size()] == ' ' &&
                          AsciiLower(value.substr(0, kScheme.size())) == kScheme;
  if (has_scheme) {
    value.remove_prefix(kScheme.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  } else if (!is_old_header) {
    return Status::Error("The authorization header must be \"Bearer\", a blank and the token.");
  }
  if (value.empty()) return Status::Error("The authorization header holds no token.");
  if (value.size() > kMostTokenBytes) return Status::Error("The token is longer than 16 KiB.");
  if (!std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < '\x7f'; })) {
    return Status::Error("The token holds characters that no token has (blanks, control characters or beyond ASCII).");
  }
  return value;
}

}  // namespace

class Authenticator::State {
 public:
  State(const AuthConfig& config, const Clock& clock)
      : config_(config), clock_(clock), static_tokens_(config), cache_(clock, kMostCachedTokens) {
    for (const JwtIssuer& issuer : config_.issuers) {
      key_sources_.push_back(std::make_unique<KeySource>(issuer, clock));
    }
  }

  Answer Authenticate(const Credentials& credentials);
  void Refresh();

 private:
  Answer WithoutToken(const Credentials& credentials) const;
  Answer CheckToken(std::string_view token);
  Answer CheckJwt(std::string_view token, const Sha256Digest& digest, uint64_t generation);

  const AuthConfig config_;
  const Clock& clock_;
  StaticTokens static_tokens_;
  std::vector<std::unique_ptr<KeySource>> key_sources_;  // one an issuer, in their order
  TokenCache cache_;
  const std::shared_ptr<const Identity> anonymous_ = std::make_shared<Identity>();
};

Answer Authenticator::State::Authenticate(const Credentials& credentials) {
  if (!credentials.authorization && !credentials.authentication && credentials.authorization_count == 0) {
    return WithoutToken(credentials);
  }
  // First of all, and for bad tokens as well: the next one sent so may be a good one.
  if (!credentials.encrypted && !credentials.loopback && !config_.allow_plaintext_tokens) {
    return Unauthenticated(
        "A token was sent over a connection without TLS: anybody on the way could read it. Connect with use_ssl=true, "
        "and have the token replaced.");
  }
  const auto token = TokenOf(credentials);
  return token ? CheckToken(*token) : Unauthenticated(token.error());
}

Answer Authenticator::State::WithoutToken(const Credentials& credentials) const {
  if (config_.certificates && !credentials.certificate_name.empty()) {
    if (!IsAcceptableName(credentials.certificate_name)) {
      return Unauthenticated(
          "The common name of the client's certificate must have 1 to 256 bytes without control characters.");
    }
    auto identity = std::make_shared<Identity>();
    identity->method = Identity::Method::kCertificate;
    identity->user = credentials.certificate_name;
    return identity;
  }
  if (config_.anonymous) return anonymous_;
  return Unauthenticated(
      "The call carries no token. Put token=… and use_ssl=true into the connection string, or set "
      "SPARK_CONNECT_AUTHENTICATE_TOKEN.");
}

Answer Authenticator::State::CheckToken(std::string_view token) {
  const Sha256Digest digest = Sha256Of(token);
  if (auto known = cache_.Find(digest)) return known;
  const uint64_t generation = cache_.generation();
  if (auto identity = static_tokens_.Find(digest)) {
    cache_.Put(generation, digest, identity, std::nullopt);
    return identity;
  }
  if (config_.issuers.empty()) return Unauthenticated("The token is none of this gateway's service tokens.");
  if (!LooksLikeJwt(token)) {
    return Unauthenticated("The token is none of this gateway's service tokens, nor a JWT, which has three parts.");
  }
  return CheckJwt(token, digest, generation);
}

Answer Authenticator::State::CheckJwt(std::string_view token, const Sha256Digest& digest, uint64_t generation) {
  const auto jwt = ParseJwt(token);
  if (!jwt) return Unauthenticated(jwt.error());
  const auto issuer = FindIssuer(jwt->claims, config_.issuers);
  if (!issuer) return Unauthenticated(issuer.error());
  KeySource& source = *key_sources_[static_cast<size_t>(*issuer - config_.issuers.data())];
  const auto keys = source.Keys();
  const KeySet::Found found = keys ? keys->Find(jwt->key_id, jwt->algorithm) : KeySet::Found();
  if (!found.key && found.listed) return Unauthenticated(found.fault);
  if (!found.key) {
    Refusal refusal =
        Unauthenticated(keys ? "The token is signed with a key (kid) that is not in its issuer's key set."
                             : "The keys of the token's issuer could not be read yet: the gateway's log says why.");
    if (source.WantNewer()) refusal.retry_after = kKeysMayArriveWithin;
    return refusal;
  }
  if (!VerifySignature(*jwt, found.key)) return Unauthenticated("The token's signature is wrong.");
  auto proven = ReadIdentity(jwt->claims, **issuer, clock_.NowMicros());
  if (!proven) return Unauthenticated(proven.error());
  cache_.Put(generation, digest, proven->identity, proven->expires_micros);
  return std::move(proven->identity);
}

void Authenticator::State::Refresh() {
  bool changed = static_tokens_.Refresh();
  for (const auto& source : key_sources_) changed = source->Refresh() || changed;
  if (changed) cache_.Clear();
}

Authenticator::Authenticator(const AuthConfig& config, const Clock& clock)
    : state_(std::make_unique<State>(config, clock)) {}

Authenticator::~Authenticator() = default;

std::variant<std::shared_ptr<const Identity>, Refusal> Authenticator::Authenticate(const Credentials& credentials) {
  return state_->Authenticate(credentials);
}

void Authenticator::Refresh() { state_->Refresh(); }

}  // namespace firesteel::gateway
