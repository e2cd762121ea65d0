#pragma once

#include <utility>
#include <vector>

#include "client/plan/expression.h"
#include "client/plan/relation.h"
#include "firesteel/column.h"
#include "firesteel/dataframe.h"

namespace firesteel::client::internal {

/// The way from the public handles to their nodes and back.
struct Access {
  static Column Make(ExpressionPtr node) { return Column(std::move(node)); }
  static const ExpressionPtr& Node(const Column& column) { return column.node_; }
  static const ExpressionPtr& Node(const ColumnOrName& column) { return column.column().node_; }
  static const ExpressionPtr& Node(const ColumnOrValue& column) { return column.column().node_; }
  static const ExpressionPtr& Node(const ColumnOrNumber& column) { return column.column().node_; }
  template <class T>
  static std::vector<ExpressionPtr> Nodes(const std::vector<T>& columns) {
    std::vector<ExpressionPtr> nodes;
    nodes.reserve(columns.size());
    for (const T& column : columns) nodes.push_back(Node(column));
    return nodes;
  }

  static DataFrame Make(ExecutorPtr executor, RelationPtr plan) {
    return DataFrame(std::move(executor), std::move(plan));
  }
  /// A reader, a catalog and the like.
  template <class Handle>
  static Handle MakeHandle(ExecutorPtr executor) {
    return Handle(std::move(executor));
  }
  static const RelationPtr& Plan(const DataFrame& frame) { return frame.plan_; }
  static const ExecutorPtr& ExecutorOf(const DataFrame& frame) { return frame.executor_; }
};

}  // namespace firesteel::client::internal
