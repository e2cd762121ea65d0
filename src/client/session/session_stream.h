#pragma once

#include <memory>
#include <string>

#include "client/session/executor.h"
#include "client/session/session_state.h"
#include "client/transport/reattaching_stream.h"

namespace firesteel::client {

/// The answers to one plan as the session hands them on: checked, errors in full, progress told to the handlers.
class SessionStream : public ResponseStream {
 public:
  SessionStream(std::shared_ptr<SessionState> state, std::unique_ptr<ReattachingStream> responses)
      : state_(std::move(state)), responses_(std::move(responses)), operation_id_(responses_->operation_id()) {}

  Result<std::optional<proto::ExecutePlanResponse>> Next() override;
  void Cancel() override;
  const std::string& operation_id() const override { return operation_id_; }

 private:
  void End();

  const std::shared_ptr<SessionState> state_;  // outlives responses_
  const std::unique_ptr<ReattachingStream> responses_;
  const std::string operation_id_;
  bool ended_ = false;
  bool reported_ = false;
};

}  // namespace firesteel::client
