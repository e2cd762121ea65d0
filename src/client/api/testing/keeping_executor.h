#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/session/executor.h"
#include "client/types/type_proto.h"
#include "firesteel/types.h"

namespace firesteel::client::testing {

/// Sends nothing: keeps the last thing that was asked, answers what plans ask on their way, and fails the rest.
class KeepingExecutor : public Executor {
 public:
  int64_t NextPlanId() override { return next_id_++; }

  Result<std::unique_ptr<ResponseStream>> Execute(proto::Plan plan) override {
    kept_plan = std::move(plan);
    kept_request.reset();
    return Error::Invalid("kept");
  }

  Result<proto::AnalyzePlanResponse> Analyze(proto::AnalyzePlanRequest request) override {
    kept_request = std::move(request);
    kept_plan.reset();
    ++analyzed;
    proto::AnalyzePlanResponse response;
    if (!kept_request->has_schema()) return Error::Invalid("kept");
    ToProto(schema, response.mutable_schema()->mutable_schema());
    return response;
  }

  Result<proto::ConfigResponse> Config(proto::ConfigRequest::Operation) override { return Error::Invalid("kept"); }
  Result<std::string> TimeZone() override { return std::string("UTC"); }

  Result<std::vector<proto::ExecutePlanResponse>> Run(proto::Command command) override {
    proto::Plan plan;
    *plan.mutable_command() = std::move(command);
    kept_plan = std::move(plan);
    kept_request.reset();
    if (!command_response) return Error::Invalid("kept");
    return std::vector<proto::ExecutePlanResponse>{*command_response};
  }

  std::optional<proto::Plan> kept_plan;
  std::optional<proto::AnalyzePlanRequest> kept_request;
  std::optional<proto::ExecutePlanResponse> command_response;
  Schema schema;
  int analyzed = 0;  ///< how often Analyze was called

 private:
  int64_t next_id_ = 0;
};

}  // namespace firesteel::client::testing
