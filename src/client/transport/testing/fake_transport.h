#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "client/transport/transport.h"

/// A server for tests: what each call shall answer is written down before.
namespace firesteel::client::testing {

/// Responses and the status after them.
struct ScriptedStream {
  std::vector<proto::ExecutePlanResponse> responses;
  grpc::Status status;
};

class FakeTransport : public Transport {
 public:
  std::deque<ScriptedStream> streams;
  std::deque<grpc::Status> statuses;                ///< of single calls; OK when there is none left
  std::vector<std::pair<Rpc, std::string>> opened;  ///< with the response that was read last
  std::vector<std::string> released;                ///< "all", or the response

  grpc::Status Call(Rpc rpc, const google::protobuf::Message& request, google::protobuf::Message&,
                    const CallOptions&) override {
    std::lock_guard lock(mutex_);
    if (rpc == Rpc::kReleaseExecute) {
      const auto& release = static_cast<const proto::ReleaseExecuteRequest&>(request);
      released.push_back(release.has_release_all() ? "all" : release.release_until().response_id());
      return grpc::Status::OK;
    }
    ++calls;
    if (statuses.empty()) return grpc::Status::OK;
    grpc::Status status = statuses.front();
    statuses.pop_front();
    return status;
  }

  std::unique_ptr<IncomingStream> Open(Rpc rpc, const google::protobuf::Message& request, const CallOptions&) override {
    std::string last;
    if (rpc == Rpc::kReattachExecute) {
      last = static_cast<const proto::ReattachExecuteRequest&>(request).last_response_id();
    }
    opened.emplace_back(rpc, last);
    ScriptedStream script;
    if (streams.empty()) {
      script.status = {grpc::StatusCode::UNAVAILABLE, "no stream left"};
    } else {
      script = std::move(streams.front());
      streams.pop_front();
    }
    return std::make_unique<Stream>(std::move(script));
  }

  grpc::Status Upload(const std::function<UploadRequests()>& begin, proto::AddArtifactsResponse&,
                      const CallOptions&) override {
    const UploadRequests next = begin();
    proto::AddArtifactsRequest request;
    while (next(request)) {
      uploads.push_back(request);
      request.Clear();
    }
    return grpc::Status::OK;
  }

  int calls = 0;
  std::vector<proto::AddArtifactsRequest> uploads;

 private:
  class Stream : public IncomingStream {
   public:
    explicit Stream(ScriptedStream script) : script_(std::move(script)) {}
    bool Read(proto::ExecutePlanResponse& response) override {
      if (canceled_ || next_ == script_.responses.size()) return false;
      response = script_.responses[next_++];
      return true;
    }
    grpc::Status Finish() override {
      return canceled_ ? grpc::Status(grpc::StatusCode::CANCELLED, "") : script_.status;
    }
    void Cancel() override { canceled_ = true; }

   private:
    ScriptedStream script_;
    size_t next_ = 0;
    bool canceled_ = false;
  };

  std::mutex mutex_;
};

inline proto::ExecutePlanResponse ResponseOf(const std::string& id, bool complete = false) {
  proto::ExecutePlanResponse response;
  response.set_response_id(id);
  if (complete) response.mutable_result_complete();
  return response;
}

}  // namespace firesteel::client::testing
