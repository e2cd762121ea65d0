#include "client/plan/relation.h"

#include <iterator>
#include <utility>

namespace firesteel::client::internal {

RelationNode::~RelationNode() {
  std::vector<RelationPtr> pending = std::move(inputs);
  while (!pending.empty()) {
    const RelationPtr node = std::move(pending.back());
    pending.pop_back();
    if (node.use_count() != 1) continue;
    // Nobody else has it: its inputs can be taken before it goes. Nodes are made as non-const objects.
    std::vector<RelationPtr>& own = const_cast<RelationNode&>(*node).inputs;
    std::move(own.begin(), own.end(), std::back_inserter(pending));
    own.clear();
  }
}

RelationPtr MakeRelation(const ExecutorPtr& executor, std::vector<RelationPtr> inputs,
                         std::vector<ExpressionPtr> expressions, RelationNode::Fill fill,
                         std::vector<RelationPtr> references) {
  auto node = std::make_shared<RelationNode>();
  node->root_id = executor->NextPlanId();
  node->references = std::move(references);
  for (const ExpressionPtr& expression : expressions) CollectSubqueries(expression, node->references);
  if (!node->references.empty()) node->with_relations_id = executor->NextPlanId();
  node->inputs = std::move(inputs);
  node->expressions = std::move(expressions);
  node->fill = std::move(fill);
  return node;
}

RelationPtr InvalidRelation(const ExecutorPtr& executor, Error error, std::vector<RelationPtr> inputs) {
  auto node = std::make_shared<RelationNode>();
  node->root_id = executor->NextPlanId();
  node->inputs = std::move(inputs);
  node->error = std::move(error);
  return node;
}

}  // namespace firesteel::client::internal
