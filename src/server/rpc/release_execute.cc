#include "server/answer.h"
#include "server/rpc/rpc.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

grpc::Status ReleaseExecute(Services& services, const proto::ReleaseExecuteRequest& request,
                            proto::ReleaseExecuteResponse* response) {
  return Answer([&](session::SessionPtr& session) {
    if (services.sessions.IsFarewell(request.operation_id())) {
      // Its session may never have been made.
      session = services.sessions.GetOrPeek(request.user_context().user_id(), request.session_id(), "");
    } else {
      session = RequireSession(services, request);
    }
    Identify(*session, response);
    session::OperationPtr operation = session->FindOperation(request.operation_id());
    if (operation == nullptr) return;  // released before, or never here: nothing to do
    switch (request.release_case()) {
      case proto::ReleaseExecuteRequest::kReleaseAll:
        session->CloseOperation(request.operation_id());
        break;
      case proto::ReleaseExecuteRequest::kReleaseUntil:
        operation->ReleaseUntil(request.release_until().response_id());
        break;
      case proto::ReleaseExecuteRequest::RELEASE_NOT_SET:
        throw QueryError("CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET",
                         {{"fullName", "spark.connect.ReleaseExecuteRequest"}, {"name", "RELEASE_NOT_SET"}});
    }
    response->set_operation_id(request.operation_id());
  });
}

}  // namespace firesteel::server
