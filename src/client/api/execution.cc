#include "client/api/execution.h"

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "client/api/observations.h"
#include "client/plan/access.h"
#include "client/result/literal_value.h"
#include "client/result/result_source.h"

namespace firesteel::client::internal {

namespace {

using Observations = std::unordered_map<std::string, std::shared_ptr<const Observation>>;

Observations ObservationsIn(const RelationPtr& plan) {
  Observations found;
  std::vector<const RelationNode*> pending = {plan.get()};
  std::unordered_set<const RelationNode*> seen;
  while (!pending.empty()) {
    const RelationNode* node = pending.back();
    pending.pop_back();
    if (!seen.insert(node).second) continue;
    if (node->observation) found.emplace(node->observation->name(), node->observation);
    for (const RelationPtr& input : node->inputs) pending.push_back(input.get());
    for (const RelationPtr& reference : node->references) pending.push_back(reference.get());
  }
  return found;
}

void Tell(const Observations& observations, const proto::ExecutePlanResponse& response) {
  for (const auto& metrics : response.observed_metrics()) {
    const auto found = observations.find(metrics.name());
    if (found == observations.end()) continue;
    if (metrics.has_root_error_idx()) {
      Error error;
      error.kind = ErrorKind::kExecution;
      error.message = "The metrics of " + metrics.name() + " could not be computed.";
      if (metrics.root_error_idx() < metrics.errors_size()) {
        error.message = metrics.errors(metrics.root_error_idx()).message();
      }
      ObservationAccess::Fail(*found->second, std::move(error));
      continue;
    }
    std::map<std::string, Value> values;
    for (int i = 0; i < metrics.keys_size() && i < metrics.values_size(); ++i) {
      values.emplace(metrics.keys(i), ValueOfLiteral(metrics.values(i)));
    }
    ObservationAccess::Set(*found->second, std::move(values));
  }
}

// Tells observations what passes by.
class ObservedResponses : public ResponseStream {
 public:
  ObservedResponses(std::unique_ptr<ResponseStream> responses, Observations observations)
      : responses_(std::move(responses)), observations_(std::move(observations)) {}

  Result<std::optional<proto::ExecutePlanResponse>> Next() override {
    Result<std::optional<proto::ExecutePlanResponse>> response = responses_->Next();
    if (response && *response) Tell(observations_, **response);
    return response;
  }
  void Cancel() override { responses_->Cancel(); }
  const std::string& operation_id() const override { return responses_->operation_id(); }

 private:
  const std::unique_ptr<ResponseStream> responses_;
  const Observations observations_;
};

// Frees what the server keeps.
class KeptRelation {
 public:
  KeptRelation(ExecutorPtr executor, std::string id) : executor_(std::move(executor)), id_(std::move(id)) {}
  KeptRelation(const KeptRelation&) = delete;
  KeptRelation& operator=(const KeptRelation&) = delete;
  ~KeptRelation() {
    proto::Command command;
    command.mutable_remove_cached_remote_relation_command()->mutable_relation()->set_relation_id(id_);
    // Nobody is there to be told: without a session there is nothing to be freed.
    (void)executor_->Run(std::move(command));
  }

  const std::string& id() const { return id_; }

 private:
  const ExecutorPtr executor_;
  const std::string id_;
};

}  // namespace

Result<ResultStream> OpenQuery(const ExecutorPtr& executor, const RelationPtr& plan) {
  Result<proto::Plan> built = BuildPlan(plan);
  if (!built) return built.error();
  Result<std::unique_ptr<ResponseStream>> responses = executor->Execute(*std::move(built));
  if (!responses) return responses.error();
  Observations observations = ObservationsIn(plan);
  std::unique_ptr<ResponseStream> stream = *std::move(responses);
  if (!observations.empty()) {
    stream = std::make_unique<ObservedResponses>(std::move(stream), std::move(observations));
  }
  return ResultStream(std::make_unique<ResultStream::Source>(std::move(stream)));
}

Result<std::vector<proto::ExecutePlanResponse>> RunCommand(
    const ExecutorPtr& executor, const RelationPtr& plan,
    const std::function<void(proto::Command* command, PlanBuilder& builder)>& fill) {
  proto::Command command;
  PlanBuilder builder;
  fill(&command, builder);
  if (Result<void> built = builder.Finish(); !built) return built.error();
  Result<std::vector<proto::ExecutePlanResponse>> responses = executor->Run(std::move(command));
  if (responses && plan) {
    const Observations observations = ObservationsIn(plan);
    for (const proto::ExecutePlanResponse& response : *responses) Tell(observations, response);
  }
  return responses;
}

Result<proto::AnalyzePlanResponse> Ask(
    const ExecutorPtr& executor, const RelationPtr& plan,
    const std::function<void(proto::AnalyzePlanRequest* request, proto::Plan plan)>& fill) {
  Result<proto::Plan> built = BuildPlan(plan);
  if (!built) return built.error();
  proto::AnalyzePlanRequest request;
  fill(&request, *std::move(built));
  return executor->Analyze(std::move(request));
}

Result<std::vector<Row>> Rows(const ExecutorPtr& executor, const RelationPtr& plan) {
  Result<ResultStream> stream = OpenQuery(executor, plan);
  if (!stream) return stream.error();
  return stream->rows();
}

DataFrame OfServerRelation(const ExecutorPtr& executor, proto::Relation relation) {
  auto shared = std::make_shared<const proto::Relation>(std::move(relation));
  return Access::Make(
      executor, MakeRelation(executor, {}, {}, [shared](const RelationNode& self, proto::Relation* out, PlanBuilder&) {
        *out = *shared;
        out->mutable_common()->set_plan_id(self.root_id);
      }));
}

DataFrame OfCachedRelation(const ExecutorPtr& executor, std::string relation_id) {
  auto kept = std::make_shared<const KeptRelation>(executor, std::move(relation_id));
  return Access::Make(executor,
                      MakeRelation(executor, {}, {}, [kept](const RelationNode&, proto::Relation* out, PlanBuilder&) {
                        out->mutable_cached_remote_relation()->set_relation_id(kept->id());
                      }));
}

void ToProto(const StorageLevel& level, proto::StorageLevel* out) {
  out->set_use_disk(level.use_disk);
  out->set_use_memory(level.use_memory);
  out->set_use_off_heap(level.use_off_heap);
  out->set_deserialized(level.deserialized);
  out->set_replication(level.replication);
}

StorageLevel FromProto(const proto::StorageLevel& level) {
  return {level.use_disk(), level.use_memory(), level.use_off_heap(), level.deserialized(), level.replication()};
}

}  // namespace firesteel::client::internal
