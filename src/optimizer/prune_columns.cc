#include "optimizer/prune_columns.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "optimizer/rebuild.h"

namespace firesteel::optimizer {
namespace {

using bound::AttributeId;
using bound::ExpressionPtr;
using bound::RelationPtr;
using IdSet = std::unordered_set<AttributeId>;

class Pruner {
 public:
  RelationPtr Prune(const RelationPtr& relation, const IdSet& required);

 private:
  void AddReferences(const ExpressionPtr& expression, IdSet& ids);
  void AddOuterReferences(const RelationPtr& relation, IdSet& ids);
  void AddOrders(const std::vector<bound::SortOrder>& orders, IdSet& ids) {
    for (const bound::SortOrder& order : orders) AddReferences(order.child, ids);
  }
  RelationPtr PruneStage(const bound::Relation& relation, const bound::PythonStage& stage, const IdSet& required);
  // Subqueries are plans of their own: all they give is needed, what they read inside is pruned.
  ExpressionPtr PruneSubqueries(const ExpressionPtr& expression);
};

IdSet OutputIds(const bound::Relation& relation) {
  IdSet ids;
  for (const bound::Attribute& attribute : relation.output) ids.insert(attribute.id);
  return ids;
}

void Pruner::AddReferences(const ExpressionPtr& expression, IdSet& ids) {
  bound::AnyOf(expression, [&](const bound::Expression& node) {
    if (const auto* reference = node.As<bound::AttributeRef>()) ids.insert(reference->id);
    // A correlated subquery reads this level's columns, and so may one nested in it.
    if (const RelationPtr* query = SubqueryOf(node)) AddOuterReferences(*query, ids);
    return false;
  });
}

void Pruner::AddOuterReferences(const RelationPtr& relation, IdSet& ids) {
  for (const ExpressionPtr& expression : bound::Expressions(*relation)) {
    bound::AnyOf(expression, [&](const bound::Expression& node) {
      if (const auto* reference = node.As<bound::OuterRef>()) ids.insert(reference->id);
      if (const RelationPtr* query = SubqueryOf(node)) AddOuterReferences(*query, ids);
      return false;
    });
  }
  for (const RelationPtr& child : bound::Children(*relation)) AddOuterReferences(child, ids);
}

ExpressionPtr Pruner::PruneSubqueries(const ExpressionPtr& expression) {
  return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
    const RelationPtr* query = SubqueryOf(*node);
    if (!query) return nullptr;
    RelationPtr pruned = Prune(*query, OutputIds(**query));
    return pruned == *query ? nullptr : WithSubquery(*node, std::move(pruned));
  });
}

std::vector<bound::NamedExpression> Keep(const std::vector<bound::NamedExpression>& expressions,
                                         const IdSet& required) {
  std::vector<bound::NamedExpression> kept;
  for (const bound::NamedExpression& named : expressions) {
    if (required.contains(named.output.id)) kept.push_back(named);
  }
  return kept;
}

std::vector<bound::Attribute> KeepAttributes(const std::vector<bound::Attribute>& attributes, const IdSet& required) {
  std::vector<bound::Attribute> kept;
  for (const bound::Attribute& attribute : attributes) {
    if (required.contains(attribute.id)) kept.push_back(attribute);
  }
  return kept;
}

// Every column a relation passes on from its children, after they were pruned.
std::vector<bound::Attribute> PassedOn(const std::vector<bound::Attribute>& output, const IdSet& available) {
  return KeepAttributes(output, available);
}

