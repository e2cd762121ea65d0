#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "gateway/auth/identity.h"
#include "gateway/config/config.h"
#include "gateway/refusal.h"

namespace firesteel::gateway {

/// What a connection and the metadata of a call show of its caller.
struct Credentials {
  std::optional<std::string> authorization;   ///< metadata `authorization`
  std::optional<std::string> authentication;  ///< metadata `authentication`, as older JVM clients send their token
  int authorization_count = 0;                ///< of both in all; more than one is refused
  std::string certificate_name;               ///< common name of a verified client certificate; empty: none
  bool encrypted = false, loopback = false;   ///< of the connection
};

/// Proves callers. Fail closed: what is not proven is UNAUTHENTICATED, and nothing reaches a server. Thread-safe.
class Authenticator {
 public:
  /// Key files are read here; an unreadable one is not an error yet: tokens that need it are refused and it is logged.
  Authenticator(const AuthConfig& config, const Clock& clock);
  ~Authenticator();

  /// Microseconds once a token was seen (verified tokens are kept by their SHA-256 until they expire, at most a
  /// minute).
  std::variant<std::shared_ptr<const Identity>, Refusal> Authenticate(const Credentials& credentials);
  /// Reads files that changed and key URLs that are due. Blocks on the network: never call it on an event loop.
  void Refresh();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace firesteel::gateway
