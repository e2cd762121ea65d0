#pragma once

#include "server/authentication.h"
#include "server/status/statement_log.h"
#include "session/operation/worker_pool.h"
#include "session/query_runner.h"
#include "session/session_manager.h"

namespace firesteel::server {

/// What the handlers work with. Owned by ConnectServer; all parts are thread-safe.
struct Services {
  session::SessionManager& sessions;
  session::QueryRunner& runner;
  session::WorkerPool& planning;   ///< parses requests and analyzes plans
  session::WorkerPool& execution;  ///< runs operations
  const Authentication& authentication;
  StatementLog& statements;
};

}  // namespace firesteel::server
