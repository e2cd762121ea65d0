#include "sql/parser/parser.h"

namespace firesteel::sql {

// [NATURAL] [type] JOIN [LATERAL] relation [ON condition | USING (columns)]
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
  if (cursor_.Is(Kind::kAsof)) ThrowUnsupported("ASOF JOIN", cursor_.OriginFrom(at));
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
  if (!join.natural && cursor_.Is(Kind::kOn)) {
    cursor_.Advance();
    join.condition = Expression();
  } else if (!join.natural && cursor_.Is(Kind::kUsing)) {
    cursor_.Advance();
    join.using_columns = IdentifierList();
    if (join.lateral) cursor_.Fail("UNSUPPORTED_FEATURE.LATERAL_JOIN_USING", {}, at);
  }
  if (join.lateral && join.type != Type::kInner && join.type != Type::kCross && join.type != Type::kLeftOuter) {
    static constexpr const char* kNames[] = {"INNER",      "CROSS",     "LEFT OUTER", "RIGHT OUTER",
                                             "FULL OUTER", "LEFT SEMI", "LEFT ANTI"};
    cursor_.Fail("INVALID_LATERAL_JOIN_TYPE", {{"joinType", kNames[static_cast<size_t>(join.type)]}}, at);
  }
  return Make(std::move(join), at);  // Spark blames the join clause, not its left side
}

}  // namespace firesteel::sql
