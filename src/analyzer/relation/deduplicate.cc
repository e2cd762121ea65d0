#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "analyzer/relation/comparable.h"
#include "analyzer/relation/relations.h"
#include "analyzer/suggestion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

ScopePtr MakeDeduplicate(const ScopePtr& child, std::vector<bound::AttributeId> keys, const OriginPtr& origin) {
  auto scope = PassThrough(child, bound::Deduplicate{child->relation, std::move(keys)}, origin);
  scope->reach = Reach::kOpaque;
  scope->hidden.clear();
  return scope;
}

std::vector<bound::AttributeId> AllIds(const ScopePtr& child) {
  std::vector<bound::AttributeId> ids;
  for (const bound::Attribute& attribute : child->output) ids.push_back(attribute.id);
  return ids;
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Distinct& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  CheckComparable(child->output, self.origin);
  return MakeDeduplicate(child, AllIds(child), self.origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::Deduplicate& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  if (node.within_watermark) {
    throw QueryError("_LEGACY_ERROR_TEMP_3102",
                     {{"msg", "dropDuplicatesWithinWatermark is not supported with batch DataFrames/DataSets"}});
  }
  if (node.all_columns || node.columns.empty()) {
    CheckComparable(child->output, self.origin);
    return MakeDeduplicate(child, AllIds(child), self.origin);
  }
  std::vector<bound::AttributeId> keys;
  for (const std::string& name : node.columns) {
    const std::vector<size_t> found = child->FindName(name, analysis.case_sensitive());
    if (found.empty()) {
      throw QueryError("UNRESOLVED_COLUMN_AMONG_FIELD_NAMES",
                       {{"colName", name},
                        {"fieldNames",
                         [&] {
                           std::string names;
                           for (const bound::Attribute& a : child->output)
                             names += (names.empty() ? "" : ", ") + a.name;
                           return names;
                         }()}},
                       self.origin);
    }
    for (const size_t i : found) {
      CheckComparable({child->output[i]}, self.origin);
      keys.push_back(child->output[i].id);
    }
  }
  return MakeDeduplicate(child, std::move(keys), self.origin);
}

}  // namespace firesteel::analyzer
