#pragma once

#include "analyzer/analysis.h"
#include "analyzer/scope.h"
#include "base/error.h"
#include "plan/relation.h"

/// One function a node of the neutral plan, each in the file of its name. Analysis::Resolve visits them all, so a node
/// without one does not compile. `self` is the relation that holds the node (its origin and plan id).
namespace firesteel::analyzer {

#define FIRESTEEL_RELATION(Node) \
  ScopePtr ResolveRelation(Analysis& analysis, const plan::Node& node, const plan::Relation& self)

FIRESTEEL_RELATION(NamedTable);
FIRESTEEL_RELATION(DataSource);
FIRESTEEL_RELATION(TableFunction);
FIRESTEEL_RELATION(LocalRelation);
FIRESTEEL_RELATION(CachedLocalRelation);
FIRESTEEL_RELATION(CachedRemoteRelation);
FIRESTEEL_RELATION(Range);
FIRESTEEL_RELATION(OneRow);
FIRESTEEL_RELATION(InlineTable);
FIRESTEEL_RELATION(Project);
FIRESTEEL_RELATION(Filter);
FIRESTEEL_RELATION(Having);
FIRESTEEL_RELATION(Qualify);
FIRESTEEL_RELATION(Sort);
FIRESTEEL_RELATION(Limit);
FIRESTEEL_RELATION(Offset);
FIRESTEEL_RELATION(Tail);
FIRESTEEL_RELATION(Aggregate);
FIRESTEEL_RELATION(Pivot);
FIRESTEEL_RELATION(Unpivot);
FIRESTEEL_RELATION(SubqueryAlias);
FIRESTEEL_RELATION(Distinct);
FIRESTEEL_RELATION(Deduplicate);
FIRESTEEL_RELATION(Sample);
FIRESTEEL_RELATION(Repartition);
FIRESTEEL_RELATION(With);
FIRESTEEL_RELATION(WithWindowDefinition);
FIRESTEEL_RELATION(LateralView);
FIRESTEEL_RELATION(Hint);
FIRESTEEL_RELATION(WithColumns);
FIRESTEEL_RELATION(WithColumnsRenamed);
FIRESTEEL_RELATION(Drop);
FIRESTEEL_RELATION(ToDf);
FIRESTEEL_RELATION(ToSchema);
FIRESTEEL_RELATION(NaFill);
FIRESTEEL_RELATION(NaDrop);
FIRESTEEL_RELATION(NaReplace);
FIRESTEEL_RELATION(ShowString);
FIRESTEEL_RELATION(HtmlString);
FIRESTEEL_RELATION(Statistics);
FIRESTEEL_RELATION(Transpose);
FIRESTEEL_RELATION(CollectMetrics);
FIRESTEEL_RELATION(Parse);
FIRESTEEL_RELATION(Watermark);
FIRESTEEL_RELATION(Join);
FIRESTEEL_RELATION(AsOfJoin);
FIRESTEEL_RELATION(NearestByJoin);
FIRESTEEL_RELATION(Zip);
FIRESTEEL_RELATION(SetOperation);
FIRESTEEL_RELATION(WithRelations);
FIRESTEEL_RELATION(SqlQuery);
FIRESTEEL_RELATION(CatalogCall);
FIRESTEEL_RELATION(MapPartitions);
FIRESTEEL_RELATION(GroupMap);
FIRESTEEL_RELATION(CoGroupMap);
FIRESTEEL_RELATION(PythonTableFunction);
FIRESTEEL_RELATION(Unsupported);

#undef FIRESTEEL_RELATION

/// VALUES with the names of its columns (col1, col2, … without).
ScopePtr ResolveInlineTable(Analysis& analysis, const plan::InlineTable& node, const std::vector<std::string>& names,
                            const OriginPtr& origin);

/// The result of a rename: the same columns under another qualifier (and other names), as SubqueryAlias gives.
ScopePtr AliasScope(Analysis& analysis, const ScopePtr& child, const std::vector<std::string>& qualifier,
                    const std::vector<std::string>& column_aliases, const OriginPtr& origin);

}  // namespace firesteel::analyzer
