#include "functions/formats/json/json_tokenizer.h"

#include <bit>
#include <cstring>

#include "base/hex_text.h"
#include "base/utf8.h"

namespace firesteel::functions {
namespace {

constexpr size_t kMostDepth = 1000;  // Jackson's StreamReadConstraints
constexpr size_t kMostDigits = 1000;
constexpr size_t kMostNameLength = 50'000;
constexpr size_t kMostStringLength = 20'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
/// The first byte from `at` on that is the quote, a backslash or a control character; the text's end if there is none.
size_t EndOfPlain(std::string_view text, size_t at, char quote) {
  constexpr uint64_t kOnes = 0x0101010101010101ull;
  constexpr uint64_t kHighBits = 0x8080808080808080ull;
  const auto zeros = [](uint64_t word) { return (word - kOnes) & ~word & kHighBits; };
  const uint64_t quotes = kOnes * static_cast<uint8_t>(quote);
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof word);
    // Borrows reach only bytes behind a true one, and the first is what counts.
    const uint64_t found =
        zeros(word ^ quotes) | zeros(word ^ kOnes * '\\') | ((word - kOnes * 0x20) & ~word & kHighBits);
    if (found != 0) return at + static_cast<size_t>(std::countr_zero(found)) / 8;
  }
  const auto is_plain = [&](char c) { return c != quote && c != '\\' && static_cast<unsigned char>(c) >= 0x20; };
  while (at < text.size() && is_plain(text[at])) ++at;
  return at;
}
}  // namespace

void JsonTokenizer::Reset(std::string_view text) {
  source_ = text;
  is_unsound_ = checks_text_ && !IsValidUtf8(text);
  at_ = token_begin_ = 0;
  current_ = JsonToken::kEnd;
  nesting_.clear();
  needs_comma_ = is_cut_ = has_lone_surrogate_ = false;
  name_ = {};
  text_ = {};
}

bool JsonTokenizer::SkipComment() {
  const std::string_view rest = source_.substr(at_);
  if (rest.starts_with("//")) {
    const size_t end = rest.find_first_of("\r\n");
    at_ = end == std::string_view::npos ? source_.size() : at_ + end;
    return true;
  }
  if (!rest.starts_with("/*")) return false;
  const size_t end = rest.find("*/", 2);
  if (end == std::string_view::npos) return false;
  at_ += end + 2;
  return true;
}

/// False on a malformed comment.
bool JsonTokenizer::SkipSpaces() {
  while (at_ < source_.size()) {
    const char c = source_[at_];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '/' && options_.allow_comments) {
      if (!SkipComment()) return false;
    } else {
      break;
    }
  }
  return true;
}

