#include <functional>
#include <string>
#include <utility>

#include "base/uuid.h"
#include "server/answer.h"
#include "server/execute_stream.h"
#include "server/rpc/rpc.h"
#include "server/run_operation.h"
#include "session/error/java_exception.h"
#include "session/limits.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

namespace {

std::vector<std::string> TagsOf(const proto::ExecutePlanRequest& request, const session::Limits& limits) {
  if (request.tags_size() > 0 && session::IsFull(request.tags_size() - 1, limits.max_tags)) {
    session::ThrowLimitExceeded("an operation with " + std::to_string(request.tags_size()) + " tags",
                                std::to_string(limits.max_tags), session::limit_keys::kTags);
  }
  for (const std::string& tag : request.tags()) {
    if (tag.empty()) {
      throw session::JavaError("java.lang.IllegalArgumentException", "Spark Connect tag cannot be an empty string.");
    }
    if (tag.find(',') != std::string::npos) {
      throw session::JavaError("java.lang.IllegalArgumentException", "Spark Connect tag cannot contain ','.");
    }
    const auto size = static_cast<int64_t>(tag.size());
    if (limits.max_tag_bytes > 0 && size > limits.max_tag_bytes) {
      session::ThrowLimitExceeded("a tag of " + std::to_string(size) + " bytes", std::to_string(limits.max_tag_bytes),
                                  session::limit_keys::kTagBytes);
    }
  }
  return {request.tags().begin(), request.tags().end()};
}

std::string OperationIdOf(const proto::ExecutePlanRequest& request) {
  if (!request.has_operation_id()) return NewUuid();
  if (!IsUuid(request.operation_id())) {
    throw QueryError("INVALID_HANDLE.FORMAT", {{"handle", request.operation_id()}}, nullptr, ErrorClass::kSql);
  }
  return request.operation_id();
}

bool IsReattachable(const proto::ExecutePlanRequest& request) {
  for (const auto& option : request.request_options()) {
    if (option.has_reattach_options() && option.reattach_options().reattachable()) return true;
  }
  return false;
}

/// Clients send this at their exit, also when they never used the session.
bool IsFarewell(const proto::Plan& plan) {
  return plan.op_type_case() == proto::Plan::kCommand && plan.command().ml_command().has_clean_cache();
}

void Begin(Services& services, const grpc::ByteBuffer& bytes, ExecuteStream::Core& stream) {
  connect::WireFault fault = connect::WireFault::kNone;
  auto request = ParsedRequest<proto::ExecutePlanRequest>::Parse(bytes, &fault);
  if (fault != connect::WireFault::kNone) {
    stream.Refuse(MalformedRequest(connect::DescribeFault(fault)));
    return;
  }
  session::SessionPtr session;
  grpc::Status status = Answer([&](session::SessionPtr& opened) {
    const proto::ExecutePlanRequest& r = **request;
    if (IsFarewell(r.plan())) {
      opened = services.sessions.GetOrPeek(r.user_context().user_id(), r.session_id(),
                                           r.client_observed_server_side_session_id());
    } else {
      opened = OpenSession(services, r);
    }
    std::string id = OperationIdOf(r);
    if (IsFarewell(r.plan())) services.sessions.NoteFarewell(id);
    // The plan as it came tells whether the same id asks for the same thing.
    const FlatBytes flat(bytes);
    std::string fingerprint =
        std::to_string(flat.view().size()) + ":" + std::to_string(std::hash<std::string_view>()(flat.view()));
    auto started =
        opened->StartOperation(id, std::move(fingerprint), TagsOf(r, services.sessions.limits()), IsReattachable(r));
    auto slot = std::make_shared<session::WorkerPool::Slot>();
    if (started.is_new) started.operation->Prepare(slot, std::move(request));
    stream.Start(opened, started.operation, "");
    if (!started.is_new) return;
    auto run = [&services, session = opened, operation = started.operation] {
      RunOperation(services, session, operation);
    };
    // A session is a group: sessions take turns.
    const bool accepted = services.execution.Submit(std::move(run), opened->server_side_id(), std::move(slot));
    if (!accepted) started.operation->Interrupt();
  });
  if (!status.ok()) stream.Refuse(std::move(status));
}

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* ExecutePlan(Services& services, const grpc::ByteBuffer& request) {
  auto* stream = new ExecuteStream();
  std::shared_ptr<ExecuteStream::Core> core = stream->core();
  // The copy shares the bytes.
  const bool accepted = services.planning.Submit([&services, bytes = request, core] { Begin(services, bytes, *core); });
  if (!accepted) core->Refuse(grpc::Status(grpc::StatusCode::UNAVAILABLE, "The server is stopping."));
  return stream;
}

}  // namespace firesteel::server
