#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/plan/expression.h"
#include "client/plan/plan_builder.h"
#include "client/session/executor.h"
#include "firesteel/error.h"

namespace firesteel::client {
class Observation;
}

/// The nodes behind DataFrame: immutable, shared, each with the plan id that it took when it was made.
namespace firesteel::client::internal {

struct RelationNode {
  /// Writes the node's own part of the message; inputs and expressions go to the builder.
  using Fill = std::function<void(const RelationNode& self, proto::Relation* out, PlanBuilder& builder)>;

  RelationNode() = default;
  RelationNode(const RelationNode&) = delete;
  RelationNode& operator=(const RelationNode&) = delete;
  /// Does not recurse, so that long chains need no stack.
  ~RelationNode();

  /// What columns of this DataFrame name: the id of the message as a whole.
  int64_t plan_id() const { return with_relations_id.value_or(root_id); }

  int64_t root_id = 0;
  /// With subqueries inside, the node is wrapped in a relation that brings their plans along.
  std::optional<int64_t> with_relations_id;
  std::vector<RelationPtr> inputs;
  std::vector<ExpressionPtr> expressions;
  std::vector<RelationPtr> references;
  /// Plans whose columns the message names by place or type: the server is asked for them before it is written.
  std::vector<RelationPtr> asked;
  Fill fill;
  ExecutorPtr executor;
  std::optional<Error> error;  ///< why there is no plan
  /// Set where metrics are observed.
  std::shared_ptr<const Observation> observation;

  /// What SchemaOf() was told.
  mutable std::mutex schema_mutex;
  mutable std::optional<Schema> schema;
};

/// A node with its ids taken from the executor. `references` are plans besides those of subqueries in `expressions`;
/// plans of ordinals in `expressions` are `asked`.
std::shared_ptr<RelationNode> MakeRelation(const ExecutorPtr& executor, std::vector<RelationPtr> inputs,
                                           std::vector<ExpressionPtr> expressions, RelationNode::Fill fill,
                                           std::vector<RelationPtr> references = {});
RelationPtr InvalidRelation(const ExecutorPtr& executor, Error error, std::vector<RelationPtr> inputs = {});

}  // namespace firesteel::client::internal
