// Calls by name with Spark's decorations: DISTINCT, name => value, WITHIN GROUP, FILTER, IGNORE NULLS, OVER.

#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

bool IsPlainStar(const ExpressionPtr& expression) {
  const auto* star = expression->As<plan::UnresolvedStar>();
  return star && star->target.empty() && star->except.empty();
}

}  // namespace

ExpressionPtr Parser::FunctionCall(Names name, size_t begin) {
  const bool in_item = cursor_.depth() == item_depth_;
  TokenCursor::Nesting nesting(cursor_);
  plan::UnresolvedFunction function;
  function.name = std::move(name);
  cursor_.Advance();
  const size_t first = cursor_.position();
  size_t behind_first = first;
  if (!cursor_.Is(Kind::kRightParen)) {
    // DISTINCT and ALL before an argument; alone they are columns.
    if (cursor_.IsAny(Kind::kDistinct, Kind::kAll) && StartsExpression(first + 1)) {
      const bool operators = cursor_.IsAny(Kind::kPlus, Kind::kMinus);
      function.is_distinct = cursor_.Is(Kind::kDistinct) && !operators;
      cursor_.Advance();
    }
    function.arguments.push_back(FunctionArgument());
    behind_first = cursor_.position();
    while (cursor_.Accept(Kind::kComma)) function.arguments.push_back(FunctionArgument());
  }
  if (!cursor_.Accept(Kind::kRightParen)) UnclosedArguments(function, first - 1, in_item);
  if (function.name.size() == 1) {
    // COUNT(*) counts ones.
    if (EqualsIgnoreCase(function.name[0], "count") && function.arguments.size() == 1 && !function.is_distinct &&
        IsPlainStar(function.arguments[0])) {
      function.arguments[0] = LiteralValue(DataType::Int(), Value{int64_t{1}}, first);
    }
    if (function.arguments.size() == 3) {
      if (ExpressionPtr call = DatetimeUnitCall(function, begin, first, behind_first)) return call;
    }
  }
  return CallSuffixes(std::move(function), begin);
}

// What Spark says of a call without its end. In a select item f(a, b could also be f with two aliases, and the hint is
// of that reading; else a list of several elements makes any other token superfluous.
void Parser::UnclosedArguments(const plan::UnresolvedFunction& function, size_t open, bool in_item) {
  bool only_names = !function.arguments.empty() && !function.is_distinct;
  for (const ExpressionPtr& argument : function.arguments) {
    const auto* attribute = argument->As<plan::UnresolvedAttribute>();
    only_names = only_names && attribute && attribute->parts.size() == 1;
  }
  if (only_names && !in_item) cursor_.SyntaxErrorAt(open);
  if (only_names) cursor_.Expect(Kind::kRightParen, FollowsSelectItem(cursor_.position()));
  UnclosedList(function.arguments.size());
}

// The end of a list in parentheses after `size` elements.
void Parser::UnclosedList(size_t size) {
  if (size > 1) cursor_.SyntaxErrorSuperfluous();
  if (cursor_.Is(Kind::kComma, 1)) cursor_.SyntaxErrorBefore(Kind::kComma);
  cursor_.SyntaxErrorBefore(Kind::kRightParen);
}

ExpressionPtr Parser::FunctionArgument() {
  const size_t begin = cursor_.position();
  if (IsIdentifier() && cursor_.Is(Kind::kFatArrow, 1)) {
    plan::NamedArgument argument;
    argument.name = Identifier();
    cursor_.Advance();
    if (cursor_.Is(Kind::kTable) && (IsIdentifier(1) || cursor_.Is(Kind::kLeftParen, 1))) {
      argument.value = TableArgument();
    } else {
      argument.value = Expression();
    }
    return MakeExpression(std::move(argument), begin);
  }
  return Expression();
}

ExpressionPtr Parser::CallSuffixes(plan::UnresolvedFunction function, size_t begin) {
  if (cursor_.Is(Kind::kWithin) && cursor_.Is(Kind::kGroup, 1)) {
    cursor_.Advance();
    cursor_.Advance();
    cursor_.Expect(Kind::kLeftParen);
    cursor_.Expect(Kind::kOrder);
    cursor_.Expect(Kind::kBy);
    function.within_group = SortItems();
    cursor_.Expect(Kind::kRightParen);
  }
  if (cursor_.Is(Kind::kFilter) && cursor_.Is(Kind::kLeftParen, 1)) {
    cursor_.Advance();
    if (!cursor_.Is(Kind::kWhere, 1)) cursor_.SyntaxError();  // else an alias
    cursor_.Advance();
    cursor_.Advance();
    function.filter = Expression();
    cursor_.Expect(Kind::kRightParen);
  }
  if (cursor_.Is(Kind::kNulls, 1) && cursor_.IsAny(Kind::kIgnore, Kind::kRespect)) {
    function.ignore_nulls = cursor_.Is(Kind::kIgnore);
    cursor_.Advance();
    cursor_.Advance();
  }
  const bool windowed = cursor_.Is(Kind::kOver) && (cursor_.Is(Kind::kLeftParen, 1) || IsIdentifier(1));
  if (!windowed) return MakeExpression(std::move(function), begin);
  cursor_.Advance();
  if (cursor_.Is(Kind::kLeftParen) && !StartsWindow(cursor_.position() + 1))
    cursor_.SyntaxErrorBefore(Kind::kEndOfInput);
  plan::WindowSpec spec = WindowSpecification();
  plan::WindowExpression window;
  window.spec = std::move(spec);
  window.function = MakeExpression(std::move(function), begin);
  return MakeExpression(std::move(window), begin);
}

}  // namespace firesteel::sql
