// Actions, and what the server says about a plan.

#include <cstdio>
#include <utility>

#include "client/api/execution.h"
#include "client/api/frames.h"
#include "client/api/observations.h"
#include "client/types/type_proto.h"
#include "firesteel/dataframe.h"
#include "firesteel/session.h"

namespace firesteel::client {

using internal::Access;
using internal::Ask;
using internal::Chain;
using internal::PlanBuilder;
using internal::RelationNode;

namespace internal {

Error UnexpectedResult(std::string_view call) {
  Error error;
  error.kind = ErrorKind::kProtocol;
  error.message = "The server's answer to " + std::string(call) + " is not what such a call gives.";
  return error;
}

Result<Value> OnlyValue(const DataFrame& frame) {
  Result<std::vector<Row>> rows = Rows(Access::ExecutorOf(frame), Access::Plan(frame));
  if (!rows) return rows.error();
  if (rows->size() != 1 || rows->front().size() != 1) return UnexpectedResult("a call for one value");
  return rows->front()[0];
}

Result<double> OnlyDouble(const DataFrame& frame) {
  Result<Value> value = OnlyValue(frame);
  if (!value) return value.error();
  const std::optional<double> number = value->number();
  if (!number) return UnexpectedResult("a call for one number");
  return *number;
}

}  // namespace internal

namespace {

Result<void> Print(const Result<std::string>& text, const char* end) {
  if (!text) return text.error();
  std::fwrite(text->data(), 1, text->size(), stdout);
  std::fputs(end, stdout);
  return {};
}

Result<void> CreateView(const ExecutorPtr& executor, const internal::RelationPtr& plan, std::string name, bool global,
                        bool replace) {
  Result<std::vector<proto::ExecutePlanResponse>> done =
      internal::RunCommand(executor, plan, [&](proto::Command* command, PlanBuilder& builder) {
        auto* view = command->mutable_create_dataframe_view();
        view->set_replace(replace);
        view->set_is_global(global);
        view->set_name(std::move(name));
        builder.Add(plan, view->mutable_input());
      });
  if (!done) return done.error();
  return {};
}

Result<DataFrame> Checkpoint(const ExecutorPtr& executor, const internal::RelationPtr& plan, bool local, bool eager,
                             const std::optional<StorageLevel>& level) {
  Result<std::vector<proto::ExecutePlanResponse>> responses =
      internal::RunCommand(executor, plan, [&](proto::Command* command, PlanBuilder& builder) {
        auto* checkpoint = command->mutable_checkpoint_command();
        builder.Add(plan, checkpoint->mutable_relation());
        checkpoint->set_local(local);
        checkpoint->set_eager(eager);
        if (level) internal::ToProto(*level, checkpoint->mutable_storage_level());
      });
  if (!responses) return responses.error();
  for (const proto::ExecutePlanResponse& response : *responses) {
    if (response.has_checkpoint_command_result()) {
      return internal::OfCachedRelation(executor, response.checkpoint_command_result().relation().relation_id());
    }
  }
  return internal::UnexpectedResult("checkpoint");
}

proto::AnalyzePlanRequest::Explain::ExplainMode ModeOf(ExplainMode mode) {
  using Explain = proto::AnalyzePlanRequest::Explain;
  switch (mode) {
    case ExplainMode::kExtended:
      return Explain::EXPLAIN_MODE_EXTENDED;
    case ExplainMode::kCodegen:
      return Explain::EXPLAIN_MODE_CODEGEN;
    case ExplainMode::kCost:
      return Explain::EXPLAIN_MODE_COST;
    case ExplainMode::kFormatted:
      return Explain::EXPLAIN_MODE_FORMATTED;
    case ExplainMode::kSimple:
      break;
  }
  return Explain::EXPLAIN_MODE_SIMPLE;
}

}  // namespace

Result<ResultStream> DataFrame::stream() const { return internal::OpenQuery(executor_, plan_); }

Result<std::vector<Row>> DataFrame::collect() const { return internal::Rows(executor_, plan_); }

Result<ArrowTable> DataFrame::to_arrow() const {
  Result<ResultStream> result = stream();
  if (!result) return result.error();
  std::vector<RecordBatch> batches;
  while (true) {
    Result<std::optional<RecordBatch>> batch = result->next();
    if (!batch) return batch.error();
    if (!*batch) break;
    batches.push_back(**std::move(batch));
  }
  Result<Schema> schema = result->schema();
  if (!schema) return schema.error();
  return ArrowTable(*std::move(schema), std::move(batches));
}

Result<std::vector<Row>> DataFrame::tail(int32_t rows) const {
  return Chain(*this,
               [rows](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                 builder.Add(self.inputs[0], out->mutable_tail()->mutable_input());
                 out->mutable_tail()->set_limit(rows);
               })
      .collect();
}

Result<std::optional<Row>> DataFrame::first() const {
  Result<std::vector<Row>> rows = take(1);
  if (!rows) return rows.error();
  if (rows->empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows->front()));
}

Result<int64_t> DataFrame::count() const {
  const Column rows = Access::Make(internal::Function("count", {internal::IntegerLiteral(1)}));
  Result<Value> value = internal::OnlyValue(agg(rows));
  if (!value) return value.error();
  const std::optional<int64_t> number = value->integer();
  if (!number) return internal::UnexpectedResult("count");
  return *number;
}

Result<bool> DataFrame::is_empty() const {
  Result<std::vector<Row>> rows = select().take(1);
  if (!rows) return rows.error();
  return rows->empty();
}

Result<void> DataFrame::foreach (const std::function<void(const Row&)>& f) const {
  Result<ResultStream> result = stream();
  if (!result) return result.error();
  return result->for_each([&f](const RecordBatch& batch) {
    for (int64_t i = 0; i < batch.rows(); ++i) f(batch.row(i));
    return true;
  });
}

