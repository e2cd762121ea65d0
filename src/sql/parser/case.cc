#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

/// Far more than can be planned in reasonable time; the analyzer refuses less, but must first get there.
constexpr size_t kMostRepeatedParts = 1'000'000;

}  // namespace

// CASE WHEN c THEN v … END and CASE x WHEN v THEN … END, both as when(condition, value, …[, else]). CASE is also a
// name: when the text cannot be read as the expression, Spark reads a column (and blames a later token).
ExpressionPtr Parser::Case() {
  const size_t begin = cursor_.position();
  const std::optional<QueryError> deferred = deferred_;
  const int32_t next_position = next_position_;
  const size_t repeated_parts = repeated_parts_;
  try {
    --attempts_left_;
    cursor_.Advance();
    Expressions arguments;
    ExpressionPtr operand;
    if (!cursor_.Is(Kind::kWhen) || !StartsExpression(cursor_.position() + 1)) operand = Expression();
    // Its tokens and what stands in it more often than it is written.
    const size_t operand_parts = cursor_.position() - begin + repeated_parts_ - repeated_parts;
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
    // Each comparison has the operand in it: operands that are CASE themselves multiply.
    if (operand) {
      const size_t parts = operand_parts * (arguments.size() / 2);
      if (parts > kMostRepeatedParts) {
        ThrowUnsupported("a CASE whose operands come to more than " + std::to_string(kMostRepeatedParts) + " parts",
                         cursor_.OriginFrom(begin));
      }
      repeated_parts_ += parts;
    }
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
    repeated_parts_ = repeated_parts;
    cursor_.Rewind(begin);
    return Name();
  }
}

}  // namespace firesteel::sql
