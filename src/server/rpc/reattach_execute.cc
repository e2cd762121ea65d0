#include "server/answer.h"
#include "server/execute_stream.h"
#include "server/rpc/rpc.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

grpc::ServerWriteReactor<grpc::ByteBuffer>* ReattachExecute(Services& services,
                                                            const proto::ReattachExecuteRequest& request) {
  auto* stream = new ExecuteStream();
  std::shared_ptr<ExecuteStream::Core> core = stream->core();
  grpc::Status status = Answer([&](session::SessionPtr& session) {
    session = RequireSession(services, request);
    session::OperationPtr operation = session->RequireOperation(request.operation_id());
    if (!operation->reattachable()) {
      throw QueryError("INVALID_CURSOR.NOT_REATTACHABLE", {}, nullptr, ErrorClass::kSql);
    }
    core->Start(session, std::move(operation), request.last_response_id());
  });
  if (!status.ok()) core->Refuse(std::move(status));
  return stream;
}

}  // namespace firesteel::server
