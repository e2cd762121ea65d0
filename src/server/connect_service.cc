#include "server/connect_service.h"

#include <utility>

#include "server/byte_buffer.h"
#include "server/error_status.h"
#include "server/execute_stream.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

namespace {

/// Answers at once: with the handler's status, or with the reason why the call is not let in.
template <class Handler>
grpc::ServerUnaryReactor* Reply(const Authentication& authentication, grpc::CallbackServerContext* context,
                                const Handler& handler) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  grpc::Status status = authentication.Check(*context);
  if (status.ok()) status = handler();
  reactor->Finish(std::move(status));
  return reactor;
}

ExecuteStream* RefusedStream(grpc::Status status) {
  auto* stream = new ExecuteStream();
  stream->core()->Refuse(std::move(status));
  return stream;
}

class RefusedUpload final : public grpc::ServerReadReactor<proto::AddArtifactsRequest> {
 public:
  explicit RefusedUpload(grpc::Status status) { Finish(std::move(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* ConnectService::ExecutePlan(grpc::CallbackServerContext* context,
                                                                        const grpc::ByteBuffer* request) {
  if (grpc::Status status = services_.authentication.Check(*context); !status.ok()) return RefusedStream(status);
  return server::ExecutePlan(services_, *request);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* ConnectService::ReattachExecute(grpc::CallbackServerContext* context,
                                                                            const grpc::ByteBuffer* request) {
  if (grpc::Status status = services_.authentication.Check(*context); !status.ok()) return RefusedStream(status);
  // Raw only because its responses are: the request itself is flat and small.
  proto::ReattachExecuteRequest parsed;
  const FlatBytes flat(*request);
  if (!parsed.ParseFromArray(flat.view().data(), static_cast<int>(flat.view().size()))) {
    return RefusedStream(MalformedRequest("The request is not a valid protocol buffer message."));
  }
  return server::ReattachExecute(services_, parsed);
}

grpc::ServerUnaryReactor* ConnectService::AnalyzePlan(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (grpc::Status status = services_.authentication.Check(*context); !status.ok()) {
    reactor->Finish(std::move(status));
    return reactor;
  }
  // Request and response live until Finish.
  const bool accepted = services_.planning.Submit(
      [this, request, response, reactor] { reactor->Finish(server::AnalyzePlan(services_, *request, response)); });
  if (!accepted) reactor->Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "The server is stopping."));
  return reactor;
}

grpc::ServerReadReactor<proto::AddArtifactsRequest>* ConnectService::AddArtifacts(
    grpc::CallbackServerContext* context, proto::AddArtifactsResponse* response) {
  if (grpc::Status status = services_.authentication.Check(*context); !status.ok()) return new RefusedUpload(status);
  return server::AddArtifacts(services_, *context, response);
}

grpc::ServerUnaryReactor* ConnectService::Config(grpc::CallbackServerContext* context,
                                                 const proto::ConfigRequest* request, proto::ConfigResponse* response) {
  return Reply(services_.authentication, context, [&] { return server::Config(services_, *request, response); });
}

grpc::ServerUnaryReactor* ConnectService::ArtifactStatus(grpc::CallbackServerContext* context,
                                                         const proto::ArtifactStatusesRequest* request,
                                                         proto::ArtifactStatusesResponse* response) {
  return Reply(services_.authentication, context,
               [&] { return server::ArtifactStatus(services_, *request, response); });
}

grpc::ServerUnaryReactor* ConnectService::Interrupt(grpc::CallbackServerContext* context,
                                                    const proto::InterruptRequest* request,
                                                    proto::InterruptResponse* response) {
  return Reply(services_.authentication, context, [&] { return server::Interrupt(services_, *request, response); });
}

grpc::ServerUnaryReactor* ConnectService::ReleaseExecute(grpc::CallbackServerContext* context,
                                                         const proto::ReleaseExecuteRequest* request,
                                                         proto::ReleaseExecuteResponse* response) {
  return Reply(services_.authentication, context,
               [&] { return server::ReleaseExecute(services_, *request, response); });
}

grpc::ServerUnaryReactor* ConnectService::ReleaseSession(grpc::CallbackServerContext* context,
                                                         const proto::ReleaseSessionRequest* request,
                                                         proto::ReleaseSessionResponse* response) {
  return Reply(services_.authentication, context,
               [&] { return server::ReleaseSession(services_, *request, response); });
}

grpc::ServerUnaryReactor* ConnectService::FetchErrorDetails(grpc::CallbackServerContext* context,
                                                            const proto::FetchErrorDetailsRequest* request,
                                                            proto::FetchErrorDetailsResponse* response) {
  return Reply(services_.authentication, context,
               [&] { return server::FetchErrorDetails(services_, *request, response); });
}

grpc::ServerUnaryReactor* ConnectService::CloneSession(grpc::CallbackServerContext* context,
                                                       const proto::CloneSessionRequest* request,
                                                       proto::CloneSessionResponse* response) {
  return Reply(services_.authentication, context, [&] { return server::CloneSession(services_, *request, response); });
}

grpc::ServerUnaryReactor* ConnectService::GetStatus(grpc::CallbackServerContext* context,
                                                    const proto::GetStatusRequest* request,
                                                    proto::GetStatusResponse* response) {
  return Reply(services_.authentication, context, [&] { return server::GetStatus(services_, *request, response); });
}

}  // namespace firesteel::server
