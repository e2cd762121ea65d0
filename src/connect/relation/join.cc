#include <optional>
#include <string>

#include "base/ascii_case.h"
#include "base/error.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

plan::Join::Type DecodeJoinType(proto::Join::JoinType type) {
  switch (type) {
    case proto::Join::JOIN_TYPE_INNER:
      return plan::Join::Type::kInner;
    case proto::Join::JOIN_TYPE_FULL_OUTER:
      return plan::Join::Type::kFullOuter;
    case proto::Join::JOIN_TYPE_LEFT_OUTER:
      return plan::Join::Type::kLeftOuter;
    case proto::Join::JOIN_TYPE_RIGHT_OUTER:
      return plan::Join::Type::kRightOuter;
    case proto::Join::JOIN_TYPE_LEFT_ANTI:
      return plan::Join::Type::kLeftAnti;
    case proto::Join::JOIN_TYPE_LEFT_SEMI:
      return plan::Join::Type::kLeftSemi;
    case proto::Join::JOIN_TYPE_CROSS:
      return plan::Join::Type::kCross;
    default:
      ThrowInvalidEnumValue(type);
  }
}

}  // namespace

RelationNode DecodeJoin(const proto::Join& join, const DecodeContext& context) {
  if (join.has_join_condition() && !join.using_columns().empty()) {
    ThrowInvalidPlan("USING_COLUMNS_OR_JOIN_CONDITION_SET_IN_JOIN");
  }
  if (join.has_join_data_type()) {
    return plan::Unsupported{"Dataset.joinWith",
                             {DecodeRelation(join.left(), context), DecodeRelation(join.right(), context)}};
  }
  plan::Join node;
  node.left = DecodeRelation(join.left(), context);
  node.right = DecodeRelation(join.right(), context);
  node.type = DecodeJoinType(join.join_type());
  if (join.has_join_condition()) node.condition = DecodeExpression(join.join_condition(), context);
  node.using_columns = DecodeStrings(join.using_columns());
  return node;
}

RelationNode DecodeLateralJoin(const proto::LateralJoin& join, const DecodeContext& context) {
  plan::Join node;
  node.left = DecodeRelation(join.left(), context);
  node.right = DecodeRelation(join.right(), context);
  node.type = DecodeJoinType(join.join_type());
  if (join.has_join_condition()) node.condition = DecodeExpression(join.join_condition(), context);
  node.lateral = true;
  return node;
}

RelationNode DecodeZip(const proto::Zip& zip, const DecodeContext& context) {
  return plan::Zip{DecodeRelation(zip.left(), context), DecodeRelation(zip.right(), context)};
}

namespace {

/// The type of a join that keeps the rows of its left side or drops them, by the name that users write, as Spark
/// compares it ("left_outer" is "leftouter"); nothing for other types.
std::optional<plan::Join::Type> InnerOrLeftOuter(const std::string& name) {
  std::string folded = AsciiLower(name);
  std::erase(folded, '_');
  if (folded == "inner") return plan::Join::Type::kInner;
  if (folded == "left" || folded == "leftouter") return plan::Join::Type::kLeftOuter;
  return std::nullopt;
}

}  // namespace

RelationNode DecodeNearestByJoin(const proto::NearestByJoin& join, const DecodeContext& context) {
  plan::NearestByJoin node;
  node.left = DecodeRelation(join.left(), context);
  node.right = DecodeRelation(join.right(), context);
  node.ranking = DecodeExpression(join.ranking_expression(), context);
  node.count = join.num_results();
  if (node.count < 1 || node.count > plan::kMaxNearestRows) {
    throw QueryError(
        "NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE",
        {{"numResults", std::to_string(node.count)}, {"min", "1"}, {"max", std::to_string(plan::kMaxNearestRows)}});
  }
  const std::optional<plan::Join::Type> type = InnerOrLeftOuter(join.join_type());
  if (!type) {
    throw QueryError("NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE",
                     {{"joinType", join.join_type()}, {"supported", "'INNER', 'LEFT OUTER'"}});
  }
  node.type = *type;
  // Both modes look at all rows, as in Spark.
  if (const std::string mode = AsciiLower(join.mode()); mode != "approx" && mode != "exact") {
    throw QueryError("NEAREST_BY_JOIN.UNSUPPORTED_MODE", {{"mode", join.mode()}, {"supported", "'approx', 'exact'"}});
  }
  const std::string direction = AsciiLower(join.direction());
  node.largest_first = direction == "similarity";
  if (!node.largest_first && direction != "distance") {
    throw QueryError("NEAREST_BY_JOIN.UNSUPPORTED_DIRECTION",
                     {{"direction", join.direction()}, {"supported", "'distance', 'similarity'"}});
  }
  return node;
}

RelationNode DecodeAsOfJoin(const proto::AsOfJoin& join, const DecodeContext& context) {
  plan::AsOfJoin node;
  node.left = DecodeRelation(join.left(), context);
  node.right = DecodeRelation(join.right(), context);
  node.left_as_of = DecodeExpression(join.left_as_of(), context);
  node.right_as_of = DecodeExpression(join.right_as_of(), context);
  if (join.has_join_expr()) node.condition = DecodeExpression(join.join_expr(), context);
  node.using_columns = DecodeStrings(join.using_columns());
  const std::optional<plan::Join::Type> type = InnerOrLeftOuter(join.join_type());
  if (!type) {
    throw QueryError("UNSUPPORTED_JOIN_TYPE",
                     {{"typ", join.join_type()}, {"supported", "'inner', 'leftouter', 'left'"}});
  }
  node.type = *type;
  if (join.has_tolerance()) node.tolerance = DecodeExpression(join.tolerance(), context);
  node.allow_exact_matches = join.allow_exact_matches();
  node.direction = join.direction();
  return node;
}

}  // namespace firesteel::connect
