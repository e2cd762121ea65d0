#include <algorithm>

#include "server/answer.h"
#include "server/rpc/rpc.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

namespace {

[[noreturn]] void ThrowMissing(const char* sub_condition, const char* parameter) {
  throw QueryError(std::string("INVALID_PARAMETER_VALUE.") + sub_condition,
                   {{"parameter", parameter}, {"functionName", "interrupt"}}, nullptr, ErrorClass::kSql);
}

}  // namespace

grpc::Status Interrupt(Services& services, const proto::InterruptRequest& request, proto::InterruptResponse* response) {
  return Answer([&](session::SessionPtr& session) {
    session = OpenSession(services, request);
    Identify(*session, response);
    std::function<bool(const session::Operation&)> chosen;
    switch (request.interrupt_type()) {
      case proto::InterruptRequest::INTERRUPT_TYPE_ALL:
        chosen = [](const session::Operation&) { return true; };
        break;
      case proto::InterruptRequest::INTERRUPT_TYPE_TAG:
        if (!request.has_operation_tag()) ThrowMissing("INTERRUPT_TYPE_TAG_REQUIRES_TAG", "operation_tag");
        chosen = [&](const session::Operation& operation) {
          const auto& tags = operation.tags();
          return std::find(tags.begin(), tags.end(), request.operation_tag()) != tags.end();
        };
        break;
      case proto::InterruptRequest::INTERRUPT_TYPE_OPERATION_ID:
        if (!request.has_operation_id()) ThrowMissing("INTERRUPT_TYPE_OPERATION_ID_REQUIRES_ID", "operation_id");
        chosen = [&](const session::Operation& operation) { return operation.id() == request.operation_id(); };
        break;
      default:
        throw QueryError("UNSUPPORTED_FEATURE.INTERRUPT_TYPE",
                         {{"interruptType", proto::InterruptRequest::InterruptType_Name(request.interrupt_type())}},
                         nullptr, ErrorClass::kSql);
    }
    for (std::string& id : session->Interrupt(chosen)) response->add_interrupted_ids(std::move(id));
  });
}

}  // namespace firesteel::server
