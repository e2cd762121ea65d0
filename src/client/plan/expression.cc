#include "client/plan/expression.h"

#include <atomic>
#include <limits>
#include <random>
#include <utility>

#include "client/plan/deferred_release.h"

namespace firesteel::client::internal {

namespace {

std::atomic<int64_t> next_lambda_variable = 0;
// Negative: not fixed.
std::atomic<int64_t> fixed_seed = -1;

std::shared_ptr<ExpressionNode> Node(ExpressionKind kind, std::string name = {},
                                     std::vector<ExpressionPtr> children = {}) {
  return std::make_shared<ExpressionNode>(kind, std::move(name), std::move(children));
}

}  // namespace

ExpressionNode::ExpressionNode(ExpressionKind kind, std::string name, std::vector<ExpressionPtr> children)
    : kind(kind), name(std::move(name)), children(std::move(children)) {
  for (const ExpressionPtr& child : this->children) {
    has_subquery = has_subquery || child->has_subquery;
    has_ordinal = has_ordinal || child->has_ordinal;
  }
}

ExpressionNode::~ExpressionNode() {
  if (!children.empty()) ReleaseDeferred(std::move(children));
}

ExpressionPtr InvalidExpression(Error error) {
  auto node = Node(ExpressionKind::kInvalid);
  node->error = std::move(error);
  return node;
}

ExpressionPtr ConstantOf(Value value) {
  auto node = Node(ExpressionKind::kLiteral);
  node->value = std::move(value);
  return node;
}

ExpressionPtr IntegerLiteral(int64_t value) {
  const bool fits = value >= std::numeric_limits<int32_t>::min() && value <= std::numeric_limits<int32_t>::max();
  return ConstantOf(fits ? Value(static_cast<int32_t>(value)) : Value(value));
}

ExpressionPtr Attribute(std::string_view name) {
  if (name == "*") return Node(ExpressionKind::kStar);
  return Node(name.ends_with(".*") ? ExpressionKind::kStar : ExpressionKind::kAttribute, std::string(name));
}

ExpressionPtr Function(std::string_view name, std::vector<ExpressionPtr> arguments, bool distinct) {
  auto node = Node(ExpressionKind::kFunction, std::string(name), std::move(arguments));
  node->flag = distinct;
  return node;
}

ExpressionPtr SortOrderOf(ExpressionPtr child, bool ascending, bool nulls_first) {
  auto node = Node(ExpressionKind::kSortOrder, {}, {std::move(child)});
  node->flag = ascending;
  node->nulls_first = nulls_first;
  return node;
}

ExpressionPtr AsSortOrder(const ExpressionPtr& expression) {
  return expression->kind == ExpressionKind::kSortOrder ? expression : SortOrderOf(expression, true, true);
}

ExpressionPtr SubqueryOf(RelationPtr plan, SubqueryKind kind, std::vector<ExpressionPtr> children) {
  auto node = Node(ExpressionKind::kSubquery, {}, std::move(children));
  node->plan = std::move(plan);
  node->subquery_kind = kind;
  node->has_subquery = true;
  return node;
}

namespace {

/// The plans of the nodes of a kind, from left to right; `has` says whether there are such at or below a node.
void CollectPlans(const ExpressionPtr& expression, ExpressionKind kind, bool ExpressionNode::*has,
                  std::vector<RelationPtr>& out) {
  std::vector<const ExpressionNode*> pending = {expression.get()};
  while (!pending.empty()) {
    const ExpressionNode* node = pending.back();
    pending.pop_back();
    if (!(node->*has)) continue;
    if (node->kind == kind) {
      out.push_back(node->plan);
      continue;
    }
    for (size_t i = node->children.size(); i > 0; --i) pending.push_back(node->children[i - 1].get());
  }
}

}  // namespace

void CollectSubqueries(const ExpressionPtr& expression, std::vector<RelationPtr>& out) {
  CollectPlans(expression, ExpressionKind::kSubquery, &ExpressionNode::has_subquery, out);
}

ExpressionPtr OrdinalOf(RelationPtr plan, int64_t ordinal) {
  auto node = Node(ExpressionKind::kOrdinal);
  node->plan = std::move(plan);
  node->ordinal = ordinal;
  node->has_ordinal = true;
  return node;
}

void CollectOrdinals(const ExpressionPtr& expression, std::vector<RelationPtr>& out) {
  CollectPlans(expression, ExpressionKind::kOrdinal, &ExpressionNode::has_ordinal, out);
}

ExpressionPtr FreshLambdaVariable(std::string_view prefix) {
  return Node(ExpressionKind::kLambdaVariable, std::string(prefix) + "_" + std::to_string(next_lambda_variable++));
}

int64_t RandomSeed() {
  const int64_t fixed = fixed_seed;
  if (fixed >= 0) return fixed;
  thread_local std::mt19937_64 generator{std::random_device()()};
  return static_cast<int64_t>(generator() >> 1);
}

void FixRandomSeed(int64_t seed) { fixed_seed = seed; }

}  // namespace firesteel::client::internal
