#include "analyzer/relation/recursive_definition.h"

#include <algorithm>
#include <utility>

#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

using JoinType = bound::Join::Type;

bool RefersTo(const bound::Relation& relation, int64_t cte_id) {
  if (const auto* reference = relation.As<bound::CteReference>()) return reference->cte_id == cte_id;
  const std::vector<bound::RelationPtr> children = bound::Children(relation);
  return std::any_of(children.begin(), children.end(), [&](const auto& child) { return RefersTo(*child, cte_id); });
}

// Where rows of the level before would have to be known as a whole, or the lack of them.
void CheckPlaces(const bound::Relation& relation, int64_t cte_id) {
  const auto refuse = [&](const bound::RelationPtr& input) {
    if (RefersTo(*input, cte_id)) throw QueryError("INVALID_RECURSIVE_REFERENCE.PLACE", {});
  };
  if (const auto* join = relation.As<bound::Join>()) {
    const bool full = join->type == JoinType::kFullOuter;
    const bool left_only =
        join->type == JoinType::kLeftOuter || join->type == JoinType::kLeftSemi || join->type == JoinType::kLeftAnti;
    if (full || join->type == JoinType::kRightOuter) refuse(join->left);
    if (full || left_only) refuse(join->right);
  }
  const bool whole = relation.As<bound::Aggregate>() || relation.As<bound::Window>() || relation.As<bound::Sort>();
  for (const bound::RelationPtr& child : bound::Children(relation)) {
    if (whole) refuse(child);
    CheckPlaces(*child, cte_id);
  }
}

// No coercion here: the anchor decides the types.
void CheckTypes(const ScopePtr& step, const std::vector<bound::Attribute>& columns) {
  if (step->output.size() != columns.size()) {
    throw QueryError("NUM_COLUMNS_MISMATCH", {{"operator", "UNION"},
                                              {"firstNumColumns", std::to_string(columns.size())},
                                              {"invalidOrdinalNum", "second"},
                                              {"invalidNumColumns", std::to_string(step->output.size())}});
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (SameTypeIgnoringNullability(columns[i].type, step->output[i].type)) continue;
    throw QueryError("CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE",
                     {{"left", QuoteType(columns[i].type)}, {"right", QuoteType(step->output[i].type)}}, nullptr,
                     ErrorClass::kSpark);
  }
}

}  // namespace

ScopePtr ResolveRecursiveDefinition(Analysis& analysis, CteDefinition& definition,
                                    const plan::With::Definition& written, const OriginPtr& origin) {
  const auto* operation = written.query->As<plan::SetOperation>();
  const bool is_union =
      operation && operation->kind == plan::SetOperation::Kind::kUnion && operation->inputs.size() == 2;
  if (!is_union) return analysis.Resolve(written.query);

  const ScopePtr anchor = analysis.Resolve(operation->inputs[0]);
  if (!written.column_aliases.empty() && written.column_aliases.size() != anchor->output.size()) {
    throw QueryError("ASSIGNMENT_ARITY_MISMATCH",
                     {{"numTarget", std::to_string(anchor->output.size())},
                      {"numExpr", std::to_string(written.column_aliases.size())}},
                     written.origin);
  }
  definition.recursion_id = analysis.NextId();
  for (size_t i = 0; i < anchor->output.size(); ++i) {
    const bound::Attribute& column = anchor->output[i];
    definition.recursion_columns.push_back(analysis.NewAttribute(
        written.column_aliases.empty() ? column.name : written.column_aliases[i], column.type, true));
  }
  const ScopePtr step = analysis.Resolve(operation->inputs[1]);
  const std::vector<bound::Attribute> columns = std::exchange(definition.recursion_columns, {});
  if (definition.self_references == 0) return analysis.Resolve(written.query);  // an ordinary union
  if (!operation->all) throw QueryError("UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE", {}, origin);
  CheckTypes(step, columns);
  CheckPlaces(*step->relation, definition.recursion_id);

  Environment& environment = analysis.environment();
  bound::Recursion node{
      definition.recursion_id,
      definition.name,
      anchor->relation,
      step->relation,
      written.max_recursion ? *written.max_recursion : environment.NumberSetting("spark.sql.cteRecursionLevelLimit"),
      environment.NumberSetting("spark.sql.cteRecursionRowLimit")};
  std::vector<bound::Attribute> output = columns;
  for (size_t i = 0; i < output.size(); ++i) {
    output[i].name = anchor->output[i].name;
    output[i].nullable = anchor->output[i].nullable || step->output[i].nullable;
  }
  return MakeScope(bound::MakeRelation(std::move(node), std::move(output), written.origin));
}

}  // namespace firesteel::analyzer
