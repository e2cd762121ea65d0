#pragma once

#include <grpcpp/grpcpp.h>

#include "server/services.h"
#include "spark/connect/base.pb.h"

/// One function a remote procedure, each in the file of its name. Unary ones fill the response and return the status;
/// they are short and run on the transport's threads, unless said otherwise.
namespace firesteel::server {

/// Streams. The plan is parsed and run on the pools' threads.
grpc::ServerWriteReactor<grpc::ByteBuffer>* ExecutePlan(Services& services, const grpc::ByteBuffer& request);
grpc::ServerWriteReactor<grpc::ByteBuffer>* ReattachExecute(Services& services,
                                                            const ::spark::connect::ReattachExecuteRequest& request);

/// On a pool's thread: parses and analyzes.
grpc::Status AnalyzePlan(Services& services, const grpc::ByteBuffer& request, grpc::ByteBuffer* response);

grpc::Status Config(Services& services, const ::spark::connect::ConfigRequest& request,
                    ::spark::connect::ConfigResponse* response);
/// Writes to disk as it reads; archives are unpacked on a pool's thread.
grpc::ServerReadReactor<::spark::connect::AddArtifactsRequest>* AddArtifacts(
    Services& services, const grpc::CallbackServerContext& context, ::spark::connect::AddArtifactsResponse* response);
grpc::Status ArtifactStatus(Services& services, const ::spark::connect::ArtifactStatusesRequest& request,
                            ::spark::connect::ArtifactStatusesResponse* response);
grpc::Status Interrupt(Services& services, const ::spark::connect::InterruptRequest& request,
                       ::spark::connect::InterruptResponse* response);
grpc::Status ReleaseExecute(Services& services, const ::spark::connect::ReleaseExecuteRequest& request,
                            ::spark::connect::ReleaseExecuteResponse* response);
grpc::Status ReleaseSession(Services& services, const ::spark::connect::ReleaseSessionRequest& request,
                            ::spark::connect::ReleaseSessionResponse* response);
grpc::Status FetchErrorDetails(Services& services, const ::spark::connect::FetchErrorDetailsRequest& request,
                               ::spark::connect::FetchErrorDetailsResponse* response);
grpc::Status CloneSession(Services& services, const ::spark::connect::CloneSessionRequest& request,
                          ::spark::connect::CloneSessionResponse* response);
grpc::Status GetStatus(Services& services, const ::spark::connect::GetStatusRequest& request,
                       ::spark::connect::GetStatusResponse* response);

}  // namespace firesteel::server
