#include "optimizer/projection.h"

#include <utility>

namespace firesteel::optimizer {
namespace {

std::vector<bound::NamedExpression> PassOn(const std::vector<bound::Attribute>& columns) {
  std::vector<bound::NamedExpression> passed;
  for (const bound::Attribute& column : columns) passed.push_back({column, bound::MakeReference(column)});
  return passed;
}

}  // namespace

bound::RelationPtr Select(const bound::RelationPtr& relation, const std::vector<bound::Attribute>& columns) {
  return bound::MakeRelation(bound::Project{relation, PassOn(columns)}, columns, relation->origin);
}

bound::RelationPtr AddColumns(const bound::RelationPtr& relation, std::vector<bound::NamedExpression> added) {
  bound::Project project{relation, PassOn(relation->output)};
  std::vector<bound::Attribute> output = relation->output;
  for (bound::NamedExpression& column : added) {
    output.push_back(column.output);
    project.expressions.push_back(std::move(column));
  }
  return bound::MakeRelation(std::move(project), std::move(output), relation->origin);
}

}  // namespace firesteel::optimizer
