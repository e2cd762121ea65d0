#include "bound/relation.h"

#include "base/overloaded.h"

namespace firesteel::bound {

std::vector<RelationPtr> Children(const Relation& relation) {
  std::vector<RelationPtr> children;
  std::visit(Overloaded{
                 [](const Scan&) {},
                 [](const LocalData&) {},
                 [](const Range&) {},
                 [](const OneRow&) {},
                 [](const EngineTable&) {},
                 [](const CteReference&) {},
                 [&](const Join& n) {
                   children = {n.left, n.right};
                 },
                 [&](const SetOperation& n) { children = n.inputs; },
                 [&](const Recursion& n) {
                   children = {n.anchor, n.step};
                 },
                 [&](const PythonStage& n) { children = n.inputs; },
                 [&](const WithCte& n) {
                   for (const WithCte::Definition& definition : n.definitions) children.push_back(definition.query);
                   children.push_back(n.child);
                 },
                 [&](const auto& n) { children = {n.child}; },
             },
             relation.node);
  return children;
}

std::vector<ExpressionPtr> Expressions(const Relation& relation) {
  std::vector<ExpressionPtr> expressions;
  const auto add_named = [&](const std::vector<NamedExpression>& list) {
    for (const NamedExpression& named : list) expressions.push_back(named.expression);
  };
  std::visit(Overloaded{
                 [](const Scan&) {},
                 [](const LocalData&) {},
                 [](const Range&) {},
                 [](const OneRow&) {},
                 [](const EngineTable&) {},
                 [&](const Project& n) { add_named(n.expressions); },
                 [&](const Filter& n) { expressions.push_back(n.condition); },
                 [&](const Join& n) {
                   if (n.condition) expressions.push_back(n.condition);
                 },
                 [&](const Aggregate& n) {
                   add_named(n.groups);
                   add_named(n.outputs);
                 },
                 [&](const Sort& n) {
                   for (const SortOrder& order : n.orders) expressions.push_back(order.child);
                 },
                 [](const Limit&) {},
                 [](const Tail&) {},
                 [](const SetOperation&) {},
                 [](const Deduplicate&) {},
                 [&](const Window& n) { add_named(n.expressions); },
                 [&](const Generate& n) { expressions.push_back(n.generator); },
                 [](const Sample&) {},
                 [](const RowIndex&) {},
                 [&](const CollectMetrics& n) { add_named(n.metrics); },
                 [&](const Repartition& n) { expressions = n.expressions; },
                 [](const WithCte&) {},
                 [](const Recursion&) {},
                 [](const CteReference&) {},
                 [&](const PythonStage& n) {
                   add_named(n.calls);
                   for (const SortOrder& order : n.orders) expressions.push_back(order.child);
                   if (n.frame.lower.offset) expressions.push_back(n.frame.lower.offset);
                   if (n.frame.upper.offset) expressions.push_back(n.frame.upper.offset);
                 },
             },
             relation.node);
  return expressions;
}

Schema OutputSchema(const Relation& relation) {
  Schema schema;
  schema.reserve(relation.output.size());
  for (const Attribute& attribute : relation.output) {
    schema.push_back({attribute.name, attribute.type, attribute.nullable, attribute.metadata});
  }
  return schema;
}

}  // namespace firesteel::bound
