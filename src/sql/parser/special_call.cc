// Calls with a syntax of their own: CAST(x AS t), TRIM(BOTH x FROM y), EXTRACT(YEAR FROM d), … All but casts come out
// as plain calls; when the text is not of the special form, the name is an ordinary function's.

#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

bool IsDatetimeUnit(TokenKind kind) {
  using Kind = TokenKind;
  switch (kind) {
    case Kind::kYear:
    case Kind::kQuarter:
    case Kind::kMonth:
    case Kind::kWeek:
    case Kind::kDay:
    case Kind::kDayofyear:
    case Kind::kHour:
    case Kind::kMinute:
    case Kind::kSecond:
    case Kind::kMillisecond:
    case Kind::kMicrosecond:
      return true;
    default:
      return false;
  }
}

}  // namespace

// Null when the call is an ordinary one. The cursor stands at a keyword before a parenthesis.
ExpressionPtr Parser::SpecialCall() {
  switch (cursor_.Kind()) {
    case Kind::kCast:
      return CastCall(false);
    case Kind::kTryCast:
      return CastCall(true);
    case Kind::kStruct:
      return StructCall();
    case Kind::kFirst:
    case Kind::kLast:
    case Kind::kAnyValue:
      return FirstLastCall();
    case Kind::kTrim:
      return TrimCall();
    case Kind::kSubstr:
    case Kind::kSubstring:
      return SubstringCall();
    case Kind::kOverlay:
      return OverlayCall();
    case Kind::kPosition:
      return PositionCall();
    case Kind::kExtract:
      return ExtractCall();
    default:
      return nullptr;
  }
}

ExpressionPtr Parser::CastCall(bool is_try) {
  const size_t begin = cursor_.position();
  // Without AS it is a call of a function named cast, if it can be read as one.
  if (cursor_.BehindGroup(begin + 1) && !FindInCall(begin + 1, Kind::kAs)) {
    if (cursor_.Is(Kind::kRightParen, 2) || FindInCall(begin + 1, Kind::kComma)) return nullptr;
    if (attempts_left_-- > 0) {
      TokenCursor::Nesting nesting(cursor_);
      const int32_t next_position = next_position_;
      cursor_.Rewind(begin + 2);
      Expression();
      const bool whole = cursor_.Is(Kind::kRightParen);
      cursor_.Rewind(begin);
      next_position_ = next_position;
      if (whole) return nullptr;
    }
  }
  TokenCursor::Nesting nesting(cursor_);
  cursor_.Advance();
  cursor_.Advance();
  plan::Cast cast;
  cast.child = Expression();
  if (!cursor_.Accept(Kind::kAs)) {
    // CAST(a type) reads as the name CAST with an alias a, and one token too many.
    if (cursor_.position() == begin + 3 && IsIdentifierAt(begin + 2)) cursor_.SyntaxErrorBefore(Kind::kRightParen);
    cursor_.SyntaxError();
  }
  cast.type = Type();
  if (is_try) cast.mode = EvalMode::kTry;
  const bool sized = cursor_.KindAt(cursor_.position() - 1) == Kind::kRightParen;
  cursor_.Expect(Kind::kRightParen, cursor_.Is(Kind::kLess) || (sized && FollowsGroup(cursor_.position())));
  return MakeExpression(std::move(cast), begin);
}

// STRUCT(a AS x, b): its arguments may have aliases.
ExpressionPtr Parser::StructCall() {
  const size_t begin = cursor_.position();
  TokenCursor::Nesting nesting(cursor_);
  std::string name(cursor_.TextOf(cursor_.Peek()));
  cursor_.Advance();
  cursor_.Advance();
  plan::UnresolvedFunction function;
  function.name = {"struct"};
  if (!cursor_.Is(Kind::kRightParen)) function.arguments = NamedExpressions();
  cursor_.Expect(Kind::kRightParen, cursor_.Is(Kind::kEndOfInput));
  return CallSuffixes(std::move(function), begin);
}

// FIRST(x IGNORE NULLS); without it an ordinary call.
ExpressionPtr Parser::FirstLastCall() {
  const size_t begin = cursor_.position();
  std::optional<size_t> behind = cursor_.BehindGroup(begin + 1);
  if (!behind || *behind < begin + 5 || cursor_.KindAt(*behind - 2) != Kind::kNulls ||
      cursor_.KindAt(*behind - 3) != Kind::kIgnore) {
    return nullptr;
  }
  plan::UnresolvedFunction function;
  function.name = {std::string(cursor_.TextOf(cursor_.Peek()))};
  cursor_.Advance();
  cursor_.Advance();
  function.arguments = {Expression()};
  if (!cursor_.Accept(Kind::kIgnore, Kind::kNulls)) cursor_.SyntaxError();
  cursor_.Expect(Kind::kRightParen);
  function.ignore_nulls = true;
  return CallSuffixes(std::move(function), begin);
}

// The first token of this kind among the arguments of the call whose parenthesis is at `open`, not inside a group of
// its own and not part of IS DISTINCT FROM; 0 when there is none.
size_t Parser::FindInCall(size_t open, Kind kind) const {
  const std::optional<size_t> behind = cursor_.BehindGroup(open);
  for (size_t i = open + 1; behind ? i + 1 < *behind : cursor_.KindAt(i) != Kind::kEndOfInput; ++i) {
    if (cursor_.KindAt(i) == kind && cursor_.KindAt(i - 1) != Kind::kDistinct) return i;
    if (std::optional<size_t> inner = cursor_.BehindGroup(i)) i = *inner - 1;
  }
  return 0;
}

