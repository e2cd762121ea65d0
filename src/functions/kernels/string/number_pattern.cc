#include "functions/kernels/string/number_pattern.h"

#include <algorithm>
#include <utility>

#include "base/java_text.h"
#include "functions/kernels/string/case_mapping.h"
#include "types/quoting.h"

namespace firesteel::functions {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Blanks go before a sign, but behind the currency.
void AddBlank(std::string& result) {
  size_t place = result.size();
  while (place > 0 && (result[place - 1] == '+' || result[place - 1] == '-')) --place;
  result.insert(place, 1, ' ');
}

}  // namespace

std::vector<NumberPattern::Token> NumberPattern::Tokens(std::string_view upper, std::optional<char>& unexpected) {
  std::vector<Token> tokens;
  bool behind_point = false;
  for (size_t i = 0; i < upper.size();) {
    const char c = upper[i];
    const std::string_view rest = upper.substr(i);
    if (c == '0' || c == '9') {
      const size_t begin = i;
      while (i < upper.size() && (upper[i] == '0' || upper[i] == '9')) ++i;
      tokens.push_back({Kind::kDigits, static_cast<int>(i - begin), c == '0' && !behind_point});
      continue;
    }
    if (c == '.' || c == 'D') {
      tokens.push_back({Kind::kPoint});
      behind_point = true;
    } else if (c == ',' || c == 'G') {
      tokens.push_back({Kind::kSeparator});
    } else if (c == '$') {
      tokens.push_back({Kind::kDollar});
    } else if (c == 'S') {
      tokens.push_back({Kind::kSign});
    } else if (rest.starts_with("MI")) {
      tokens.push_back({Kind::kMinus});
      ++i;
    } else if (rest.starts_with("PR")) {
      tokens.insert(tokens.begin(), Token{Kind::kOpen});
      tokens.push_back({Kind::kClose});
      ++i;
    } else {
      if (!unexpected) unexpected = c;
    }
    ++i;
  }
  return tokens;
}

std::optional<NumberPattern::Fault> NumberPattern::Check(std::string_view pattern) {
  const std::string upper = UpperText(pattern);
  const std::string quoted = SingleQuoted(upper);
  if (upper.empty()) return Fault{"EMPTY", {{"format", quoted}}};
  std::optional<char> unexpected;
  const std::vector<Token> tokens = Tokens(upper, unexpected);
  const auto count = [&](Kind kind) {
    return std::count_if(tokens.begin(), tokens.end(), [&](const Token& token) { return token.kind == kind; });
  };
  const auto first = [&](Kind kind) {
    return std::find_if(tokens.begin(), tokens.end(), [&](const Token& token) { return token.kind == kind; }) -
           tokens.begin();
  };
  const auto point = first(Kind::kPoint);
  int digits = 0;
  for (const Token& token : tokens) digits += token.count;
  if (digits == 0 && count(Kind::kSeparator) == 0) return Fault{"WRONG_NUM_DIGIT", {{"format", quoted}}};
  if (count(Kind::kDollar) > 0) {
    if (first(Kind::kDollar) > point) return Fault{"CUR_MUST_BEFORE_DEC", {{"format", quoted}}};
    if (first(Kind::kDollar) > std::min(first(Kind::kDigits), first(Kind::kSeparator)))
      return Fault{"CUR_MUST_BEFORE_DIGIT", {{"format", quoted}}};
  }
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != Kind::kSeparator) continue;
    if (static_cast<std::ptrdiff_t>(i) > point) return Fault{"THOUSANDS_MUST_BEFORE_DEC", {{"format", quoted}}};
    const bool between =
        i > 0 && i + 1 < tokens.size() && tokens[i - 1].kind == Kind::kDigits && tokens[i + 1].kind == Kind::kDigits;
    if (!between) return Fault{"CONT_THOUSANDS_SEPS", {{"format", quoted}}};
  }
  const std::pair<Kind, std::string_view> kinds[] = {
      {Kind::kPoint, ". or D"}, {Kind::kSign, "S"}, {Kind::kDollar, "$"}, {Kind::kMinus, "MI"}, {Kind::kClose, "PR"}};
  for (const auto& [kind, name] : kinds) {
    if (count(kind) > 1) return Fault{"WRONG_NUM_TOKEN", {{"token", std::string(name)}, {"format", quoted}}};
  }
  if (unexpected) {
    return Fault{"UNEXPECTED_TOKEN",
                 {{"token", "character '" + std::string(1, *unexpected) + "''"}, {"format", quoted}}};
  }
  return std::nullopt;
}

NumberPattern NumberPattern::Compile(std::string_view text) {
  NumberPattern pattern;
  std::optional<char> unexpected;
  pattern.tokens_ = Tokens(UpperText(text), unexpected);
  bool behind_point = false;
  for (const Token& token : pattern.tokens_) {
    behind_point = behind_point || token.kind == Kind::kPoint;
    (behind_point ? pattern.scale_ : pattern.whole_digits_) += token.count;
  }
  return pattern;
}

void NumberPattern::FormatDigits(const Token& token, std::string_view whole, std::string_view fraction,
                                 bool behind_point, size_t& whole_at, size_t& fraction_at, int& places_left,
                                 std::string& result) const {
  for (int i = 0; i < token.count; ++i) {
    if (behind_point) {
      result += fraction_at < fraction.size() ? fraction[fraction_at++] : '0';
      continue;
    }
    const auto digits_left = static_cast<int>(whole.size() - whole_at);
    if (places_left-- > digits_left) {
      if (token.exact) {
        result += '0';
      } else {
        AddBlank(result);
      }
    } else {
      result += whole[whole_at++];
    }
  }
}

