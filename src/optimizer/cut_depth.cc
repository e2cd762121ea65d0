#include "optimizer/cut_depth.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "functions/function.h"
#include "optimizer/rebuild.h"

namespace firesteel::optimizer {
namespace {

using bound::AttributeId;
using bound::Expression;
using bound::ExpressionPtr;
using bound::NamedExpression;
using bound::RelationPtr;

std::string_view CallName(const Expression& expression) {
  const auto* call = expression.As<bound::Call>();
  return call ? call->function->name : std::string_view();
}

/// Functions that evaluate an argument behind the first only for some rows.
bool IsLazy(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kNames = {"and", "or",   "when",   "case",   "if",     "coalesce",
                                                              "nvl", "nvl2", "ifnull", "nullif", "try_to", "iff"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

int Height(const ExpressionPtr& expression) {
  const std::string_view name = CallName(*expression);
  const bool is_chain = name == "and" || name == "or";
  int height = 0;
  for (const ExpressionPtr& child : bound::Children(*expression)) {
    const int below = Height(child);
    height = std::max(height, is_chain && CallName(*child) == name ? below - 1 : below);
  }
  return height + 1;
}

/// The largest attribute id that a plan mentions.
AttributeId LargestId(const bound::Relation& relation) {
  AttributeId largest = 0;
  const auto look = [&](const Expression& node) {
    if (const auto* lambda = node.As<bound::Lambda>()) {
      for (const auto& parameter : lambda->parameters) {
        if (CountsOn(parameter.id)) largest = std::max(largest, parameter.id);
      }
    }
    if (const RelationPtr* query = SubqueryOf(node)) largest = std::max(largest, LargestId(**query));
    return false;
  };
  for (const bound::Attribute& attribute : relation.output) largest = std::max(largest, attribute.id);
  for (const ExpressionPtr& expression : bound::Expressions(relation)) bound::AnyOf(expression, look);
  if (const auto* aggregate = relation.As<bound::Aggregate>()) {
    for (const NamedExpression& group : aggregate->groups) largest = std::max(largest, group.output.id);
    if (aggregate->grouping_id) largest = std::max(largest, aggregate->grouping_id->id);
  }
  for (const RelationPtr& child : bound::Children(relation)) largest = std::max(largest, LargestId(*child));
  return largest;
}

class Cutter {
 public:
  explicit Cutter(AttributeId& next_id) : next_id_(next_id) {}

  /// The expression with its deep parts replaced by columns of the stages.
  ExpressionPtr Cut(const ExpressionPtr& expression) { return Walk(expression).expression; }
  /// As Cut, but only inside of aggregate calls: what stands above them is not evaluated on the child's rows.
  ExpressionPtr CutArguments(const ExpressionPtr& expression) {
    if (Height(expression) <= kMaxStageDepth) return expression;
    return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
      if (!node->As<bound::AggregateCall>()) return nullptr;
      std::vector<ExpressionPtr> children = bound::Children(*node);
      for (ExpressionPtr& child : children) child = Cut(child);
      return bound::WithChildren(node, std::move(children));
    });
  }
  bool has_stages() const { return !stages_.empty(); }

  /// The child with the stages on top of it.
  RelationPtr Stack(RelationPtr child) const {
    for (const std::vector<NamedExpression>& stage : stages_) {
      bound::Project project{child, {}};
      std::vector<bound::Attribute> output = child->output;
      for (const bound::Attribute& attribute : child->output) {
        project.expressions.push_back({attribute, bound::MakeReference(attribute)});
      }
      for (const NamedExpression& named : stage) {
        project.expressions.push_back(named);
        output.push_back(named.output);
      }
      child = bound::MakeRelation(std::move(project), std::move(output));
    }
    return child;
  }

 private:
  struct Result {
    ExpressionPtr expression;
    int height = 1;
    int stage = 0;  // stages that must be there before it can be evaluated
  };

  Result Walk(const ExpressionPtr& expression) {
    if (Height(expression) <= kMaxStageDepth) return {expression, Height(expression), 0};
    return WalkDeep(expression);
  }

  Result WalkDeep(const ExpressionPtr& expression) {
    if (expression->As<bound::Lambda>() || expression->As<bound::WindowCall>()) {
      return {expression, Height(expression), 0};
    }
    std::vector<ExpressionPtr> children = bound::Children(*expression);
    if (children.empty()) return {expression, 1, 0};
    const std::string_view name = CallName(*expression);
    const bool is_lazy = IsLazy(name);
    const bool is_chain = name == "and" || name == "or";
    Result result;
    int height = 0;
    for (size_t i = 0; i < children.size(); ++i) {
      Result child = is_lazy && i > 0 ? Result{children[i], kUnknown, 0} : WalkDeep(children[i]);
      if (child.height == kUnknown) child.height = Height(children[i]);
      if (child.height >= kMaxStageDepth && IsMovable(child.expression) && !(is_lazy && i > 0)) Extract(child);
      height = std::max(height, is_chain && CallName(*child.expression) == name ? child.height - 1 : child.height);
      result.stage = std::max(result.stage, child.stage);
      children[i] = std::move(child.expression);
    }
    result.expression = bound::WithChildren(expression, std::move(children));
    result.height = height + 1;
    return result;
  }

  static bool IsMovable(const ExpressionPtr& expression) {
    return !bound::AnyOf(expression, [](const Expression& node) {
      return node.As<bound::LambdaRef>() || node.As<bound::AggregateCall>() || node.As<bound::WindowCall>();
    });
  }

  void Extract(Result& child) {
    bound::Attribute attribute;
    attribute.id = ++next_id_;
    attribute.name = "stage";
    attribute.type = child.expression->type;
    attribute.nullable = child.expression->nullable;
    if (stages_.size() <= static_cast<size_t>(child.stage)) stages_.resize(static_cast<size_t>(child.stage) + 1);
    stages_[static_cast<size_t>(child.stage)].push_back({attribute, child.expression});
    child = Result{bound::MakeReference(attribute, child.expression->origin), 1, child.stage + 1};
  }

  static constexpr int kUnknown = -1;
  AttributeId& next_id_;
  std::vector<std::vector<NamedExpression>> stages_;
};

/// A projection to the given attributes.
RelationPtr Only(RelationPtr child, const std::vector<bound::Attribute>& output, const OriginPtr& origin) {
  bound::Project project{std::move(child), {}};
  for (const bound::Attribute& attribute : output) {
    project.expressions.push_back({attribute, bound::MakeReference(attribute)});
  }
  return bound::MakeRelation(std::move(project), output, origin);
}

RelationPtr CutNode(const RelationPtr& relation, AttributeId& next_id) {
  Cutter cutter(next_id);
  if (const auto* project = relation->As<bound::Project>()) {
    bound::Project cut = *project;
    for (NamedExpression& named : cut.expressions) named.expression = cutter.Cut(named.expression);
    if (!cutter.has_stages()) return relation;
    cut.child = cutter.Stack(cut.child);
    return bound::MakeRelation(std::move(cut), relation->output, relation->origin);
  }
  if (const auto* filter = relation->As<bound::Filter>()) {
    bound::Filter cut{filter->child, cutter.Cut(filter->condition)};
    if (!cutter.has_stages()) return relation;
    cut.child = cutter.Stack(cut.child);
    const std::vector<bound::Attribute> output = cut.child->output;
    return Only(bound::MakeRelation(std::move(cut), output, relation->origin), relation->output, relation->origin);
  }
  if (const auto* aggregate = relation->As<bound::Aggregate>()) {
    bound::Aggregate cut = *aggregate;
    for (NamedExpression& group : cut.groups) group.expression = cutter.Cut(group.expression);
    for (NamedExpression& output : cut.outputs) output.expression = cutter.CutArguments(output.expression);
    if (!cutter.has_stages()) return relation;
    cut.child = cutter.Stack(cut.child);
    return bound::MakeRelation(std::move(cut), relation->output, relation->origin);
  }
  return relation;
}

bool IsDeep(const bound::Relation& relation) {
  for (const ExpressionPtr& expression : bound::Expressions(relation)) {
    if (Height(expression) > kMaxStageDepth) return true;
    const bool in_subquery = bound::AnyOf(expression, [](const Expression& node) {
      const RelationPtr* query = SubqueryOf(node);
      return query && IsDeep(**query);
    });
    if (in_subquery) return true;
  }
  for (const RelationPtr& child : bound::Children(relation)) {
    if (IsDeep(*child)) return true;
  }
  return false;
}

RelationPtr Cut(const RelationPtr& relation, AttributeId& next_id) {
  RelationPtr mapped = MapChildren(relation, [&](const RelationPtr& child) { return Cut(child, next_id); });
  mapped = MapExpressions(mapped, [&](const ExpressionPtr& expression) {
    return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
      const RelationPtr* query = SubqueryOf(*node);
      if (!query) return nullptr;
      RelationPtr cut = Cut(*query, next_id);
      return cut == *query ? nullptr : WithSubquery(*node, std::move(cut));
    });
  });
  return CutNode(mapped, next_id);
}

}  // namespace

RelationPtr CutDepth(const RelationPtr& relation) {
  if (!IsDeep(*relation)) return relation;
  AttributeId next_id = LargestId(*relation);
  return Cut(relation, next_id);
}

}  // namespace firesteel::optimizer
