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
  Reader(Services& services, proto::AddArtifactsResponse* response) : upload_(services), response_(response) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok && upload_.empty()) {
      Finish(MalformedRequest("AddArtifacts ended without a message."));
      return;
    }
    grpc::Status status = Answer([&](session::SessionPtr&) {
      if (ok) {
        upload_.Take(request_);
      } else {
        upload_.Finish(response_);
      }
    });
    if (!ok || !status.ok()) {
      Finish(std::move(status));
    } else {
      request_.Clear();
      StartRead(&request_);
    }
  }
  void OnDone() override { delete this; }

 private:
  ArtifactUpload upload_;
  proto::AddArtifactsRequest request_;
  proto::AddArtifactsResponse* response_;
};

}  // namespace

grpc::ServerReadReactor<proto::AddArtifactsRequest>* AddArtifacts(Services& services,
                                                                  proto::AddArtifactsResponse* response) {
  return new Reader(services, response);
}

}  // namespace firesteel::server
