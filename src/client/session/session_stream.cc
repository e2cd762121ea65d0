#include "client/session/session_stream.h"

#include <utility>

namespace firesteel::client {
namespace {

Progress ProgressOf(const proto::ExecutePlanResponse& response) {
  Progress progress;
  progress.operation_id = response.operation_id();
  progress.running_tasks = response.execution_progress().num_inflight_tasks();
  for (const auto& stage : response.execution_progress().stages()) {
    progress.stages.push_back(
        {stage.stage_id(), stage.num_tasks(), stage.num_completed_tasks(), stage.input_bytes_read(), stage.done()});
  }
  return progress;
}

}  // namespace

void SessionStream::End() {
  ended_ = true;
  if (!reported_) return;
  Progress progress;
  progress.operation_id = operation_id_;
  progress.done = true;
  state_->Report(progress);
}

Result<std::optional<proto::ExecutePlanResponse>> SessionStream::Next() {
  while (!ended_) {
    proto::ExecutePlanResponse response;
    grpc::Status status;
    if (!responses_->Next(response, status)) {
      End();
      if (status.ok()) break;
      return state_->Convert(Rpc::kExecutePlan, status);
    }
    Result<void> verified = state_->Verify(response.session_id(), response.server_side_session_id());
    if (!verified) {
      End();
      return verified.error();
    }
    if (response.has_execution_progress()) {
      reported_ = true;
      state_->Report(ProgressOf(response));
      continue;
    }
    if (response.has_result_complete()) {
      End();
      break;
    }
    return std::optional<proto::ExecutePlanResponse>(std::move(response));
  }
  return std::optional<proto::ExecutePlanResponse>();
}

void SessionStream::Cancel() {
  responses_->Cancel();
  proto::InterruptRequest request;
  request.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_OPERATION_ID);
  request.set_operation_id(operation_id_);
  // The stream has ended here in any case; a server that does not answer drops the operation by itself.
  Result<std::vector<std::string>> ignored = state_->Interrupt(std::move(request));
  static_cast<void>(ignored);
}

}  // namespace firesteel::client
