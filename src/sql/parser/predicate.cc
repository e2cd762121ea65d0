// What may follow a value: BETWEEN, IN, LIKE, RLIKE, IS, each with NOT. The place of such a node begins at its keyword,
// as in Spark, not at the value.

#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

bool IsNegation(TokenKind kind) { return kind == TokenKind::kNot || kind == TokenKind::kBang; }

}  // namespace

bool Parser::StartsPredicate() const {
  size_t index = cursor_.position();
  const bool is = cursor_.KindAt(index) == Kind::kIs;
  if (is) ++index;
  if (IsNegation(cursor_.KindAt(index))) {
    if (is) return true;
    ++index;
  }
  const Kind next = cursor_.KindAt(index + 1);
  switch (cursor_.KindAt(index)) {
    case Kind::kBetween:
    case Kind::kRlike:
      return !is && StartsExpression(index + 1);
    case Kind::kIn:
      return !is && next == Kind::kLeftParen;
    case Kind::kLike:
    case Kind::kIlike:
      return !is && StartsExpression(index + 1);
    case Kind::kNull:
    case Kind::kTrue:
    case Kind::kFalse:
    case Kind::kUnknown:
      return is;
    case Kind::kDistinct:
      return is && next == Kind::kFrom;
    default:
      return false;
  }
}

ExpressionPtr Parser::Predicate(ExpressionPtr value) {
  const size_t begin = cursor_.position();
  if (cursor_.Accept(Kind::kIs)) return IsPredicate(std::move(value), begin);
  const bool negated = cursor_.Accept(Kind::kNot) || cursor_.Accept(Kind::kBang);
  const Kind kind = cursor_.Kind();
  if (kind == Kind::kIn) return InPredicate(std::move(value), negated, begin);
  if (kind == Kind::kLike || kind == Kind::kIlike) return LikePredicate(std::move(value), negated, begin);
  cursor_.Advance();
  if (kind == Kind::kRlike) {
    ExpressionPtr pattern = ValueExpression();
    return Negated(Operator("rlike", {std::move(value), std::move(pattern)}, begin), negated, begin);
  }
  ExpressionPtr lower = ValueExpression();
  cursor_.Expect(Kind::kAnd, StartsExpression(cursor_.position()));
  ExpressionPtr upper = ValueExpression();
  return Negated(Operator("between", {std::move(value), std::move(lower), std::move(upper)}, begin), negated, begin);
}

ExpressionPtr Parser::InPredicate(ExpressionPtr value, bool negated, size_t begin) {
  cursor_.Advance();
  cursor_.Expect(Kind::kLeftParen);
  if (cursor_.Accept(Kind::kRightParen)) cursor_.Fail("INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE", {}, begin);
  // IN (SELECT '1') is to Spark a list of one literal of the type SELECT.
  const bool typed_literal =
      cursor_.Is(Kind::kSelect) && cursor_.Is(Kind::kStringLiteral, 1) && cursor_.Is(Kind::kRightParen, 2);
  if (StartsQuery(cursor_.position()) && !typed_literal) {
    plan::InSubquery in;
    // (a, b) IN (…) compares the columns one by one.
    const auto* row = value->As<plan::UnresolvedFunction>();
    if (row && row->is_operator && row->name.size() == 1 && row->name[0] == "struct") {
      in.values = row->arguments;
    } else {
      in.values = {std::move(value)};
    }
    in.query = Query();
    cursor_.Expect(Kind::kRightParen, FollowsGroup(cursor_.position()));
    return Negated(MakeExpression(std::move(in), begin), negated, begin);
  }
  Expressions arguments{std::move(value)};
  do {
    arguments.push_back(Expression());
  } while (cursor_.Accept(Kind::kComma));
  if (!cursor_.Accept(Kind::kRightParen)) UnclosedList(arguments.size() - 1);
  return Negated(Operator("in", std::move(arguments), begin), negated, begin);
}

