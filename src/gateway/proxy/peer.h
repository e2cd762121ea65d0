#pragma once

#include <string>

namespace firesteel::gateway {

/// The connection that a call came by.
struct Peer {
  std::string address;           ///< "host:port"
  std::string certificate_name;  ///< of a verified client certificate; or empty
  bool encrypted = false, loopback = false;
};

}  // namespace firesteel::gateway
