#include "sql/parser/parser.h"

namespace firesteel::sql {

// Whether what stands behind a parenthesis can begin a window; if not, Spark reads OVER as an alias and blames the
// parenthesis.
bool Parser::StartsWindow(size_t index) const {
  const Kind next = cursor_.KindAt(index + 1);
  switch (cursor_.KindAt(index)) {
    case Kind::kPartition:
    case Kind::kDistribute:
    case Kind::kCluster:
    case Kind::kOrder:
    case Kind::kSort:
      return next == Kind::kBy || next == Kind::kRightParen;
    case Kind::kRows:
    case Kind::kRange:
    case Kind::kRightParen:
      return true;
    default:
      return IsIdentifierAt(index) && next == Kind::kRightParen;
  }
}

// name, (name), ([PARTITION BY …] [ORDER BY …] [frame]).
plan::WindowSpec Parser::WindowSpecification() {
  plan::WindowSpec spec;
  const size_t begin = cursor_.position();
  if (!cursor_.Is(Kind::kLeftParen)) {
    spec.reference = CheckedIdentifier();
    return spec;
  }
  cursor_.Advance();
  if (IsIdentifier() && cursor_.Is(Kind::kRightParen, 1)) {
    spec.reference = CheckedIdentifier();
    cursor_.Advance();
    return spec;
  }
  if (cursor_.Accept(Kind::kCluster, Kind::kBy)) {
    spec.partition_by = ExpressionList();
  } else {
    if (cursor_.IsAny(Kind::kPartition, Kind::kDistribute)) {
      cursor_.Advance();
      cursor_.Expect(Kind::kBy);
      spec.partition_by = ExpressionList();
    }
    if (cursor_.IsAny(Kind::kOrder, Kind::kSort)) {
      cursor_.Advance();
      cursor_.Expect(Kind::kBy, StartsExpression(cursor_.position()));
      spec.order_by = SortItems();
    }
  }
  if (cursor_.IsAny(Kind::kRows, Kind::kRange)) spec.frame = WindowFrame();
  cursor_.Expect(Kind::kRightParen, cursor_.Is(Kind::kEndOfInput));
  spec.origin = cursor_.OriginFrom(begin);
  return spec;
}

plan::WindowFrame Parser::WindowFrame() {
  plan::WindowFrame frame;
  frame.is_rows = cursor_.Is(Kind::kRows);
  cursor_.Advance();
  if (cursor_.Accept(Kind::kBetween)) {
    frame.lower = FrameBound(true);
    cursor_.Expect(Kind::kAnd);
    frame.upper = FrameBound(true);
  } else {
    frame.lower = FrameBound(false);
  }
  return frame;
}

plan::WindowBoundary Parser::FrameBound(bool between) {
  using Bound = plan::WindowBoundary::Kind;
  plan::WindowBoundary boundary;
  if (cursor_.Accept(Kind::kCurrent, Kind::kRow)) return boundary;
  if (cursor_.Accept(Kind::kUnbounded, Kind::kPreceding)) {
    boundary.kind = Bound::kUnboundedPreceding;
    return boundary;
  }
  if (cursor_.Accept(Kind::kUnbounded, Kind::kFollowing)) {
    boundary.kind = Bound::kUnboundedFollowing;
    return boundary;
  }
  const size_t begin = cursor_.position();
  boundary.offset = Expression();
  const bool constant = IsConstant(*boundary.offset);
  if (cursor_.Accept(Kind::kPreceding)) {
    boundary.kind = Bound::kPreceding;
  } else if (cursor_.Accept(Kind::kFollowing)) {
    boundary.kind = Bound::kFollowing;
  } else {
    const bool insertable = !between && cursor_.Is(Kind::kRightParen);
    cursor_.SyntaxErrorAt(cursor_.position(), insertable ? ": missing {'FOLLOWING', 'PRECEDING'}" : "");
  }
  if (!constant) cursor_.Fail("INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND", {}, begin);
  return boundary;
}

// Whether Spark can fold the expression while it parses: constants, operators on them, casts of them.
bool Parser::IsConstant(const plan::Expression& expression) {
  if (expression.As<plan::Literal>() || expression.As<plan::ParameterMarker>()) return true;
  if (const auto* cast = expression.As<plan::Cast>()) return IsConstant(*cast->child);
  const auto* call = expression.As<plan::UnresolvedFunction>();
  if (!call || !call->is_operator) return false;
  for (const ExpressionPtr& argument : call->arguments) {
    if (!IsConstant(*argument)) return false;
  }
  return true;
}

}  // namespace firesteel::sql
