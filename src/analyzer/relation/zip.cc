#include <unordered_map>
#include <utility>

#include "analyzer/relation/relations.h"
#include "bound/canonical.h"

namespace firesteel::analyzer {
namespace {

using Values = std::unordered_map<bound::AttributeId, bound::ExpressionPtr>;

/// A relation without the projections around it.
struct Stripped {
  bound::RelationPtr base;
  std::vector<const bound::Project*> projects;  ///< outermost first
};

Stripped Strip(const bound::RelationPtr& relation) {
  Stripped result{relation, {}};
  while (const auto* project = result.base->As<bound::Project>()) {
    result.projects.push_back(project);
    result.base = project->child;
  }
  return result;
}

/// The columns of the outermost projection over `base`, whose columns stand where those of the own base did.
Values OverBase(const Stripped& stripped, const bound::Relation& base) {
  Values values;
  for (size_t i = 0; i < base.output.size(); ++i) {
    values[stripped.base->output[i].id] = bound::MakeReference(base.output[i]);
  }
  for (auto project = stripped.projects.rbegin(); project != stripped.projects.rend(); ++project) {
    Values next;
    for (const bound::NamedExpression& column : (*project)->expressions) {
      next[column.output.id] =
          bound::TransformUp(column.expression, [&](const bound::ExpressionPtr& node) -> bound::ExpressionPtr {
            const auto* reference = node->As<bound::AttributeRef>();
            return reference ? values.at(reference->id) : nullptr;
          });
    }
    values = std::move(next);
  }
  return values;
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Zip& node, const plan::Relation& self) {
  const ScopePtr left = analysis.Resolve(node.left);
  const ScopePtr right = analysis.Resolve(node.right);
  const Stripped left_parts = Strip(left->relation);
  const Stripped right_parts = Strip(right->relation);
  const std::string salt;
  const bool same_rows = left_parts.base->output.size() == right_parts.base->output.size() &&
                         bound::DigestsOf(left_parts.base, salt).at(left_parts.base.get()) ==
                             bound::DigestsOf(right_parts.base, salt).at(right_parts.base.get());
  if (!same_rows) throw QueryError("ZIP_PLANS_NOT_MERGEABLE", {}, self.origin);
  bound::Project project{left_parts.base, {}};
  std::vector<bound::Attribute> output;
  const auto add = [&](const ScopePtr& side, const Values& values) {
    for (const bound::Attribute& attribute : side->output) {
      output.push_back(attribute);
      project.expressions.push_back({attribute, values.at(attribute.id)});
    }
  };
  add(left, OverBase(left_parts, *left_parts.base));
  add(right, OverBase(right_parts, *left_parts.base));
  auto scope = MakeScope(bound::MakeRelation(std::move(project), std::move(output), self.origin), {left, right});
  scope->hides_inputs = true;
  return scope;
}

}  // namespace firesteel::analyzer
