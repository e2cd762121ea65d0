#include "plan/relation.h"

namespace firesteel::plan {
namespace {

// Names in the order of the variant, which is checked below.
constexpr std::string_view kNames[] = {"UnresolvedRelation",
                                       "DataSource",
                                       "UnresolvedTableValuedFunction",
                                       "LocalRelation",
                                       "CachedLocalRelation",
                                       "CachedRemoteRelation",
                                       "Range",
                                       "OneRowRelation",
                                       "UnresolvedInlineTable",
                                       "Project",
                                       "Filter",
                                       "UnresolvedHaving",
                                       "UnresolvedQualify",
                                       "Sort",
                                       "Limit",
                                       "Offset",
                                       "Tail",
                                       "Aggregate",
                                       "Pivot",
                                       "Unpivot",
                                       "SubqueryAlias",
                                       "Distinct",
                                       "Deduplicate",
                                       "Sample",
                                       "RepartitionByExpression",
                                       "UnresolvedWith",
                                       "WithWindowDefinition",
                                       "Generate",
                                       "UnresolvedHint",
                                       "WithColumns",
                                       "WithColumnsRenamed",
                                       "Drop",
                                       "ToDF",
                                       "ToSchema",
                                       "NAFill",
                                       "NADrop",
                                       "NAReplace",
                                       "ShowString",
                                       "HtmlString",
                                       "Statistics",
                                       "Transpose",
                                       "CollectMetrics",
                                       "Parse",
                                       "Watermark",
                                       "Join",
                                       "AsOfJoin",
                                       "NearestByJoin",
                                       "Zip",
                                       "SetOperation",
                                       "WithRelations",
                                       "SQL",
                                       "CatalogCall",
                                       "MapPartitions",
                                       "FlatMapGroups",
                                       "FlatMapCoGroups",
                                       "UnresolvedPolymorphicPythonUDTF",
                                       "Unsupported"};
static_assert(std::size(kNames) == std::variant_size_v<Relation::Node>);

}  // namespace

std::string_view NodeName(const Relation& relation) { return kNames[relation.node.index()]; }

std::vector<RelationPtr> Children(const Relation& relation) {
  return std::visit(
      [](const auto& node) -> std::vector<RelationPtr> {
        if constexpr (requires { node.child; }) {
          return node.child ? std::vector<RelationPtr>{node.child} : std::vector<RelationPtr>{};
        } else if constexpr (requires { node.left; }) {
          return {node.left, node.right};
        } else if constexpr (requires { node.inputs; }) {
          return node.inputs;
        } else if constexpr (requires { node.root; }) {
          std::vector<RelationPtr> children{node.root};
          children.insert(children.end(), node.references.begin(), node.references.end());
          return children;
        } else if constexpr (requires { node.children; }) {
          return node.children;
        } else {
          return {};
        }
      },
      relation.node);
}

}  // namespace firesteel::plan
