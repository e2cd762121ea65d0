#include "base/utf8.h"

#include <algorithm>
#include <cstring>

namespace firesteel {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

uint8_t ByteAt(std::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }

// Length of the valid sequence at `i`, else 0; then `bad` is the length of the maximal invalid piece (Unicode's
// "substitution of maximal subparts").
size_t ValidSequence(std::string_view text, size_t i, size_t& bad) {
  const uint8_t lead = ByteAt(text, i);
  bad = 1;
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (size_t k = 1; k < length; ++k) {
    if (i + k >= text.size()) {
      bad = k;
      return 0;
    }
    const uint8_t b = ByteAt(text, i + k);
    if (b < low || b > high) {
      bad = k;
      return 0;
    }
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

// Length of the encoded surrogate at `i`, whole or cut: Java looks at what a sequence means after it has its bytes.
size_t SurrogateLength(std::string_view text, size_t i) {
  const auto continues = [&](size_t at) { return at < text.size() && (ByteAt(text, at) & 0xC0) == 0x80; };
  if (ByteAt(text, i) != 0xED || !continues(i + 1)) return 1;
  return continues(i + 2) ? 3 : 2;
}

// The text with U+FFFD for every invalid piece; `piece` gives its length at `i`, knowing that of the maximal subpart.
template <class Piece>
std::string Repaired(std::string_view text, const Piece& piece) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    size_t bad;
    const size_t length = ValidSequence(text, i, bad);
    if (length > 0) {
      result.append(text, i, length);
      i += length;
    } else {
      AppendUtf8(result, kReplacement);
      i += piece(text, i, bad);
    }
  }
  return result;
}

// Whether eight bytes from `i` on are ASCII.
bool EightAscii(std::string_view text, size_t i) {
  uint64_t word;
  std::memcpy(&word, text.data() + i, sizeof word);
  return (word & 0x8080808080808080ull) == 0;
}

}  // namespace

size_t Utf8SequenceLength(uint8_t lead) {
  if (lead < 0xC2) return 1;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  if (lead < 0xF5) return 4;
  return 1;
}

size_t Utf8Length(std::string_view text) {
  if (IsAscii(text)) return text.size();
  size_t count = 0;
  size_t i = 0;
  while (i < text.size()) {
    if (i + 8 <= text.size() && EightAscii(text, i)) {
      i += 8;
      count += 8;
      continue;
    }
    i += Utf8SequenceLength(ByteAt(text, i));
    ++count;
  }
  return count;
}

size_t Utf8Offset(std::string_view text, size_t index) {
  if (const size_t near = std::min(index, text.size()); IsAscii(text.substr(0, near))) return near;
  size_t i = 0;
  while (index > 0 && i < text.size()) {
    if (index >= 8 && i + 8 <= text.size() && EightAscii(text, i)) {
      i += 8;
      index -= 8;
      continue;
    }
    i += Utf8SequenceLength(ByteAt(text, i));
    --index;
  }
  return std::min(i, text.size());
}

std::string_view Utf8Substring(std::string_view text, size_t begin, size_t end) {
  if (begin >= end) return {};
  const size_t from = Utf8Offset(text, begin);
  std::string_view rest = text.substr(from);
  return rest.substr(0, Utf8Offset(rest, end - begin));
}

bool IsValidUtf8(std::string_view text) {
  if (IsAscii(text)) return true;
  for (size_t i = 0; i < text.size();) {
    if (i + 8 <= text.size() && EightAscii(text, i)) {
      i += 8;
      continue;
    }
    size_t bad;
    const size_t length = ByteAt(text, i) < 0x80 ? 1 : ValidSequence(text, i, bad);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string MakeValidUtf8(std::string_view text) {
  return Repaired(text, [](std::string_view, size_t, size_t bad) { return bad; });
}

std::string DecodeUtf8LikeJava(std::string_view text) {
  return Repaired(text,
                  [](std::string_view all, size_t i, size_t bad) { return std::max(bad, SurrogateLength(all, i)); });
}

char32_t NextCodePoint(std::string_view text, size_t& offset) {
  size_t bad;
  const size_t length = ValidSequence(text, offset, bad);
  if (length == 0) {
    offset += bad;
    return kReplacement;
  }
  const uint8_t lead = ByteAt(text, offset);
  char32_t c = length == 1 ? lead : length == 2 ? lead & 0x1F : length == 3 ? lead & 0x0F : lead & 0x07;
  for (size_t k = 1; k < length; ++k) c = (c << 6) | (ByteAt(text, offset + k) & 0x3F);
  offset += length;
  return c;
}

size_t Utf16Length(std::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size();) {
    if (i + 8 <= text.size() && EightAscii(text, i)) {
      i += 8;
      count += 8;
      continue;
    }
    count += NextCodePoint(text, i) > 0xFFFF ? 2 : 1;
  }
  return count;
}

std::u16string Utf16FromUtf8(std::string_view text) {
  std::u16string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    char32_t c = NextCodePoint(text, i);
    if (c > 0xFFFF) {
      c -= 0x10000;
      result += static_cast<char16_t>(0xD800 + (c >> 10));
      result += static_cast<char16_t>(0xDC00 + (c & 0x3FF));
    } else {
      result += static_cast<char16_t>(c);
    }
  }
  return result;
}

std::string Utf8FromUtf16(std::u16string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t unit = text[i];
    if (unit >= 0xD800 && unit < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000) {
      AppendUtf8(result, 0x10000 + ((unit - 0xD800) << 10) + (text[i + 1] - 0xDC00));
      ++i;
    } else if (unit >= 0xD800 && unit < 0xE000) {
      result += '?';
    } else {
      AppendUtf8(result, unit);
    }
  }
  return result;
}

void AppendUtf8(std::string& text, char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = kReplacement;
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0 | (c >> 6));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0 | (c >> 12));
    text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (c >> 18));
    text += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  }
}

}  // namespace firesteel
