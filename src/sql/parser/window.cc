#include "sql/parser/parser.h"

namespace firesteel::sql {

// name, (name), ([PARTITION BY …] [ORDER BY …] [frame]).
plan::WindowSpec Parser::WindowSpecification() {
  plan::WindowSpec spec;
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
      cursor_.Expect(Kind::kBy);
      spec.order_by = SortItems();
    }
  }
  if (cursor_.IsAny(Kind::kRows, Kind::kRange)) spec.frame = WindowFrame();
  cursor_.Expect(Kind::kRightParen, cursor_.Is(Kind::kEndOfInput));
  return spec;
}

plan::WindowFrame Parser::WindowFrame() {
  plan::WindowFrame frame;
  frame.is_rows = cursor_.Is(Kind::kRows);
  cursor_.Advance();
  if (cursor_.Accept(Kind::kBetween)) {
    frame.lower = FrameBound();
    cursor_.Expect(Kind::kAnd);
    frame.upper = FrameBound();
  } else {
    frame.lower = FrameBound();
  }
  return frame;
}

plan::WindowBoundary Parser::FrameBound() {
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
  boundary.offset = Expression();
  if (cursor_.Accept(Kind::kPreceding)) {
    boundary.kind = Bound::kPreceding;
  } else if (cursor_.Accept(Kind::kFollowing)) {
    boundary.kind = Bound::kFollowing;
  } else {
    cursor_.SyntaxError();
  }
  return boundary;
}

}  // namespace firesteel::sql
