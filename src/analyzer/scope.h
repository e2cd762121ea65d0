#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "bound/relation.h"

namespace firesteel::analyzer {

struct Scope;
using ScopePtr = std::shared_ptr<const Scope>;
struct AggregateState;

/// How a parent may reach columns below that are not in the output.
enum class Reach : uint8_t {
  kOpaque,     ///< not at all
  kThrough,    ///< a unary node that passes its child's columns on (filter, sort, limit, window, …)
  kProject,    ///< a projection: it can be widened
  kJoin,       ///< hidden columns of either side
  kAggregate,  ///< groups and further aggregates: see AggregateState
  kAlias,      ///< the input's relation itself under other qualifiers: its hidden columns
  kFiles,      ///< a scan of files: what is known of each file (analyzer/file_columns.h)
};

/// A resolved relation and what its parents may ask about it. `output` holds the names and qualifiers that are visible
/// (the relation's own output has the same ids, its names may be older). Immutable once published.
struct Scope {
  bound::RelationPtr relation;
  std::vector<bound::Attribute> output;
  /// Spark's metadata output: the dropped keys of USING joins (reachable with a qualifier only) and `_metadata` of
  /// files.
  std::vector<bound::Attribute> hidden;
  std::vector<ScopePtr> inputs;
  Reach reach = Reach::kOpaque;
  /// Set when an aggregate of the same SELECT stands below (through kThrough and kProject) or here (kAggregate).
  std::shared_ptr<const AggregateState> aggregate;
  /// The DataFrame's plan ids that name this relation (df["a"]).
  std::vector<int64_t> plan_ids;
  bool HasPlanId(std::optional<int64_t> id) const {
    return id && std::find(plan_ids.begin(), plan_ids.end(), *id) != plan_ids.end();
  }
  /// Set operations: df["a"] of an input does not name the output's column.
  bool hides_inputs = false;

  /// Indices of output columns of that name.
  std::vector<size_t> FindName(std::string_view name, bool case_sensitive) const;
  bool Contains(bound::AttributeId id) const;
  const bound::Attribute* FindId(bound::AttributeId id) const;

 private:
  void BuildIndex() const;
  mutable std::unordered_multimap<std::string, size_t> by_name_;  // folded
  mutable std::unordered_map<bound::AttributeId, size_t> by_id_;
  mutable size_t lookups_ = 0;
  mutable bool indexed_ = false;
};

/// A column found by name, with the parts of the name behind it (struct fields).
struct NameMatch {
  bound::Attribute attribute;
  std::vector<std::string> fields;
};

/// All columns that `parts` may mean, after Spark's order: the longest qualifier that matches wins. Equal ids count
/// once. Empty when the name is unknown.
std::vector<NameMatch> FindColumns(std::span<const ScopePtr> scopes, const std::vector<std::string>& parts,
                                   bool case_sensitive);
/// The same among hidden columns.
std::vector<NameMatch> FindHiddenColumns(std::span<const ScopePtr> scopes, const std::vector<std::string>& parts,
                                         bool case_sensitive);
/// `_metadata` among the hidden columns, with or without a qualifier.
std::vector<NameMatch> FindFileColumns(std::span<const ScopePtr> scopes, const std::vector<std::string>& parts,
                                       bool case_sensitive);

std::shared_ptr<Scope> MakeScope(bound::RelationPtr relation, std::vector<ScopePtr> inputs = {},
                                 Reach reach = Reach::kOpaque);

/// A unary node that passes the child's columns on: output, hidden columns and reach follow the child.
template <class T>
std::shared_ptr<Scope> PassThrough(const ScopePtr& child, T node, const OriginPtr& origin) {
  auto scope = std::make_shared<Scope>();
  scope->relation = bound::MakeRelation(std::move(node), child->output, origin);
  scope->output = child->output;
  scope->hidden = child->hidden;
  scope->inputs = {child};
  scope->reach = Reach::kThrough;
  return scope;
}

using AttributeIds = std::set<bound::AttributeId>;

/// Whether the column can be had from this scope: in its output, or below it.
bool CanExpose(const Scope& scope, bound::AttributeId id);
/// The scope with these columns of below added to its output. Precondition: CanExpose for each.
ScopePtr Expose(const ScopePtr& scope, const AttributeIds& ids);
/// The node over another child: output recomputed from the child's.
bound::RelationPtr WithChild(const bound::Relation& relation, const bound::RelationPtr& child);

/// A projection of `child` to exactly these columns (by id), with their names; `child` itself when nothing changes.
ScopePtr ProjectTo(const ScopePtr& child, const std::vector<bound::Attribute>& columns);

}  // namespace firesteel::analyzer
