#include "optimizer/partition_facts.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/int128.h"

namespace firesteel::optimizer {

using bound::RelationPtr;

namespace {

/// Numbering more rows than this would cost more than the sketches do.
constexpr int64_t kMostSlicedRows = int64_t{1} << 20;

}  // namespace

Division DivisionOf(const bound::Relation& relation) {
  if (const auto* range = relation.As<bound::Range>()) {
    if (range->num_partitions <= 1) return Division::kOne;
    const auto rows = (static_cast<int128_t>(range->end) - range->start) / range->step;
    return rows <= kMostSlicedRows ? Division::kSliced : Division::kUnknown;
  }
  if (relation.As<bound::LocalData>()) return Division::kSliced;
  if (relation.As<bound::OneRow>() || relation.As<bound::Aggregate>() || relation.As<bound::Limit>()) {
    return Division::kOne;
  }
  const std::vector<RelationPtr> children = bound::Children(relation);
  if (relation.As<bound::Project>() || relation.As<bound::Filter>()) return DivisionOf(*children.at(0));
  const auto* set = relation.As<bound::SetOperation>();
  if (!set || set->kind != bound::SetOperation::Kind::kUnion || !set->all) return Division::kUnknown;
  for (const RelationPtr& child : children) {
    if (DivisionOf(*child) == Division::kUnknown) return Division::kUnknown;
  }
  return Division::kSliced;
}

bool HasKnownPartitions(const bound::Relation& relation) {
  if (relation.As<bound::Range>() || relation.As<bound::LocalData>() || relation.As<bound::OneRow>()) return true;
  if (relation.As<bound::Limit>() || relation.As<bound::Tail>()) return true;
  if (const auto* aggregate = relation.As<bound::Aggregate>()) {
    return aggregate->groups.empty() && aggregate->grouping_sets.empty();
  }
  const std::vector<RelationPtr> children = bound::Children(relation);
  if (const auto* sort = relation.As<bound::Sort>(); sort && sort->is_global) return true;
  if (const auto* again = relation.As<bound::Repartition>()) {
    if (!again->num_partitions) return false;
    return *again->num_partitions == 1 || HasKnownPartitions(*children.at(0));
  }
  const auto* set = relation.As<bound::SetOperation>();
  const bool passes = relation.As<bound::Project>() || relation.As<bound::Filter>() || relation.As<bound::Sort>() ||
                      relation.As<bound::Sample>() || relation.As<bound::CollectMetrics>() ||
                      (set && set->kind == bound::SetOperation::Kind::kUnion && set->all);
  return passes && std::all_of(children.begin(), children.end(),
                               [](const RelationPtr& child) { return HasKnownPartitions(*child); });
}

bool Shuffles(const bound::Relation& relation) {
  const auto* again = relation.As<bound::Repartition>();
  if (again && again->shuffle && again->num_partitions && *again->num_partitions > 1) return true;
  const std::vector<RelationPtr> children = bound::Children(relation);
  return std::any_of(children.begin(), children.end(), [](const RelationPtr& child) { return Shuffles(*child); });
}

bool IsNarrow(const bound::Range& range) {
  const int128_t distance = static_cast<int128_t>(range.end) - range.start;
  return distance <= std::numeric_limits<int64_t>::max() && distance >= std::numeric_limits<int64_t>::min() + 1;
}

}  // namespace firesteel::optimizer
