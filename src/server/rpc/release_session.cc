#include "server/answer.h"
#include "server/rpc/rpc.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

grpc::Status ReleaseSession(Services& services, const proto::ReleaseSessionRequest& request,
                            proto::ReleaseSessionResponse* response) {
  return Answer([&](session::SessionPtr&) {
    response->set_session_id(request.session_id());
    response->set_server_side_session_id(
        services.sessions.Release(request.user_context().user_id(), request.session_id(), request.allow_reconnect()));
  });
}

}  // namespace firesteel::server
