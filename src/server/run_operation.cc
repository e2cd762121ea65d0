#include "server/run_operation.h"

#include <utility>
#include <variant>

#include "base/log.h"
#include "connect/command/sql_command.h"
#include "connect/decoder.h"
#include "server/execute_sink.h"
#include "server/status/statement_text.h"
#include "session/plan_decoding.h"
#include "spark/connect/commands.pb.h"
#include "spark/connect/ml.pb.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

namespace {

ChunkingOptions ChunkingOf(const proto::ExecutePlanRequest& request) {
  ChunkingOptions chunking;
  for (const auto& option : request.request_options()) {
    if (!option.has_result_chunking_options()) continue;
    chunking.allowed = option.result_chunking_options().allow_arrow_batch_chunking();
    chunking.preferred_bytes = option.result_chunking_options().preferred_arrow_chunk_size();
  }
  return chunking;
}

/// Commands about the connection or the server, which are no plans. True when answered.
bool AnswerProtocolCommand(const proto::Plan& plan, ExecuteSink* sink) {
  if (plan.op_type_case() != proto::Plan::kCommand) return false;
  const proto::Command& command = plan.command();
  proto::ExecutePlanResponse response;
  if (command.has_ml_command() && command.ml_command().has_clean_cache()) {
    // There is no ML cache, so no model is dropped. Clients send this when they exit.
    response.mutable_ml_command_result()->mutable_param()->set_integer(0);
  } else if (command.has_get_resources_command()) {
    response.mutable_get_resources_command_result();
  } else {
    return false;
  }
  sink->Push(&response);
  return true;
}

/// spark.sql(text): a query comes back as the relation that the client sent, anything else as its rows.
void PushSqlResult(const session::CommandResult& result, const proto::Relation& sent, ExecuteSink* sink) {
  proto::ExecutePlanResponse response;
  auto* relation = response.mutable_sql_command_result()->mutable_relation();
  if (result.is_query) {
    *relation = sent;
  } else {
    std::string* data = relation->mutable_local_relation()->mutable_data();
    for (const session::ByteSlice& slice : result.ipc) data->append(slice.bytes);
  }
  sink->Push(&response);
}

/// The name by which the client reads a checkpoint.
void PushCheckpoint(const std::string& id, ExecuteSink* sink) {
  proto::ExecutePlanResponse response;
  response.mutable_checkpoint_command_result()->mutable_relation()->set_relation_id(id);
  sink->Push(&response);
}

/// The relation of a SQL command, also of a compressed one; empty for other commands.
proto::Relation SqlRelationOf(const proto::Plan& plan, const connect::DecodeContext& context) {
  proto::Relation relation;
  if (plan.op_type_case() == proto::Plan::kCommand && plan.command().has_sql_command()) {
    connect::SqlCommandRelation(plan.command().sql_command(), &relation);
  } else if (plan.op_type_case() == proto::Plan::kCompressedOperation) {
    connect::CompressedSqlCommandRelation(plan, context, &relation);
  }
  return relation;
}

/// The one line about an operation: who, how it ended and what it cost, nothing of what it asked.
void LogEnd(const std::string& user_id, session::OperationState state, const StatementLog::Figures& figures,
            const std::string& condition) {
  log::Fields fields = {{"user_id", user_id},
                        {"state", std::string(StateText(state))},
                        {"seconds", figures.seconds},
                        {"rows", figures.rows},
                        {"bytes", figures.bytes}};
  if (state == session::OperationState::kFailed) fields.push_back({"condition", condition});
  log::Event("operation ended", fields);
}

void Run(Services& services, session::Session& session, session::Operation& operation, ExecuteRequest request,
         ExecuteSink* sink) {
  session::SessionState& state = session.state();
  const proto::Plan& plan = (*request)->plan();
  if (AnswerProtocolCommand(plan, sink)) return;

  const connect::DecodeContext context = session::DecodeContextOf(state);
  connect::DecodedPlan decoded = connect::DecodePlan(plan, context);
  if (const auto* relation = std::get_if<plan::RelationPtr>(&decoded)) {
    request.reset();  // the messages may be large and are not needed any more
    services.runner.Execute(*relation, state, *sink, operation.cancel_token());
    return;
  }
  const auto& command = std::get<plan::Command>(decoded);
  const bool is_sql = command.As<plan::SqlCommand>() != nullptr || command.As<plan::Query>() != nullptr;
  proto::Relation sent;
  if (is_sql) sent = SqlRelationOf(plan, context);
  request.reset();
  const session::CommandResult result = services.runner.RunCommand(command, state, operation.cancel_token());
  if (is_sql) PushSqlResult(result, sent, sink);
  if (!result.remote_relation.empty()) PushCheckpoint(result.remote_relation, sink);
}

}  // namespace

void RunOperation(Services& services, const session::SessionPtr& session, const session::OperationPtr& operation) {
  const log::Scope scope({{"session_id", session->session_id()}, {"operation_id", operation->id()}});
  auto request = std::static_pointer_cast<ParsedExecuteRequest>(operation->TakeRequest());
  const auto statement = services.statements.Begin({.operation_id = operation->id(),
                                                    .session_id = session->session_id(),
                                                    .user_id = session->user_id(),
                                                    .text = request ? StatementText((*request)->plan()) : "",
                                                    .tags = operation->tags()},
                                                   operation);
  std::string error;
  std::string condition;
  try {
    operation->MarkRunning();
    const ChunkingOptions chunking = request ? ChunkingOf(**request) : ChunkingOptions();
    ExecuteSink sink(*session, *operation, chunking, *statement, services.statements.keeps_plans());
    if (request && !operation->IsOver()) Run(services, *session, *operation, std::move(request), &sink);
    sink.Succeed();
  } catch (...) {
    const session::ErrorRecordPtr described = session::DescribeError(std::current_exception());
    error = described->message;
    condition = described->condition.empty() ? described->class_hierarchy.front() : described->condition;
    // An interrupted run may fail in any way; the operation knows better why.
    if (!operation->IsOver()) operation->Fail(described);
  }
  const session::OperationState state = operation->state();
  const StatementLog::Figures figures = statement->End(state, error);
  if (log::WritesEvents()) LogEnd(session->user_id(), state, figures, condition);
  session->Touch();
}

}  // namespace firesteel::server
