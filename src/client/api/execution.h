#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "client/plan/relation.h"
#include "client/session/executor.h"
#include "firesteel/dataframe.h"
#include "firesteel/error.h"
#include "firesteel/result.h"

/// How plans are sent: queries, commands, questions. All wait for the server.
namespace firesteel::client::internal {

/// Begins the query; the observations in the plan get their metrics while it is read.
Result<ResultStream> OpenQuery(const ExecutorPtr& executor, const RelationPtr& plan);

/// Writes the command, with `plan` as its input where there is one, and waits for its end.
Result<std::vector<proto::ExecutePlanResponse>> RunCommand(
    const ExecutorPtr& executor, const RelationPtr& plan,
    const std::function<void(proto::Command* command, PlanBuilder& builder)>& fill);

/// Asks about a plan: `fill` says where in the request it belongs.
Result<proto::AnalyzePlanResponse> Ask(
    const ExecutorPtr& executor, const RelationPtr& plan,
    const std::function<void(proto::AnalyzePlanRequest* request, proto::Plan plan)>& fill);

/// The rows of a result, all of them.
Result<std::vector<Row>> Rows(const ExecutorPtr& executor, const RelationPtr& plan);

/// Of a relation that the server made: the answer to a SQL statement.
DataFrame OfServerRelation(const ExecutorPtr& executor, proto::Relation relation);
/// Of a result that the server keeps until the last DataFrame made of it is gone.
DataFrame OfCachedRelation(const ExecutorPtr& executor, std::string relation_id);

void ToProto(const StorageLevel& level, proto::StorageLevel* out);
StorageLevel FromProto(const proto::StorageLevel& level);

}  // namespace firesteel::client::internal