RelationPtr Pruner::PruneStage(const bound::Relation& relation, const bound::PythonStage& stage,
                               const IdSet& required) {
  using Kind = bound::PythonStage::Kind;
  const bool adds_columns = stage.kind == Kind::kEval || stage.kind == Kind::kWindow;
  bound::PythonStage copy = stage;
  if (adds_columns || stage.kind == Kind::kAggregate) {
    // Calls whose values nobody reads are not made.
    copy.calls = Keep(stage.calls, required);
    if (copy.calls.empty() && adds_columns) return Prune(stage.inputs[0], required);
  }
  IdSet needed;
  if (adds_columns) needed = required;
  for (const std::vector<AttributeId>& keys : copy.keys) needed.insert(keys.begin(), keys.end());
  for (const bound::NamedExpression& call : copy.calls) AddReferences(call.expression, needed);
  AddOrders(copy.orders, needed);
  for (const ExpressionPtr& offset : {copy.frame.lower.offset, copy.frame.upper.offset}) {
    if (offset) AddReferences(offset, needed);
  }
  if (stage.kind == Kind::kTable) {
    std::erase_if(copy.kept, [&](AttributeId id) { return !required.contains(id); });
    needed.insert(copy.kept.begin(), copy.kept.end());
  }
  for (RelationPtr& input : copy.inputs) {
    IdSet of_input = needed;
    const auto is_needed = [&](const bound::Attribute& attribute) { return needed.contains(attribute.id); };
    // Rows of no columns cannot be counted as they travel.
    if (!input->output.empty() && std::none_of(input->output.begin(), input->output.end(), is_needed)) {
      of_input.insert(input->output[0].id);
    }
    input = Prune(input, of_input);
  }
  IdSet available;
  for (const bound::NamedExpression& call : copy.calls) available.insert(call.output.id);
  std::vector<bound::Attribute> output = relation.output;
  if (adds_columns) {
    available.merge(OutputIds(*copy.inputs[0]));
    output = PassedOn(output, available);
  } else if (stage.kind == Kind::kAggregate) {
    available.insert(copy.keys[0].begin(), copy.keys[0].end());
    output = PassedOn(output, available);
  } else if (stage.kind == Kind::kTable) {
    const size_t dropped = stage.kept.size() - copy.kept.size();
    if (dropped > 0) {
      const IdSet was(stage.kept.begin(), stage.kept.end());
      std::erase_if(output, [&](const bound::Attribute& a) { return was.contains(a.id) && !required.contains(a.id); });
    }
  }
  return bound::MakeRelation(std::move(copy), std::move(output), relation.origin);
}

