#include "client/plan/relation.h"

#include <utility>

#include "client/plan/deferred_release.h"

namespace firesteel::client::internal {

RelationNode::~RelationNode() {
  if (!inputs.empty()) ReleaseDeferred(std::move(inputs));
}

std::shared_ptr<RelationNode> MakeRelation(const ExecutorPtr& executor, std::vector<RelationPtr> inputs,
                                           std::vector<ExpressionPtr> expressions, RelationNode::Fill fill,
                                           std::vector<RelationPtr> references) {
  auto node = std::make_shared<RelationNode>();
  node->root_id = executor->NextPlanId();
  node->references = std::move(references);
  for (const ExpressionPtr& expression : expressions) {
    CollectSubqueries(expression, node->references);
    CollectOrdinals(expression, node->asked);
  }
  node->executor = executor;
  if (!node->references.empty()) node->with_relations_id = executor->NextPlanId();
  node->inputs = std::move(inputs);
  node->expressions = std::move(expressions);
  node->fill = std::move(fill);
  return node;
}

RelationPtr InvalidRelation(const ExecutorPtr& executor, Error error, std::vector<RelationPtr> inputs) {
  auto node = std::make_shared<RelationNode>();
  node->root_id = executor->NextPlanId();
  node->executor = executor;
  node->inputs = std::move(inputs);
  node->error = std::move(error);
  return node;
}

}  // namespace firesteel::client::internal
