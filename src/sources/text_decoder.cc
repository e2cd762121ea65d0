#include "sources/text_decoder.h"

#include <algorithm>

#include "base/utf8.h"
#include "sources/file_scan.h"

namespace firesteel::sources {
namespace {

constexpr uint32_t kMark = 0xFEFF;
constexpr uint32_t kReplacement = 0xFFFD;

size_t UnitOf(std::string_view charset) {
  if (charset == "utf-8") return 0;
  if (charset.starts_with("utf-16")) return 2;
  return charset.starts_with("utf-32") ? 4 : 1;
}

bool IsHigh(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLow(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

/// Bytes of the end of `bytes` that may be the begin of a character.
size_t CutLength(std::string_view bytes) {
  for (size_t back = 1; back <= std::min<size_t>(bytes.size(), 3); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    return Utf8SequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

}  // namespace

TextDecoder::TextDecoder(std::string_view charset)
    : unit_(UnitOf(charset)),
      greatest_(charset == "us-ascii" ? 0x7F : 0x10FFFF),
      is_little_(charset.ends_with("le")),
      may_have_mark_(charset == "utf-16" || charset == "utf-32") {}

uint32_t TextDecoder::Unit(std::string_view bytes, size_t at) const {
  uint32_t value = 0;
  for (size_t i = 0; i < unit_; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[is_little_ ? at + unit_ - 1 - i : at + i]);
  }
  return value;
}

void TextDecoder::Append(uint32_t code_point, std::string& out) {
  if (code_point > greatest_ || IsHigh(code_point) || IsLow(code_point)) {
    is_malformed_ = true;
    code_point = kReplacement;
  }
  AppendUtf8(out, code_point);
}

size_t TextDecoder::DecodeUtf8(std::string_view bytes, bool is_last, std::string& out) {
  if (!is_last) bytes.remove_suffix(CutLength(bytes));
  if (IsValidUtf8(bytes)) {
    out += bytes;
  } else {
    out += DecodeUtf8LikeJava(bytes);
    is_malformed_ = true;
  }
  return bytes.size();
}

size_t TextDecoder::Decode(std::string_view bytes, bool is_last, std::string& out) {
  if (unit_ == 0) return DecodeUtf8(bytes, is_last, out);
  size_t at = 0;
  if (may_have_mark_ && bytes.size() >= unit_) {
    const uint32_t first = Unit(bytes, 0);
    is_little_ = first == (unit_ == 2 ? 0xFFFEU : 0xFFFE0000U);
    if (is_little_ || first == kMark) at = unit_;
    may_have_mark_ = false;
  }
  for (; at + unit_ <= bytes.size(); at += unit_) {
    uint32_t value = Unit(bytes, at);
    if (unit_ == 2 && IsHigh(value)) {
      if (at + 4 > bytes.size()) {
        if (!is_last) return at;
      } else if (const uint32_t low = Unit(bytes, at + 2); IsLow(low)) {
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    Append(value, out);
  }
  if (!is_last || at == bytes.size()) return at;
  is_malformed_ = true;
  AppendUtf8(out, kReplacement);
  return bytes.size();
}

std::string_view DecodeRecord(std::string_view bytes, std::string_view charset, std::string& buffer) {
  if (charset == "utf-8") return ValidText(bytes, buffer);
  buffer.clear();
  TextDecoder(charset).Decode(bytes, true, buffer);
  return buffer;
}

std::string EncodeText(std::string_view text, std::string_view charset) {
  const size_t unit = UnitOf(charset);
  if (unit == 0) return std::string(text);
  std::string bytes = charset == "utf-16" ? "\xFE\xFF" : "";
  const auto append = [&](uint32_t value) {
    for (size_t i = 0; i < unit; ++i) {
      const size_t shift = 8 * (charset == "utf-16le" ? i : unit - 1 - i);
      bytes += static_cast<char>(value >> shift);
    }
  };
  for (size_t at = 0; at < text.size();) {
    const uint32_t c = NextCodePoint(text, at);
    if (unit == 2 && c > 0xFFFF) {
      append(0xD800 + ((c - 0x10000) >> 10));
      append(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      const bool fits = unit > 1 || c <= (charset == "us-ascii" ? 0x7FU : 0xFFU);
      append(fits ? c : uint32_t{'?'});
    }
  }
  return bytes;
}

}  // namespace firesteel::sources
