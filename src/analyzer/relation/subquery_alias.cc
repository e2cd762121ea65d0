#include "analyzer/file_columns.h"
#include "analyzer/relation/relations.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

ScopePtr AliasScope(Analysis&, const ScopePtr& child, const std::vector<std::string>& qualifier,
                    const std::vector<std::string>& column_aliases, const OriginPtr& origin) {
  if (!column_aliases.empty() && column_aliases.size() != child->output.size()) {
    throw QueryError(
        "ASSIGNMENT_ARITY_MISMATCH",
        {{"numTarget", std::to_string(child->output.size())}, {"numExpr", std::to_string(column_aliases.size())}},
        origin);
  }
  // The parser's name for a subquery without one hides the qualifiers inside, and is none itself.
  const bool is_unnamed = qualifier.size() == 1 && qualifier[0] == "__auto_generated_subquery_name";
  auto scope = std::make_shared<Scope>();
  scope->relation = child->relation;
  scope->output = child->output;
  scope->inputs = {child};
  for (size_t i = 0; i < scope->output.size(); ++i) {
    if (!qualifier.empty()) scope->output[i].qualifier = is_unnamed ? std::vector<std::string>{} : qualifier;
    if (!column_aliases.empty()) scope->output[i].name = column_aliases[i];
  }
  for (bound::Attribute hidden : child->hidden) {
    if (!IsFileColumn(hidden)) continue;
    hidden.qualifier = is_unnamed ? std::vector<std::string>{} : qualifier;
    scope->hidden.push_back(std::move(hidden));
    scope->reach = Reach::kAlias;
  }
  return scope;
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::SubqueryAlias& node, const plan::Relation& self) {
  const auto* table = node.child->As<plan::InlineTable>();
  if (table && !node.column_aliases.empty() && !table->rows.empty() &&
      table->rows[0].size() != node.column_aliases.size()) {
    throw QueryError("INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
                     {{"expectedNumCols", std::to_string(node.column_aliases.size())},
                      {"actualNumCols", std::to_string(table->rows[0].size())},
                      {"rowIndex", "0"}},
                     self.origin, ErrorClass::kParse);
  }
  const ScopePtr child = table && !node.child->plan_id
                             ? ResolveInlineTable(analysis, *table, node.column_aliases, self.origin)
                             : analysis.Resolve(node.child);
  std::vector<std::string> qualifier = node.qualifier;
  if (!node.alias.empty()) qualifier.push_back(node.alias);
  return AliasScope(analysis, child, qualifier, node.column_aliases, self.origin);
}

}  // namespace firesteel::analyzer
