#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

bool IsPlain(std::string_view text) {
  for (char c : text) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

// The text between quotes, with doubled ones halved.
std::string Unquoted(std::string_view text) {
  const char quote = text.front();
  std::string result;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    result += text[i];
    if (text[i] == quote && i + 2 < text.size() && text[i + 1] == quote) ++i;
  }
  return result;
}

// Joins || chains and adjacent literals of IDENTIFIER(…); null when it is not a constant text.
std::optional<std::string> ConstantText(const ExpressionPtr& expression) {
  if (const auto* literal = expression->As<plan::Literal>()) {
    if (const auto* text = std::get_if<std::string>(&literal->value.value.data)) return *text;
    return std::nullopt;
  }
  const auto* call = expression->As<plan::UnresolvedFunction>();
  if (!call || call->name.size() != 1 || (call->name[0] != "||" && call->name[0] != "concat")) return std::nullopt;
  std::string joined;
  for (const ExpressionPtr& argument : call->arguments) {
    std::optional<std::string> piece = ConstantText(argument);
    if (!piece) return std::nullopt;
    joined += *piece;
  }
  return joined;
}

}  // namespace

bool Parser::IsIdentifierAt(size_t index) const {
  const Kind kind = cursor_.KindAt(index);
  if (kind == Kind::kIdentifier || kind == Kind::kBackquotedIdentifier) return true;
  if (kind == Kind::kDoubleQuotedString) return options_.double_quoted_identifiers;
  if (!IsKeyword(kind)) return false;
  return !options_.enforce_reserved_keywords || IsAnsiNonReserved(kind);
}

bool Parser::IsStrictIdentifierAt(size_t index) const {
  const Kind kind = cursor_.KindAt(index);
  if (!IsKeyword(kind)) return IsIdentifierAt(index);
  return options_.enforce_reserved_keywords ? IsAnsiNonReserved(kind) : IsNonReserved(kind);
}

bool Parser::IsString(size_t ahead) const {
  return cursor_.Is(Kind::kStringLiteral, ahead) ||
         (cursor_.Is(Kind::kDoubleQuotedString, ahead) && !options_.double_quoted_identifiers);
}

std::string Parser::IdentifierText(const Token& token) const {
  std::string_view text = cursor_.TextOf(token);
  if (token.kind == Kind::kBackquotedIdentifier || token.kind == Kind::kDoubleQuotedString) return Unquoted(text);
  return std::string(text);
}

std::string Parser::Identifier() {
  if (!IsIdentifier()) cursor_.SyntaxError();
  // IDENTIFIER('name') may stand for a single name.
  if (cursor_.Is(Kind::kIdentifierWord) && cursor_.Is(Kind::kLeftParen, 1) && IsString(2) &&
      cursor_.BehindGroup(cursor_.position() + 1)) {
    const size_t begin = cursor_.position();
    Names names = IdentifierReference();
    if (names.size() != 1) {
      cursor_.Fail("IDENTIFIER_TOO_MANY_NAME_PARTS", {{"identifier", ""}, {"limit", "1"}}, begin);
    }
    return names[0];
  }
  const Token& token = cursor_.Peek();
  if (token.kind == Kind::kIdentifier && !IsPlain(cursor_.TextOf(token))) {
    cursor_.FailAtToken("INVALID_IDENTIFIER", {{"ident", std::string(cursor_.TextOf(token))}}, cursor_.position());
  }
  std::string name = IdentifierText(token);
  cursor_.Advance();
  return name;
}

std::string Parser::StrictIdentifier() {
  if (!IsStrictIdentifierAt(cursor_.position())) cursor_.SyntaxError();
  return Identifier();
}

std::string Parser::CheckedIdentifier() {
  const size_t begin = cursor_.position();
  std::string name = Identifier();
  if (!cursor_.Is(Kind::kMinus) || !IsIdentifier(1)) return name;
  // my-table: Spark reads on, to name the whole of it in the error.
  const size_t minus = cursor_.position();
  while (cursor_.Is(Kind::kMinus) && IsIdentifier(1)) {
    cursor_.Advance();
    cursor_.Advance();
  }
  std::string whole;
  for (size_t i = begin; i < cursor_.position(); ++i) {
    whole += cursor_.KindAt(i) == Kind::kMinus ? "-" : IdentifierText(cursor_.At(i));
  }
  cursor_.FailAtToken("INVALID_IDENTIFIER", {{"ident", whole}}, minus);
}

Parser::Names Parser::MultipartIdentifier() {
  Names names{CheckedIdentifier()};
  while (cursor_.Is(Kind::kDot) && (IsIdentifier(1) || !only_name_)) {
    cursor_.Advance();
    names.push_back(CheckedIdentifier());
  }
  return names;
}

Parser::Names Parser::QualifiedName() {
  Names names{Identifier()};
  while (cursor_.Is(Kind::kDot) && IsIdentifier(1)) {
    cursor_.Advance();
    names.push_back(Identifier());
  }
  return names;
}

Parser::Names Parser::IdentifierReference() {
  if (cursor_.Is(Kind::kIdentifierWord) && cursor_.Is(Kind::kLeftParen, 1)) {
    cursor_.Advance();
    cursor_.Advance();
    const size_t begin = cursor_.position();
    ExpressionPtr text = Expression();
    Names names = ParseIdentifierText(text, begin);
    cursor_.Expect(Kind::kRightParen);
    return names;
  }
  return MultipartIdentifier();
}

Parser::Names Parser::ParseIdentifierText(const ExpressionPtr& expression, size_t begin) {
  std::optional<std::string> text = ConstantText(expression);
  if (!text) {
    const auto* marker = expression->As<plan::ParameterMarker>();
    const std::string shown = std::string(cursor_.TextBetween(begin, cursor_.position()));
    if (marker)
      cursor_.Fail("UNBOUND_SQL_PARAMETER",
                   {{"name", marker->name.empty() ? "_" + std::to_string(marker->position) : marker->name}}, begin);
    throw QueryError("NOT_A_CONSTANT_STRING.NOT_CONSTANT", {{"name", "IDENTIFIER"}, {"expr", "\"" + shown + "\""}},
                     cursor_.OriginFrom(begin), ErrorClass::kAnalysis);
  }
  return ParseMultipartIdentifier(*text, options_);
}

Parser::Names Parser::IdentifierList() {
  cursor_.Expect(Kind::kLeftParen, IsIdentifier());
  Names names;
  do {
    names.push_back(CheckedIdentifier());
  } while (cursor_.Accept(Kind::kComma));
  cursor_.Expect(Kind::kRightParen, FollowsGroup(cursor_.position()));
  return names;
}

}  // namespace firesteel::sql
