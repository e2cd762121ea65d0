#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace firesteel::gateway {

/// Who calls, as verified. Immutable once made; shared by the calls of one token.
struct Identity {
  enum class Method : uint8_t { kAnonymous, kToken, kJwt, kCertificate };

  Method method = Method::kAnonymous;
  std::string user;  ///< what servers receive as user_context.user_id; empty only for kAnonymous: as claimed
  std::vector<std::string> teams;  ///< the only teams that it may name in headers; empty: any
  bool operator_rights = false;    ///< may use the status page's buttons and the REST calls for others
  std::string credential;          ///< for the audit log: the configured name of the token or issuer that proved it
};

}  // namespace firesteel::gateway