Result<void> DataFrame::show(int32_t rows, int32_t truncate, bool vertical) const {
  return Print(show_string(rows, truncate, vertical), "\n");
}

Result<std::string> DataFrame::show_string(int32_t rows, int32_t truncate, bool vertical) const {
  Result<Value> text =
      internal::OnlyValue(Chain(*this, [=](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
        proto::ShowString* show = out->mutable_show_string();
        builder.Add(self.inputs[0], show->mutable_input());
        show->set_num_rows(rows);
        show->set_truncate(truncate);
        show->set_vertical(vertical);
      }));
  if (!text) return text.error();
  const std::string* table = text->get_if<std::string>();
  if (!table) return internal::UnexpectedResult("show");
  return *table;
}

Result<Schema> DataFrame::schema() const {
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_schema()->mutable_plan() = std::move(plan);
      });
  if (!response) return response.error();
  return SchemaFromProto(response->schema().schema());
}

Result<std::vector<std::string>> DataFrame::columns() const {
  Result<Schema> found = schema();
  if (!found) return found.error();
  return found->names();
}

Result<std::vector<std::pair<std::string, std::string>>> DataFrame::dtypes() const {
  Result<Schema> found = schema();
  if (!found) return found.error();
  std::vector<std::pair<std::string, std::string>> types;
  for (const StructField& field : *found) types.emplace_back(field.name, field.type.simple_string());
  return types;
}

Result<std::string> DataFrame::schema_string(int32_t level) const {
  Result<Schema> found = schema();
  if (!found) return found.error();
  return found->tree_string(level);
}

Result<void> DataFrame::print_schema(int32_t level) const { return Print(schema_string(level), "\n"); }

Result<std::string> DataFrame::explain_string(ExplainMode mode) const {
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [mode](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_explain()->mutable_plan() = std::move(plan);
        request->mutable_explain()->set_explain_mode(ModeOf(mode));
      });
  if (!response) return response.error();
  return response->explain().explain_string();
}

Result<void> DataFrame::explain(ExplainMode mode) const { return Print(explain_string(mode), "\n"); }

Result<bool> DataFrame::is_local() const {
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_is_local()->mutable_plan() = std::move(plan);
      });
  if (!response) return response.error();
  return response->is_local().is_local();
}

Result<bool> DataFrame::is_streaming() const {
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_is_streaming()->mutable_plan() = std::move(plan);
      });
  if (!response) return response.error();
  return response->is_streaming().is_streaming();
}

Result<std::vector<std::string>> DataFrame::input_files() const {
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_input_files()->mutable_plan() = std::move(plan);
      });
  if (!response) return response.error();
  return std::vector<std::string>(response->input_files().files().begin(), response->input_files().files().end());
}

Result<bool> DataFrame::same_semantics(const DataFrame& other) const {
  if (executor_ != other.executor_) {
    return Error::Invalid("SESSION_NOT_SAME", "Both DataFrames must belong to the same session.");
  }
  Result<proto::Plan> other_plan = internal::BuildPlan(other.plan_);
  if (!other_plan) return other_plan.error();
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [&other_plan](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_same_semantics()->mutable_target_plan() = std::move(plan);
        *request->mutable_same_semantics()->mutable_other_plan() = *std::move(other_plan);
      });
  if (!response) return response.error();
  return response->same_semantics().result();
}

Result<int32_t> DataFrame::semantic_hash() const {
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_semantic_hash()->mutable_plan() = std::move(plan);
      });
  if (!response) return response.error();
  return response->semantic_hash().result();
}

Result<void> DataFrame::create_temp_view(std::string name) const {
  return CreateView(executor_, plan_, std::move(name), false, false);
}

Result<void> DataFrame::create_or_replace_temp_view(std::string name) const {
  return CreateView(executor_, plan_, std::move(name), false, true);
}

Result<void> DataFrame::create_global_temp_view(std::string name) const {
  return CreateView(executor_, plan_, std::move(name), true, false);
}

Result<void> DataFrame::create_or_replace_global_temp_view(std::string name) const {
  return CreateView(executor_, plan_, std::move(name), true, true);
}

Result<DataFrame> DataFrame::persist(StorageLevel level) const {
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [&level](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_persist()->mutable_relation() = std::move(*plan.mutable_root());
        internal::ToProto(level, request->mutable_persist()->mutable_storage_level());
      });
  if (!response) return response.error();
  return *this;
}

Result<DataFrame> DataFrame::unpersist(bool blocking) const {
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [blocking](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_unpersist()->mutable_relation() = std::move(*plan.mutable_root());
        request->mutable_unpersist()->set_blocking(blocking);
      });
  if (!response) return response.error();
  return *this;
}

Result<StorageLevel> DataFrame::storage_level() const {
  Result<proto::AnalyzePlanResponse> response =
      Ask(executor_, plan_, [](proto::AnalyzePlanRequest* request, proto::Plan plan) {
        *request->mutable_get_storage_level()->mutable_relation() = std::move(*plan.mutable_root());
      });
  if (!response) return response.error();
  return internal::FromProto(response->get_storage_level().storage_level());
}

Result<bool> DataFrame::is_cached() const {
  Result<StorageLevel> level = storage_level();
  if (!level) return level.error();
  return level->use_disk || level->use_memory || level->use_off_heap;
}

Result<DataFrame> DataFrame::checkpoint(bool eager) const { return Checkpoint(executor_, plan_, false, eager, {}); }

Result<DataFrame> DataFrame::local_checkpoint(bool eager, std::optional<StorageLevel> level) const {
  return Checkpoint(executor_, plan_, true, eager, level);
}

Session DataFrame::spark_session() const { return Session::of(executor_); }

}  // namespace firesteel::client
