#include <string>
#include <vector>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/case_mapping.h"
#include "types/quoting.h"

namespace firesteel::functions {

namespace {

/// One step of a LIKE pattern.
struct LikeToken {
  enum class Kind : uint8_t { kText, kOne, kMany } kind = Kind::kText;
  std::string text;  ///< one code point of kText
};

/// Nothing when the escape stands at the end or before a character that it may not escape.
std::optional<std::vector<LikeToken>> ParsePattern(Row& row, std::string_view pattern, char escape) {
  std::vector<LikeToken> tokens;
  for (size_t i = 0; i < pattern.size();) {
    if (pattern[i] == escape) {
      if (i + 1 >= pattern.size()) {
        return row.Fail("INVALID_FORMAT.ESC_AT_THE_END", {{"format", SingleQuoted(pattern)}}, ErrorClass::kAnalysis,
                        false);
      }
      char next = pattern[i + 1];
      if (next != '_' && next != '%' && next != escape) {
        size_t length = Utf8SequenceLength(static_cast<uint8_t>(next));
        return row.Fail("INVALID_FORMAT.ESC_IN_THE_MIDDLE",
                        {{"format", SingleQuoted(pattern)}, {"char", SingleQuoted(pattern.substr(i + 1, length))}},
                        ErrorClass::kAnalysis, false);
      }
      tokens.push_back({LikeToken::Kind::kText, std::string(1, next)});
      i += 2;
      continue;
    }
    if (pattern[i] == '%') {
      if (tokens.empty() || tokens.back().kind != LikeToken::Kind::kMany)
        tokens.push_back({LikeToken::Kind::kMany, ""});
      ++i;
      continue;
    }
    if (pattern[i] == '_') {
      tokens.push_back({LikeToken::Kind::kOne, ""});
      ++i;
      continue;
    }
    size_t length = Utf8SequenceLength(static_cast<uint8_t>(pattern[i]));
    tokens.push_back({LikeToken::Kind::kText, std::string(pattern.substr(i, length))});
    i += length;
  }
  return tokens;
}

/// Matches with one point to go back to: the last %.
bool Matches(const std::vector<LikeToken>& tokens, std::string_view text) {
  size_t token = 0;
  size_t at = 0;
  size_t many = std::string_view::npos;
  size_t many_at = 0;
  while (at < text.size() || token < tokens.size()) {
    if (token < tokens.size()) {
      const LikeToken& step = tokens[token];
      if (step.kind == LikeToken::Kind::kMany) {
        many = token++;
        many_at = at;
        continue;
      }
      if (step.kind == LikeToken::Kind::kOne && at < text.size()) {
        at += std::min(Utf8SequenceLength(static_cast<uint8_t>(text[at])), text.size() - at);
        ++token;
        continue;
      }
      if (step.kind == LikeToken::Kind::kText && text.substr(at, step.text.size()) == step.text) {
        at += step.text.size();
        ++token;
        continue;
      }
    }
    if (many == std::string_view::npos || many_at >= text.size()) return false;
    many_at += std::min(Utf8SequenceLength(static_cast<uint8_t>(text[many_at])), text.size() - many_at);
    at = many_at;
    token = many + 1;
  }
  return true;
}

std::optional<bool> Like(Row& row, std::string_view text, std::string_view pattern, std::string_view escape) {
  std::optional<std::vector<LikeToken>> tokens = ParsePattern(row, pattern, escape.empty() ? '\\' : escape[0]);
  if (!tokens) return std::nullopt;
  return Matches(*tokens, text);
}

std::optional<bool> Ilike(Row& row, std::string_view text, std::string_view pattern, std::string_view escape) {
  return Like(row, LowerText(text), LowerText(pattern), escape);
}

}  // namespace

const Kernel kIlike = RowKernel<Ilike>(true);
const Kernel kLike = RowKernel<Like>(true);

}  // namespace firesteel::functions
