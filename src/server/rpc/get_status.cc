#include "server/answer.h"
#include "server/rpc/rpc.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

namespace {

using ProtoStatus = proto::GetStatusResponse::OperationStatus;

ProtoStatus::OperationState StateOf(session::OperationStatus status) {
  switch (status) {
    case session::OperationStatus::kUnknown:
      return ProtoStatus::OPERATION_STATE_UNKNOWN;
    case session::OperationStatus::kRunning:
      return ProtoStatus::OPERATION_STATE_RUNNING;
    case session::OperationStatus::kSucceeded:
      return ProtoStatus::OPERATION_STATE_SUCCEEDED;
    case session::OperationStatus::kFailed:
      return ProtoStatus::OPERATION_STATE_FAILED;
    case session::OperationStatus::kCanceled:
      return ProtoStatus::OPERATION_STATE_CANCELLED;
  }
  return ProtoStatus::OPERATION_STATE_UNKNOWN;
}

}  // namespace

grpc::Status GetStatus(Services& services, const proto::GetStatusRequest& request, proto::GetStatusResponse* response) {
  return Answer([&](session::SessionPtr& session) {
    session = RequireSession(services, request);
    Identify(*session, response);
    if (!request.has_operation_status()) return;
    const auto& asked = request.operation_status().operation_ids();
    std::vector<std::string> ids(asked.begin(), asked.end());
    if (ids.empty()) ids = session->OperationIds();
    for (const std::string& id : ids) {
      auto* status = response->add_operation_statuses();
      status->set_operation_id(id);
      status->set_state(StateOf(session->StatusOf(id)));
    }
  });
}

}  // namespace firesteel::server
