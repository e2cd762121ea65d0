#pragma once

#include <grpcpp/grpcpp.h>

#include "server/rpc/rpc.h"
#include "spark/connect/base.grpc.pb.h"

namespace firesteel::server {

namespace connect_service_internal {

using Proto = ::spark::connect::SparkConnectService;

// Requests that carry plans come as raw bytes: the generated code would parse them on the transport's threads with a
// recursion limit of 100.
using Unary1 = Proto::WithCallbackMethod_GetStatus<Proto::WithCallbackMethod_CloneSession<
    Proto::WithCallbackMethod_FetchErrorDetails<Proto::WithCallbackMethod_ReleaseSession<Proto::Service>>>>;
using Unary2 = Proto::WithCallbackMethod_ReleaseExecute<Proto::WithCallbackMethod_Interrupt<
    Proto::WithCallbackMethod_ArtifactStatus<Proto::WithCallbackMethod_Config<Unary1>>>>;
using Base = Proto::WithRawCallbackMethod_ExecutePlan<Proto::WithRawCallbackMethod_AnalyzePlan<
    Proto::WithRawCallbackMethod_ReattachExecute<Proto::WithCallbackMethod_AddArtifacts<Unary2>>>>;

}  // namespace connect_service_internal

/// Connects the generated service with the functions of rpc/. Holds no state of its own.
class ConnectService final : public connect_service_internal::Base {
 public:
  explicit ConnectService(Services services) : services_(services) {}

  // The generated classes declare each procedure in two more forms; these are the ones in use.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* ExecutePlan(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* ReattachExecute(grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* AnalyzePlan(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerReadReactor<::spark::connect::AddArtifactsRequest>* AddArtifacts(
      grpc::CallbackServerContext* context, ::spark::connect::AddArtifactsResponse* response) override;
  grpc::ServerUnaryReactor* Config(grpc::CallbackServerContext* context, const ::spark::connect::ConfigRequest* request,
                                   ::spark::connect::ConfigResponse* response) override;
  grpc::ServerUnaryReactor* ArtifactStatus(grpc::CallbackServerContext* context,
                                           const ::spark::connect::ArtifactStatusesRequest* request,
                                           ::spark::connect::ArtifactStatusesResponse* response) override;
  grpc::ServerUnaryReactor* Interrupt(grpc::CallbackServerContext* context,
                                      const ::spark::connect::InterruptRequest* request,
                                      ::spark::connect::InterruptResponse* response) override;
  grpc::ServerUnaryReactor* ReleaseExecute(grpc::CallbackServerContext* context,
                                           const ::spark::connect::ReleaseExecuteRequest* request,
                                           ::spark::connect::ReleaseExecuteResponse* response) override;
  grpc::ServerUnaryReactor* ReleaseSession(grpc::CallbackServerContext* context,
                                           const ::spark::connect::ReleaseSessionRequest* request,
                                           ::spark::connect::ReleaseSessionResponse* response) override;
  grpc::ServerUnaryReactor* FetchErrorDetails(grpc::CallbackServerContext* context,
                                              const ::spark::connect::FetchErrorDetailsRequest* request,
                                              ::spark::connect::FetchErrorDetailsResponse* response) override;
  grpc::ServerUnaryReactor* CloneSession(grpc::CallbackServerContext* context,
                                         const ::spark::connect::CloneSessionRequest* request,
                                         ::spark::connect::CloneSessionResponse* response) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const ::spark::connect::GetStatusRequest* request,
                                      ::spark::connect::GetStatusResponse* response) override;

 private:
  Services services_;
};

}  // namespace firesteel::server
