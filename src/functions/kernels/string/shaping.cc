#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "base/large_values.h"
#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/reversing.h"

/// Texts trimmed, padded, repeated, replaced.
namespace firesteel::functions {

namespace {

std::string_view TrimLeft(std::string_view text, std::string_view characters) {
  while (!text.empty()) {
    size_t length = std::min(Utf8SequenceLength(static_cast<uint8_t>(text[0])), text.size());
    if (characters.find(text.substr(0, length)) == std::string_view::npos) break;
    text.remove_prefix(length);
  }
  return text;
}

std::string_view TrimRight(std::string_view text, std::string_view characters) {
  while (!text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    if (characters.find(text.substr(start)) == std::string_view::npos) break;
    text = text.substr(0, start);
  }
  return text;
}

std::string_view TrimBoth(std::string_view text, std::string_view characters) {
  return TrimRight(TrimLeft(text, characters), characters);
}
std::string_view TrimBlanks(std::string_view text) { return TrimBoth(text, " "); }
std::string_view TrimBlanksLeft(std::string_view text) { return TrimLeft(text, " "); }
std::string_view TrimBlanksRight(std::string_view text) { return TrimRight(text, " "); }

/// Doubles what it has: millions of tiny appends would take seconds.
void AppendTimes(std::string& result, std::string_view text, size_t times) {
  if (times == 0 || text.empty()) return;
  const size_t begin = result.size();
  const size_t end = begin + text.size() * times;
  result += text;
  while (result.size() < end) {
    result.append(result, begin, std::min(result.size() - begin, end - result.size()));
  }
}

/// Adds `length` characters of padding.
void AppendPadding(std::string& result, std::string_view pad, size_t pad_length, size_t length) {
  AppendTimes(result, pad, length / pad_length);
  result += Utf8Substring(pad, 0, length % pad_length);
}

/// The text at exactly `length` characters, as far as the padding allows.
std::string Pad(std::string_view text, int32_t length, std::string_view pad, bool left) {
  if (length <= 0) return {};
  size_t size = Utf8Length(text);
  auto wanted = static_cast<size_t>(length);
  if (size >= wanted) return std::string(Utf8Substring(text, 0, wanted));
  const size_t pad_length = Utf8Length(pad);
  if (pad_length == 0) return std::string(text);
  const size_t missing = wanted - size;
  std::string result = memory::NewText(text.size() + (missing / pad_length + 1) * pad.size());
  if (!left) result += text;
  AppendPadding(result, pad, pad_length, missing);
  if (left) result += text;
  return result;
}
std::string Lpad(std::string_view text, int32_t length, std::string_view pad) { return Pad(text, length, pad, true); }
std::string Rpad(std::string_view text, int32_t length, std::string_view pad) { return Pad(text, length, pad, false); }

constexpr size_t kMaxText = 2'147'483'632;  // what a Java array holds

std::optional<std::string> Repeat(Row& row, std::string_view text, int32_t count) {
  if (count <= 0) return std::string();
  if (text.size() * static_cast<size_t>(count) > kMaxText) {
    return row.Fail("COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION",
                    {{"numberOfElements", std::to_string(text.size() * static_cast<size_t>(count))},
                     {"maxRoundedArrayLength", std::to_string(kMaxText)},
                     {"functionName", "`repeat`"}},
                    ErrorClass::kRuntime);
  }
  std::string result = memory::NewText(text.size() * static_cast<size_t>(count));
  AppendTimes(result, text, static_cast<size_t>(count));
  return result;
}

std::string Space(int32_t count) {
  const auto length = static_cast<size_t>(std::max(count, 0));
  std::string result = memory::NewText(length);
  result.append(length, ' ');
  return result;
}

std::string Reverse(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t end = text.size(); end > 0;) {
    size_t start = end - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    result += text.substr(start, end - start);
    end = start;
  }
  return result;
}

std::string Replace(std::string_view text, std::string_view search, std::string_view replacement) {
  std::string result;
  if (search.empty()) return std::string(text);
  size_t at = 0;
  for (size_t found; (found = text.find(search, at)) != std::string_view::npos; at = found + search.size()) {
    result += text.substr(at, found - at);
    result += replacement;
  }
  return result + std::string(text.substr(at));
}

/// Each character of `from` becomes the one at its place in `to`, or goes.
std::string Translate(std::string_view text, std::string_view from, std::string_view to) {
  std::map<char32_t, std::optional<char32_t>> mapping;
  for (size_t i = 0, j = 0; i < from.size();) {
    char32_t key = NextCodePoint(from, i);
    std::optional<char32_t> value;
    if (j < to.size()) value = NextCodePoint(to, j);
    mapping.try_emplace(key, value && *value != 0 ? value : std::nullopt);
  }
  std::string result;
  for (size_t i = 0; i < text.size();) {
    size_t begin = i;
    auto found = mapping.find(NextCodePoint(text, i));
    if (found == mapping.end()) {
      result += text.substr(begin, i - begin);
    } else if (found->second) {
      AppendUtf8(result, *found->second);
    }
  }
  return result;
}

int32_t Ascii(std::string_view text) {
  if (text.empty()) return 0;
  size_t offset = 0;
  return static_cast<int32_t>(NextCodePoint(text, offset));
}

std::string Chr(int64_t number) {
  std::string result;
  if (number < 0) return result;
  AppendUtf8(result, static_cast<char32_t>(number & 0xFF));
  return result;
}

int32_t Levenshtein(std::string_view a_text, std::string_view b_text) {
  std::u32string a;
  std::u32string b;
  for (size_t i = 0; i < a_text.size();) a += NextCodePoint(a_text, i);
  for (size_t i = 0; i < b_text.size();) b += NextCodePoint(b_text, i);
  std::vector<int32_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int32_t>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    int32_t diagonal = row[0];
    row[0] = static_cast<int32_t>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      int32_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// UTF8String.soundex: a letter and three digits; texts that do not begin with a letter stay.
std::string Soundex(std::string_view text) {
  static constexpr std::string_view kCodes = "01230127022455012623017202";
  auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  if (text.empty() || upper(text[0]) < 'A' || upper(text[0]) > 'Z') return std::string(text);
  std::string result(1, upper(text[0]));
  char last = kCodes[static_cast<size_t>(result[0] - 'A')];
  for (size_t i = 1; i < text.size() && result.size() < 4; ++i) {
    char c = upper(text[i]);
    if (c < 'A' || c > 'Z') {
      last = '0';
      continue;
    }
    char code = kCodes[static_cast<size_t>(c - 'A')];
    if (code == '7') continue;  // H and W do not part equal codes
    if (code != '0' && code != last) result += code;
    last = code;
  }
  result.resize(4, '0');
  return result;
}

std::string ReverseBytes(std::string_view bytes) { return {bytes.rbegin(), bytes.rend()}; }

}  // namespace

const Kernel kTrim = RowKernel<TrimBlanks>();
const Kernel kLtrim = RowKernel<TrimBlanksLeft>();
const Kernel kRtrim = RowKernel<TrimBlanksRight>();
const Kernel kTrimBoth = RowKernel<TrimBoth>();
const Kernel kTrimLeading = RowKernel<TrimLeft>();
const Kernel kTrimTrailing = RowKernel<TrimRight>();
const Kernel kLpad = RowKernel<Lpad>();
const Kernel kRpad = RowKernel<Rpad>();
const Kernel kRepeat = RowKernel<Repeat>(true);
const Kernel kSpace = RowKernel<Space>();
const Kernel kReverseText = RowKernel<Reverse>();
const Kernel kReverseBytes = RowKernel<ReverseBytes>();
const Kernel kReplaceText = RowKernel<Replace>();
const Kernel kTranslate = RowKernel<Translate>();
const Kernel kAscii = RowKernel<Ascii>();
const Kernel kChr = RowKernel<Chr>();
const Kernel kLevenshtein = RowKernel<Levenshtein>();
const Kernel kSoundex = RowKernel<Soundex>();

}  // namespace firesteel::functions
