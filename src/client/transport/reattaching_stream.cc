#include "client/transport/reattaching_stream.h"

#include <algorithm>
#include <utility>

namespace firesteel::client {
namespace {

proto::ReattachExecuteRequest ReattachRequestOf(const proto::ExecutePlanRequest& request) {
  proto::ReattachExecuteRequest reattach;
  reattach.set_session_id(request.session_id());
  if (request.has_client_observed_server_side_session_id()) {
    reattach.set_client_observed_server_side_session_id(request.client_observed_server_side_session_id());
  }
  *reattach.mutable_user_context() = request.user_context();
  reattach.set_operation_id(request.operation_id());
  reattach.set_client_type(request.client_type());
  return reattach;
}

}  // namespace

ReattachingStream::ReattachingStream(TransportPtr transport, ReleaseQueue& releases, StreamOptions options,
                                     proto::ExecutePlanRequest request)
    : transport_(std::move(transport)),
      releases_(releases),
      options_(options),
      request_(std::move(request)),
      reattach_(ReattachRequestOf(request_)) {
  // Without reattaching a limit would end the operation.
  if (options_.reattachable) call_.timeout = options_.timeout;
  Open(Rpc::kExecutePlan);
}

ReattachingStream::~ReattachingStream() {
  if (!ended_) Release("");
}

void ReattachingStream::Open(Rpc rpc) {
  std::unique_ptr<IncomingStream> opened;
  if (rpc == Rpc::kExecutePlan) {
    opened = transport_->Open(rpc, request_, call_);
  } else {
    if (!last_response_.empty()) reattach_.set_last_response_id(last_response_);
    opened = transport_->Open(rpc, reattach_, call_);
  }
  read_from_stream_ = false;
  std::lock_guard lock(mutex_);
  stream_ = std::move(opened);
  // Cancel may have come while there was no stream to tell.
  if (canceled()) stream_->Cancel();
}

void ReattachingStream::Release(const std::string& until) {
  if (!options_.reattachable) return;
  proto::ReleaseExecuteRequest release;
  release.set_session_id(request_.session_id());
  *release.mutable_user_context() = request_.user_context();
  release.set_operation_id(request_.operation_id());
  release.set_client_type(request_.client_type());
  if (until.empty()) {
    release.mutable_release_all();
  } else {
    release.mutable_release_until()->set_response_id(until);
  }
  releases_.Add(std::move(release));
}

void ReattachingStream::Cancel() {
  canceled_.store(true);
  pause_.CallOff();
  std::lock_guard lock(mutex_);
  if (stream_) stream_->Cancel();
}

bool ReattachingStream::Next(proto::ExecutePlanResponse& response, grpc::Status& status) {
  status = grpc::Status::OK;
  if (ended_) return false;
  RetryWaits waits(options_.retry);
  waiting_since_ = Clock::now();
  empty_streams_ = 0;
  while (true) {
    Step step = Step::kEnd;
    if (canceled()) {
      status = {grpc::StatusCode::CANCELLED, "The operation was canceled."};
    } else {
      step = Attempt(response, status, waits);
    }
    if (step == Step::kResponse) return true;
    if (step == Step::kAgain) continue;
    ended_ = true;
    Release("");
    return false;
  }
}

ReattachingStream::Step ReattachingStream::Attempt(proto::ExecutePlanResponse& response, grpc::Status& status,
                                                   RetryWaits& waits) {
  if (!stream_) Open(Rpc::kReattachExecute);
  if (stream_->Read(response)) {
    read_from_stream_ = true;
    last_response_ = response.response_id();
    if (response.has_result_complete()) {
      ended_ = true;
      Release("");
    } else {
      Release(last_response_);
    }
    return Step::kResponse;
  }
  const grpc::Status ending = stream_->Finish();
  if (!ending.ok()) return AfterFailure(ending, status, waits);
  if (!options_.reattachable) return Step::kEnd;
  // The server ended the stream, not the operation: there is more to come. A server that does so at once, again and
  // again, is not asked as fast as it answers.
  {
    std::lock_guard lock(mutex_);
    stream_.reset();
  }
  if (!read_from_stream_) {
    if (Clock::now() - waiting_since_ > options_.longest_waiting) {
      status = {grpc::StatusCode::DEADLINE_EXCEEDED,
                "The server ended every stream of the operation without a result."};
      return Step::kEnd;
    }
    const int64_t wait = std::min<int64_t>(int64_t{10} << std::min(empty_streams_, 7), 1'000);
    ++empty_streams_;
    pause_.Wait(std::chrono::milliseconds(wait));
  }
  return Step::kAgain;
}

ReattachingStream::Step ReattachingStream::AfterFailure(const grpc::Status& failure, grpc::Status& status,
                                                        RetryWaits& waits) {
  status = failure;
  if (canceled()) {
    status = {grpc::StatusCode::CANCELLED, "The operation was canceled."};
    return Step::kEnd;
  }
  if (!options_.reattachable) return Step::kEnd;
  const std::string& message = failure.error_message();
  const bool unknown = message.find("INVALID_HANDLE.OPERATION_NOT_FOUND") != std::string::npos ||
                       message.find("INVALID_HANDLE.SESSION_NOT_FOUND") != std::string::npos;
  const bool waited_enough = Clock::now() - waiting_since_ > options_.longest_waiting;
  if (unknown) {
    // The operation never reached the server, unless something came of it: then the server has lost it.
    if (!last_response_.empty() || waited_enough) return Step::kEnd;
    Open(Rpc::kExecutePlan);
    return Step::kAgain;
  }
  {
    std::lock_guard lock(mutex_);
    stream_.reset();
  }
  if (failure.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED && !waited_enough) return Step::kAgain;
  if (!IsRetryable(failure)) return Step::kEnd;
  const std::optional<std::chrono::milliseconds> wait = waits.Next(failure);
  if (!wait) return Step::kEnd;
  pause_.Wait(*wait);
  return Step::kAgain;
}

}  // namespace firesteel::client
