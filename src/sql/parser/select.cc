// SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW … QUALIFY, and FROM … SELECT ….

#include "sql/parser/parser.h"

namespace firesteel::sql {

// SELECT [hints] [ALL | DISTINCT] items
Parser::SelectList Parser::SelectClause() {
  SelectList select;
  select.begin = cursor_.position();
  cursor_.Advance();
  while (cursor_.Is(Kind::kHintStart)) HintClause(select.hints, select.hint_places);
  if (cursor_.Is(Kind::kTransform) && cursor_.Is(Kind::kLeftParen, 1)) {
    std::optional<size_t> behind = cursor_.BehindGroup(cursor_.position() + 1);
    if (behind && (cursor_.KindAt(*behind) == Kind::kUsing || cursor_.KindAt(*behind) == Kind::kRow)) {
      ThrowUnsupported("SELECT TRANSFORM with a script", cursor_.OriginFrom(select.begin));
    }
  }
  // SELECT DISTINCT FROM t selects a column FROM with the alias t; SELECT DISTINCT FROM t WHERE a one called DISTINCT.
  const size_t behind = cursor_.position() + 1;
  const bool is_column = cursor_.KindAt(behind) == Kind::kFrom && FollowsSelectItem(behind) &&
                         !(IsIdentifierAt(behind + 1) && FollowsSelectItem(behind + 2));
  if (cursor_.IsAny(Kind::kAll, Kind::kDistinct) && StartsExpression(cursor_.position() + 1) && !is_column) {
    select.distinct = cursor_.Is(Kind::kDistinct);
    cursor_.Advance();
  }
  select.expressions = NamedExpressions();
  select.end = cursor_.position();
  return select;
}

// /*+ NAME, NAME(a, b) NAME … */
void Parser::HintClause(std::vector<plan::Hint>& hints, std::vector<OriginPtr>& places) {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  do {
    plan::Hint hint;
    hint.name = Identifier();
    if (cursor_.Accept(Kind::kLeftParen)) {
      do {
        hint.parameters.push_back(Primary());
      } while (cursor_.Accept(Kind::kComma));
      cursor_.Expect(Kind::kRightParen);
    }
    hints.push_back(std::move(hint));
    cursor_.Accept(Kind::kComma);
  } while (!cursor_.Is(Kind::kHintEnd));
  cursor_.Advance();
  places.resize(hints.size(), cursor_.OriginFrom(begin));
}

RelationPtr Parser::QuerySpecification() {
  const size_t begin = cursor_.position();
  SelectList select = SelectClause();
  RelationPtr from;
  if (cursor_.Is(Kind::kFrom)) {
    from = FromClause();
  } else {
    from = Make(plan::OneRow{}, begin);
  }
  return FinishSelect(std::move(from), std::move(select), begin);
}

// FROM t SELECT a WHERE … [SELECT b …]: each SELECT reads the same relation; several are a union of all. FROM t alone
// is the relation itself.
RelationPtr Parser::FromStatement() {
  const size_t begin = cursor_.position();
  RelationPtr from = FromClause();
  RelationPtr result;
  while (cursor_.Is(Kind::kSelect)) {
    const size_t at = cursor_.position();
    SelectList select = SelectClause();
    RelationPtr body = QueryOrganization(FinishSelect(from, std::move(select), at));
    if (!result) {
      result = std::move(body);
    } else {
      plan::SetOperation both;
      both.all = true;
      both.inputs = {std::move(result), std::move(body)};
      result = Make(std::move(both), begin);
    }
  }
  return result ? result : from;
}

// What comes behind the select list and FROM, in the order in which Spark stacks it.
RelationPtr Parser::FinishSelect(RelationPtr from, SelectList select, size_t begin) {
  RelationPtr plan = LateralViews(std::move(from));
  ExpressionPtr where;
  if (cursor_.Accept(Kind::kWhere)) where = Expression();
  const size_t aggregate_begin = cursor_.position();
  std::optional<plan::Aggregate> aggregate = AggregationClause();
  const size_t aggregate_end = cursor_.position();
  const bool grouped = aggregate.has_value();
  ExpressionPtr having;
  const size_t having_begin = cursor_.position();
  if (cursor_.Is(Kind::kHaving) && cursor_.Is(Kind::kEndOfInput, 1)) cursor_.SyntaxErrorBefore(Kind::kEndOfInput);
  if (cursor_.Accept(Kind::kHaving)) having = Expression();
  const size_t having_end = cursor_.position();
  // Spark blames the whole SELECT for its condition, and the GROUP BY clause for its groups.
  if (where) plan = Make(plan::Filter{std::move(plan), std::move(where)}, begin);
  if (!aggregate && having) aggregate.emplace();  // HAVING alone: one group of all rows
  if (aggregate) {
    aggregate->child = std::move(plan);
    aggregate->aggregates = std::move(select.expressions);
    aggregate->aggregates_include_grouping = true;
    plan = grouped ? plan::MakeRelation(std::move(*aggregate), cursor_.OriginBetween(aggregate_begin, aggregate_end))
                   : Make(std::move(*aggregate), begin);
    if (having) {
      plan = plan::MakeRelation(plan::Having{std::move(plan), std::move(having)},
                                cursor_.OriginBetween(having_begin, having_end));
    }
  } else {
    plan = plan::MakeRelation(plan::Project{std::move(plan), std::move(select.expressions)},
                              cursor_.OriginBetween(select.begin, cursor_.position()));
  }
  std::optional<std::vector<std::pair<std::string, plan::WindowSpec>>> windows;
  if (cursor_.Is(Kind::kWindow) && StartsOrganization(cursor_.position())) windows = WindowClause();
  if (cursor_.Is(Kind::kQualify)) {
    const size_t at = cursor_.position();
    cursor_.Advance();
    ExpressionPtr condition = Expression();
    plan = Make(plan::Qualify{std::move(plan), std::move(condition)}, at);
  }
  if (select.distinct) plan = Make(plan::Distinct{std::move(plan)}, begin);
  if (windows) plan = Make(plan::WithWindowDefinition{std::move(plan), std::move(*windows)}, begin);
  // The first hint is the outermost.
  for (size_t i = select.hints.size(); i-- > 0;) {
    plan::Hint hint = std::move(select.hints[i]);
    hint.child = std::move(plan);
    plan = plan::MakeRelation(std::move(hint), select.hint_places[i]);
  }
  return plan;
}

// LATERAL VIEW [OUTER] generator(…) table [AS column, …]
RelationPtr Parser::LateralViews(RelationPtr child) {
  while (cursor_.Is(Kind::kLateral) && cursor_.Is(Kind::kView, 1)) {
    const size_t begin = cursor_.position();
    cursor_.Advance();
    cursor_.Advance();
    plan::LateralView view;
    if (cursor_.Is(Kind::kOuter) && !cursor_.Is(Kind::kLeftParen, 1)) {
      cursor_.Advance();
      view.outer = true;
    }
    const size_t at = cursor_.position();
    plan::UnresolvedFunction function;
    function.name = QualifiedName();
    cursor_.Expect(Kind::kLeftParen);
    if (!cursor_.Is(Kind::kRightParen)) function.arguments = ExpressionList();
    cursor_.Expect(Kind::kRightParen);
    view.generator = MakeExpression(std::move(function), at);
    view.table_alias = Identifier();
    const bool has_as = cursor_.Is(Kind::kAs) && IsIdentifier(1);
    if (has_as) cursor_.Advance();
    if (has_as || IsTableAliasAt(cursor_.position())) {
      do {
        view.column_aliases.push_back(Identifier());
      } while (cursor_.Accept(Kind::kComma));
    }
    view.child = std::move(child);
    child = Make(std::move(view), begin);
  }
  return child;
}

}  // namespace firesteel::sql
