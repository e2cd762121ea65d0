#pragma once

#include <memory>
#include <string>

#include "gateway/auth/identity.h"

namespace firesteel::gateway {

/// The connection that a call came by.
struct Peer {
  std::string address;           ///< "host:port"
  std::string certificate_name;  ///< of a verified client certificate; or empty
  bool encrypted = false, loopback = false;
  /// Proven by the opening of a tunnel, for calls without credentials of their own. Null: every call proves its caller.
  std::shared_ptr<const Identity> identity;
};

}  // namespace firesteel::gateway