std::string NumberPattern::Failed(bool negative) const {
  std::string text;
  for (const Token& token : tokens_) {
    switch (token.kind) {
      case Kind::kDigits:
        text.append(static_cast<size_t>(token.count), '#');
        break;
      case Kind::kSeparator:
        text += ' ';
        break;
      case Kind::kPoint:
        text += '.';
        break;
      case Kind::kDollar:
        text += '$';
        break;
      case Kind::kSign:
        text += negative ? '-' : '+';
        break;
      case Kind::kMinus:
        text += negative ? '-' : ' ';
        break;
      case Kind::kOpen:
        if (negative) text += '<';
        break;
      case Kind::kClose:
        text += negative ? ">" : "  ";
        break;
    }
  }
  if (!text.empty() && text.back() == '.') text.back() = ' ';
  return text;
}

std::string NumberPattern::Format(int128_t number, int number_scale) const {
  const bool negative = number < 0;
  const std::string plain = DecimalPlainText(negative ? -number : number, number_scale);
  std::string_view whole(plain);
  std::string_view fraction;
  if (const size_t point = plain.find('.'); point != std::string::npos) {
    whole = std::string_view(plain).substr(0, point);
    fraction = std::string_view(plain).substr(point + 1);
  }
  while (!whole.empty() && whole[0] == '0') whole.remove_prefix(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (static_cast<int>(whole.size()) > whole_digits_ || static_cast<int>(fraction.size()) > scale_) {
    return Failed(negative);
  }
  std::string result;
  size_t whole_at = 0;
  size_t fraction_at = 0;
  int places_left = whole_digits_;
  bool behind_point = false;
  for (const Token& token : tokens_) {
    switch (token.kind) {
      case Kind::kDigits:
        FormatDigits(token, whole, fraction, behind_point, whole_at, fraction_at, places_left, result);
        break;
      case Kind::kSeparator:
        if (!result.empty() && IsDigit(result.back())) {
          result += ',';
        } else {
          AddBlank(result);
        }
        break;
      case Kind::kPoint:
        if (!result.empty() && result.back() == ' ') result.back() = '0';
        result += '.';
        behind_point = true;
        break;
      case Kind::kDollar:
        result += '$';
        break;
      case Kind::kSign:
        result += negative ? '-' : '+';
        break;
      case Kind::kMinus:
        result += negative ? '-' : ' ';
        break;
      case Kind::kOpen:
        break;
      case Kind::kClose: {
        const size_t begin = result.find_first_not_of(' ');
        if (negative) {
          result.insert(begin == std::string::npos ? result.size() : begin, 1, '<');
          result += '>';
        } else {
          result += "  ";
        }
        break;
      }
    }
  }
  if (!result.empty() && result.back() == '.') result.back() = ' ';
  if (result.empty() || result == "+" || result == "-") result += "0";
  return result;
}

std::optional<int128_t> NumberPattern::Parse(std::string_view text) const {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  bool negative = false;
  bool opened = false;
  bool behind_point = false;
  std::string whole;
  std::string fraction;
  size_t at = 0;
  const auto next_is = [&](char c) { return at < text.size() && text[at] == c; };
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const Token& token = tokens_[i];
    switch (token.kind) {
      case Kind::kDigits: {
        if (behind_point) {
          while (at < text.size() && IsDigit(text[at])) fraction += text[at++];
          if (static_cast<int>(fraction.size()) > token.count) return std::nullopt;
          break;
        }
        // All groups up to the point, matched from the last to the first.
        std::vector<Token> groups;
        for (; i < tokens_.size() && (tokens_[i].kind == Kind::kDigits || tokens_[i].kind == Kind::kSeparator); ++i) {
          if (tokens_[i].kind == Kind::kDigits) groups.push_back(tokens_[i]);
        }
        --i;
        std::vector<int> found(1, 0);
        for (; at < text.size() && (IsDigit(text[at]) || text[at] == ','); ++at) {
          if (text[at] == ',') {
            found.push_back(0);
          } else {
            whole += text[at];
            ++found.back();
          }
        }
        if (found.size() > groups.size()) return std::nullopt;
        for (size_t k = 0; k < groups.size(); ++k) {
          const Token& group = groups[groups.size() - 1 - k];
          const int digits = k < found.size() ? found[found.size() - 1 - k] : 0;
          if (digits > group.count || (group.exact && digits != group.count)) return std::nullopt;
        }
        break;
      }
      case Kind::kSeparator:
        break;
      case Kind::kPoint:
        if (next_is('.')) {
          ++at;
          behind_point = true;
        } else {
          behind_point = true;
        }
        break;
      case Kind::kDollar:
        if (!next_is('$')) return std::nullopt;
        ++at;
        break;
      case Kind::kSign:
        if (next_is('+') || next_is('-')) negative = text[at++] == '-';
        break;
      case Kind::kMinus:
        if (next_is('-')) {
          negative = true;
          ++at;
        }
        break;
      case Kind::kOpen:
        if (next_is('<')) {
          opened = true;
          ++at;
        }
        break;
      case Kind::kClose:
        if (next_is('>') != opened) return std::nullopt;
        if (opened) {
          negative = true;
          ++at;
        }
        break;
    }
  }
  if (at != text.size() || (whole.empty() && fraction.empty())) return std::nullopt;
  fraction.resize(static_cast<size_t>(scale_), '0');
  int128_t number = 0;
  for (char c : whole + fraction) number = number * 10 + (c - '0');
  return negative ? -number : number;
}

}  // namespace firesteel::functions
