#include <algorithm>
#include <optional>
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
  std::string text;  ///< of kText: what stands between others
};

/// Nothing when the escape stands at the end or before a character that it may not escape.
std::optional<std::vector<LikeToken>> ParsePattern(Row& row, std::string_view pattern, char escape) {
  std::vector<LikeToken> tokens;
  const auto add_text = [&](std::string_view text) {
    if (tokens.empty() || tokens.back().kind != LikeToken::Kind::kText) tokens.push_back({});
    tokens.back().text += text;
  };
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
      add_text(pattern.substr(i + 1, 1));
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
    add_text(pattern.substr(i, length));
    i += length;
  }
  return tokens;
}

/// Matches with one point to go back to: the last %.
bool Matches(const std::vector<LikeToken>& tokens, std::string_view text, bool is_ascii) {
  size_t token = 0;
  size_t at = 0;
  size_t many = std::string_view::npos;
  size_t many_at = 0;
  while (at < text.size() || token < tokens.size()) {
    if (token < tokens.size()) {
      const LikeToken& step = tokens[token];
      if (step.kind == LikeToken::Kind::kMany) {
        if (token + 1 == tokens.size()) return true;
        const LikeToken& next = tokens[token + 1];
        many = token++;
        if (is_ascii && next.kind == LikeToken::Kind::kText) {
          at = text.find(next.text, at);
          if (at == std::string_view::npos) return false;
        }
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
    if (is_ascii && token < tokens.size() && tokens[token].kind == LikeToken::Kind::kText) {
      many_at = at = text.find(tokens[token].text, at);
      if (at == std::string_view::npos) return false;
    }
  }
  return true;
}

/// like(text, pattern, escape). The tokens of a pattern are kept while it stays the same.
template <bool kIgnoresCase>
void RunLike(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::string last_pattern;
  std::string last_escape;
  std::optional<std::vector<LikeToken>> tokens;
  std::string lower;
  Row row(context);
  for (row.index = 0; row.index < rows; ++row.index) {
    if (!arguments[0].IsValid(row.index) || !arguments[1].IsValid(row.index) || !arguments[2].IsValid(row.index)) {
      result.SetNull(row.index);
      continue;
    }
    const std::string_view pattern = arguments[1].Text(row.index);
    const std::string_view escape = arguments[2].Text(row.index);
    if (!tokens || pattern != last_pattern || escape != last_escape) {
      last_pattern = pattern;
      last_escape = escape;
      tokens = ParsePattern(row, kIgnoresCase ? LowerText(pattern) : last_pattern, escape.empty() ? '\\' : escape[0]);
      if (context.failed()) return;
      if (!tokens) continue;
    }
    std::string_view text = arguments[0].Text(row.index);
    const bool is_ascii = IsAscii(text);
    if (kIgnoresCase) {
      if (is_ascii) {
        lower.resize(text.size());
        std::transform(text.begin(), text.end(), lower.begin(),
                       [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); });
      } else {
        lower = LowerText(text);
      }
      text = lower;
    }
    result.Data<bool>()[row.index] = Matches(*tokens, text, is_ascii);
  }
}

}  // namespace

const Kernel kIlike{RunLike<true>, nullptr, true};
const Kernel kLike{RunLike<false>, nullptr, true};

}  // namespace firesteel::functions
