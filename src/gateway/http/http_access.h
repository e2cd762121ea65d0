#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/auth/authenticator.h"
#include "gateway/http/http_message.h"

namespace firesteel::gateway {

/// Who may do what over HTTP. Thread-safe as far as `authenticate` is.
///
/// Callers prove themselves as over gRPC: `Authorization: Bearer TOKEN`, a client certificate, or TOKEN as the password
/// that a browser asks for. Where callers without a token are let in, that goes for HTTP only if its listener is of
/// this machine; then they may do what operators may. Since any web page can make a browser of this machine send
/// requests here, they must also have been addressed to this machine by name.
class HttpAccess {
 public:
  using Proof = std::variant<std::shared_ptr<const Identity>, Refusal>;
  using Authenticate = std::function<Proof(const Credentials&)>;

  /// `listener_host`: where the HTTP port listens.
  HttpAccess(Authenticate authenticate, std::string listener_host);

  Proof Prove(const HttpRequest& request) const;
  /// Asked from this machine, and not by a page of a foreign site: for what is no secret here, as figures.
  bool IsLocal(const HttpRequest& request) const;
  /// Buttons, and others' sessions.
  bool IsOperator(const Identity& identity) const;

  /// What a page's forms send back as `token`. Another one for each user and start of the gateway.
  std::string FormToken(const Identity& identity) const;
  /// Refuses what changes something unless it came from a page of this gateway: by the browser's word (Origin,
  /// Sec-Fetch-Site) and the form's token. Programs that send a bearer token need no form: browsers never do by
  /// themselves.
  std::optional<Refusal> CheckForm(const HttpRequest& request, const Identity& identity) const;

 private:
  bool NamesThisMachine(const HttpRequest& request) const;

  const Authenticate authenticate_;
  const std::string listener_host_;
  const bool loopback_listener_;
  const std::string form_secret_;
};

/// False where a browser says that a page of another site sent the request. For everything that changes something, and
/// WebSockets.
bool IsSameOrigin(const HttpRequest& request);

/// "localhost" of "localhost:15080", "::1" of "[::1]:15080".
std::string_view HostOfAuthority(std::string_view authority);

/// The refusal as HTTP says it. `json`: for programs; else for people, whose browsers then ask for the token.
HttpResponse RefusalResponse(const Refusal& refusal, bool json);

}  // namespace firesteel::gateway
