#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "server/connect_server.h"
#include "session/config/configuration.h"

namespace firesteel::server {

/// Settings "KEY=VALUE" by key, the last of a key counting. Fails for a text without '=', for a value that Spark would
/// refuse for its key, for a key that an option of the server stands for, and for one of ours ("firesteel.…") that is
/// not there.
Result<session::ConfigMap> ParseConf(const std::vector<std::string>& settings);

/// Spark's keys for limits of its Connect server (spark.connect.execute.…, spark.connect.session.manager.…,
/// spark.connect.grpc.…) and our own (firesteel.…, see session::Limits), as far as they are set.
void ApplyLimits(const session::ConfigMap& settings, ConnectServer::Options& options);

}  // namespace firesteel::server