// TRIM([BOTH | LEADING | TRAILING] [characters] FROM text) is trim, ltrim, rtrim(characters, text).
ExpressionPtr Parser::TrimCall() {
  const size_t begin = cursor_.position();
  if (!FindInCall(begin + 1, Kind::kFrom)) return nullptr;
  cursor_.Rewind(begin + 2);
  plan::UnresolvedFunction function;
  function.name = {"trim"};
  if (cursor_.IsAny(Kind::kBoth, Kind::kLeading, Kind::kTrailing) && StartsExpression(begin + 3)) {
    if (cursor_.Is(Kind::kLeading)) function.name = {"ltrim"};
    if (cursor_.Is(Kind::kTrailing)) function.name = {"rtrim"};
    cursor_.Advance();
  }
  const bool only_text = cursor_.Is(Kind::kFrom) && StartsExpression(cursor_.position() + 1);
  if (!only_text) function.arguments.push_back(ValueExpression());
  cursor_.Expect(Kind::kFrom);
  function.arguments.push_back(ValueExpression());
  cursor_.Expect(Kind::kRightParen);
  return MakeExpression(std::move(function), begin);
}

// SUBSTRING(text FROM position [FOR length]).
ExpressionPtr Parser::SubstringCall() {
  const size_t begin = cursor_.position();
  if (!FindInCall(begin + 1, Kind::kFrom) && !FindInCall(begin + 1, Kind::kFor)) return nullptr;
  cursor_.Rewind(begin + 2);
  plan::UnresolvedFunction function;
  function.name = {"substring"};
  function.arguments.push_back(ValueExpression());
  if (!cursor_.Accept(Kind::kFrom)) cursor_.Expect(Kind::kComma);
  function.arguments.push_back(ValueExpression());
  if (cursor_.Accept(Kind::kFor) || cursor_.Accept(Kind::kComma)) function.arguments.push_back(ValueExpression());
  cursor_.Expect(Kind::kRightParen);
  return MakeExpression(std::move(function), begin);
}

// OVERLAY(text PLACING piece FROM position [FOR length]).
ExpressionPtr Parser::OverlayCall() {
  const size_t begin = cursor_.position();
  if (!FindInCall(begin + 1, Kind::kPlacing)) return nullptr;
  cursor_.Rewind(begin + 2);
  plan::UnresolvedFunction function;
  function.name = {"overlay"};
  function.arguments.push_back(ValueExpression());
  cursor_.Expect(Kind::kPlacing);
  function.arguments.push_back(ValueExpression());
  cursor_.Expect(Kind::kFrom);
  function.arguments.push_back(ValueExpression());
  if (cursor_.Accept(Kind::kFor)) function.arguments.push_back(ValueExpression());
  cursor_.Expect(Kind::kRightParen);
  return MakeExpression(std::move(function), begin);
}

// POSITION(piece IN text) is locate(piece, text).
ExpressionPtr Parser::PositionCall() {
  const size_t begin = cursor_.position();
  if (!FindInCall(begin + 1, Kind::kIn) || FindInCall(begin + 1, Kind::kComma)) return nullptr;
  cursor_.Rewind(begin + 2);
  plan::UnresolvedFunction function;
  function.name = {"locate"};
  function.arguments.push_back(ValueExpression());
  cursor_.Expect(Kind::kIn);
  function.arguments.push_back(ValueExpression());
  cursor_.Expect(Kind::kRightParen);
  return MakeExpression(std::move(function), begin);
}

// EXTRACT(field FROM source).
ExpressionPtr Parser::ExtractCall() {
  const size_t begin = cursor_.position();
  if (!IsIdentifier(2) || !cursor_.Is(Kind::kFrom, 3)) return nullptr;
  cursor_.Rewind(begin + 2);
  plan::UnresolvedFunction function;
  function.name = {"extract"};
  const size_t at = cursor_.position();
  std::string field = Identifier();
  function.arguments.push_back(StringValue(std::move(field), at));
  cursor_.Advance();
  function.arguments.push_back(ValueExpression());
  cursor_.Expect(Kind::kRightParen);
  return MakeExpression(std::move(function), begin);
}

// TIMESTAMPADD(unit, n, t) and TIMESTAMPDIFF(unit, a, b) under all their names; the unit becomes a text. Null when the
// call, whose arguments were read, is not of that form.
ExpressionPtr Parser::DatetimeUnitCall(plan::UnresolvedFunction& function, size_t begin, size_t first_argument,
                                       size_t behind_first) {
  const char* name = nullptr;
  switch (cursor_.KindAt(begin)) {
    case Kind::kTimestampadd:
    case Kind::kDateadd:
    case Kind::kDateAdd:
      name = "timestampadd";
      break;
    case Kind::kTimestampdiff:
    case Kind::kDatediff:
    case Kind::kDateDiff:
    case Kind::kTimediff:
      name = "timestampdiff";
      break;
    default:
      return nullptr;
  }
  if (behind_first != first_argument + 1) return nullptr;
  const Token& unit = cursor_.At(first_argument);
  if (unit.kind == Kind::kStringLiteral) {
    cursor_.Fail("INVALID_PARAMETER_VALUE.DATETIME_UNIT",
                 {{"parameter", "`unit`"},
                  {"functionName", "`" + std::string(cursor_.TextOf(cursor_.At(begin))) + "`"},
                  {"invalidValue", std::string(cursor_.TextOf(unit))}},
                 begin);
  }
  if (!IsDatetimeUnit(unit.kind)) return nullptr;
  function.name = {name};
  function.arguments[0] = plan::Make(plan::Literal{{DataType::String(), Value{std::string(cursor_.TextOf(unit))}}},
                                     cursor_.OriginBetween(first_argument, behind_first));
  return MakeExpression(std::move(function), begin);
}

}  // namespace firesteel::sql
