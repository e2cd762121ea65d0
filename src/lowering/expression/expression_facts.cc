#include "lowering/expression/expression_facts.h"

#include <algorithm>

#include "base/overloaded.h"
#include "bound/subquery.h"
#include "functions/function.h"

namespace firesteel::lowering {
namespace {

using bound::Expression;
using bound::ExpressionPtr;
using bound::SubqueryOf;
using Uses = std::unordered_map<bound::AttributeId, int>;

void CountInRelation(const bound::Relation& relation, Uses& uses) {
  for (const ExpressionPtr& expression : bound::Expressions(relation)) CountReferences(*expression, uses);
  for (const bound::RelationPtr& child : bound::Children(relation)) CountInRelation(*child, uses);
}

bool CallCanFail(const bound::Call& call) {
  if (call.mode == EvalMode::kTry) return false;
  if (const auto* kernel = std::get_if<functions::LowerKernel>(&call.function->lowering)) {
    return kernel->kernel->fallible;
  }
  // Rewrites and special lowerings may come to kernels.
  return std::holds_alternative<functions::LowerRewrite>(call.function->lowering) ||
         std::holds_alternative<functions::LowerSpecial>(call.function->lowering);
}

}  // namespace

const ExpressionPtr& StripAlias(const ExpressionPtr& expression) {
  const ExpressionPtr* current = &expression;
  while (const auto* alias = (*current)->As<bound::InnerAlias>()) current = &alias->child;
  return *current;
}

void CountReferences(const Expression& expression, Uses& uses) {
  if (const auto* reference = expression.As<bound::AttributeRef>()) ++uses[reference->id];
  if (const auto* outer = expression.As<bound::OuterRef>()) ++uses[outer->id];
  if (const bound::RelationPtr* query = SubqueryOf(expression)) CountInRelation(**query, uses);
  for (const ExpressionPtr& child : bound::Children(expression)) CountReferences(*child, uses);
}

int ExpressionDepth(const Expression& expression, const Scope* scope) {
  if (const auto* reference = expression.As<bound::AttributeRef>()) {
    const Column* column = scope ? scope->Find(reference->id) : nullptr;
    return column ? column->depth : 1;
  }
  if (const auto* call = expression.As<bound::Call>()) {
    // Chains of AND and OR are written flat.
    if (call->function->name == "and" || call->function->name == "or") {
      int depth = 0;
      for (const ExpressionPtr& operand :
           FlattenChain(std::make_shared<const Expression>(expression), call->function->name)) {
        depth = std::max(depth, ExpressionDepth(*operand, scope));
      }
      return depth + 1;
    }
  }
  int depth = 0;
  for (const ExpressionPtr& child : bound::Children(expression)) {
    depth = std::max(depth, ExpressionDepth(*child, scope));
  }
  return depth + (expression.As<bound::InnerAlias>() ? 0 : 1);
}

bool CanFail(const ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const Expression& node) {
    if (const auto* call = node.As<bound::Call>()) return CallCanFail(*call);
    if (const auto* cast = node.As<bound::Cast>()) {
      return cast->mode != EvalMode::kTry && CastMayReturnNull(cast->child->type, node.type, EvalMode::kTry);
    }
    return node.As<bound::ScalarSubquery>() != nullptr;
  });
}

bool IsVolatile(const ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const Expression& node) {
    const auto* call = node.As<bound::Call>();
    return call && call->function->volatility == functions::Volatility::kVolatile;
  });
}

bool HasReference(const ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const Expression& node) {
    return node.As<bound::AttributeRef>() || node.As<bound::OuterRef>() || node.As<bound::LambdaRef>() ||
           SubqueryOf(node);
  });
}

bool HasSubquery(const ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const Expression& node) { return SubqueryOf(node) != nullptr; });
}

const bound::Call* AsCall(const Expression& expression, std::string_view name) {
  const auto* call = expression.As<bound::Call>();
  return call && call->function->name == name ? call : nullptr;
}

std::vector<ExpressionPtr> FlattenChain(const ExpressionPtr& expression, std::string_view name) {
  std::vector<ExpressionPtr> operands;
  std::vector<ExpressionPtr> open{expression};
  while (!open.empty()) {
    ExpressionPtr next = std::move(open.back());
    open.pop_back();
    const bound::Call* call = AsCall(*next, name);
    if (!call) {
      operands.push_back(std::move(next));
      continue;
    }
    for (auto argument = call->arguments.rbegin(); argument != call->arguments.rend(); ++argument) {
      open.push_back(*argument);
    }
  }
  return operands;
}

}  // namespace firesteel::lowering
