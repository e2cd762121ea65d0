#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeAggregate(const proto::Aggregate& aggregate, const DecodeContext& context) {
  if (!aggregate.has_input()) ThrowInvalidPlan("AGGREGATE_NEEDS_PLAN_INPUT");
  plan::Aggregate node;
  switch (aggregate.group_type()) {
    case proto::Aggregate::GROUP_TYPE_GROUPBY:
      node.kind = plan::Aggregate::Kind::kGroupBy;
      break;
    case proto::Aggregate::GROUP_TYPE_ROLLUP:
      node.kind = plan::Aggregate::Kind::kRollup;
      break;
    case proto::Aggregate::GROUP_TYPE_CUBE:
      node.kind = plan::Aggregate::Kind::kCube;
      break;
    case proto::Aggregate::GROUP_TYPE_PIVOT:
      if (!aggregate.has_pivot()) ThrowInvalidPlan("AGGREGATE_WITH_PIVOT_REQUIRES_PIVOT");
      node.kind = plan::Aggregate::Kind::kPivot;
      node.pivot_column = DecodeExpression(aggregate.pivot().col(), context);
      for (const auto& value : aggregate.pivot().values()) {
        node.pivot_values.push_back(DecodeLiteralExpression(value, context));
      }
      break;
    case proto::Aggregate::GROUP_TYPE_GROUPING_SETS:
      node.kind = plan::Aggregate::Kind::kGroupingSets;
      for (const auto& set : aggregate.grouping_sets()) {
        node.grouping_sets.push_back(DecodeExpressions(set.grouping_set(), context));
      }
      break;
    default:
      ThrowInvalidEnumValue(aggregate.group_type());
  }
  node.child = DecodeRelation(aggregate.input(), context);
  node.grouping = DecodeExpressions(aggregate.grouping_expressions(), context);
  node.aggregates = DecodeExpressions(aggregate.aggregate_expressions(), context);
  return node;
}

}  // namespace firesteel::connect
