#include "optimizer/push_below_stages.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "optimizer/python_columns.h"
#include "optimizer/rebuild.h"

namespace firesteel::optimizer {
namespace {

using bound::AttributeId;
using bound::ExpressionPtr;
using bound::RelationPtr;
using IdSet = std::unordered_set<AttributeId>;

bool HasSubquery(const ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const bound::Expression& node) { return SubqueryOf(node) != nullptr; });
}

bool HasStage(const RelationPtr& relation) {
  if (relation->As<bound::PythonStage>()) return true;
  const std::vector<RelationPtr> children = bound::Children(*relation);
  return std::any_of(children.begin(), children.end(), HasStage);
}

/// The condition over the projection's input; null where it must stay above.
ExpressionPtr BelowProject(const bound::Project& project, const ExpressionPtr& condition) {
  std::unordered_map<AttributeId, ExpressionPtr> columns;
  for (const bound::NamedExpression& named : project.expressions) {
    if (IsVolatile(named.expression)) return nullptr;
    columns[named.output.id] = named.expression;
  }
  bool movable = true;
  ExpressionPtr moved = bound::TransformUp(condition, [&](const ExpressionPtr& node) -> ExpressionPtr {
    const auto* reference = node->As<bound::AttributeRef>();
    if (!reference) return nullptr;
    const auto found = columns.find(reference->id);
    if (found == columns.end() || HasSubquery(found->second)) movable = false;
    return found == columns.end() ? nullptr : found->second;
  });
  return movable ? moved : nullptr;
}

template <class Node>
RelationPtr Rebuild(const RelationPtr& relation, Node node) {
  return bound::MakeRelation(std::move(node), relation->output, relation->origin);
}

/// Null where the condition must stay above the relation.
RelationPtr TryPush(const RelationPtr& relation, const ExpressionPtr& condition, const OriginPtr& origin) {
  if (const auto* project = relation->As<bound::Project>()) {
    const ExpressionPtr below = BelowProject(*project, condition);
    if (!below) return nullptr;
    return Rebuild(relation, bound::Project{FilterBelowStages(project->child, below, origin), project->expressions});
  }
  if (const auto* stage = relation->As<bound::PythonStage>()) {
    if (stage->kind != bound::PythonStage::Kind::kEval || !ReadsOnly(condition, stage->inputs[0])) return nullptr;
    for (const bound::NamedExpression& call : stage->calls) {
      if (IsVolatile(call.expression)) return nullptr;
    }
    bound::PythonStage copy = *stage;
    copy.inputs[0] = FilterBelowStages(stage->inputs[0], condition, origin);
    return Rebuild(relation, std::move(copy));
  }
  if (const auto* filter = relation->As<bound::Filter>()) {
    if (IsVolatile(filter->condition)) return nullptr;
    return Rebuild(relation, bound::Filter{FilterBelowStages(filter->child, condition, origin), filter->condition});
  }
  if (const auto* sort = relation->As<bound::Sort>()) {
    bound::Sort copy = *sort;
    copy.child = FilterBelowStages(sort->child, condition, origin);
    return Rebuild(relation, std::move(copy));
  }
  if (const auto* join = relation->As<bound::Join>(); join && !join->lateral) {
    using Type = bound::Join::Type;
    const bool keeps_left = join->type != Type::kRightOuter && join->type != Type::kFullOuter;
    const bool keeps_right =
        join->type == Type::kInner || join->type == Type::kCross || join->type == Type::kRightOuter;
    bound::Join copy = *join;
    if (keeps_left && ReadsOnly(condition, join->left)) {
      copy.left = FilterBelowStages(join->left, condition, origin);
    } else if (keeps_right && ReadsOnly(condition, join->right)) {
      copy.right = FilterBelowStages(join->right, condition, origin);
    } else {
      return nullptr;
    }
    return Rebuild(relation, std::move(copy));
  }
  return nullptr;
}

/// Whether each row of the relation is one of an input's, down to a stage of Python calls.
bool IsRowByRow(const RelationPtr& relation) {
  if (const auto* project = relation->As<bound::Project>()) return IsRowByRow(project->child);
  const auto* stage = relation->As<bound::PythonStage>();
  return stage && stage->kind == bound::PythonStage::Kind::kEval;
}

RelationPtr LimitBelow(const bound::Limit& limit, const RelationPtr& relation, const OriginPtr& origin) {
  if (!IsRowByRow(relation)) {
    // The last stage of the chain is passed; a projection under it may be followed by another.
    return bound::MakeRelation(bound::Limit{relation, limit.limit, limit.offset}, relation->output, origin);
  }
  return MapChildren(relation, [&](const RelationPtr& child) { return LimitBelow(limit, child, origin); });
}

}  // namespace

RelationPtr FilterBelowStages(const RelationPtr& relation, const ExpressionPtr& condition, const OriginPtr& origin) {
  if (HasStage(relation) && !IsVolatile(condition) && !HasSubquery(condition)) {
    if (RelationPtr pushed = TryPush(relation, condition, origin)) return pushed;
  }
  return bound::MakeRelation(bound::Filter{relation, condition}, relation->output, origin);
}

RelationPtr PushLimits(const RelationPtr& relation) {
  RelationPtr mapped = MapExpressions(relation, [](const ExpressionPtr& expression) {
    return bound::TransformUp(expression, [](const ExpressionPtr& node) -> ExpressionPtr {
      const RelationPtr* query = SubqueryOf(*node);
      if (!query) return nullptr;
      RelationPtr pushed = PushLimits(*query);
      return pushed == *query ? nullptr : WithSubquery(*node, std::move(pushed));
    });
  });
  mapped = MapChildren(mapped, PushLimits);
  const auto* limit = mapped->As<bound::Limit>();
  if (!limit || !IsRowByRow(limit->child)) return mapped;
  return LimitBelow(*limit, limit->child, mapped->origin);
}

}  // namespace firesteel::optimizer
