// A recursive query whose step calls Python: the session goes from level to level.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "optimizer/rebuild.h"
#include "session/python/python_stages.h"
#include "session/python/stage_plan.h"

namespace firesteel::session {

using bound::Attribute;
using bound::RelationPtr;

namespace {

/// The step with the rows of the level before in place of its references to the recursion.
RelationPtr OverLevel(const RelationPtr& step, int64_t cte_id, const std::vector<Attribute>& columns,
                      const SharedBytes& rows) {
  const auto go = [&](const RelationPtr& inner) { return OverLevel(inner, cte_id, columns, rows); };
  if (const auto* reference = step->As<bound::CteReference>(); reference && reference->cte_id == cte_id) {
    std::vector<Attribute> level = columns;
    for (Attribute& column : level) column.id = NewStageId();
    bound::Project project{bound::MakeRelation(bound::LocalData{{}, rows}, level), {}};
    for (size_t i = 0; i < step->output.size(); ++i) {
      const auto found = std::find_if(columns.begin(), columns.end(), [&](const Attribute& column) {
        return column.id == reference->source_ids.at(i);
      });
      if (found == columns.end()) throw InternalError("a recursion is asked for a column that it lacks");
      const Attribute& column = level[static_cast<size_t>(found - columns.begin())];
      project.expressions.push_back({step->output[i], ReferenceTo(column)});
    }
    return bound::MakeRelation(std::move(project), step->output, step->origin);
  }
  const RelationPtr inside = optimizer::MapExpressions(step, [&](const bound::ExpressionPtr& expression) {
    return bound::TransformUp(expression, [&](const bound::ExpressionPtr& node) -> bound::ExpressionPtr {
      const RelationPtr* query = bound::SubqueryOf(*node);
      if (!query) return nullptr;
      RelationPtr inner = go(*query);
      return inner == *query ? nullptr : optimizer::WithSubquery(*node, std::move(inner));
    });
  });
  return optimizer::MapChildren(inside, go);
}

}  // namespace

bool PythonStages::NeedsLevels(const bound::Recursion& node) {
  return optimizer::AnyRelation(node.step, [&](const bound::Relation& relation) {
    const auto* stage = relation.As<bound::PythonStage>();
    return stage && std::any_of(stage->inputs.begin(), stage->inputs.end(), [&](const RelationPtr& input) {
             return optimizer::AnyRelation(input, [&](const bound::Relation& below) {
               const auto* reference = below.As<bound::CteReference>();
               return reference && reference->cte_id == node.cte_id;
             });
           });
  });
}

RelationPtr PythonStages::RunRecursion(const bound::Relation& relation, const bound::Recursion& node) {
  std::vector<RelationPtr> levels;
  RelationPtr query = Inside(node.anchor);
  for (int64_t level = 1, total = 0;; ++level) {
    ArrowOutput output(context_.place);
    int64_t rows = 0;
    context_.run(WithDefinitions(query), Shape(), [&](const engine::ArrowBatch& batch) {
      if (batch.rows > 0) output.AddBatch(batch.slices);
      rows += batch.rows;
      return true;
    });
    if (rows == 0) break;
    total += rows;
    if (node.max_level >= 0 && level > node.max_level) {
      throw QueryError("RECURSION_LEVEL_LIMIT_EXCEEDED", {{"levelLimit", std::to_string(node.max_level)}},
                       relation.origin, ErrorClass::kSpark);
    }
    if (node.max_rows >= 0 && total > node.max_rows) {
      throw QueryError("RECURSION_ROW_LIMIT_EXCEEDED", {{"rowLimit", std::to_string(node.max_rows)}}, relation.origin,
                       ErrorClass::kSpark);
    }
    const SharedBytes found = output.Take();
    std::vector<Attribute> columns = relation.output;
    for (Attribute& column : columns) column.id = NewStageId();
    levels.push_back(bound::MakeRelation(bound::LocalData{{}, found}, std::move(columns)));
    query = Inside(OverLevel(node.step, node.cte_id, relation.output, found));
  }
  if (levels.empty()) return RowsOf(nullptr, nullptr, relation.output);
  if (levels.size() > 1) {
    bound::SetOperation all{bound::SetOperation::Kind::kUnion, true, std::move(levels)};
    return bound::MakeRelation(std::move(all), relation.output);
  }
  bound::Project only{levels[0], {}};
  for (size_t i = 0; i < relation.output.size(); ++i) {
    only.expressions.push_back({relation.output[i], ReferenceTo(levels[0]->output[i])});
  }
  return bound::MakeRelation(std::move(only), relation.output);
}

}  // namespace firesteel::session
