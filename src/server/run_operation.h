#pragma once

#include <memory>

#include "server/parsed_request.h"
#include "server/services.h"
#include "session/session.h"
#include "spark/connect/base.pb.h"

namespace firesteel::server {

using ExecuteRequest = std::shared_ptr<ParsedRequest<::spark::connect::ExecutePlanRequest>>;

/// The whole run of one operation, on the calling thread: decodes the plan, hands it to the runner, turns what comes
/// back into responses, ends the operation well or with an error. Never throws.
void RunOperation(Services& services, const session::SessionPtr& session, const session::OperationPtr& operation,
                  ExecuteRequest request);

}  // namespace firesteel::server
