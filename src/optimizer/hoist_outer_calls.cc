#include "optimizer/hoist_outer_calls.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "optimizer/rebuild.h"

namespace firesteel::optimizer {
namespace {

using bound::Attribute;
using bound::ExpressionPtr;
using bound::RelationPtr;

bool Has(const std::vector<Attribute>& columns, bound::AttributeId id) {
  return std::any_of(columns.begin(), columns.end(), [&](const Attribute& column) { return column.id == id; });
}

/// Whether the call is given columns of the query around it, and of no other.
bool IsOfOuter(const ExpressionPtr& call, const std::vector<Attribute>& outer) {
  if (!IsScalarPythonCall(*call) || IsVolatile(call)) return false;
  bool names_outer = false;
  const bool names_other = bound::AnyOf(call, [&](const bound::Expression& node) {
    const auto* reference = node.As<bound::OuterRef>();
    names_outer = names_outer || reference;
    return node.As<bound::AttributeRef>() || node.As<bound::LambdaRef>() || SubqueryOf(node) ||
           (reference && !Has(outer, reference->id));
  });
  return names_outer && !names_other;
}

ExpressionPtr OuterAsColumns(const ExpressionPtr& expression, const std::vector<Attribute>& outer) {
  return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
    const auto* reference = node->As<bound::OuterRef>();
    if (!reference || !Has(outer, reference->id)) return nullptr;
    return bound::Make(bound::AttributeRef{reference->id, reference->name, reference->qualifier}, node->type,
                       node->nullable, node->origin);
  });
}

/// Every expression of a plan, those of subqueries included, with `f` applied to its largest parts that it replaces.
template <class F>
RelationPtr MapPlan(const RelationPtr& plan, const F& f) {
  const RelationPtr mapped = MapExpressions(plan, [&](const ExpressionPtr& expression) {
    return TransformDown(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
      if (ExpressionPtr replaced = f(node)) return replaced;
      const RelationPtr* query = SubqueryOf(*node);
      if (!query) return nullptr;
      RelationPtr inner = MapPlan(*query, f);
      return inner == *query ? nullptr : WithSubquery(*node, std::move(inner));
    });
  });
  return MapChildren(mapped, [&](const RelationPtr& child) { return MapPlan(child, f); });
}

class Hoister {
 public:
  Hoister(const RelationPtr& input, FreshIds& ids) : outer_(input->output), columns_(input, ids) {}

  RelationPtr InPlan(const RelationPtr& plan) {
    return MapPlan(plan, [&](const ExpressionPtr& node) { return Column(node); });
  }
  ExpressionPtr InSubqueries(const ExpressionPtr& expression) {
    return TransformDown(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
      const RelationPtr* query = SubqueryOf(*node);
      if (!query) return nullptr;
      RelationPtr inner = InPlan(*query);
      return inner == *query ? nullptr : WithSubquery(*node, std::move(inner));
    });
  }
  /// The input with the calls' columns.
  const RelationPtr& input() { return columns_.relation(); }

 private:
  ExpressionPtr Column(const ExpressionPtr& node) {
    if (!IsOfOuter(node, outer_)) return nullptr;
    std::vector<ExpressionPtr> call{OuterAsColumns(node, outer_)};
    columns_.Compute(call);
    const Attribute column = columns_.Column(call[0]);
    return bound::Make(bound::OuterRef{column.id, column.name, {}}, node->type, node->nullable, node->origin);
  }

  const std::vector<Attribute> outer_;
  PythonColumns columns_;
};

bool HoldsPythonCall(const ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const bound::Expression& e) { return e.As<bound::PythonCall>() != nullptr; });
}

/// Whether the projections and filters on top of a plan call Python.
bool TopCallsPython(const RelationPtr& plan) {
  if (!plan->As<bound::Project>() && !plan->As<bound::Filter>()) return false;
  const std::vector<ExpressionPtr> expressions = bound::Expressions(*plan);
  return std::any_of(expressions.begin(), expressions.end(), HoldsPythonCall) ||
         TopCallsPython(bound::Children(*plan)[0]);
}

/// An inner LATERAL join with the top of its right side above it, where that calls Python.
RelationPtr PullRightSide(const RelationPtr& relation, const bound::Join& join) {
  const bool is_inner = join.type == bound::Join::Type::kInner || join.type == bound::Join::Type::kCross;
  if (!is_inner || join.condition) return relation;
  const auto* project = join.right->As<bound::Project>();
  const auto* filter = join.right->As<bound::Filter>();
  if (!TopCallsPython(join.right)) return relation;
  bound::Join below = join;
  below.right = bound::Children(*join.right)[0];
  const std::vector<Attribute>& left = join.left->output;
  std::vector<Attribute> both = left;
  both.insert(both.end(), below.right->output.begin(), below.right->output.end());
  const RelationPtr joined = PullRightSide(bound::MakeRelation(below, both, relation->origin), below);
  if (filter) {
    return Restore(bound::MakeRelation(bound::Filter{joined, OuterAsColumns(filter->condition, left)}, joined->output,
                                       join.right->origin),
                   relation->output);
  }
  bound::Project wide{joined, {}};
  for (const Attribute& column : left) wide.expressions.push_back({column, bound::MakeReference(column)});
  for (const bound::NamedExpression& named : project->expressions) {
    wide.expressions.push_back({named.output, OuterAsColumns(named.expression, left)});
  }
  return bound::MakeRelation(std::move(wide), relation->output, relation->origin);
}

}  // namespace

RelationPtr HoistOuterCalls(const RelationPtr& relation, FreshIds& ids) {
  if (const auto* join = relation->As<bound::Join>(); join && join->lateral) {
    Hoister hoister(join->left, ids);
    bound::Join copy = *join;
    copy.right = hoister.InPlan(join->right);
    RelationPtr result = relation;
    if (copy.right != join->right) {
      copy.left = hoister.input();
      std::vector<Attribute> output = copy.left->output;
      output.insert(output.end(), relation->output.begin() + static_cast<std::ptrdiff_t>(join->left->output.size()),
                    relation->output.end());
      result = bound::MakeRelation(copy, std::move(output), relation->origin);
    }
    return Restore(PullRightSide(result, copy), relation->output);
  }
  if (!relation->As<bound::Project>() && !relation->As<bound::Filter>()) return relation;
  Hoister hoister(bound::Children(*relation)[0], ids);
  const RelationPtr replaced =
      MapExpressions(relation, [&](const ExpressionPtr& expression) { return hoister.InSubqueries(expression); });
  if (replaced == relation) return relation;
  bound::Relation wide = *MapChildren(replaced, [&](const RelationPtr&) { return hoister.input(); });
  if (relation->As<bound::Filter>()) wide.output = hoister.input()->output;
  return Restore(std::make_shared<const bound::Relation>(std::move(wide)), relation->output);
}

}  // namespace firesteel::optimizer
