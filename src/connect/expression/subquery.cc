#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

plan::Expression::Node DecodeSubquery(const proto::SubqueryExpression& subquery, const DecodeContext& context) {
  using Kind = plan::SubqueryReference::Kind;
  plan::SubqueryReference node;
  node.plan_id = subquery.plan_id();
  switch (subquery.subquery_type()) {
    case proto::SubqueryExpression::SUBQUERY_TYPE_SCALAR:
      node.kind = Kind::kScalar;
      return node;
    case proto::SubqueryExpression::SUBQUERY_TYPE_EXISTS:
      node.kind = Kind::kExists;
      return node;
    case proto::SubqueryExpression::SUBQUERY_TYPE_IN:
      node.kind = Kind::kIn;
      node.in_values = DecodeExpressions(subquery.in_subquery_values(), context);
      return node;
    case proto::SubqueryExpression::SUBQUERY_TYPE_TABLE_ARG: {
      const auto& options = subquery.table_arg_options();
      node.kind = Kind::kTableArgument;
      node.partition_by = DecodeExpressions(options.partition_spec(), context);
      node.order_by = DecodeSortOrders(options.order_spec(), context);
      node.with_single_partition = options.with_single_partition();
      return node;
    }
    default:
      ThrowInvalidEnumValue(subquery.subquery_type());
  }
}

}  // namespace firesteel::connect
