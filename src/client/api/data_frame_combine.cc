// Joins, set operations, subqueries, groups.

#include <algorithm>
#include <utility>

#include "base/ascii_case.h"
#include "client/api/frames.h"
#include "firesteel/dataframe.h"
#include "firesteel/grouped_data.h"
#include "firesteel/table_argument.h"

namespace firesteel::client {

using internal::Access;
using internal::Broken;
using internal::Chain;
using internal::Combine;
using internal::ExpressionPtr;
using internal::PlanBuilder;
using internal::RelationNode;

namespace {

constexpr int32_t kMostNearest = 100'000;

// As users write them: lower case, without underscores.
std::string Plain(std::string_view text) {
  std::string plain = AsciiLower(text);
  std::erase(plain, '_');
  return plain;
}

std::optional<proto::Join::JoinType> JoinType(std::string_view type) {
  const std::string plain = Plain(type);
  if (plain == "inner") return proto::Join::JOIN_TYPE_INNER;
  if (plain == "outer" || plain == "full" || plain == "fullouter") return proto::Join::JOIN_TYPE_FULL_OUTER;
  if (plain == "leftouter" || plain == "left") return proto::Join::JOIN_TYPE_LEFT_OUTER;
  if (plain == "rightouter" || plain == "right") return proto::Join::JOIN_TYPE_RIGHT_OUTER;
  if (plain == "leftsemi" || plain == "semi") return proto::Join::JOIN_TYPE_LEFT_SEMI;
  if (plain == "leftanti" || plain == "anti") return proto::Join::JOIN_TYPE_LEFT_ANTI;
  if (plain == "cross") return proto::Join::JOIN_TYPE_CROSS;
  return std::nullopt;
}

Error UnsupportedJoinType(std::string_view type, std::string supported) {
  Error error = Error::Invalid("UNSUPPORTED_JOIN_TYPE", "Unsupported join type '" + std::string(type) +
                                                            "'. Supported join types include: " + supported + ".");
  error.parameters = {{"typ", std::string(type)}, {"supported", std::move(supported)}};
  return error;
}

DataFrame Join(const DataFrame& left, const DataFrame& right, std::vector<std::string> names,
               std::vector<ExpressionPtr> condition, proto::Join::JoinType type) {
  return Combine(
      left, right, std::move(condition),
      [names = std::move(names), type](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
        proto::Join* join = out->mutable_join();
        builder.Add(self.inputs[0], join->mutable_left());
        builder.Add(self.inputs[1], join->mutable_right());
        for (const std::string& name : names) join->add_using_columns(name);
        if (!self.expressions.empty()) builder.Add(self.expressions[0], join->mutable_join_condition());
        join->set_join_type(type);
      });
}

DataFrame LateralJoin(const DataFrame& left, const DataFrame& right, std::vector<ExpressionPtr> condition,
                      std::string_view type) {
  const std::string plain = Plain(type);
  const std::optional<proto::Join::JoinType> known = JoinType(type);
  if (!known || (plain != "inner" && plain != "left" && plain != "leftouter" && plain != "cross")) {
    return Broken(left, UnsupportedJoinType(type, "'inner', 'leftouter', 'left', 'left_outer', 'cross'"));
  }
  return Combine(left, right, std::move(condition),
                 [type = *known](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                   proto::LateralJoin* join = out->mutable_lateral_join();
                   builder.Add(self.inputs[0], join->mutable_left());
                   builder.Add(self.inputs[1], join->mutable_right());
                   if (!self.expressions.empty()) builder.Add(self.expressions[0], join->mutable_join_condition());
                   join->set_join_type(type);
                 });
}

DataFrame SetOperation(const DataFrame& left, const DataFrame& right, proto::SetOperation::SetOpType type, bool all,
                       bool by_name = false, bool allow_missing_columns = false) {
  return Combine(left, right, {}, [=](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    proto::SetOperation* operation = out->mutable_set_op();
    builder.Add(self.inputs[0], operation->mutable_left_input());
    builder.Add(self.inputs[1], operation->mutable_right_input());
    operation->set_set_op_type(type);
    operation->set_is_all(all);
    operation->set_by_name(by_name);
    operation->set_allow_missing_columns(allow_missing_columns);
  });
}

std::vector<Column> Keys(const DataFrame& frame, const std::vector<ColumnOrOrdinal>& keys) {
  std::vector<Column> columns;
  for (const ColumnOrOrdinal& key : keys) columns.push_back(Access::Make(internal::GroupKey(frame, key)));
  return columns;
}

}  // namespace

DataFrame DataFrame::join(const DataFrame& other) const {
  return Join(*this, other, {}, {}, proto::Join::JOIN_TYPE_INNER);
}

DataFrame DataFrame::join(const DataFrame& other, const JoinKeys& on, std::string_view type) const {
  const std::optional<proto::Join::JoinType> known = JoinType(type);
  if (!known) {
    return Broken(*this, UnsupportedJoinType(
                             type,
                             "'inner', 'outer', 'full', 'fullouter', 'full_outer', 'leftouter', 'left', 'left_outer', "
                             "'rightouter', 'right', 'right_outer', 'leftsemi', 'left_semi', 'semi', 'leftanti', "
                             "'left_anti', 'anti', 'cross'"));
  }
  std::vector<ExpressionPtr> condition;
  for (const Column& part : on.conditions()) {
    if (condition.empty()) {
      condition.push_back(Access::Node(part));
    } else {
      condition[0] = internal::Function("and", {condition[0], Access::Node(part)});
    }
  }
  return Join(*this, other, on.names(), std::move(condition), *known);
}

DataFrame DataFrame::cross_join(const DataFrame& other) const {
  return Join(*this, other, {}, {}, proto::Join::JOIN_TYPE_CROSS);
}

DataFrame DataFrame::lateral_join(const DataFrame& other) const { return LateralJoin(*this, other, {}, "inner"); }

DataFrame DataFrame::lateral_join(const DataFrame& other, const Column& on, std::string_view type) const {
  return LateralJoin(*this, other, {Access::Node(on)}, type);
}

DataFrame DataFrame::nearest_by_join(const DataFrame& other, const Column& ranking, int32_t results,
                                     std::string_view mode, std::string_view direction, std::string_view type) const {
  const std::string plain_type = Plain(type);
  std::optional<Error> problem;
  if (results < 1 || results > kMostNearest) {
    problem = Error::Invalid("NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE",
                             "The number of results must be between 1 and 100000.");
  } else if (plain_type != "inner" && plain_type != "left" && plain_type != "leftouter") {
    problem = Error::Invalid("NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE", "The join type must be 'INNER' or 'LEFT OUTER'.");
  } else if (AsciiLower(mode) != "approx" && AsciiLower(mode) != "exact") {
    problem = Error::Invalid("NEAREST_BY_JOIN.UNSUPPORTED_MODE", "The mode must be 'approx' or 'exact'.");
  } else if (AsciiLower(direction) != "distance" && AsciiLower(direction) != "similarity") {
    problem =
        Error::Invalid("NEAREST_BY_JOIN.UNSUPPORTED_DIRECTION", "The direction must be 'distance' or 'similarity'.");
  }
  if (problem) return Broken(*this, *std::move(problem));
  return Combine(*this, other, {Access::Node(ranking)},
                 [results, mode = std::string(mode), direction = std::string(direction), type = std::string(type)](
                     const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                   proto::NearestByJoin* join = out->mutable_nearest_by_join();
                   builder.Add(self.inputs[0], join->mutable_left());
                   builder.Add(self.inputs[1], join->mutable_right());
                   builder.Add(self.expressions[0], join->mutable_ranking_expression());
                   join->set_num_results(results);
                   join->set_join_type(type);
                   join->set_mode(mode);
                   join->set_direction(direction);
                 });
}

DataFrame DataFrame::zip(const DataFrame& other) const {
  return Combine(*this, other, {}, [](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_zip()->mutable_left());
    builder.Add(self.inputs[1], out->mutable_zip()->mutable_right());
  });
}

