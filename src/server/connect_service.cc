#include "server/connect_service.h"

#include <utility>

#include "server/byte_buffer.h"
#include "server/error_status.h"
#include "server/execute_stream.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

namespace {

grpc::ServerUnaryReactor* Reply(grpc::CallbackServerContext* context, grpc::Status status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(std::move(status));
  return reactor;
}

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* ConnectService::ExecutePlan(grpc::CallbackServerContext*,
                                                                        const grpc::ByteBuffer* request) {
  return server::ExecutePlan(services_, *request);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* ConnectService::ReattachExecute(grpc::CallbackServerContext*,
                                                                            const grpc::ByteBuffer* request) {
  // Raw only because its responses are: the request itself is flat and small.
  proto::ReattachExecuteRequest parsed;
  const FlatBytes flat(*request);
  if (!parsed.ParseFromArray(flat.view().data(), static_cast<int>(flat.view().size()))) {
    auto* stream = new ExecuteStream();
    stream->core()->Refuse(MalformedRequest("The request is not a valid protocol buffer message."));
    return stream;
  }
  return server::ReattachExecute(services_, parsed);
}

grpc::ServerUnaryReactor* ConnectService::AnalyzePlan(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  // Request and response live until Finish.
  const bool accepted = services_.planning.Submit(
      [this, request, response, reactor] { reactor->Finish(server::AnalyzePlan(services_, *request, response)); });
  if (!accepted) reactor->Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "The server is stopping."));
  return reactor;
}

grpc::ServerReadReactor<proto::AddArtifactsRequest>* ConnectService::AddArtifacts(
    grpc::CallbackServerContext*, proto::AddArtifactsResponse* response) {
  return server::AddArtifacts(services_, response);
}

grpc::ServerUnaryReactor* ConnectService::Config(grpc::CallbackServerContext* context,
                                                 const proto::ConfigRequest* request, proto::ConfigResponse* response) {
  return Reply(context, server::Config(services_, *request, response));
}

grpc::ServerUnaryReactor* ConnectService::ArtifactStatus(grpc::CallbackServerContext* context,
                                                         const proto::ArtifactStatusesRequest* request,
                                                         proto::ArtifactStatusesResponse* response) {
  return Reply(context, server::ArtifactStatus(services_, *request, response));
}

grpc::ServerUnaryReactor* ConnectService::Interrupt(grpc::CallbackServerContext* context,
                                                    const proto::InterruptRequest* request,
                                                    proto::InterruptResponse* response) {
  return Reply(context, server::Interrupt(services_, *request, response));
}

grpc::ServerUnaryReactor* ConnectService::ReleaseExecute(grpc::CallbackServerContext* context,
                                                         const proto::ReleaseExecuteRequest* request,
                                                         proto::ReleaseExecuteResponse* response) {
  return Reply(context, server::ReleaseExecute(services_, *request, response));
}

grpc::ServerUnaryReactor* ConnectService::ReleaseSession(grpc::CallbackServerContext* context,
                                                         const proto::ReleaseSessionRequest* request,
                                                         proto::ReleaseSessionResponse* response) {
  return Reply(context, server::ReleaseSession(services_, *request, response));
}

grpc::ServerUnaryReactor* ConnectService::FetchErrorDetails(grpc::CallbackServerContext* context,
                                                            const proto::FetchErrorDetailsRequest* request,
                                                            proto::FetchErrorDetailsResponse* response) {
  return Reply(context, server::FetchErrorDetails(services_, *request, response));
}

grpc::ServerUnaryReactor* ConnectService::CloneSession(grpc::CallbackServerContext* context,
                                                       const proto::CloneSessionRequest* request,
                                                       proto::CloneSessionResponse* response) {
  return Reply(context, server::CloneSession(services_, *request, response));
}

grpc::ServerUnaryReactor* ConnectService::GetStatus(grpc::CallbackServerContext* context,
                                                    const proto::GetStatusRequest* request,
                                                    proto::GetStatusResponse* response) {
  return Reply(context, server::GetStatus(services_, *request, response));
}

}  // namespace firesteel::server
