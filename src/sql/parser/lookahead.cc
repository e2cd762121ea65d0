// Decisions between readings. Nearly every Spark keyword is an identifier, too: `SELECT a FROM t WHERE` names the table
// WHERE, `SELECT FROM t` selects a column FROM. Spark's parser takes the first reading of its grammar that can be read
// to the end. These functions reach the same choice from the next few tokens.

#include "sql/parser/parser.h"

namespace firesteel::sql {

// Whether an expression may begin at this token.
bool Parser::StartsExpression(size_t index) const {
  switch (cursor_.KindAt(index)) {
    case Kind::kLeftParen:
    case Kind::kPlus:
    case Kind::kMinus:
    case Kind::kTilde:
    case Kind::kBang:
    case Kind::kAsterisk:
    case Kind::kQuestion:
    case Kind::kColon:
    case Kind::kStringLiteral:
    case Kind::kDoubleQuotedString:
    case Kind::kBigIntLiteral:
    case Kind::kSmallIntLiteral:
    case Kind::kTinyIntLiteral:
    case Kind::kIntegerValue:
    case Kind::kExponentValue:
    case Kind::kDecimalValue:
    case Kind::kFloatLiteral:
    case Kind::kDoubleLiteral:
    case Kind::kBigDecimalLiteral:
      return true;
    // Reserved words that begin special forms.
    case Kind::kNot:
    case Kind::kExists:
    case Kind::kCase:
    case Kind::kCast:
    case Kind::kNull:
    case Kind::kTrue:
    case Kind::kFalse:
    case Kind::kCurrentDate:
    case Kind::kCurrentTime:
    case Kind::kCurrentTimestamp:
    case Kind::kCurrentUser:
    case Kind::kUser:
    case Kind::kSessionUser:
    case Kind::kLocaltime:
    case Kind::kCurrentPath:
    case Kind::kFilter:
    case Kind::kLeft:
    case Kind::kRight:
      return true;
    default:
      return IsIdentifierAt(index);
  }
}

// Whether a query, not an expression or a relation, begins here. SELECT, FROM, VALUES, … may be names.
bool Parser::StartsQuery(size_t index) const {
  const Kind next = cursor_.KindAt(index + 1);
  switch (cursor_.KindAt(index)) {
    case Kind::kSelect:
      return StartsExpression(index + 1) || next == Kind::kHintStart;
    case Kind::kWith:
      return next != Kind::kLeftParen && IsIdentifierAt(index + 1);
    case Kind::kFrom:
      return IsIdentifierAt(index + 1) || next == Kind::kLeftParen;
    case Kind::kTable:
      return IsIdentifierAt(index + 1);
    case Kind::kValues:
      return StartsExpression(index + 1);
    case Kind::kMap:
    case Kind::kReduce:
      return next != Kind::kLeftParen && StartsExpression(index + 1);
    case Kind::kLeftParen:
      return StartsQueryInParentheses(index);
    default:
      return false;
  }
}

// Whether the group at `index` begins a query. ((SELECT 1) a JOIN b) and ((SELECT 1) + 1) do not, while
// ((SELECT 1) UNION (SELECT 2)) and ((SELECT 1)) do: the token behind the inner group tells.
bool Parser::StartsQueryInParentheses(size_t index) const {
  // Open parentheses in a row, from the outermost.
  size_t inner = index;
  while (cursor_.KindAt(inner) == Kind::kLeftParen) ++inner;
  if (!StartsQuery(inner)) return false;
  for (size_t i = inner; i-- > index;) {
    std::optional<size_t> behind = cursor_.BehindGroup(i);
    if (!behind) return true;  // the error is elsewhere
    switch (cursor_.KindAt(*behind)) {
      case Kind::kRightParen:
      case Kind::kEndOfInput:
      case Kind::kSemicolon:
      case Kind::kOperatorPipe:
        continue;
      default:
        if (!StartsSetOperation(*behind) && !StartsOrganization(*behind)) return false;
    }
  }
  return true;
}

bool Parser::StartsJoin(size_t index) const {
  auto kind = [&](size_t ahead) { return cursor_.KindAt(index + ahead); };
  switch (kind(0)) {
    case Kind::kJoin:
      return true;
    case Kind::kInner:
    case Kind::kCross:
    case Kind::kSemi:
    case Kind::kAnti:
      return kind(1) == Kind::kJoin || kind(1) == Kind::kAsof;
    case Kind::kLeft:
    case Kind::kRight:
    case Kind::kFull:
      return kind(1) == Kind::kJoin || kind(1) == Kind::kOuter || kind(1) == Kind::kSemi || kind(1) == Kind::kAnti ||
             kind(1) == Kind::kAsof;
    case Kind::kNatural:
      return StartsJoin(index + 1);
    case Kind::kAsof:
      return kind(1) == Kind::kJoin && HasMatchCondition(index + 2);
    default:
      return false;
  }
}

// Whether MATCH_CONDITION ends the join whose right side begins here. Without it ASOF is an alias of the left side.
bool Parser::HasMatchCondition(size_t index) const {
  for (; cursor_.KindAt(index) != Kind::kEndOfInput; ++index) {
    const Kind kind = cursor_.KindAt(index);
    if (kind == Kind::kMatchCondition) return cursor_.KindAt(index + 1) == Kind::kLeftParen;
    if (kind == Kind::kOn || kind == Kind::kUsing || kind == Kind::kRightParen || kind == Kind::kComma) return false;
    if (kind == Kind::kLeftParen) {
      const std::optional<size_t> behind = cursor_.BehindGroup(index);
      if (!behind) return false;
      index = *behind - 1;
    }
  }
  return false;
}

bool Parser::StartsNearestBy(size_t index) const {
  const Kind kind = cursor_.KindAt(index);
  return (kind == Kind::kApprox || kind == Kind::kExact) && cursor_.KindAt(index + 1) == Kind::kNearest &&
         (cursor_.KindAt(index + 2) == Kind::kBy || cursor_.KindAt(index + 2) == Kind::kIntegerValue);
}

bool Parser::StartsSetOperation(size_t index) const {
  switch (cursor_.KindAt(index)) {
    case Kind::kUnion:
    case Kind::kExcept:
    case Kind::kIntersect:
    case Kind::kMinusWord:
      break;
    default:
      return false;
  }
  ++index;
  if (cursor_.KindAt(index) == Kind::kAll || cursor_.KindAt(index) == Kind::kDistinct) ++index;
  return StartsQuery(index);
}

// ORDER BY, LIMIT, … at the end of a query.
bool Parser::StartsOrganization(size_t index) const {
  switch (cursor_.KindAt(index)) {
    case Kind::kOrder:
    case Kind::kCluster:
    case Kind::kDistribute:
    case Kind::kSort:
      return cursor_.KindAt(index + 1) == Kind::kBy && StartsExpression(index + 2);
    case Kind::kWindow:
      return IsIdentifierAt(index + 1) && cursor_.KindAt(index + 2) == Kind::kAs;
    case Kind::kLimit:
    case Kind::kOffset:
      return StartsExpression(index + 1);
    default:
      return false;
  }
}

// Whether a clause of a SELECT, or what may follow it, begins here.
bool Parser::StartsClause(size_t index) const {
  switch (cursor_.KindAt(index)) {
    case Kind::kWhere:
    case Kind::kHaving:
    case Kind::kQualify:
      return StartsExpression(index + 1);
    case Kind::kGroup:
      return cursor_.KindAt(index + 1) == Kind::kBy && StartsExpression(index + 2);
    case Kind::kLateral:
      return cursor_.KindAt(index + 1) == Kind::kView && IsIdentifierAt(index + 2);
    case Kind::kWith:
      return cursor_.KindAt(index + 1) == Kind::kRollup || cursor_.KindAt(index + 1) == Kind::kCube;
    case Kind::kGrouping:
      return cursor_.KindAt(index + 1) == Kind::kSets && cursor_.KindAt(index + 2) == Kind::kLeftParen;
    case Kind::kOperatorPipe:
      return true;
    case Kind::kPipe:
      return IsKeyword(cursor_.KindAt(index + 1));
    default:
      return StartsOrganization(index) || StartsSetOperation(index);
  }
}

bool Parser::FollowsSelectItem(size_t index) const {
  switch (cursor_.KindAt(index)) {
    case Kind::kEndOfInput:
    case Kind::kComma:
    case Kind::kRightParen:
    case Kind::kSemicolon:
      return true;
    case Kind::kFrom:
      return IsIdentifierAt(index + 1) || cursor_.KindAt(index + 1) == Kind::kLeftParen;
    default:
      return StartsClause(index);
  }
}

bool Parser::FollowsTableAlias(size_t index) const {
  switch (cursor_.KindAt(index)) {
    case Kind::kEndOfInput:
    case Kind::kComma:
    case Kind::kRightParen:
    case Kind::kSemicolon:
      return true;
    case Kind::kOn:
    case Kind::kUsing:
    case Kind::kSelect:
    case Kind::kSet:
    case Kind::kPivot:
    case Kind::kUnpivot:
      return true;
    default:
      return StartsJoin(index) || StartsNearestBy(index) || StartsClause(index);
  }
}

// Whether the token, where an alias without AS may stand, is one. A name that begins no clause is; a clause keyword is
// one only when the rest reads on behind it.
bool Parser::IsAliasAt(size_t index) const {
  if (!IsIdentifierAt(index)) return false;
  const Kind kind = cursor_.KindAt(index);
  if (!IsKeyword(kind)) return true;
  if (FollowsSelectItem(index + 1)) return true;
  const Kind next = cursor_.KindAt(index + 1);
  switch (kind) {
    case Kind::kFor:
      return false;
    case Kind::kFrom:
      return !IsIdentifierAt(index + 1) && next != Kind::kLeftParen;
    case Kind::kOrder:
    case Kind::kGroup:
    case Kind::kCluster:
    case Kind::kDistribute:
    case Kind::kSort:
      return next != Kind::kBy;
    case Kind::kWindow:
      return !IsIdentifierAt(index + 1);
    default:
      return !StartsClause(index);
  }
}

// Whether the token could stand behind a parenthesized query, so that a missing parenthesis is all that is wrong: an
// alias, an operator, a comma, the end; but no constant and no further group.
bool Parser::FollowsGroup(size_t index) const {
  const Kind kind = cursor_.KindAt(index);
  if (kind >= Kind::kStringLiteral && kind <= Kind::kBigDecimalLiteral) return false;
  return kind != Kind::kLeftParen && kind != Kind::kUnrecognized;
}

// Whether the group at `open`, up to `behind`, is a list of names.
bool Parser::HoldsNames(size_t open, size_t behind) const {
  for (size_t i = open + 1; i + 1 < behind; i += 2) {
    if (!IsIdentifierAt(i) || (i + 2 != behind && cursor_.KindAt(i + 1) != Kind::kComma)) return false;
  }
  return behind > open + 2;
}

bool Parser::IsTableAliasAt(size_t index) const {
  if (!IsStrictIdentifierAt(index)) return false;
  if (!IsKeyword(cursor_.KindAt(index))) return true;
  if (cursor_.KindAt(index) == Kind::kAsof && StartsJoin(index)) return false;
  if (FollowsTableAlias(index + 1)) return true;
  if (std::optional<size_t> behind = cursor_.BehindGroup(index + 1)) {
    // WHERE (x): Spark reads an alias with one column when that reads on.
    if (HoldsNames(index + 1, *behind) && FollowsTableAlias(*behind)) return true;
  }
  switch (cursor_.KindAt(index)) {
    case Kind::kPivot:
    case Kind::kUnpivot:
      return false;
    case Kind::kTablesample:
    case Kind::kMatchCondition:
      return cursor_.KindAt(index + 1) != Kind::kLeftParen;
    case Kind::kSelect:
    case Kind::kMap:
    case Kind::kReduce:
    case Kind::kWhen:
    case Kind::kSet:
    case Kind::kInsert:
      return !StartsExpression(index + 1) && cursor_.KindAt(index + 1) != Kind::kHintStart;
    default:
      return !StartsClause(index) && !StartsJoin(index) && !StartsNearestBy(index);
  }
}

}  // namespace firesteel::sql
