#include "base/uuid.h"
#include "server/answer.h"
#include "server/rpc/rpc.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

grpc::Status CloneSession(Services& services, const proto::CloneSessionRequest& request,
                          proto::CloneSessionResponse* response) {
  return Answer([&](session::SessionPtr& session) {
    session = RequireSession(services, request);
    session::SessionPtr clone =
        services.sessions.Clone(session, request.has_new_session_id() ? request.new_session_id() : NewUuid());
    Identify(*session, response);
    response->set_new_session_id(clone->session_id());
    response->set_new_server_side_session_id(clone->server_side_id());
  });
}

}  // namespace firesteel::server
