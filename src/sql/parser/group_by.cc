#include "sql/parser/parser.h"

namespace firesteel::sql {

bool Parser::StartsGroupingAnalytics() const {
  if (cursor_.IsAny(Kind::kRollup, Kind::kCube)) return cursor_.Is(Kind::kLeftParen, 1);
  return cursor_.Is(Kind::kGrouping) && cursor_.Is(Kind::kSets, 1) && cursor_.Is(Kind::kLeftParen, 2);
}

// GROUP BY a, ROLLUP(b, c) · GROUP BY a WITH CUBE · GROUP BY a, b GROUPING SETS ((a), (b)) · GROUP BY ALL
std::optional<plan::Aggregate> Parser::AggregationClause(bool aliases) {
  if (!cursor_.Is(Kind::kGroup)) return std::nullopt;
  cursor_.Advance();
  cursor_.Expect(Kind::kBy);
  plan::Aggregate aggregate;
  if (cursor_.Is(Kind::kAll) && !cursor_.Is(Kind::kDot, 1) && !cursor_.Is(Kind::kComma, 1) &&
      !cursor_.Is(Kind::kLeftParen, 1)) {
    cursor_.Advance();
    aggregate.group_by_all = true;
    return aggregate;
  }
  do {
    aggregate.grouping.push_back(StartsGroupingAnalytics() ? GroupingAnalytics() : NamedExpression());
    // Spark's grammar lets any GROUP BY have aliases and then refuses them, without a place.
    const auto* alias = aggregate.grouping.back()->As<plan::Alias>();
    if (alias && !aliases) {
      const std::string shown = "'" + (alias->names.size() == 1 ? alias->names[0] : "(") + "'";
      throw QueryError("PARSE_SYNTAX_ERROR", {{"error", shown}, {"hint", ": extra input " + shown}}, WholeText(),
                       ErrorClass::kParse);
    }
  } while (cursor_.Accept(Kind::kComma));
  if (cursor_.Accept(Kind::kWith, Kind::kRollup)) {
    aggregate.kind = plan::Aggregate::Kind::kRollup;
  } else if (cursor_.Accept(Kind::kWith, Kind::kCube)) {
    aggregate.kind = plan::Aggregate::Kind::kCube;
  } else if (cursor_.Accept(Kind::kGrouping, Kind::kSets)) {
    aggregate.kind = plan::Aggregate::Kind::kGroupingSets;
    cursor_.Expect(Kind::kLeftParen);
    do {
      const ExpressionPtr set = GroupingSet();
      aggregate.grouping_sets.push_back(set->As<plan::UnresolvedFunction>()->arguments);
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Expect(Kind::kRightParen);
  }
  return aggregate;
}

// Calls of rollup, cube or `grouping sets`, whose arguments are sets (calls of struct) or such calls again.
ExpressionPtr Parser::GroupingAnalytics() {
  TokenCursor::Nesting nesting(cursor_);
  const size_t begin = cursor_.position();
  const char* name = cursor_.Is(Kind::kRollup) ? "rollup" : cursor_.Is(Kind::kCube) ? "cube" : "grouping sets";
  const bool sets = cursor_.Accept(Kind::kGrouping);
  cursor_.Advance();
  cursor_.Expect(Kind::kLeftParen);
  Expressions elements;
  do {
    elements.push_back(sets && StartsGroupingAnalytics() ? GroupingAnalytics() : GroupingSet());
  } while (cursor_.Accept(Kind::kComma));
  cursor_.Expect(Kind::kRightParen);
  if (!sets) {
    for (const ExpressionPtr& element : elements) {
      if (element->As<plan::UnresolvedFunction>()->arguments.empty()) {
        cursor_.Fail("_LEGACY_ERROR_TEMP_0051", {{"element", name[0] == 'r' ? "ROLLUP" : "CUBE"}}, begin);
      }
    }
  }
  return Operator(name, std::move(elements), begin);
}

// (a, b), () or one expression. (a) + 1 and (a, b).c are expressions.
ExpressionPtr Parser::GroupingSet() {
  const size_t begin = cursor_.position();
  std::optional<size_t> behind = cursor_.BehindGroup(begin);
  Expressions elements;
  if (behind && (cursor_.KindAt(*behind) == Kind::kComma || cursor_.KindAt(*behind) == Kind::kRightParen) &&
      !StartsQuery(begin + 1)) {
    cursor_.Advance();
    if (!cursor_.Is(Kind::kRightParen)) elements = ExpressionList();
    cursor_.Expect(Kind::kRightParen);
  } else {
    elements.push_back(Expression());
  }
  return Operator("struct", std::move(elements), begin);
}

}  // namespace firesteel::sql
