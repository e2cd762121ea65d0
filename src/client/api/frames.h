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
    return Broken(left, Error::Invalid("[SESSION_NOT_SAME] Both DataFrames must belong to the same session."));
  }
  return Access::Make(executor, MakeRelation(executor, {Access::Plan(left), Access::Plan(right)},
                                             std::move(expressions), std::move(fill)));
}

inline std::vector<ExpressionPtr> SortOrders(const std::vector<ColumnOrName>& columns) {
  std::vector<ExpressionPtr> orders;
  for (const ColumnOrName& column : columns) orders.push_back(AsSortOrder(Access::Node(column)));
  return orders;
}

}  // namespace firesteel::client::internal
