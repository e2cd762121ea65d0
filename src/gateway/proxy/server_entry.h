#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/servers/directory.h"
#include "gateway/transport/tls.h"

namespace firesteel::gateway {

/// A server as the loops see it: where it is and which start of it this is. Immutable and shared.
struct ServerEntry {
  ServerId id = 0;        ///< the gateway's: another one after every start of the server
  ServerAddress address;  ///< the directory's
  std::string tls_name;   ///< expected in its certificate
  TlsContext tls;         ///< null: plaintext
  std::string token;      ///< sent as a bearer token; empty: none
  Milliseconds probe_timeout{};
  std::string probe_session;  ///< a session of the gateway's own, which tells one start of the server from the next
  std::string instance;       ///< server_side_session_id of that session; empty: not yet known
  /// What it answered to the probe: keys of plan compression and their values.
  std::vector<std::pair<std::string, std::optional<std::string>>> plan_compression;

  /// Cleared while it does not answer probes. Shared by the entries of one start; thread-safe.
  std::shared_ptr<std::atomic<bool>> reachable = std::make_shared<std::atomic<bool>>(true);

  std::string Text() const { return address.host + ":" + std::to_string(address.port); }
};
using ServerEntryPtr = std::shared_ptr<const ServerEntry>;

/// The user of the gateway's own sessions on servers.
inline constexpr char kProbeUser[] = "firesteel-gateway";
inline constexpr char kClientType[] = "_FIRESTEEL_GATEWAY";
inline const std::vector<std::string> kPlanCompressionKeys = {"spark.connect.session.planCompression.threshold",
                                                              "spark.connect.session.planCompression.defaultAlgorithm"};

}  // namespace firesteel::gateway
