#include <bit>
#include <cmath>

#include "base/base64.h"
#include "base/hex_text.h"
#include "base/utf8.h"
#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"

namespace firesteel::functions {

namespace {

/// As MIME has it: lines of 76 characters, between them a return and a new line.
void ToBase64(TextOut& out, std::string_view bytes) {
  constexpr size_t kBytesOfLine = 57;
  constexpr size_t kLine = Base64Length(kBytesOfLine);
  char* const room = out.Room(Base64Length(bytes.size()) + bytes.size() / kBytesOfLine * 2);
  char* next = room;
  for (; bytes.size() > kBytesOfLine; bytes.remove_prefix(kBytesOfLine)) {
    WriteBase64(bytes.substr(0, kBytesOfLine), next);
    next = CopyBytes(next + kLine, "\r\n");
  }
  WriteBase64(bytes, next);
  out.Commit(static_cast<size_t>(next - room) + Base64Length(bytes.size()));
}

/// Java's MIME decoder: characters outside of the alphabet are skipped.
void Unbase64(TextOut& out, std::string_view text) {
  char* const room = out.Room(text.size() / 4 * 3 + 3);
  char* next = room;
  uint32_t group = 0;
  int bits = 0;
  for (size_t i = 0; i < text.size();) {
    if (bits == 0 && i + 4 <= text.size()) {
      const int values = Base64Value(text[i]) << 18 | Base64Value(text[i + 1]) << 12 | Base64Value(text[i + 2]) << 6 |
                         Base64Value(text[i + 3]);
      if (values >= 0) {
        *next++ = static_cast<char>(values >> 16);
        *next++ = static_cast<char>(values >> 8);
        *next++ = static_cast<char>(values);
        i += 4;
        continue;
      }
    }
    const char c = text[i++];
    if (c == '=') break;
    const int value = Base64Value(c);
    if (value < 0) continue;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      *next++ = static_cast<char>(group >> bits & 0xFF);
    }
  }
  out.Commit(static_cast<size_t>(next - room));
}

void HexOfBytes(TextOut& out, std::string_view bytes) {
  out.Commit(WriteHex(bytes, out.Room(2 * bytes.size()), HexCase::kUpper));
}

/// How many digits of so many bits a number has, at least one.
size_t DigitCount(uint64_t number, int bits_a_digit) {
  return static_cast<size_t>((std::bit_width(number | 1) + bits_a_digit - 1) / bits_a_digit);
}

void HexOfLong(TextOut& out, int64_t value) {
  const auto number = static_cast<uint64_t>(value);
  const uint64_t highest_first = __builtin_bswap64(number);
  char digits[16];
  WriteHex({reinterpret_cast<const char*>(&highest_first), sizeof highest_first}, digits, HexCase::kUpper);
  const size_t count = DigitCount(number, 4);
  out.Set({digits + sizeof digits - count, count});
}

void RunHex(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  if (context.call().argument_types[0].Is(TypeKind::kLong)) return RunRows<HexOfLong>(context, arguments, rows, result);
  RunRows<HexOfBytes>(context, arguments, rows, result);
}

void Unhex(TextOut& out, std::string_view text) {
  const std::optional<size_t> length = ReadHex(text, out.Room(text.size() / 2 + 1));
  if (!length) return out.SetNull();
  out.Commit(*length);
}

void Bin(TextOut& out, int64_t value) {
  const auto number = static_cast<uint64_t>(value);
  char digits[64];
  for (int i = 0; i < 8; ++i) {
    // Each bit of a byte in a byte of its own, the highest first; then 0x80 where it is set.
    const uint64_t bits = (number >> (56 - 8 * i) & 0xFF) * 0x0101010101010101ull & 0x0102040810204080ull;
    const uint64_t set = (bits + EachByte(0x7F)) & kHighBits;
    StoreWord(digits + 8 * i, set >> 7 | EachByte('0'));
  }
  const size_t count = DigitCount(number, 1);
  out.Set({digits + sizeof digits - count, count});
}

/// The code point of the first character.
int32_t Ascii(std::string_view text) {
  if (text.empty()) return 0;
  size_t offset = 0;
  return static_cast<int32_t>(NextCodePoint(text, offset));
}

/// The character of a code point, modulo 256.
void Chr(TextOut& out, int64_t number) {
  if (number < 0) return out.Set({});
  const auto c = static_cast<uint8_t>(number & 0xFF);
  const char text[2] = {static_cast<char>(c < 0x80 ? c : 0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
  out.Set({text, c < 0x80 ? size_t{1} : size_t{2}});
}

/// NumberConverter.convert: unsigned 64 bits unless the target base is negative; overflow saturates.
void Conv(Row& row, TextOut& out, std::string_view raw, int32_t from_base, int32_t to_base) {
  int target = std::abs(to_base);
  if (from_base < 2 || from_base > 36 || target < 2 || target > 36) return out.SetNull();
  std::string_view text = raw;
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.empty()) return out.SetNull();
  bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  uint64_t value = 0;
  bool overflow = false;
  for (char c : text) {
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'z' ? c - 'a' + 10
                : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                       : 99;
    if (digit >= from_base) break;
    uint64_t next;
    overflow = overflow || __builtin_mul_overflow(value, static_cast<uint64_t>(from_base), &next) ||
               __builtin_add_overflow(next, static_cast<uint64_t>(digit), &next);
    if (!overflow) value = next;
  }
  if (overflow && row.mode() != EvalMode::kLegacy) {
    FailOverflow(row, "Overflow in function conv()", "");
    return;
  }
  if (overflow) value = ~uint64_t{0};
  if (negative && to_base > 0) {
    value = static_cast<int64_t>(value) < 0 ? ~uint64_t{0} : uint64_t{0} - value;
  }
  if (to_base < 0 && static_cast<int64_t>(value) < 0) {
    value = uint64_t{0} - value;
    negative = true;
  }
  char digits[65];  // a sign and 64 bits
  char* begin = digits + sizeof digits;
  do {
    const auto digit = static_cast<int>(value % static_cast<uint64_t>(target));
    *--begin = static_cast<char>(digit < 10 ? '0' + digit : 'A' + digit - 10);
    value /= static_cast<uint64_t>(target);
  } while (value != 0);
  if (negative && to_base < 0) *--begin = '-';
  out.Set({begin, static_cast<size_t>(digits + sizeof digits - begin)});
}

}  // namespace

const Kernel kBase64Text = RowKernel<ToBase64>();
const Kernel kUnbase64 = RowKernel<Unbase64>();
const Kernel kHex{RunHex, nullptr, false};
const Kernel kUnhex = RowKernel<Unhex>();
const Kernel kBin = RowKernel<Bin>();
const Kernel kAscii = RowKernel<Ascii>();
const Kernel kChr = RowKernel<Chr>();
const Kernel kConv = RowKernel<Conv>(true);

}  // namespace firesteel::functions
