#include "firesteel/table_argument.h"

#include "client/api/frames.h"

namespace firesteel::client {

using internal::Access;
using internal::ExpressionPtr;

TableArgument TableArgument::partition_by(const std::vector<ColumnOrName>& columns) const {
  TableArgument argument = *this;
  if (partitioned()) {
    argument.error_ =
        Error::Invalid("Cannot call partition_by() after partition_by() or with_single_partition() has been called.");
  }
  for (const ColumnOrName& column : columns) argument.partition_.push_back(column.column());
  return argument;
}

TableArgument TableArgument::order_by(const std::vector<ColumnOrName>& columns) const {
  TableArgument argument = *this;
  if (!partitioned()) {
    argument.error_ = Error::Invalid("Please call partition_by() or with_single_partition() before order_by().");
  }
  for (const ExpressionPtr& order : internal::SortOrders(columns)) argument.order_.push_back(Access::Make(order));
  return argument;
}

TableArgument TableArgument::with_single_partition() const {
  TableArgument argument = *this;
  if (partitioned()) {
    argument.error_ = Error::Invalid(
        "Cannot call with_single_partition() after partition_by() or with_single_partition() has been called.");
  }
  argument.single_partition_ = true;
  return argument;
}

TableArgument::operator Column() const {
  if (error_) return Access::Make(internal::InvalidExpression(*error_));
  std::vector<ExpressionPtr> children = Access::Nodes(partition_);
  for (const Column& order : order_) children.push_back(Access::Node(order));
  auto node = std::make_shared<internal::ExpressionNode>(internal::ExpressionKind::kSubquery, std::string(),
                                                         std::move(children));
  node->plan = Access::Plan(frame_);
  node->subquery_kind = internal::SubqueryKind::kTableArgument;
  node->has_subquery = true;
  node->partition_keys = partition_.size();
  if (single_partition_) node->single_partition = true;
  return Access::Make(node);
}

}  // namespace firesteel::client
