#include <cmath>

#include "base/base64.h"
#include "base/hex_text.h"
#include "base/utf8.h"
#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

namespace {

/// Java's MIME decoder: characters outside of the alphabet are skipped.
std::string Unbase64(std::string_view text) {
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  for (char c : text) {
    if (c == '=') break;
    size_t value = kBase64Alphabet.find(c);
    if (value == std::string_view::npos) continue;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 0xFF);
    }
  }
  return bytes;
}

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

std::string HexOfBytes(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (unsigned char c : bytes) {
    text += kHexDigits[c >> 4];
    text += kHexDigits[c & 15];
  }
  return text;
}

std::string HexOfLong(int64_t value) {
  std::string text;
  auto bits = static_cast<uint64_t>(value);
  do {
    text.insert(text.begin(), kHexDigits[bits & 15]);
    bits >>= 4;
  } while (bits != 0);
  return text;
}

void RunHex(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  if (context.call().argument_types[0].Is(TypeKind::kLong)) return RunRows<HexOfLong>(context, arguments, rows, result);
  RunRows<HexOfBytes>(context, arguments, rows, result);
}

std::string Bin(int64_t value) {
  std::string text;
  auto bits = static_cast<uint64_t>(value);
  do {
    text.insert(text.begin(), static_cast<char>('0' + (bits & 1)));
    bits >>= 1;
  } while (bits != 0);
  return text;
}

/// NumberConverter.convert: unsigned 64 bits unless the target base is negative; overflow saturates.
std::optional<std::string> Conv(Row& row, std::string_view raw, int32_t from_base, int32_t to_base) {
  int target = std::abs(to_base);
  if (from_base < 2 || from_base > 36 || target < 2 || target > 36) return std::nullopt;
  std::string_view text = raw;
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
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
  if (overflow && row.mode() != EvalMode::kLegacy) return FailOverflow(row, "Overflow in function conv()", "");
  if (overflow) value = ~uint64_t{0};
  if (negative && to_base > 0) {
    value = static_cast<int64_t>(value) < 0 ? ~uint64_t{0} : uint64_t{0} - value;
  }
  if (to_base < 0 && static_cast<int64_t>(value) < 0) {
    value = uint64_t{0} - value;
    negative = true;
  }
  std::string digits;
  do {
    auto digit = static_cast<int>(value % static_cast<uint64_t>(target));
    digits.insert(digits.begin(), static_cast<char>(digit < 10 ? '0' + digit : 'A' + digit - 10));
    value /= static_cast<uint64_t>(target);
  } while (value != 0);
  return (negative && to_base < 0 ? "-" : "") + digits;
}

}  // namespace

// Without line breaks: spark.sql.legacy.chunkBase64String.enabled is off.
const Kernel kBase64Text = RowKernel<Base64Text>();
const Kernel kUnbase64 = RowKernel<Unbase64>();
const Kernel kHex{RunHex, nullptr, false};
const Kernel kUnhex = RowKernel<FromHex>();
const Kernel kBin = RowKernel<Bin>();
const Kernel kConv = RowKernel<Conv>(true);

}  // namespace firesteel::functions
