#include <utility>

#include "sql/parser/parser.h"

namespace firesteel::sql {

ExpressionPtr Parser::Operator(const char* name, Expressions arguments, size_t begin) const {
  plan::UnresolvedFunction call;
  call.name = {name};
  call.arguments = std::move(arguments);
  call.is_operator = true;
  return MakeExpression(std::move(call), begin);
}

ExpressionPtr Parser::Negated(ExpressionPtr condition, bool negated, size_t begin) const {
  return negated ? Operator("not", {std::move(condition)}, begin) : condition;
}

// A long chain of ANDs or ORs becomes a balanced tree, as in Spark: names of columns show it, and deep trees hurt
// later.
ExpressionPtr Parser::Balanced(const Expressions& operands, const char* name, size_t low, size_t high, size_t begin) {
  if (low == high) return operands[low];
  const size_t middle = low + (high - low) / 2;
  ExpressionPtr left = Balanced(operands, name, low, middle, begin);
  ExpressionPtr right = Balanced(operands, name, middle + 1, high, begin);
  return Operator(name, {std::move(left), std::move(right)}, begin);
}

ExpressionPtr Parser::Expression() {
  TokenCursor::Nesting nesting(cursor_);
  const size_t begin = cursor_.position();
  Expressions operands{And()};
  while (cursor_.Is(Kind::kOr) && StartsExpression(cursor_.position() + 1)) {
    cursor_.Advance();
    operands.push_back(And());
  }
  return Balanced(operands, "or", 0, operands.size() - 1, begin);
}

ExpressionPtr Parser::And() {
  const size_t begin = cursor_.position();
  Expressions operands{Not()};
  while (cursor_.Is(Kind::kAnd) && StartsExpression(cursor_.position() + 1)) {
    cursor_.Advance();
    operands.push_back(Not());
  }
  return Balanced(operands, "and", 0, operands.size() - 1, begin);
}

// NOT binds closer than AND and looser than comparisons.
ExpressionPtr Parser::Not() {
  std::vector<size_t> begins;
  // not() is a call.
  const auto is_call = [&] { return cursor_.Is(Kind::kLeftParen, 1) && cursor_.Is(Kind::kRightParen, 2); };
  while (cursor_.Is(Kind::kBang) ||
         (cursor_.Is(Kind::kNot) && StartsExpression(cursor_.position() + 1) && !is_call())) {
    begins.push_back(cursor_.position());
    cursor_.Advance();
    cursor_.CheckNesting(begins.size());
  }
  ExpressionPtr condition = Predicated();
  for (; !begins.empty(); begins.pop_back()) condition = Operator("not", {std::move(condition)}, begins.back());
  return condition;
}

ExpressionPtr Parser::Predicated() {
  const size_t begin = cursor_.position();
  if (cursor_.Is(Kind::kExists) && cursor_.Is(Kind::kLeftParen, 1) && StartsQuery(begin + 2)) {
    cursor_.Advance();
    cursor_.Advance();
    RelationPtr query = Query();
    if (!cursor_.Accept(Kind::kRightParen)) cursor_.SyntaxErrorAt(begin + 1);
    return MakeExpression(plan::Exists{std::move(query)}, begin);
  }
  ExpressionPtr value = ValueExpression();
  return StartsPredicate() ? Predicate(std::move(value)) : value;
}

namespace {

struct BinaryOperator {
  const char* name = nullptr;
  int precedence = 0;
};

BinaryOperator BinaryOperatorOf(TokenKind kind) {
  using Kind = TokenKind;
  switch (kind) {
    case Kind::kAsterisk:
      return {"*", 7};
    case Kind::kSlash:
      return {"/", 7};
    case Kind::kPercent:
      return {"%", 7};
    case Kind::kDiv:
      return {"div", 7};
    case Kind::kPlus:
      return {"+", 6};
    case Kind::kMinus:
      return {"-", 6};
    case Kind::kConcat:
      return {"||", 6};
    case Kind::kShiftLeft:
      return {"<<", 5};
    case Kind::kShiftRight:
      return {">>", 5};
    case Kind::kShiftRightUnsigned:
      return {">>>", 5};
    case Kind::kAmpersand:
      return {"&", 4};
    case Kind::kHat:
      return {"^", 3};
    case Kind::kPipe:
      return {"|", 2};
    case Kind::kEqual:
      return {"==", 1};
    case Kind::kNullSafeEqual:
      return {"<=>", 1};
    case Kind::kNotEqual:
    case Kind::kBangEqual:
      return {"!=", 1};
    case Kind::kLess:
      return {"<", 1};
    case Kind::kLessEqual:
      return {"<=", 1};
    case Kind::kGreater:
      return {">", 1};
    case Kind::kGreaterEqual:
      return {">=", 1};
    default:
      return {};
  }
}

}  // namespace

// Precedence climbing; every binary operator associates to the left. `a <> b` is not(a = b), as Spark prints it.
ExpressionPtr Parser::ValueExpression(int min_precedence) {
  const size_t begin = cursor_.position();
  ExpressionPtr left = Unary();
  while (true) {
    const Kind kind = cursor_.Kind();
    BinaryOperator op = BinaryOperatorOf(kind);
    if (!op.name || op.precedence <= min_precedence) return left;
    if (kind == Kind::kDiv && !StartsExpression(cursor_.position() + 1)) return left;  // an alias
    // A single | before a clause is the pipe operator.
    if (kind == Kind::kPipe && StartsPipeOperator(cursor_.position() + 1)) return left;
    cursor_.Advance();
    ExpressionPtr right = ValueExpression(op.precedence);
    if (op.name[0] == '!') {
      ExpressionPtr equal = Operator("==", {std::move(left), std::move(right)}, begin);
      left = Operator("not", {std::move(equal)}, begin);
    } else {
      left = Operator(op.name, {std::move(left), std::move(right)}, begin);
    }
  }
}

ExpressionPtr Parser::Unary() {
  struct Sign {
    size_t begin;
    const char* name;
  };
  std::vector<Sign> signs;
  while (true) {
    const size_t begin = cursor_.position();
    // -1 is a literal.
    if (cursor_.Is(Kind::kMinus) && IsNumber(1)) break;
    const char* name = cursor_.Is(Kind::kMinus)   ? "negative"
                       : cursor_.Is(Kind::kPlus)  ? "positive"
                       : cursor_.Is(Kind::kTilde) ? "~"
                                                  : nullptr;
    if (!name) break;
    signs.push_back({begin, name});
    cursor_.Advance();
    cursor_.CheckNesting(signs.size());
  }
  ExpressionPtr value = Primary();
  for (; !signs.empty(); signs.pop_back()) value = Operator(signs.back().name, {std::move(value)}, signs.back().begin);
  return value;
}

// expression [AS] alias, expression [AS] (a, b).
ExpressionPtr Parser::NamedExpression() {
  const size_t begin = cursor_.position();
  const size_t outer_item_depth = std::exchange(item_depth_, cursor_.depth() + 1);
  ExpressionPtr expression = Expression();
  item_depth_ = outer_item_depth;
  plan::Alias alias;
  if (cursor_.Is(Kind::kAs) && (IsIdentifier(1) || cursor_.Is(Kind::kLeftParen, 1)) && !IsAsAlias()) {
    cursor_.Advance();
  } else if (!cursor_.Is(Kind::kLeftParen) && !IsAliasAt(cursor_.position())) {
    return expression;
  }
  if (cursor_.Is(Kind::kLeftParen)) {
    alias.names = IdentifierList();
  } else {
    alias.names = {CheckedIdentifier()};
  }
  alias.child = std::move(expression);
  return MakeExpression(std::move(alias), begin);
}

// `SELECT a AS FROM t` calls the column AS, because the rest reads on behind it.
bool Parser::IsAsAlias() const {
  const size_t behind = cursor_.position() + 1;
  return IsKeyword(cursor_.KindAt(behind)) && !FollowsSelectItem(behind + 1) && FollowsSelectItem(behind);
}

Parser::Expressions Parser::NamedExpressions() {
  Expressions expressions{NamedExpression()};
  while (cursor_.Accept(Kind::kComma)) expressions.push_back(NamedExpression());
  return expressions;
}

Parser::Expressions Parser::ExpressionList() {
  Expressions expressions{Expression()};
  while (cursor_.Accept(Kind::kComma)) expressions.push_back(Expression());
  return expressions;
}

}  // namespace firesteel::sql