bool JsonTokenizer::Escape(char quote) {
  if (++at_ >= source_.size()) return false;
  const char c = source_[at_++];
  switch (c) {
    case 'b':
      buffer_ += '\b';
      return true;
    case 'f':
      buffer_ += '\f';
      return true;
    case 'n':
      buffer_ += '\n';
      return true;
    case 'r':
      buffer_ += '\r';
      return true;
    case 't':
      buffer_ += '\t';
      return true;
    case '"':
    case '/':
    case '\\':
      buffer_ += c;
      return true;
    case 'u':
      break;
    default:
      if (!options_.allow_any_escape && !(c == '\'' && options_.allow_single_quotes)) return false;
      buffer_ += c;
      return true;
  }
  const auto unit = [&](uint32_t& value) {
    value = 0;
    for (int i = 0; i < 4; ++i) {
      if (at_ + static_cast<size_t>(i) >= source_.size()) return false;
      const int digit = HexValue(source_[at_ + static_cast<size_t>(i)]);
      if (digit < 0) {
        is_cut_ = source_[at_ + static_cast<size_t>(i)] == quote;
        at_ += static_cast<size_t>(i) + 1;
        return false;
      }
      value = value * 16 + static_cast<uint32_t>(digit);
    }
    at_ += 4;
    return true;
  };
  uint32_t first = 0;
  if (!unit(first)) return false;
  if (first >= 0xD800 && first < 0xDC00 && source_.substr(at_).starts_with("\\u")) {
    const size_t before = at_;
    at_ += 2;
    uint32_t second = 0;
    if (!unit(second)) return false;
    if (second >= 0xDC00 && second < 0xE000) {
      AppendUtf8(buffer_, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
      return true;
    }
    at_ = before;
  }
  if (first >= 0xD800 && first < 0xE000) {
    buffer_ += '?';  // what Java's encoder makes of half a pair
    has_lone_surrogate_ = true;
  } else if (first == 0) {
    buffer_ += '\0';
  } else {
    AppendUtf8(buffer_, first);
  }
  return true;
}

/// Whether a string that ends at its quote is UTF-8.
bool JsonTokenizer::IsSound(std::string_view text) {
  if (!is_unsound_ || IsValidUtf8(text)) return true;
  for (size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<uint8_t>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    is_cut_ = Utf8SequenceLength(byte) > back && IsValidUtf8(text.substr(0, text.size() - back));
    break;
  }
  return false;
}

bool JsonTokenizer::IsTooLong() const {
  return text_.size() > kMostStringLength && Utf16Length(text_) > kMostStringLength;
}

bool JsonTokenizer::Recover() {
  if (current_ != JsonToken::kError || !is_cut_) return false;
  is_cut_ = false;
  needs_comma_ = true;
  current_ = JsonToken::kString;
  return true;
}

/// A string whose quote stands at at_.
bool JsonTokenizer::String(char quote) {
  const size_t begin = ++at_;
  // The common case has no escapes: a piece of the text.
  while ((at_ = EndOfPlain(source_, at_, quote)) < source_.size()) {
    const char c = source_[at_];
    if (c == quote) {
      text_ = source_.substr(begin, at_++ - begin);
      is_plain_ = true;
      return IsSound(text_);
    }
    if (c == '\\') break;
    if (static_cast<unsigned char>(c) < 0x20 && !options_.allow_control_characters) return false;
    ++at_;
  }
  buffer_.assign(source_, begin, at_ - begin);
  while (at_ < source_.size()) {
    const char c = source_[at_];
    if (c == quote) {
      ++at_;
      text_ = buffer_;
      is_plain_ = false;
      return IsSound(text_);
    }
    if (c == '\\') {
      if (!Escape(quote)) return false;
      continue;
    }
    if (static_cast<unsigned char>(c) < 0x20 && !options_.allow_control_characters) return false;
    buffer_ += c;
    ++at_;
  }
  return false;
}

bool JsonTokenizer::Digits() {
  const size_t begin = at_;
  while (at_ < source_.size() && IsDigit(source_[at_])) ++at_;
  return at_ > begin && at_ - begin <= kMostDigits;
}

JsonToken JsonTokenizer::Number() {
  const size_t begin = at_;
  // The common case: some digits inside of an object or array, and nothing that makes them more than an integer.
  size_t end = begin;
  while (end < source_.size() && IsDigit(source_[end])) ++end;
  const bool is_short = end > begin && end - begin <= kMostDigits && (source_[begin] != '0' || end == begin + 1);
  if (is_short && !nesting_.empty() && end < source_.size() && (source_[end] == ',' || source_[end] == '}')) {
    at_ = end;
    is_plain_ = true;
    text_ = source_.substr(begin, end - begin);
    needs_comma_ = true;
    return current_ = JsonToken::kInteger;
  }
  if (source_[at_] == '-') ++at_;
  if (at_ < source_.size() && !IsDigit(source_[at_])) return Word();
  size_t digits = at_;
  if (!Digits()) return Error();
  std::string_view whole = source_.substr(digits, at_ - digits);
  if (whole.size() > 1 && whole[0] == '0') {
    if (!options_.allow_leading_zeros) return Error();
    const size_t kept = whole.find_first_not_of('0');
    digits += kept == std::string_view::npos ? whole.size() - 1 : kept;
  }
  bool is_real = false;
  if (at_ < source_.size() && source_[at_] == '.') {
    is_real = true;
    ++at_;
    if (!Digits()) return Error();
  }
  if (at_ < source_.size() && (source_[at_] == 'e' || source_[at_] == 'E')) {
    is_real = true;
    ++at_;
    if (at_ < source_.size() && (source_[at_] == '+' || source_[at_] == '-')) ++at_;
    if (!Digits()) return Error();
  }
  // At the root a number must be followed by white space.
  if (nesting_.empty() && at_ < source_.size() &&
      std::string_view(" \t\r\n").find(source_[at_]) == std::string_view::npos) {
    return Error();
  }
  is_plain_ = true;
  text_ = source_.substr(begin, at_ - begin);
  if (source_[begin] == '-' && digits != begin + 1) {
    buffer_ = "-" + std::string(source_.substr(digits, at_ - digits));
    text_ = buffer_;
    is_plain_ = false;
  } else if (source_[begin] != '-') {
    text_ = source_.substr(digits, at_ - digits);
  }
  needs_comma_ = true;
  return current_ = is_real ? JsonToken::kReal : JsonToken::kInteger;
}

/// true, false, null, NaN, Infinity and their like.
JsonToken JsonTokenizer::Word() {
  const size_t begin = token_begin_;
  while (at_ < source_.size() && (IsNameStart(source_[at_]) || IsDigit(source_[at_]))) ++at_;
  const std::string_view word = source_.substr(begin, at_ - begin);
  needs_comma_ = true;
  text_ = word;
  is_plain_ = true;
  if (word == "true") return current_ = JsonToken::kTrue;
  if (word == "false") return current_ = JsonToken::kFalse;
  if (word == "null") return current_ = JsonToken::kNull;
  if (options_.allow_non_numeric_numbers) {
    const bool is_signed = !word.empty() && (word[0] == '-' || word[0] == '+');
    const std::string_view body = word.substr(is_signed ? 1 : 0);
    if (word == "NaN" || body == "Infinity" || (is_signed && body == "INF")) return current_ = JsonToken::kReal;
  }
  return Error();
}

JsonToken JsonTokenizer::Value() {
  const char c = source_[at_];
  if (c == '{' || c == '[') {
    if (nesting_.size() >= kMostDepth) return Error();
    nesting_.push_back(c);
    needs_comma_ = false;
    ++at_;
    return current_ = c == '{' ? JsonToken::kStartObject : JsonToken::kStartArray;
  }
  if (c == '"' || (c == '\'' && options_.allow_single_quotes)) {
    if (!String(c)) return Error();
    needs_comma_ = true;
    return current_ = JsonToken::kString;
  }
  if (c == '-' || IsDigit(c)) return Number();
  if (c == '+') {
    ++at_;
    return Word();
  }
  return Word();
}

JsonToken JsonTokenizer::FieldName() {
  const char c = source_[at_];
  if (c == '"' || (c == '\'' && options_.allow_single_quotes)) {
    if (!String(c)) {
      is_cut_ = false;  // no value is read without its name
      return Error();
    }
  } else if (options_.allow_unquoted_names && IsNameStart(c)) {
    const size_t begin = at_;
    while (at_ < source_.size() &&
           (IsNameStart(source_[at_]) || IsDigit(source_[at_]) || source_[at_] == '-' || source_[at_] == '@' ||
            source_[at_] == '#' || source_[at_] == '*' || source_[at_] == '+')) {
      ++at_;
    }
    text_ = source_.substr(begin, at_ - begin);
    is_plain_ = true;
    if (is_unsound_ && !IsValidUtf8(text_)) return Error();
  } else {
    return Error();
  }
  if (text_.size() > kMostNameLength && Utf16Length(text_) > kMostNameLength) return Error();
  if (!is_plain_) name_buffer_ = text_;
  name_ = is_plain_ ? text_ : std::string_view(name_buffer_);
  if (!SkipSpace() || at_ >= source_.size() || source_[at_] != ':') return Error();
  ++at_;
  needs_comma_ = false;
  return current_ = JsonToken::kFieldName;
}

JsonToken JsonTokenizer::Next() {
  if (current_ == JsonToken::kError) return current_;
  const bool is_value_of_name = current_ == JsonToken::kFieldName;
  if (!SkipSpace()) return Error();
  token_begin_ = at_;
  if (at_ >= source_.size()) return nesting_.empty() ? current_ = JsonToken::kEnd : Error();
  if (nesting_.empty()) {
    needs_comma_ = false;
    return Value();
  }
  const char c = source_[at_];
  if (is_value_of_name) return Value();
  if (c == '}' || c == ']') {
    if (nesting_.back() != (c == '}' ? '{' : '[')) return Error();
    nesting_.pop_back();
    needs_comma_ = true;
    ++at_;
    return current_ = c == '}' ? JsonToken::kEndObject : JsonToken::kEndArray;
  }
  if (needs_comma_) {
    if (c != ',') return Error();
    ++at_;
    if (!SkipSpace() || at_ >= source_.size()) return Error();
    token_begin_ = at_;
  }
  if (nesting_.back() == '{') return FieldName();
  return Value();
}

/// Goes over members and elements as Next does, as long as they are plain: strings in double quotes without escapes,
/// short integers, objects and arrays of such. Stops behind the end of the level `depth`, or before what is not plain.
void JsonTokenizer::SkipPlain(size_t depth) {
  constexpr size_t kShort = 18;
  if (is_unsound_) return;
  const std::string_view text = source_;
  size_t at = at_;
  const auto skip_space = [&] {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')) ++at;
  };
  const auto skip_string = [&](size_t most) {
    if (at >= text.size() || text[at] != '"') return false;
    const size_t end = EndOfPlain(text, at + 1, '"');
    if (end >= text.size() || text[end] != '"' || end - at > most) return false;
    at = end + 1;
    return true;
  };
  while (nesting_.size() >= depth) {
    // What was read so far is whole; a value that is not plain is left with its name and comma.
    at_ = at;
    skip_space();
    if (at >= text.size()) return;
    if (text[at] == (nesting_.back() == '{' ? '}' : ']')) {
      current_ = nesting_.back() == '{' ? JsonToken::kEndObject : JsonToken::kEndArray;
      nesting_.pop_back();
      needs_comma_ = true;
      at_ = ++at;
      continue;
    }
    if (needs_comma_) {
      if (text[at] != ',') return;
      ++at;
      skip_space();
    }
    if (nesting_.back() == '{') {
      if (!skip_string(kMostNameLength)) return;
      skip_space();
      if (at >= text.size() || text[at] != ':') return;
      ++at;
      skip_space();
    }
    if (at >= text.size()) return;
    if (text[at] == '{' || text[at] == '[') {
      if (nesting_.size() >= kMostDepth) return;
      nesting_.push_back(text[at++]);
      needs_comma_ = false;
      continue;
    }
    if (IsDigit(text[at])) {
      const size_t begin = at;
      while (at < text.size() && IsDigit(text[at])) ++at;
      const bool is_integer = at < text.size() && (text[at] == ',' || text[at] == '}' || text[at] == ']');
      if (!is_integer || at - begin > kShort || (text[begin] == '0' && at > begin + 1)) return;
    } else if (!skip_string(text.size())) {
      return;
    }
    needs_comma_ = true;
  }
}

bool JsonTokenizer::Leave() {
  const size_t depth = nesting_.size();
  while (nesting_.size() >= depth) {
    if (current_ != JsonToken::kFieldName) SkipPlain(depth);
    if (nesting_.size() >= depth && Next() == JsonToken::kError) return false;
  }
  return true;
}

bool JsonTokenizer::SkipChildren() {
  if (current_ != JsonToken::kStartObject && current_ != JsonToken::kStartArray) return current_ != JsonToken::kError;
  return Leave();
}

}  // namespace firesteel::functions
