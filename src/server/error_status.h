#pragma once

#include <grpcpp/support/status.h>

#include <exception>

#include "session/error/error_record.h"
#include "session/session.h"

namespace firesteel::server {

/// The error as Spark's server sends it: code INTERNAL (RESOURCE_EXHAUSTED for a limit of the server's), message at
/// most 2 KiB, google.rpc.Status with ErrorInfo in the trailer. With a session its settings count: the error is kept
/// for FetchErrorDetails and its id is sent, and the stack trace is sent as text; without one there is neither.
grpc::Status StatusOf(const session::ErrorRecordPtr& error, session::Session* session);

/// The same for an exception in flight; call it in a catch block.
grpc::Status StatusOfCurrentException(session::Session* session);

/// For bytes that are no request: what Spark's server answers when it cannot read one.
grpc::Status MalformedRequest(const char* why);

}  // namespace firesteel::server
