#include "sql/lexer/keyword.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace firesteel::sql {
namespace {

struct Row {
  std::string_view text;
  TokenKind kind;
  bool non_reserved;
  bool ansi_non_reserved;
};

constexpr Row kRows[] = {
#define KEYWORD(text, kind, non_reserved, ansi_non_reserved) \
  {text, TokenKind::k##kind, non_reserved, ansi_non_reserved},
#include "sql/lexer/keywords.inc"
#undef KEYWORD
};

constexpr size_t kNumKinds = static_cast<size_t>(TokenKind::kZone) + 1;

const std::array<const Row*, kNumKinds>& RowsByKind() {
  static const auto rows = [] {
    std::array<const Row*, kNumKinds> result{};
    // The last spelling in the alphabet names the kind: TEMPORARY, RLIKE.
    for (const Row& row : kRows) result[static_cast<size_t>(row.kind)] = &row;
    return result;
  }();
  return rows;
}

constexpr struct {
  TokenKind kind;
  std::string_view text;
} kPunctuation[] = {
    {TokenKind::kEndOfInput, "<EOF>"}, {TokenKind::kSemicolon, ";"},    {TokenKind::kLeftParen, "("},
    {TokenKind::kRightParen, ")"},     {TokenKind::kComma, ","},        {TokenKind::kDot, "."},
    {TokenKind::kLeftBracket, "["},    {TokenKind::kRightBracket, "]"}, {TokenKind::kBang, "!"},
    {TokenKind::kEqual, "="},          {TokenKind::kLess, "<"},         {TokenKind::kGreater, ">"},
    {TokenKind::kPlus, "+"},           {TokenKind::kMinus, "-"},        {TokenKind::kAsterisk, "*"},
    {TokenKind::kSlash, "/"},          {TokenKind::kColon, ":"},        {TokenKind::kArrow, "->"},
    {TokenKind::kFatArrow, "=>"},      {TokenKind::kHintEnd, "*/"},     {TokenKind::kHintStart, "/*+"},
    {TokenKind::kQuestion, "?"},
};

}  // namespace

std::vector<std::pair<std::string, bool>> Keywords() {
  std::vector<std::pair<std::string, bool>> keywords;
  for (const Row& row : kRows) {
    const auto same = [&](const Row& other) { return other.kind == row.kind; };
    if (std::count_if(std::begin(kRows), std::end(kRows), same) > 1) continue;
    keywords.emplace_back(row.text, !row.ansi_non_reserved);
  }
  return keywords;
}

TokenKind KeywordKind(std::string_view upper_case) {
  auto it = std::lower_bound(std::begin(kRows), std::end(kRows), upper_case,
                             [](const Row& row, std::string_view text) { return row.text < text; });
  return it != std::end(kRows) && it->text == upper_case ? it->kind : TokenKind::kIdentifier;
}

bool IsNonReserved(TokenKind kind) {
  const Row* row = RowsByKind()[static_cast<size_t>(kind)];
  return row && row->non_reserved;
}

bool IsAnsiNonReserved(TokenKind kind) {
  const Row* row = RowsByKind()[static_cast<size_t>(kind)];
  return row && row->ansi_non_reserved;
}

std::string_view TokenText(TokenKind kind) {
  if (const Row* row = RowsByKind()[static_cast<size_t>(kind)]) return row->text;
  for (const auto& punctuation : kPunctuation) {
    if (punctuation.kind == kind) return punctuation.text;
  }
  return "";
}

}  // namespace firesteel::sql
