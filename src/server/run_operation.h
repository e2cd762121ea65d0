#pragma once

#include <memory>

#include "server/parsed_request.h"
#include "server/services.h"
#include "session/session.h"
#include "spark/connect/base.pb.h"

namespace firesteel::server {

using ParsedExecuteRequest = ParsedRequest<::spark::connect::ExecutePlanRequest>;
using ExecuteRequest = std::shared_ptr<ParsedExecuteRequest>;

/// The whole run of one operation, on the calling thread: takes its request (an ExecuteRequest), decodes the plan,
/// hands it to the runner, turns what comes back into responses, ends the operation well or with an error. Never
/// throws.
void RunOperation(Services& services, const session::SessionPtr& session, const session::OperationPtr& operation);

}  // namespace firesteel::server
