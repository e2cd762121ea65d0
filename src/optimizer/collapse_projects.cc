#include "optimizer/collapse_projects.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "functions/function.h"
#include "optimizer/rebuild.h"

namespace firesteel::optimizer {
namespace {

using bound::AttributeId;
using bound::ExpressionPtr;
using bound::RelationPtr;

int Depth(const ExpressionPtr& expression) {
  int depth = 0;
  for (const ExpressionPtr& child : bound::Children(*expression)) depth = std::max(depth, Depth(child));
  return depth + 1;
}

bool IsFree(const bound::Expression& expression) {
  return expression.As<bound::AttributeRef>() || expression.As<bound::Literal>() || expression.As<bound::OuterRef>();
}

// Whether an expression may stand anywhere else than where the user put it.
bool IsMovable(const ExpressionPtr& expression) {
  return !bound::AnyOf(expression, [](const bound::Expression& node) {
    if (const auto* call = node.As<bound::Call>()) {
      return call->function->volatility == functions::Volatility::kVolatile ||
             call->function->kind == functions::Kind::kGenerator;
    }
    if (const auto* python = node.As<bound::PythonCall>()) return !python->function->deterministic;
    return node.As<bound::WindowCall>() != nullptr || SubqueryOf(node) != nullptr;
  });
}

struct Definition {
  ExpressionPtr expression;
  int uses = 0;
  int depth = 1;
};

using Definitions = std::unordered_map<AttributeId, Definition>;

// Counts the uses of each definition; false when something reads the definitions in a way that is not counted.
bool CountUses(const std::vector<bound::NamedExpression>& expressions, Definitions& definitions) {
  bool countable = true;
  for (const bound::NamedExpression& named : expressions) {
    bound::AnyOf(named.expression, [&](const bound::Expression& node) {
      if (const auto* reference = node.As<bound::AttributeRef>()) {
        auto it = definitions.find(reference->id);
        if (it != definitions.end()) ++it->second.uses;
      }
      // Correlated subqueries name outer columns by id: they must stay defined below.
      if (SubqueryOf(node)) countable = false;
      return false;
    });
  }
  return countable;
}

RelationPtr TryCollapse(const RelationPtr& relation) {
  const auto* outer = relation->As<bound::Project>();
  const auto* inner = outer->child->As<bound::Project>();
  if (!inner) return nullptr;
  Definitions definitions;
  for (const bound::NamedExpression& named : inner->expressions) {
    definitions[named.output.id] = {named.expression, 0, Depth(named.expression)};
  }
  if (!CountUses(outer->expressions, definitions)) return nullptr;
  int deepest = 1;
  for (const auto& [id, definition] : definitions) {
    if (definition.uses == 0 || IsFree(*definition.expression)) continue;
    if (definition.uses > 1 || !IsMovable(definition.expression)) return nullptr;
    deepest = std::max(deepest, definition.depth);
  }
  bound::Project merged{inner->child, {}};
  for (const bound::NamedExpression& named : outer->expressions) {
    if (deepest > 1 && Depth(named.expression) + deepest > kMaxCollapsedDepth) return nullptr;
    ExpressionPtr replaced = bound::TransformUp(named.expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
      const auto* reference = node->As<bound::AttributeRef>();
      if (!reference) return nullptr;
      auto it = definitions.find(reference->id);
      return it == definitions.end() ? nullptr : it->second.expression;
    });
    merged.expressions.push_back({named.output, std::move(replaced)});
  }
  return bound::MakeRelation(std::move(merged), relation->output, relation->origin);
}

}  // namespace

RelationPtr CollapseProjects(const RelationPtr& relation) {
  RelationPtr mapped = MapExpressions(relation, [](const ExpressionPtr& expression) {
    return bound::TransformUp(expression, [](const ExpressionPtr& node) -> ExpressionPtr {
      const RelationPtr* query = SubqueryOf(*node);
      if (!query) return nullptr;
      RelationPtr collapsed = CollapseProjects(*query);
      return collapsed == *query ? nullptr : WithSubquery(*node, std::move(collapsed));
    });
  });
  mapped = MapChildren(mapped, [](const RelationPtr& child) { return CollapseProjects(child); });
  if (mapped->As<bound::Project>()) {
    if (RelationPtr collapsed = TryCollapse(mapped)) return collapsed;
  }
  return mapped;
}

}  // namespace firesteel::optimizer
