#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "server/error_status.h"
#include "server/services.h"

namespace firesteel::server {

/// Opens the session that a request names, making it if need be.
template <class Request>
session::SessionPtr OpenSession(Services& services, const Request& request) {
  return services.sessions.GetOrCreate(request.user_context().user_id(), request.session_id(),
                                       request.client_observed_server_side_session_id());
}

/// The session that a request names; it must be there.
template <class Request>
session::SessionPtr RequireSession(Services& services, const Request& request) {
  return services.sessions.Get(request.user_context().user_id(), request.session_id(),
                               request.client_observed_server_side_session_id());
}

/// Runs a handler's body: `body(session)` sets the session as soon as it knows it, fills the response, and may throw.
template <class Body>
grpc::Status Answer(const Body& body) {
  session::SessionPtr session;
  try {
    body(session);
    return grpc::Status::OK;
  } catch (...) {
    return StatusOfCurrentException(session.get());
  }
}

/// The two ids that every response carries.
template <class Response>
void Identify(const session::Session& session, Response* response) {
  response->set_session_id(session.session_id());
  response->set_server_side_session_id(session.server_side_id());
}

}  // namespace firesteel::server