RelationPtr Pruner::Prune(const RelationPtr& original, const IdSet& required) {
  RelationPtr relation = MapExpressions(original, [&](const ExpressionPtr& e) { return PruneSubqueries(e); });
  const std::vector<bound::Attribute>& output = relation->output;
  auto unary = [&](const auto& node, IdSet needed) -> RelationPtr {
    RelationPtr child = Prune(node.child, needed);
    auto copy = node;
    copy.child = child;
    return bound::MakeRelation(std::move(copy), PassedOn(output, OutputIds(*child)), relation->origin);
  };
  return std::visit(
      Overloaded{
          [&](const bound::Scan& scan) -> RelationPtr {
            bound::Scan copy = scan;
            copy.column_names.clear();
            copy.field_ids.clear();
            copy.missing_values.clear();
            std::vector<bound::Attribute> kept;
            for (size_t i = 0; i < output.size(); ++i) {
              if (!required.contains(output[i].id)) continue;
              kept.push_back(output[i]);
              copy.column_names.push_back(scan.column_names[i]);
              if (!scan.field_ids.empty()) copy.field_ids.push_back(scan.field_ids[i]);
              if (!scan.missing_values.empty()) copy.missing_values.push_back(scan.missing_values[i]);
            }
            return bound::MakeRelation(std::move(copy), std::move(kept), relation->origin);
          },
          [&](const bound::EngineTable& table) -> RelationPtr {
            bound::EngineTable copy{table.table, {}, table.display_name, table.data};
            std::vector<bound::Attribute> kept;
            for (size_t i = 0; i < output.size(); ++i) {
              if (!required.contains(output[i].id)) continue;
              kept.push_back(output[i]);
              copy.column_names.push_back(table.column_names[i]);
            }
            return bound::MakeRelation(std::move(copy), std::move(kept), relation->origin);
          },
          [&](const bound::Project& project) -> RelationPtr {
            bound::Project copy{nullptr, Keep(project.expressions, required)};
            IdSet needed;
            std::vector<bound::Attribute> kept;
            for (const bound::NamedExpression& named : copy.expressions) {
              AddReferences(named.expression, needed);
              kept.push_back(named.output);
            }
            copy.child = Prune(project.child, needed);
            return bound::MakeRelation(std::move(copy), std::move(kept), relation->origin);
          },
          [&](const bound::Filter& filter) -> RelationPtr {
            IdSet needed = required;
            AddReferences(filter.condition, needed);
            return unary(filter, std::move(needed));
          },
          [&](const bound::Join& join) -> RelationPtr {
            IdSet needed = required;
            if (join.condition) AddReferences(join.condition, needed);
            if (join.lateral) AddOuterReferences(join.right, needed);
            bound::Join copy = join;
            copy.left = Prune(join.left, needed);
            copy.right = Prune(join.right, needed);
            IdSet available = OutputIds(*copy.left);
            available.merge(OutputIds(*copy.right));
            return bound::MakeRelation(std::move(copy), PassedOn(output, available), relation->origin);
          },
          [&](const bound::Aggregate& aggregate) -> RelationPtr {
            bound::Aggregate copy = aggregate;
            copy.outputs = Keep(aggregate.outputs, required);
            // An aggregate of no columns and no groups would be no row instead of one.
            if (copy.outputs.empty() && copy.groups.empty()) copy.outputs.assign(1, aggregate.outputs.front());
            IdSet needed;
            std::vector<bound::Attribute> kept;
            for (const bound::NamedExpression& group : copy.groups) AddReferences(group.expression, needed);
            for (const bound::NamedExpression& named : copy.outputs) {
              AddReferences(named.expression, needed);
              kept.push_back(named.output);
            }
            copy.child = Prune(aggregate.child, needed);
            return bound::MakeRelation(std::move(copy), std::move(kept), relation->origin);
          },
          [&](const bound::Sort& sort) -> RelationPtr {
            IdSet needed = required;
            AddOrders(sort.orders, needed);
            return unary(sort, std::move(needed));
          },
          [&](const bound::Limit& limit) -> RelationPtr { return unary(limit, required); },
          [&](const bound::Tail& tail) -> RelationPtr { return unary(tail, required); },
          [&](const bound::Window& window) -> RelationPtr {
            bound::Window copy{nullptr, Keep(window.expressions, required)};
            IdSet needed = required;
            for (const bound::NamedExpression& named : copy.expressions) AddReferences(named.expression, needed);
            copy.child = Prune(window.child, needed);
            if (copy.expressions.empty()) return copy.child;
            IdSet available = OutputIds(*copy.child);
            for (const bound::NamedExpression& named : copy.expressions) available.insert(named.output.id);
            return bound::MakeRelation(std::move(copy), PassedOn(output, available), relation->origin);
          },
          [&](const bound::Generate& generate) -> RelationPtr {
            IdSet needed = required;
            AddReferences(generate.generator, needed);
            bound::Generate copy = generate;
            copy.child = Prune(generate.child, needed);
            IdSet available = OutputIds(*copy.child);
            for (const bound::Attribute& attribute : generate.generated) available.insert(attribute.id);
            return bound::MakeRelation(std::move(copy), PassedOn(output, available), relation->origin);
          },
          [&](const bound::Sample& sample) -> RelationPtr { return unary(sample, required); },
          [&](const bound::RowIndex& index) -> RelationPtr {
            bound::RowIndex copy = index;
            if (copy.count && !required.contains(copy.count->id)) copy.count.reset();
            copy.child = Prune(index.child, required);
            if (!copy.count && !required.contains(copy.index.id)) return copy.child;
            IdSet available = OutputIds(*copy.child);
            available.insert(copy.index.id);
            if (copy.count) available.insert(copy.count->id);
            return bound::MakeRelation(std::move(copy), PassedOn(output, available), relation->origin);
          },
          // What is measured is asked by another query; here the rows only pass.
          [&](const bound::CollectMetrics& metrics) -> RelationPtr { return Prune(metrics.child, required); },
          [&](const bound::Repartition& repartition) -> RelationPtr {
            IdSet needed = required;
            for (const ExpressionPtr& expression : repartition.expressions) AddReferences(expression, needed);
            return unary(repartition, std::move(needed));
          },
          // Which rows are equal depends on every column, which row is kept on the keys.
          [&](const bound::Deduplicate& deduplicate) -> RelationPtr {
            IdSet needed = required;
            needed.insert(deduplicate.keys.begin(), deduplicate.keys.end());
            return unary(deduplicate, std::move(needed));
          },
          [&](const bound::SetOperation& set) -> RelationPtr {
            bound::SetOperation copy = set;
            for (RelationPtr& input : copy.inputs) input = Prune(input, OutputIds(*input));
            return bound::MakeRelation(std::move(copy), output, relation->origin);
          },
          [&](const bound::WithCte& with) -> RelationPtr {
            bound::WithCte copy = with;
            for (auto& definition : copy.definitions)
              definition.query = Prune(definition.query, OutputIds(*definition.query));
            copy.child = Prune(with.child, required);
            std::vector<bound::Attribute> kept = copy.child->output;
            return bound::MakeRelation(std::move(copy), std::move(kept), relation->origin);
          },
          [&](const bound::Recursion& recursion) -> RelationPtr {
            bound::Recursion copy = recursion;
            copy.anchor = Prune(copy.anchor, OutputIds(*copy.anchor));
            copy.step = Prune(copy.step, OutputIds(*copy.step));
            return bound::MakeRelation(std::move(copy), output, relation->origin);
          },
          [&](const bound::PythonStage& stage) -> RelationPtr { return PruneStage(*relation, stage, required); },
          [&](const bound::CteReference&) -> RelationPtr { return relation; },
          [&](const bound::LocalData&) -> RelationPtr { return relation; },
          [&](const bound::Range&) -> RelationPtr { return relation; },
          [&](const bound::OneRow&) -> RelationPtr { return relation; },
      },
      relation->node);
}

}  // namespace

RelationPtr PruneColumns(const RelationPtr& relation) { return Pruner().Prune(relation, OutputIds(*relation)); }

}  // namespace firesteel::optimizer
