#include <algorithm>
#include <cstring>
#include <optional>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"
#include "functions/kernels/string/reversing.h"
#include "functions/kernels/string/text_format.h"

/// Texts and binaries trimmed, padded, repeated, reversed.
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

std::string_view TrimBlanksLeft(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}
std::string_view TrimBlanksRight(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}
std::string_view TrimBlanks(std::string_view text) { return TrimBlanksRight(TrimBlanksLeft(text)); }

std::string_view TrimBinary(std::string_view bytes, std::string_view trimmed) {
  while (!bytes.empty() && trimmed.find(bytes.front()) != std::string_view::npos) bytes.remove_prefix(1);
  while (!bytes.empty() && trimmed.find(bytes.back()) != std::string_view::npos) bytes.remove_suffix(1);
  return bytes;
}

/// Fills [out, end) with the text again and again; doubles what it has: millions of tiny copies would take seconds.
void Fill(char* out, char* end, std::string_view text) {
  const auto total = static_cast<size_t>(end - out);
  if (text.size() == 1) {
    std::memset(out, text[0], total);
    return;
  }
  size_t done = std::min(text.size(), total);
  CopyBytes(out, text.substr(0, done));
  while (done < total) {
    const size_t more = std::min(done, total - done);
    std::memcpy(out + done, out, more);
    done += more;
  }
}

/// The text and `padding` bytes of the pad, again and again, beside it.
void WritePadded(TextOut& out, std::string_view text, std::string_view pad, size_t padding, bool left) {
  char* room = out.Room(text.size() + padding);
  char* filled = left ? room : CopyBytes(room, text);
  Fill(filled, filled + padding, pad);
  if (left) CopyBytes(room + padding, text);
  out.Commit(text.size() + padding);
}

/// The text at exactly `length` characters, as far as the padding allows.
template <bool kLeft>
void Pad(TextOut& out, std::string_view text, int32_t length, std::string_view pad) {
  if (length <= 0) return out.Share({});
  const size_t size = Utf8Length(text);
  const auto wanted = static_cast<size_t>(length);
  if (size >= wanted) return out.Share(Utf8Substring(text, 0, wanted));
  const size_t missing = wanted - size;
  if (pad.size() == 1 && IsAscii(pad)) return WritePadded(out, text, pad, missing, kLeft);
  const size_t pad_length = Utf8Length(pad);
  if (pad_length == 0) return out.Share(text);
  const size_t cut = Utf8Offset(pad, missing % pad_length);
  WritePadded(out, text, pad, missing / pad_length * pad.size() + cut, kLeft);
}

template <bool kLeft>
void PadBinary(TextOut& out, std::string_view bytes, int32_t length, std::string_view pad) {
  if (length <= 0) return out.Share({});
  const auto wanted = static_cast<size_t>(length);
  if (bytes.size() >= wanted || pad.empty()) return out.Share(bytes.substr(0, wanted));
  WritePadded(out, bytes, pad, wanted - bytes.size(), kLeft);
}

constexpr size_t kMaxText = 2'147'483'632;  // what a Java array holds

void Repeat(Row& row, TextOut& out, std::string_view text, int32_t count) {
  if (count <= 0 || text.empty()) return out.Share({});
  const size_t size = text.size() * static_cast<size_t>(count);
  if (size > kMaxText) {
    row.Fail("COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION",
             {{"numberOfElements", std::to_string(size)},
              {"maxRoundedArrayLength", std::to_string(kMaxText)},
              {"functionName", "`repeat`"}},
             ErrorClass::kRuntime);
    return;
  }
  char* room = out.Room(size);
  Fill(room, room + size, text);
  out.Commit(size);
}

void Space(TextOut& out, int32_t count) {
  const auto length = static_cast<size_t>(std::max(count, 0));
  std::fill_n(out.Room(length), length, ' ');
  out.Commit(length);
}

void ReverseBytes(TextOut& out, std::string_view bytes) {
  char* end = out.Room(bytes.size()) + bytes.size();
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) StoreWord(end - i - 8, __builtin_bswap64(LoadWord(bytes.data() + i)));
  for (; i < bytes.size(); ++i) *(end - i - 1) = bytes[i];
  out.Commit(bytes.size());
}

void Reverse(TextOut& out, std::string_view text) {
  if (IsAscii(text)) return ReverseBytes(out, text);
  char* place = out.Room(text.size()) + text.size();
  for (size_t i = 0; i < text.size();) {
    if (text.size() - i >= 8) {
      if (const uint64_t word = LoadWord(text.data() + i); (word & kHighBits) == 0) {
        place -= 8;
        StoreWord(place, __builtin_bswap64(word));
        i += 8;
        continue;
      }
    }
    const std::string_view character = text.substr(i, Utf8SequenceLength(static_cast<uint8_t>(text[i])));
    place -= character.size();
    CopyBytes(place, character);
    i += character.size();
  }
  out.Commit(text.size());
}

}  // namespace

const Kernel kTrim = SharingKernel<TrimBlanks>();
const Kernel kLtrim = SharingKernel<TrimBlanksLeft>();
const Kernel kRtrim = SharingKernel<TrimBlanksRight>();
const Kernel kTrimBoth = SharingKernel<TrimBoth>();
const Kernel kTrimLeading = SharingKernel<TrimLeft>();
const Kernel kTrimTrailing = SharingKernel<TrimRight>();
const Kernel kTrimBinary = SharingKernel<TrimBinary>();
const Kernel kLpad = SharingKernel<Pad<true>>();
const Kernel kRpad = SharingKernel<Pad<false>>();
const Kernel kPadBinaryLeft = SharingKernel<PadBinary<true>>();
const Kernel kPadBinaryRight = SharingKernel<PadBinary<false>>();
const Kernel kRepeat = SharingKernel<Repeat>(true);
const Kernel kSpace = RowKernel<Space>();
const Kernel kReverseText = RowKernel<Reverse>();
const Kernel kReverseBytes = RowKernel<ReverseBytes>();

}  // namespace firesteel::functions
