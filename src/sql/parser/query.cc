// A query around its SELECTs: WITH, set operations, ORDER BY … OFFSET.

#include "sql/parser/parser.h"
#include "types/quoting.h"

namespace firesteel::sql {
namespace {

bool IsWordAll(const ExpressionPtr& expression) {
  const auto* attribute = expression->As<plan::UnresolvedAttribute>();
  if (!attribute || attribute->parts.size() != 1 || attribute->parts[0].size() != 3) return false;
  const std::string& name = attribute->parts[0];
  return (name[0] | 0x20) == 'a' && (name[1] | 0x20) == 'l' && (name[2] | 0x20) == 'l';
}

std::string LowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

}  // namespace

RelationPtr Parser::Query() {
  TokenCursor::Nesting nesting(cursor_);
  const size_t begin = cursor_.position();
  if (cursor_.Is(Kind::kWith)) {
    plan::With with = CommonTableExpressions();
    with.child = QueryOrganization(QueryTerm());
    return Make(std::move(with), begin);
  }
  return QueryOrganization(QueryTerm());
}

// WITH [RECURSIVE] name [(columns)] [MAX RECURSION LEVEL n] [AS] (query), …
plan::With Parser::CommonTableExpressions() {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  plan::With with;
  if (cursor_.Is(Kind::kRecursive) && IsIdentifier(1) && !cursor_.Is(Kind::kAs, 1)) {
    cursor_.Advance();
    with.is_recursive = true;
  }
  do {
    const size_t at = cursor_.position();
    plan::With::Definition definition;
    definition.name = CheckedIdentifier();
    if (cursor_.Is(Kind::kLeftParen) && !StartsQuery(cursor_.position() + 1))
      definition.column_aliases = IdentifierList();
    if (cursor_.Accept(Kind::kMax, Kind::kRecursion, Kind::kLevel)) definition.max_recursion = IntegerNumber();
    cursor_.Accept(Kind::kAs);
    definition.query = ParenthesizedQuery();
    definition.origin = cursor_.OriginFrom(at);
    with.definitions.push_back(std::move(definition));
  } while (cursor_.Accept(Kind::kComma));
  CheckCommonTableNames(with, begin);
  return with;
}

void Parser::CheckCommonTableNames(const plan::With& with, size_t begin) {
  std::string repeated;
  for (size_t i = 0; i < with.definitions.size(); ++i) {
    const std::string name = LowerCase(with.definitions[i].name);
    size_t same = 0;
    for (size_t j = 0; j < i; ++j) same += LowerCase(with.definitions[j].name) == name;
    if (same == 1) repeated += (repeated.empty() ? "" : ", ") + QuoteIdentifier(with.definitions[i].name);
  }
  if (repeated.empty()) return;
  // The place is the whole statement that follows the definitions, too; its end is not read yet.
  RelationPtr rest = QueryOrganization(QueryTerm());
  cursor_.Fail("DUPLICATED_CTE_NAMES", {{"duplicateNames", repeated}}, begin);
}

RelationPtr Parser::ParenthesizedQuery() {
  cursor_.Expect(Kind::kLeftParen);
  RelationPtr query = Query();
  cursor_.Expect(Kind::kRightParen, cursor_.Is(Kind::kEndOfInput));
  return query;
}

// INTERSECT binds closer than UNION, EXCEPT and MINUS, these closer than the pipe; all associate to the left.
RelationPtr Parser::QueryTerm(int min_precedence) {
  const size_t begin = cursor_.position();
  RelationPtr left = QueryPrimary();
  while (true) {
    const Kind kind = cursor_.Kind();
    if (kind == Kind::kOperatorPipe || (kind == Kind::kPipe && StartsPipeOperator(cursor_.position() + 1))) {
      if (min_precedence >= 2) return left;
      cursor_.Advance();
      left = PipeOperator(std::move(left), begin);
      continue;
    }
    plan::SetOperation operation;
    int precedence = 3;
    switch (kind) {
      case Kind::kIntersect:
        operation.kind = plan::SetOperation::Kind::kIntersect;
        precedence = 4;
        break;
      case Kind::kUnion:
        operation.kind = plan::SetOperation::Kind::kUnion;
        break;
      case Kind::kExcept:
      case Kind::kMinusWord:
        operation.kind = plan::SetOperation::Kind::kExcept;
        break;
      default:
        return left;
    }
    if (options_.legacy_set_ops_precedence) precedence = 5;
    if (precedence <= min_precedence) return left;
    cursor_.Advance();
    if (cursor_.Accept(Kind::kAll)) {
      operation.all = true;
    } else {
      cursor_.Accept(Kind::kDistinct);
    }
    RelationPtr right = QueryTerm(precedence);
    operation.inputs = {std::move(left), std::move(right)};
    left = Make(std::move(operation), begin);
  }
}

RelationPtr Parser::QueryPrimary() {
  const size_t begin = cursor_.position();
  switch (cursor_.Kind()) {
    case Kind::kSelect:
      return QuerySpecification();
    case Kind::kFrom:
      return FromStatement();
    case Kind::kValues:
      return InlineTable();
    case Kind::kTable: {
      cursor_.Advance();
      plan::NamedTable table;
      table.parts = IdentifierReference();
      return Make(std::move(table), begin + 1);
    }
    case Kind::kLeftParen: {
      return ParenthesizedQuery();
    }
    case Kind::kMap:
    case Kind::kReduce:
      if (StartsExpression(begin + 1))
        ThrowUnsupported("MAP and REDUCE with a script", cursor_.OriginBetween(begin, begin + 1));
      break;
    default:
      break;
  }
  cursor_.SyntaxError();
}

// Reads one clause of QueryOrganization: its keyword, BY where it has one, and what `body` reads. These clauses are
// optional to Spark's parser: one that cannot be read to its end is blamed at its keyword.
template <class Body>
void Parser::Clause(Body body) {
  const size_t begin = cursor_.position();
  const Kind kind = cursor_.Kind();
  try {
    if (kind != Kind::kWindow) cursor_.Advance();
    if (kind != Kind::kWindow && kind != Kind::kLimit && kind != Kind::kOffset) cursor_.Expect(Kind::kBy);
    body();
  } catch (const QueryError& error) {
    if (error.condition() != "PARSE_SYNTAX_ERROR") throw;
    if (!cursor_.Is(Kind::kEndOfInput) && kind != Kind::kWindow) throw;
    cursor_.Rewind(begin);
    cursor_.SyntaxErrorBefore(Kind::kEndOfInput);
  }
}

RelationPtr Parser::QueryOrganization(RelationPtr child) {
  const size_t begin = cursor_.position();
  std::vector<plan::SortOrder> order;
  std::vector<plan::SortOrder> sort;
  Expressions cluster;
  Expressions distribute;
  if (cursor_.Is(Kind::kOrder)) Clause([&] { order = SortItems(); });
  if (cursor_.Is(Kind::kCluster)) Clause([&] { cluster = ExpressionList(); });
  if (cursor_.Is(Kind::kDistribute)) Clause([&] { distribute = ExpressionList(); });
  if (cursor_.Is(Kind::kSort)) Clause([&] { sort = SortItems(); });
  const bool combined = (!order.empty() && (!sort.empty() || !distribute.empty() || !cluster.empty())) ||
                        (!cluster.empty() && (!sort.empty() || !distribute.empty()));
  if (combined) cursor_.Fail("UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES", {}, begin);
  if (!order.empty()) {
    child = Sorted(std::move(child), std::move(order), true, begin);
  } else if (!cluster.empty()) {
    for (const ExpressionPtr& expression : cluster) sort.push_back(plan::SortOrder{expression, true, std::nullopt});
    child = Repartitioned(std::move(child), std::move(cluster), begin);
    child = Sorted(std::move(child), std::move(sort), false, begin);
  } else {
    if (!distribute.empty()) child = Repartitioned(std::move(child), std::move(distribute), begin);
    if (!sort.empty()) child = Sorted(std::move(child), std::move(sort), false, begin);
  }
  if (cursor_.Is(Kind::kWindow)) {
    plan::WithWindowDefinition window;
    Clause([&] { window.windows = WindowClause(); });
    window.child = std::move(child);
    child = Make(std::move(window), begin);
  }
  ExpressionPtr limit;
  size_t limit_end = begin;
  if (cursor_.Is(Kind::kLimit)) {
    Clause([&] {
      if (cursor_.Is(Kind::kAll) && !cursor_.Is(Kind::kDot, 1)) {
        cursor_.Advance();
      } else {
        limit = Expression();
      }
    });
    limit_end = cursor_.position();
  }
  if (cursor_.Is(Kind::kOffset)) {
    ExpressionPtr offset;
    Clause([&] { offset = Expression(); });
    child = Make(plan::Offset{std::move(child), std::move(offset)}, begin);
  }
  if (!limit) return child;
  return plan::MakeRelation(plan::Limit{std::move(child), std::move(limit)}, cursor_.OriginBetween(begin, limit_end));
}

RelationPtr Parser::Repartitioned(RelationPtr child, Expressions expressions, size_t begin) {
  plan::Repartition repartition;
  repartition.child = std::move(child);
  repartition.expressions = std::move(expressions);
  return Make(std::move(repartition), begin);
}

RelationPtr Parser::Sorted(RelationPtr child, std::vector<plan::SortOrder> orders, bool is_global, size_t begin) {
  plan::Sort sort;
  sort.child = std::move(child);
  sort.is_global = is_global;
  sort.orders = std::move(orders);
  if (is_global && sort.orders.size() == 1 && IsWordAll(sort.orders[0].child)) {
    sort.by_all = true;
    sort.orders[0].child = nullptr;
  }
  return Make(std::move(sort), begin);
}

plan::SortOrder Parser::SortItem() {
  plan::SortOrder order;
  order.child = Expression();
  if (cursor_.Accept(Kind::kDesc)) {
    order.ascending = false;
  } else {
    cursor_.Accept(Kind::kAsc);
  }
  if (cursor_.Accept(Kind::kNulls, Kind::kFirst)) order.nulls_first = true;
  if (cursor_.Accept(Kind::kNulls, Kind::kLast)) order.nulls_first = false;
  return order;
}

std::vector<plan::SortOrder> Parser::SortItems() {
  std::vector<plan::SortOrder> orders{SortItem()};
  while (cursor_.Accept(Kind::kComma)) orders.push_back(SortItem());
  return orders;
}

// WINDOW name AS (…), …
std::vector<std::pair<std::string, plan::WindowSpec>> Parser::WindowClause() {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  std::vector<std::pair<std::string, plan::WindowSpec>> windows;
  std::string repeated;
  do {
    std::string name = CheckedIdentifier();
    cursor_.Expect(Kind::kAs);
    for (const auto& [other, spec] : windows) {
      if (other == name && repeated.empty()) repeated = name;
    }
    windows.emplace_back(std::move(name), WindowSpecification());
  } while (cursor_.Accept(Kind::kComma));
  if (!repeated.empty()) {
    cursor_.Fail("INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION", {{"windowName", QuoteIdentifier(repeated)}}, begin);
  }
  return windows;
}

}  // namespace firesteel::sql
