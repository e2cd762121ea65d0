#include <charconv>

#include "sql/parser/parser.h"

namespace firesteel::sql {

namespace {

constexpr const char* kTypeNames[] = {"INNER",      "CROSS",     "LEFT OUTER", "RIGHT OUTER",
                                      "FULL OUTER", "LEFT SEMI", "LEFT ANTI"};

}  // namespace

// {APPROX | EXACT} NEAREST [count] BY {DISTANCE | SIMILARITY} ranking
RelationPtr Parser::NearestBy(plan::Join join, size_t at) {
  using Type = plan::Join::Type;
  cursor_.Advance();
  cursor_.Advance();
  plan::NearestByJoin nearest;
  const std::string count(cursor_.Is(Kind::kIntegerValue) ? cursor_.TextOf(cursor_.Peek()) : "1");
  cursor_.Accept(Kind::kIntegerValue);
  cursor_.Expect(Kind::kBy);
  nearest.largest_first = cursor_.Is(Kind::kSimilarity);
  if (!nearest.largest_first && !cursor_.Is(Kind::kDistance)) {
    cursor_.SyntaxErrorAt(cursor_.position(),
                          StartsExpression(cursor_.position()) ? ": missing {'DISTANCE', 'SIMILARITY'}" : "");
  }
  cursor_.Advance();
  nearest.ranking = Expression();
  if (join.lateral) cursor_.Fail("UNSUPPORTED_FEATURE.LATERAL_JOIN_NEAREST_BY", {}, at);
  if (join.type != Type::kInner && join.type != Type::kLeftOuter) {
    cursor_.Fail("NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE",
                 {{"joinType", kTypeNames[static_cast<size_t>(join.type)]}, {"supported", "'INNER', 'LEFT OUTER'"}},
                 at);
  }
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), nearest.count);
  if (error != std::errc() || nearest.count < 1 || nearest.count > plan::kMaxNearestRows) {
    cursor_.Fail("NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE",
                 {{"numResults", count}, {"min", "1"}, {"max", std::to_string(plan::kMaxNearestRows)}}, at);
  }
  nearest.left = std::move(join.left);
  nearest.right = std::move(join.right);
  nearest.type = join.type;
  return Make(std::move(nearest), at);
}

// ASOF JOIN relation MATCH_CONDITION (comparison) [ON condition | USING (columns)]: read to its end, where Spark
// refuses it, too, unless it is configured to take it.
void Parser::RefuseAsOfJoin(size_t at) {
  cursor_.Advance();
  cursor_.Expect(Kind::kJoin);
  RelationPrimary();
  cursor_.Expect(Kind::kMatchCondition);
  cursor_.Expect(Kind::kLeftParen);
  Expression();
  cursor_.Expect(Kind::kRightParen);
  if (cursor_.Accept(Kind::kOn)) {
    Expression();
  } else if (cursor_.Accept(Kind::kUsing)) {
    IdentifierList();
  }
  cursor_.Fail("UNSUPPORTED_FEATURE.ASOF_JOIN", {{"config", "\"spark.sql.join.asofJoin.enabled\""}}, at);
}

// [NATURAL] [type] JOIN [LATERAL] relation [ON condition | USING (columns) | NEAREST BY]
RelationPtr Parser::JoinRelation(RelationPtr left) {
  using Type = plan::Join::Type;
  const size_t at = cursor_.position();
  plan::Join join;
  join.left = std::move(left);
  join.natural = cursor_.Accept(Kind::kNatural);
  switch (cursor_.Kind()) {
    case Kind::kInner:
      cursor_.Advance();
      break;
    case Kind::kCross:
      cursor_.Advance();
      join.type = Type::kCross;
      break;
    case Kind::kSemi:
      cursor_.Advance();
      join.type = Type::kLeftSemi;
      break;
    case Kind::kAnti:
      cursor_.Advance();
      join.type = Type::kLeftAnti;
      break;
    case Kind::kLeft:
      cursor_.Advance();
      join.type = Type::kLeftOuter;
      if (cursor_.Accept(Kind::kSemi)) {
        join.type = Type::kLeftSemi;
      } else if (cursor_.Accept(Kind::kAnti)) {
        join.type = Type::kLeftAnti;
      } else {
        cursor_.Accept(Kind::kOuter);
      }
      break;
    case Kind::kRight:
      cursor_.Advance();
      cursor_.Accept(Kind::kOuter);
      join.type = Type::kRightOuter;
      break;
    case Kind::kFull:
      cursor_.Advance();
      cursor_.Accept(Kind::kOuter);
      join.type = Type::kFullOuter;
      break;
    default:
      break;
  }
  if (cursor_.Is(Kind::kAsof)) RefuseAsOfJoin(at);
  if (join.type == Type::kCross)
    cursor_.Expect(Kind::kJoin, IsIdentifier() || cursor_.Is(Kind::kLeftParen));
  else if (!cursor_.Accept(Kind::kJoin))
    cursor_.SyntaxError();
  if (cursor_.Is(Kind::kLateral)) {
    cursor_.Advance();
    join.lateral = true;
  }
  join.right = RelationPrimary();
  if (join.natural && join.type == Type::kCross) {
    cursor_.Fail("INCOMPATIBLE_JOIN_TYPES", {{"joinType1", "NATURAL"}, {"joinType2", "CROSS"}}, at);
  }
  if (!join.natural && StartsNearestBy(cursor_.position())) return NearestBy(std::move(join), at);
  if (!join.natural && cursor_.Is(Kind::kOn)) {
    cursor_.Advance();
    join.condition = Expression();
  } else if (!join.natural && cursor_.Is(Kind::kUsing)) {
    cursor_.Advance();
    join.using_columns = IdentifierList();
    if (join.lateral) cursor_.Fail("UNSUPPORTED_FEATURE.LATERAL_JOIN_USING", {}, at);
  }
  if (join.lateral && join.type != Type::kInner && join.type != Type::kCross && join.type != Type::kLeftOuter) {
    cursor_.Fail("INVALID_LATERAL_JOIN_TYPE", {{"joinType", kTypeNames[static_cast<size_t>(join.type)]}}, at);
  }
  return Make(std::move(join), at);  // Spark blames the join clause, not its left side
}

}  // namespace firesteel::sql
