#include "sql/parser/parser.h"

namespace firesteel::sql {

// CASE WHEN c THEN v … END and CASE x WHEN v THEN … END, both as when(condition, value, …[, else]). CASE is also a
// name: when the text cannot be read as the expression, Spark reads a column (and blames a later token).
ExpressionPtr Parser::Case() {
  const size_t begin = cursor_.position();
  const std::optional<QueryError> deferred = deferred_;
  const int32_t next_position = next_position_;
  try {
    --attempts_left_;
    cursor_.Advance();
    Expressions arguments;
    ExpressionPtr operand;
    if (!cursor_.Is(Kind::kWhen) || !StartsExpression(cursor_.position() + 1)) operand = Expression();
    if (!cursor_.Is(Kind::kWhen)) cursor_.SyntaxError();
    while (cursor_.Is(Kind::kWhen)) {
      cursor_.Advance();
      ExpressionPtr condition = Expression();
      cursor_.Expect(Kind::kThen, operand && StartsExpression(cursor_.position()));
      arguments.push_back(std::move(condition));
      arguments.push_back(Expression());
    }
    if (cursor_.Accept(Kind::kElse)) arguments.push_back(Expression());
    cursor_.Expect(Kind::kEnd);
    // The comparisons with the operand are at the place of the whole.
    for (size_t i = 0; operand && i + 1 < arguments.size(); i += 2) {
      arguments[i] = Operator("==", {operand, std::move(arguments[i])}, begin);
    }
    return Operator("when", std::move(arguments), begin);
  } catch (const QueryError& error) {
    // CASE 1 … can be nothing else.
    const bool may_be_name = cursor_.KindAt(begin + 1) == Kind::kWhen ||
                             cursor_.KindAt(begin + 1) == Kind::kLeftParen || FollowsSelectItem(begin + 1) ||
                             (IsIdentifierAt(begin + 1) && FollowsSelectItem(begin + 2));
    if (error.condition() != "PARSE_SYNTAX_ERROR" || options_.enforce_reserved_keywords || !may_be_name) throw;
    deferred_ = deferred;
    next_position_ = next_position;
    cursor_.Rewind(begin);
    return Name();
  }
}

}  // namespace firesteel::sql
