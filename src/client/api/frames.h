#pragma once

#include <utility>
#include <vector>

#include "client/plan/access.h"
#include "client/plan/plan_builder.h"
#include "client/plan/relation.h"
#include "firesteel/dataframe.h"

/// What the files of DataFrame's methods share.
namespace firesteel::client::internal {

/// A DataFrame of one node on this one. `fill` finds the input as self.inputs[0].
inline DataFrame Chain(const DataFrame& frame, std::vector<ExpressionPtr> expressions, RelationNode::Fill fill) {
  const ExecutorPtr& executor = Access::ExecutorOf(frame);
  return Access::Make(executor, MakeRelation(executor, {Access::Plan(frame)}, std::move(expressions), std::move(fill)));
}

inline DataFrame Chain(const DataFrame& frame, RelationNode::Fill fill) { return Chain(frame, {}, std::move(fill)); }

/// A DataFrame whose actions fail with the error.
inline DataFrame Broken(const DataFrame& frame, Error error) {
  const ExecutorPtr& executor = Access::ExecutorOf(frame);
  return Access::Make(executor, InvalidRelation(executor, std::move(error), {Access::Plan(frame)}));
}

/// A DataFrame of two, left and right; an error when they are of different sessions.
inline DataFrame Combine(const DataFrame& left, const DataFrame& right, std::vector<ExpressionPtr> expressions,
                         RelationNode::Fill fill) {
  const ExecutorPtr& executor = Access::ExecutorOf(left);
  if (executor != Access::ExecutorOf(right)) {
    return Broken(left, Error::Invalid("SESSION_NOT_SAME", "Both DataFrames must belong to the same session."));
  }
  return Access::Make(executor, MakeRelation(executor, {Access::Plan(left), Access::Plan(right)},
                                             std::move(expressions), std::move(fill)));
}

inline std::vector<ExpressionPtr> SortOrders(const std::vector<ColumnOrName>& columns) {
  std::vector<ExpressionPtr> orders;
  for (const ColumnOrName& column : columns) orders.push_back(AsSortOrder(Access::Node(column)));
  return orders;
}

/// The key of a group: a column, or the frame's column at a place.
inline ExpressionPtr GroupKey(const DataFrame& frame, const ColumnOrOrdinal& key) {
  if (key.column()) return Access::Node(*key.column());
  if (key.ordinal() >= 1) return OrdinalOf(Access::Plan(frame), key.ordinal());
  return InvalidExpression(
      Error::Invalid("INDEX_NOT_POSITIVE", "Index must be positive, got '" + std::to_string(key.ordinal()) + "'."));
}

/// A sort order of a column, or of the frame's column at a place: descending when that is negative.
inline ExpressionPtr SortOrder(const DataFrame& frame, const ColumnOrOrdinal& key) {
  if (key.column()) return AsSortOrder(Access::Node(*key.column()));
  if (key.ordinal() > 0) return SortOrderOf(OrdinalOf(Access::Plan(frame), key.ordinal()), true, true);
  if (key.ordinal() < 0) return SortOrderOf(OrdinalOf(Access::Plan(frame), -key.ordinal()), false, false);
  return SortOrderOf(InvalidExpression(Error::Invalid("ZERO_INDEX", "Index must be non-zero.")), true, true);
}

}  // namespace firesteel::client::internal
