// SET and RESET. Keys and values are raw text up to the end of the statement, unless backquoted.

#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

constexpr const char* kTimeZoneKey = "spark.sql.session.timeZone";

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

// A key as Spark accepts it bare: words joined by points, or by colons.
bool IsBareKey(std::string_view key) {
  bool word = false;
  for (char c : key) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!is_word && c != '.' && c != ':') return false;
    if (!is_word && !word) return false;
    word = is_word;
  }
  return word;
}

}  // namespace

plan::Command Parser::SetStatement() {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  if (cursor_.Is(Kind::kCatalog) && (IsIdentifier(1) || IsString(1))) {
    cursor_.Advance();
    const std::string name = IsString() ? StringLiteral() : MultipartIdentifier().back();
    EndOfStatement();
    return MakeCommand(plan::ShowStatement{"SET CATALOG", {{"catalog", name}}, nullptr}, begin);
  }
  if (cursor_.Is(Kind::kTime) && cursor_.Is(Kind::kZone, 1)) return SetTimeZone();
  if (cursor_.Is(Kind::kPath) && cursor_.Is(Kind::kEqual, 1)) return Unsupported("SET PATH");
  if (cursor_.IsAny(Kind::kVariable, Kind::kVar) && (IsIdentifier(1) || cursor_.Is(Kind::kLeftParen, 1))) {
    return SetVariableStatement(begin);
  }
  // The raw text behind SET, without the semicolons and the space at its end.
  size_t end = begin + 1;
  while (cursor_.KindAt(end) != Kind::kEndOfInput) ++end;
  size_t last = end;
  while (last > begin + 1 && cursor_.KindAt(last - 1) == Kind::kSemicolon) --last;
  const uint32_t from = cursor_.At(begin).end;
  const uint32_t to = last < end ? cursor_.At(last).begin : static_cast<uint32_t>(cursor_.text()->size());
  const std::string_view raw = Trimmed(std::string_view(*cursor_.text()).substr(from, to - from));
  auto fail = [&](const char* condition, ErrorParameters parameters) {
    throw QueryError(condition, std::move(parameters), cursor_.OriginBetween(begin, end), ErrorClass::kParse);
  };
  if (cursor_.Is(Kind::kRole)) fail("INVALID_STATEMENT_OR_CLAUSE", {{"operation", "SET ROLE"}});
  plan::SetConfig set;
  const bool quoted = cursor_.Is(Kind::kBackquotedIdentifier);
  const size_t equal =
      quoted ? (cursor_.Is(Kind::kEqual, 1) ? cursor_.Peek(1).begin - (to - raw.size()) : raw.npos) : raw.find('=');
  std::string_view key = equal == std::string_view::npos ? raw : Trimmed(raw.substr(0, equal));
  bool semicolon_inside = false;
  for (size_t i = begin; i < last; ++i) semicolon_inside = semicolon_inside || cursor_.KindAt(i) == Kind::kSemicolon;
  if (raw.empty()) {
    // SET: all that is set.
  } else if (raw == "-v") {
    set.verbose = true;
  } else {
    set.key = quoted ? IdentifierText(cursor_.Peek()) : std::string(key);
    const bool key_whole = quoted && (equal != std::string_view::npos || last == begin + 2);
    if (semicolon_inside || !(quoted ? key_whole : IsBareKey(key))) fail("INVALID_SET_SYNTAX", {});
    if (equal != std::string_view::npos) {
      // A whole backquoted value loses its quotes.
      const bool quoted_value =
          cursor_.KindAt(last - 1) == Kind::kBackquotedIdentifier && cursor_.KindAt(last - 2) == Kind::kEqual;
      set.value = quoted_value ? IdentifierText(cursor_.At(last - 1)) : std::string(Trimmed(raw.substr(equal + 1)));
    }
  }
  cursor_.Rewind(end);
  return plan::Command{std::move(set), cursor_.OriginBetween(begin, end)};
}

// SET TIME ZONE 'zone' | LOCAL | INTERVAL …
plan::Command Parser::SetTimeZone() {
  const size_t begin = cursor_.position() - 1;
  cursor_.Accept(Kind::kTime, Kind::kZone);
  plan::SetConfig set;
  set.key = kTimeZoneKey;
  auto invalid = [&] {
    while (!cursor_.Is(Kind::kEndOfInput)) cursor_.Advance();
    cursor_.Fail("_LEGACY_ERROR_TEMP_0045", {}, begin);
  };
  if (IsString()) {
    set.value = StringLiteral();
  } else if (cursor_.Is(Kind::kLocal)) {
    cursor_.Advance();
    set.value = "UTC";
  } else if (cursor_.Is(Kind::kInterval)) {
    const size_t at = cursor_.position();
    ExpressionPtr interval = Primary();
    const auto* literal = interval->As<plan::Literal>();
    if (!literal || !literal->value.type.Is(TypeKind::kDayTimeInterval)) invalid();
    const int64_t micros = literal->value.value.integer();
    const int64_t seconds = micros / 1'000'000;
    if (seconds > 18 * 3600 || seconds < -18 * 3600 || micros % 1'000'000 != 0) {
      cursor_.Fail("INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE",
                   {{"input", std::to_string(seconds / 3600)}}, at);
    }
    const int64_t size = seconds < 0 ? -seconds : seconds;
    auto two = [](int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    std::string text = (seconds < 0 ? "-" : "+") + two(size / 3600) + ":" + two(size / 60 % 60);
    if (size % 60 != 0) text += ":" + two(size % 60);
    set.value = size == 0 ? "Z" : text;
  } else {
    invalid();
  }
  while (cursor_.Accept(Kind::kSemicolon)) {
  }
  if (!cursor_.Is(Kind::kEndOfInput)) invalid();
  return MakeCommand(std::move(set), begin);
}

plan::Command Parser::ResetStatement() {
  const size_t begin = cursor_.position();
  size_t end = begin + 1;
  while (cursor_.KindAt(end) != Kind::kEndOfInput) ++end;
  size_t last = end;
  while (last > begin + 1 && cursor_.KindAt(last - 1) == Kind::kSemicolon) --last;
  plan::ResetConfig reset;
  if (last == begin + 2 && cursor_.KindAt(begin + 1) == Kind::kBackquotedIdentifier) {
    reset.key = IdentifierText(cursor_.At(begin + 1));
  } else if (last > begin + 1) {
    const std::string_view raw = cursor_.TextBetween(begin + 1, last);
    if (!IsBareKey(raw)) {
      throw QueryError("INVALID_RESET_COMMAND_FORMAT", {}, cursor_.OriginBetween(begin, end), ErrorClass::kParse);
    }
    reset.key = std::string(raw);
  }
  cursor_.Rewind(end);
  return plan::Command{std::move(reset), cursor_.OriginBetween(begin, last)};
}

}  // namespace firesteel::sql