ExpressionPtr Parser::LikePredicate(ExpressionPtr value, bool negated, size_t begin) {
  const char* name = cursor_.Is(Kind::kIlike) ? "ilike" : "like";
  const size_t keyword = cursor_.position() - (negated ? 1 : 0);
  cursor_.Advance();
  const bool any = cursor_.IsAny(Kind::kAny, Kind::kSome);
  if ((any || cursor_.Is(Kind::kAll)) && cursor_.Is(Kind::kLeftParen, 1)) {
    cursor_.Advance();
    cursor_.Advance();
    if (cursor_.Accept(Kind::kRightParen)) {
      cursor_.Fail("INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN", {}, keyword);
    }
    Expressions patterns;
    bool constant = true;
    do {
      patterns.push_back(Expression());
      const auto* literal = patterns.back()->As<plan::Literal>();
      constant = constant && literal && literal->value.type.Is(TypeKind::kString) && !literal->value.value.is_null();
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Expect(Kind::kRightParen);
    if (constant) {
      // One call to Spark; ILIKE compares in lower case.
      if (name[0] == 'i') {
        value = Operator("lower", {std::move(value)}, begin);
        for (ExpressionPtr& pattern : patterns) pattern = Operator("lower", {std::move(pattern)}, begin);
      }
      patterns.insert(patterns.begin(), std::move(value));
      const char* call = any ? (negated ? "notlikeany" : "likeany") : (negated ? "notlikeall" : "likeall");
      return Operator(call, std::move(patterns), begin);
    }
    Expressions conditions;
    for (ExpressionPtr& pattern : patterns) {
      conditions.push_back(Negated(Operator(name, {value, std::move(pattern)}, begin), negated, begin));
    }
    return Balanced(conditions, any ? "or" : "and", 0, conditions.size() - 1, begin);
  }
  Expressions arguments{std::move(value)};
  arguments.push_back(ValueExpression());
  if (cursor_.Is(Kind::kEscape) && IsString(1)) {
    cursor_.Advance();
    const size_t at = cursor_.position();
    std::string escape = StringLiteral();
    ExpressionPtr literal = StringValue(escape, at);
    size_t characters = 0;
    for (char c : escape) characters += (c & 0xC0) != 0x80;
    if (characters != 1) {
      cursor_.Fail("INVALID_ESC", {{"invalidEscape", std::string(cursor_.TextBetween(at, cursor_.position()))}}, begin);
    }
    arguments.push_back(std::move(literal));
  }
  return Negated(Operator(name, std::move(arguments), begin), negated, begin);
}

ExpressionPtr Parser::IsPredicate(ExpressionPtr value, size_t begin) {
  const bool negated = cursor_.Accept(Kind::kNot) || cursor_.Accept(Kind::kBang);
  const Kind kind = cursor_.Kind();
  cursor_.Advance();
  switch (kind) {
    case Kind::kNull:
    case Kind::kUnknown: {
      // Spark's IS UNKNOWN forgets its name whenever its operand changes: only that of a constant keeps it.
      const auto* literal = value->As<plan::Literal>();
      const bool keeps = kind == Kind::kUnknown && literal && literal->value.type.Is(TypeKind::kBoolean);
      if (keeps) return Operator(negated ? "isnotunknown" : "isunknown", {std::move(value)}, begin);
      return Operator(negated ? "isnotnull" : "isnull", {std::move(value)}, begin);
    }
    case Kind::kTrue:
    case Kind::kFalse: {
      ExpressionPtr constant = LiteralValue(DataType::Boolean(), Value{kind == Kind::kTrue}, begin);
      return Negated(Operator("<=>", {std::move(value), std::move(constant)}, begin), negated, begin);
    }
    default: {  // DISTINCT FROM: equal is the negation.
      if (kind != Kind::kDistinct) {
        cursor_.Rewind(begin + (negated ? 2 : 1));
        cursor_.SyntaxError();
      }
      cursor_.Expect(Kind::kFrom);
      ExpressionPtr other = ValueExpression();
      return Negated(Operator("<=>", {std::move(value), std::move(other)}, begin), !negated, begin);
    }
  }
}

}  // namespace firesteel::sql