DataFrame DataFrame::union_all(const DataFrame& other) const {
  return SetOperation(*this, other, proto::SetOperation::SET_OP_TYPE_UNION, true);
}

DataFrame DataFrame::union_by_name(const DataFrame& other, bool allow_missing_columns) const {
  return SetOperation(*this, other, proto::SetOperation::SET_OP_TYPE_UNION, true, true, allow_missing_columns);
}

DataFrame DataFrame::intersect(const DataFrame& other) const {
  return SetOperation(*this, other, proto::SetOperation::SET_OP_TYPE_INTERSECT, false);
}

DataFrame DataFrame::intersect_all(const DataFrame& other) const {
  return SetOperation(*this, other, proto::SetOperation::SET_OP_TYPE_INTERSECT, true);
}

DataFrame DataFrame::subtract(const DataFrame& other) const {
  return SetOperation(*this, other, proto::SetOperation::SET_OP_TYPE_EXCEPT, false);
}

DataFrame DataFrame::except_all(const DataFrame& other) const {
  return SetOperation(*this, other, proto::SetOperation::SET_OP_TYPE_EXCEPT, true);
}

Column DataFrame::scalar() const { return Access::Make(internal::SubqueryOf(plan_, internal::SubqueryKind::kScalar)); }

Column DataFrame::exists() const { return Access::Make(internal::SubqueryOf(plan_, internal::SubqueryKind::kExists)); }

TableArgument DataFrame::as_table() const { return TableArgument(*this); }

GroupedData DataFrame::group_by(const std::vector<ColumnOrOrdinal>& columns) const {
  return GroupedData(*this, GroupedData::Kind::kGroupBy, Keys(*this, columns));
}

GroupedData DataFrame::rollup(const std::vector<ColumnOrOrdinal>& columns) const {
  return GroupedData(*this, GroupedData::Kind::kRollup, Keys(*this, columns));
}

GroupedData DataFrame::cube(const std::vector<ColumnOrOrdinal>& columns) const {
  return GroupedData(*this, GroupedData::Kind::kCube, Keys(*this, columns));
}

GroupedData DataFrame::grouping_sets(const std::vector<std::vector<ColumnOrOrdinal>>& sets,
                                     const std::vector<ColumnOrOrdinal>& columns) const {
  GroupedData grouped(*this, GroupedData::Kind::kGroupingSets, Keys(*this, columns));
  for (const std::vector<ColumnOrOrdinal>& set : sets) grouped.grouping_sets_.push_back(Keys(*this, set));
  return grouped;
}

DataFrame DataFrame::agg(const std::vector<Column>& aggregates) const {
  return group_by(std::vector<ColumnOrOrdinal>()).agg(aggregates);
}

DataFrame DataFrame::agg(const std::vector<std::pair<std::string, std::string>>& functions) const {
  return group_by(std::vector<ColumnOrOrdinal>()).agg(functions);
}

}  // namespace firesteel::client
