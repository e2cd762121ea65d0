#include "sql/parser/parser.h"

namespace firesteel::sql {

// PIVOT (aggregates FOR column IN (value [AS name], …)) [alias]
RelationPtr Parser::PivotClause(RelationPtr child) {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  if (!cursor_.Accept(Kind::kLeftParen)) cursor_.SyntaxError();
  plan::Pivot pivot;
  pivot.child = std::move(child);
  pivot.aggregates = NamedExpressions();
  cursor_.Expect(Kind::kFor);
  Names names;
  auto column = [&] { names.push_back(CheckedIdentifier()); };
  if (cursor_.Accept(Kind::kLeftParen)) {
    do {
      column();
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Expect(Kind::kRightParen);
  } else {
    column();
  }
  cursor_.Expect(Kind::kIn);
  cursor_.Expect(Kind::kLeftParen, StartsExpression(cursor_.position()));
  do {
    const size_t at = cursor_.position();
    ExpressionPtr value = Expression();
    if (cursor_.Accept(Kind::kAs) || IsIdentifier()) {
      plan::Alias alias;
      alias.names = {CheckedIdentifier()};
      alias.child = std::move(value);
      value = MakeExpression(std::move(alias), at);
    }
    pivot.values.push_back(std::move(value));
  } while (cursor_.Accept(Kind::kComma));
  cursor_.Expect(Kind::kRightParen);
  cursor_.Expect(Kind::kRightParen);
  for (std::string& name : names) {  // Spark blames the whole clause for them
    pivot.columns.push_back(MakeExpression(plan::UnresolvedAttribute{{std::move(name)}, std::nullopt, false}, begin));
  }
  return WithOptionalAlias(Make(std::move(pivot), begin));
}

// UNPIVOT [INCLUDE | EXCLUDE NULLS] (value FOR name IN (column [AS alias], …)) [alias], with several value columns:
// UNPIVOT ((v1, v2) FOR name IN ((a, b) [AS alias], …)).
RelationPtr Parser::UnpivotClause(RelationPtr child) {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  plan::Unpivot unpivot;
  unpivot.child = std::move(child);
  unpivot.include_nulls = cursor_.Accept(Kind::kInclude, Kind::kNulls);
  if (!unpivot.include_nulls) cursor_.Accept(Kind::kExclude, Kind::kNulls);
  cursor_.Expect(Kind::kLeftParen);
  const bool several = cursor_.Accept(Kind::kLeftParen);
  do {
    unpivot.value_column_names.push_back(Identifier());
  } while (several && cursor_.Accept(Kind::kComma));
  if (several) cursor_.Expect(Kind::kRightParen);
  cursor_.Expect(Kind::kFor);
  unpivot.variable_column_name = Identifier();
  cursor_.Expect(Kind::kIn);
  cursor_.Expect(Kind::kLeftParen, IsIdentifier());
  unpivot.values.emplace();
  do {
    Expressions columns;
    if (several) cursor_.Expect(Kind::kLeftParen);
    do {
      const size_t at = cursor_.position();
      plan::UnresolvedAttribute attribute;
      attribute.parts = MultipartIdentifier();
      columns.push_back(MakeExpression(std::move(attribute), at));
    } while (several && cursor_.Accept(Kind::kComma));
    if (several) cursor_.Expect(Kind::kRightParen);
    unpivot.values->push_back(std::move(columns));
    std::optional<std::string> alias;
    if (cursor_.Accept(Kind::kAs) || IsIdentifier()) alias = CheckedIdentifier();
    unpivot.value_aliases.push_back(std::move(alias));
  } while (cursor_.Accept(Kind::kComma));
  cursor_.Expect(Kind::kRightParen);
  cursor_.Expect(Kind::kRightParen);
  return WithOptionalAlias(Make(std::move(unpivot), begin));
}

}  // namespace firesteel::sql
