#include <utility>

#include "server/answer.h"
#include "server/artifact_upload.h"
#include "server/rpc/rpc.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

namespace {

/// Reads message after message; deletes itself. The first error ends the stream.
class Reader final : public grpc::ServerReadReactor<proto::AddArtifactsRequest> {
 public:
  Reader(Services& services, const grpc::CallbackServerContext& context, proto::AddArtifactsResponse* response)
      : services_(services), context_(context), upload_(services), response_(response) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      grpc::Status status = Guarded([&] { upload_.Take(request_); });
      request_.Clear();
      if (status.ok()) {
        StartRead(&request_);
      } else {
        Finish(std::move(status));
      }
    } else if (context_.IsCancelled()) {
      // A client that went away in the middle has not said that this was all.
      Finish(grpc::Status::CANCELLED);
    } else if (upload_.empty()) {
      Finish(MalformedRequest("AddArtifacts ended without a message."));
    } else if (!services_.planning.Submit([this] { End(); })) {
      Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "The server is stopping."));
    }
  }
  void OnDone() override { delete this; }

 private:
  /// On a pool's thread: archives are unpacked here.
  void End() {
    Finish(Guarded([&] { upload_.Finish(response_); }));
  }

  template <class Body>
  grpc::Status Guarded(const Body& body) {
    return Answer([&](session::SessionPtr& session) {
      try {
        body();
      } catch (...) {
        session = upload_.session();  // keeps the error's details for the client
        throw;
      }
    });
  }

  Services& services_;
  const grpc::CallbackServerContext& context_;
  ArtifactUpload upload_;
  proto::AddArtifactsRequest request_;
  proto::AddArtifactsResponse* response_;
};

}  // namespace

grpc::ServerReadReactor<proto::AddArtifactsRequest>* AddArtifacts(Services& services,
                                                                  const grpc::CallbackServerContext& context,
                                                                  proto::AddArtifactsResponse* response) {
  return new Reader(services, context, response);
}

}  // namespace firesteel::server
