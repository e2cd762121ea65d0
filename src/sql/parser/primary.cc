// Expressions without an operator around them: names, constants, calls, groups, and what is written behind them
// (::type, [index], .field, COLLATE, :path).

#include <algorithm>

#include "sql/parser/parser.h"

namespace firesteel::sql {

ExpressionPtr Parser::StringValue(std::string value, size_t begin) const {
  return LiteralValue(DataType::String(), Value{std::move(value)}, begin);
}

ExpressionPtr Parser::LiteralValue(DataType type, Value value, size_t begin) const {
  return MakeExpression(plan::Literal{{std::move(type), std::move(value)}}, begin);
}

ExpressionPtr Parser::Primary() {
  const size_t begin = cursor_.position();
  ExpressionPtr expression = PrimaryStart();
  while (true) {
    switch (cursor_.Kind()) {
      case Kind::kCollate:
        if (!IsIdentifier(1)) return expression;
        {
          cursor_.Advance();
          const size_t at = cursor_.position();
          std::string collation;
          for (const std::string& part : MultipartIdentifier()) collation += (collation.empty() ? "" : ".") + part;
          expression = Operator("collate", {std::move(expression), StringValue(std::move(collation), at)}, begin);
        }
        break;
      case Kind::kDoubleColon: {
        cursor_.Advance();
        plan::Cast cast;
        cast.child = std::move(expression);
        cast.type = Type();
        expression = MakeExpression(std::move(cast), begin);
        break;
      }
      case Kind::kColon:
        if (!IsIdentifier(1) && !cursor_.Is(Kind::kLeftBracket, 1)) cursor_.SyntaxErrorAt(cursor_.position() + 1);
        expression = SemiStructuredPath(std::move(expression), begin);
        break;
      case Kind::kLeftBracket: {
        cursor_.Advance();
        ExpressionPtr index = ValueExpression();
        cursor_.Expect(Kind::kRightBracket,
                       IsIdentifier() || cursor_.IsAny(Kind::kEndOfInput, Kind::kComma, Kind::kRightParen));
        expression = MakeExpression(plan::ExtractValue{std::move(expression), std::move(index)}, begin);
        break;
      }
      case Kind::kDot: {
        if (!IsIdentifier(1)) {
          cursor_.Advance();
          cursor_.SyntaxError();
        }
        cursor_.Advance();
        const size_t at = cursor_.position();
        std::string field = Identifier();
        if (const auto* attribute = expression->As<plan::UnresolvedAttribute>()) {
          plan::UnresolvedAttribute longer = *attribute;
          longer.parts.push_back(std::move(field));
          expression = MakeExpression(std::move(longer), begin);
        } else {
          ExpressionPtr name = StringValue(std::move(field), at);
          expression = MakeExpression(plan::ExtractValue{std::move(expression), std::move(name)}, begin);
        }
        break;
      }
      default:
        return expression;
    }
  }
}

// Spark looks at the values of literals only when the whole text has been read: what is wrong with one is kept back, so
// that a syntax error behind it comes first. `read` has consumed its tokens when it throws.
template <class Read>
ExpressionPtr Parser::Deferred(Read read) {
  const size_t begin = cursor_.position();
  try {
    return read();
  } catch (const QueryError& error) {
    KeepBack(error);
    return LiteralValue(DataType::Null(), Value{}, begin);
  }
}

ExpressionPtr Parser::PrimaryStart() {
  switch (cursor_.Kind()) {
    case Kind::kLeftParen:
      return Parenthesized();
    case Kind::kAsterisk: {
      const size_t begin = cursor_.position();
      cursor_.Advance();
      return Star({}, begin);
    }
    case Kind::kQuestion:
    case Kind::kColon:
      return Parameter();
    case Kind::kStringLiteral:
    case Kind::kNull:
    case Kind::kTrue:
    case Kind::kFalse:
      return IsIdentifier(1) || !cursor_.Is(Kind::kLeftParen, 1) || cursor_.Is(Kind::kStringLiteral) ? Constant()
                                                                                                     : Name();
    case Kind::kDoubleQuotedString:
      return options_.double_quoted_identifiers ? Name() : Constant();
    case Kind::kInterval:
      if (StartsInterval()) return Deferred([&] { return IntervalLiteral(); });
      if (IsNumber(1)) cursor_.SyntaxErrorAt(cursor_.position() + 2);
      break;
    case Kind::kCase:
      if (StartsExpression(cursor_.position() + 1) && attempts_left_ > 0) return Case();
      break;
    default:
      break;
  }
  if (IsNumber() || (cursor_.Is(Kind::kMinus) && IsNumber(1))) return Deferred([&] { return NumberLiteral(); });
  const Kind kind = cursor_.Kind();
  if ((IsKeyword(kind) || kind == Kind::kIdentifier) && cursor_.Is(Kind::kStringLiteral, 1)) {
    return Deferred([&] { return TypedLiteral(); });
  }
  if (IsIdentifier() && cursor_.Is(Kind::kDoubleQuotedString, 1) && !options_.double_quoted_identifiers) {
    return Deferred([&] { return TypedLiteral(); });
  }
  if (IsKeyword(kind) && cursor_.Is(Kind::kLeftParen, 1)) {
    if (ExpressionPtr call = SpecialCall()) return call;
  }
  return Name();
}

// (query), (a, b), (a, b) -> …, (expression).
ExpressionPtr Parser::Parenthesized() {
  const size_t begin = cursor_.position();
  if (std::optional<size_t> behind = cursor_.BehindGroup(begin)) {
    if (cursor_.KindAt(*behind) == Kind::kArrow && HoldsNames(begin, *behind)) return Lambda();
  }
  if (StartsQuery(begin + 1)) {
    TokenCursor::Nesting nesting(cursor_);
    cursor_.Advance();
    RelationPtr query = Query();
    // (SELECT a could still be a column with an alias.
    const bool undecided = cursor_.position() == begin + 3;
    cursor_.Expect(Kind::kRightParen, FollowsGroup(cursor_.position()) && !undecided);
    return MakeExpression(plan::ScalarSubquery{std::move(query)}, begin);
  }
  cursor_.Advance();
  ExpressionPtr first = NamedExpression();
  if (!cursor_.Is(Kind::kComma)) {
    const bool aliased = first->As<plan::Alias>() != nullptr;
    // Spark gives no hint here: too many readings were open.
    if (aliased || !cursor_.Is(Kind::kRightParen)) cursor_.SyntaxError();
    cursor_.Advance();
    return first;
  }
  Expressions fields{std::move(first)};
  while (cursor_.Accept(Kind::kComma)) fields.push_back(NamedExpression());
  if (!cursor_.Accept(Kind::kRightParen)) cursor_.SyntaxError();
  return Operator("struct", std::move(fields), begin);
}

ExpressionPtr Parser::Star(Names target, size_t begin) {
  plan::UnresolvedStar star;
  star.target = std::move(target);
  if (cursor_.Is(Kind::kExcept) && cursor_.Is(Kind::kLeftParen, 1) && !StartsQuery(cursor_.position() + 2)) {
    cursor_.Advance();
    cursor_.Advance();
    do {
      star.except.push_back(MultipartIdentifier());
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Expect(Kind::kRightParen);
  }
  return MakeExpression(std::move(star), begin);
}

// A column, a star of a table, a call, or a lambda function.
ExpressionPtr Parser::Name() {
  const size_t begin = cursor_.position();
  if (!IsIdentifier()) cursor_.SyntaxError();
  if (cursor_.Is(Kind::kArrow, 1)) return Lambda();
  if (cursor_.Is(Kind::kIdentifierWord) && cursor_.Is(Kind::kLeftParen, 1)) {
    Names names = IdentifierReference();
    if (cursor_.Is(Kind::kLeftParen)) return FunctionCall(std::move(names), begin);
    return MakeExpression(plan::UnresolvedAttribute{std::move(names), std::nullopt, false}, begin);
  }
  Names names{Identifier()};
  while (cursor_.Is(Kind::kDot)) {
    if (cursor_.Is(Kind::kAsterisk, 1)) {
      cursor_.Advance();
      cursor_.Advance();
      return Star(std::move(names), begin);
    }
    if (!IsIdentifier(1)) break;
    cursor_.Advance();
    names.push_back(Identifier());
  }
  if (cursor_.Is(Kind::kLeftParen)) return FunctionCall(std::move(names), begin);
  // spark.sql.parser.quotedRegexColumnNames: `pattern` or t.`pattern` in a select list.
  const bool quoted = cursor_.KindAt(cursor_.position() - 1) == Kind::kBackquotedIdentifier;
  if (options_.quoted_regex_column_names && quoted && item_depth_ > 0 && names.size() <= 2) {
    plan::UnresolvedRegex regex;
    regex.pattern = std::move(names.back());
    names.pop_back();
    regex.table = std::move(names);
    return MakeExpression(std::move(regex), begin);
  }
  return MakeExpression(plan::UnresolvedAttribute{std::move(names), std::nullopt, false}, begin);
}

namespace {

/// The last name in a path, read as get_json_object reads paths; "" when it has none, nothing when it is malformed.
std::optional<std::string> LastNameOf(std::string_view path) {
  std::string name;
  for (size_t at = 1; at < path.size();) {
    const std::string_view rest = path.substr(at);
    size_t end = 0;  // of the step; 0: it is none
    if (rest.starts_with(".*")) {
      end = 2;
    } else if (rest.starts_with("['*']")) {
      end = 5;
    } else if (rest[0] == '.') {
      end = std::min(rest.find_first_of(".[", 1), rest.size());
      name = rest.substr(1, end - 1);
      if (name.empty()) return std::nullopt;
    } else if (rest.starts_with("['")) {
      const size_t quote = rest.find('\'', 2);
      if (quote == 2 || quote == std::string_view::npos || !rest.substr(quote).starts_with("']")) return std::nullopt;
      name = rest.substr(2, quote - 2);
      end = quote + 2;
    } else {
      const size_t behind = rest.find_first_not_of("0123456789", 1);
      if (behind == 1 || behind == std::string_view::npos || rest[behind] != ']') return std::nullopt;
      end = behind + 1;
    }
    at += end;
  }
  return name;
}

}  // namespace

// v:a.b[0]['c'] is the call semi_structured_extract(v, '$.a.b[0]['c']', 'c'): the last name of the path is the value's.
ExpressionPtr Parser::SemiStructuredPath(ExpressionPtr child, size_t begin) {
  cursor_.Advance();
  const size_t at = cursor_.position();
  std::string path = "$";
  while (true) {
    const bool is_first = path.size() == 1;
    const bool in_brackets = cursor_.Is(Kind::kLeftBracket) && cursor_.Is(Kind::kRightBracket, 2) &&
                             (IsIdentifier(1) || cursor_.Is(Kind::kIntegerValue, 1) ||
                              cursor_.Is(Kind::kStringLiteral, 1) || cursor_.Is(Kind::kDoubleQuotedString, 1));
    if (in_brackets) {
      cursor_.Advance();
      path += "[" + std::string(cursor_.TextOf(cursor_.Peek())) + "]";
      cursor_.Advance();
      cursor_.Advance();
    } else if (is_first || (cursor_.Is(Kind::kDot) && IsIdentifier(1))) {
      if (!is_first) cursor_.Advance();
      path += "." + Identifier();
    } else if (cursor_.Is(Kind::kDot)) {
      cursor_.Advance();
      cursor_.SyntaxError();
    } else {
      break;
    }
  }
  const std::optional<std::string> name = LastNameOf(path);
  if (!name) {
    // What comes of Spark's own slip when it reports such a path.
    KeepBack(QueryError("INTERNAL_ERROR",
                        {{"message",
                          "Undefined error message parameter for error class: 'PARSE_SYNTAX_ERROR', MessageTemplate: "
                          "Syntax error at or near <error><hint>., Parameters: Map()"}},
                        nullptr, ErrorClass::kSpark));
  }
  ExpressionPtr text = StringValue(std::move(path), at);
  ExpressionPtr last = StringValue(name.value_or(""), at);
  return Operator("semi_structured_extract", {std::move(child), std::move(text), std::move(last)}, begin);
}

// x -> body, (x, y) -> body.
ExpressionPtr Parser::Lambda() {
  const size_t begin = cursor_.position();
  plan::LambdaFunction lambda;
  if (cursor_.Accept(Kind::kLeftParen)) {
    do {
      lambda.parameters.push_back(Identifier());
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Expect(Kind::kRightParen);
    if (lambda.parameters.size() < 2) cursor_.SyntaxError();
  } else {
    lambda.parameters.push_back(Identifier());
  }
  cursor_.Expect(Kind::kArrow);
  lambda.body = Expression();
  return MakeExpression(std::move(lambda), begin);
}

}  // namespace firesteel::sql
