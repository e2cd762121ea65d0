#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/utf8.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"
#include "functions/kernels/string/text_format.h"

/// Texts looked at character by character: masks, quotes, check digits.
namespace firesteel::functions {

namespace {

/// Which argument of mask replaces a character: 1 upper case, 2 lower case, 3 digits, 4 others.
uint8_t KindOf(char32_t character) {
  const auto c = static_cast<UChar32>(character);
  return u_isUUppercase(c) || u_istitle(c) ? 1 : u_isULowercase(c) ? 2 : u_isdigit(c) ? 3 : 4;
}

/// The replacements of a call, which are constants: each kind of character by its own, or as it is for NULL.
class Masking {
 public:
  explicit Masking(std::span<const VectorView> arguments) {
    for (size_t kind = 1; kind < replacements_.size(); ++kind) {
      if (arguments[kind].IsValid(0)) replacements_[kind] = arguments[kind].Text(0);
      if (replacements_[kind]) most_ = std::max(most_, replacements_[kind]->size());
    }
    for (size_t c = 0; c < ascii_kinds_.size(); ++c) {
      const uint8_t kind = KindOf(static_cast<char32_t>(c));
      ascii_kinds_[c] = kind;
      const auto& replacement = replacements_[kind];
      ascii_[c] = replacement && !replacement->empty() ? replacement->front() : static_cast<char>(c);
      by_bytes_ = by_bytes_ && (!replacement || replacement->size() == 1);
    }
  }

  /// Of invalid text, what Java reads it as.
  void Apply(TextOut& out, std::string_view text) const {
    if (!IsValidUtf8(text)) return Apply(out, DecodeUtf8LikeJava(text));
    char* const room = out.Room(text.size() * most_);
    if (by_bytes_ && IsAscii(text)) {
      for (size_t i = 0; i < text.size(); ++i) room[i] = ascii_[static_cast<uint8_t>(text[i])];
      return out.Commit(text.size());
    }
    char* next = room;
    for (size_t i = 0; i < text.size();) {
      const size_t begin = i;
      const char32_t c = NextCodePoint(text, i);
      const size_t kind = c < ascii_kinds_.size() ? ascii_kinds_[c] : KindOf(c);
      next = CopyBytes(next, replacements_[kind].value_or(text.substr(begin, i - begin)));
    }
    out.Commit(static_cast<size_t>(next - room));
  }

 private:
  std::array<std::optional<std::string_view>, 5> replacements_;  ///< by kind
  size_t most_ = 1;                                              ///< bytes that one byte of a text may become
  bool by_bytes_ = true;                                         ///< a byte of ASCII becomes one byte
  std::array<uint8_t, 128> ascii_kinds_{};
  std::array<char, 128> ascii_{};
};

/// mask(text, upper, lower, digit, other)
void RunMask(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  if (rows == 0) return;
  const Masking masking(arguments);
  TextOut out(result);
  for (out.index = 0; out.index < rows; ++out.index) {
    if (arguments[0].IsValid(out.index)) {
      masking.Apply(out, arguments[0].Text(out.index));
    } else {
      out.SetNull();
    }
  }
}

void Quote(TextOut& out, std::string_view text) {
  if (!IsValidUtf8(text)) return Quote(out, DecodeUtf8LikeJava(text));
  char* const room = out.Room(text.size() * 2 + 2);
  char* next = room;
  *next++ = '\'';
  for (char c : text) {
    if (c == '\'') *next++ = '\\';
    *next++ = c;
  }
  *next++ = '\'';
  out.Commit(static_cast<size_t>(next - room));
}

/// The Luhn checksum of a text of digits.
bool LuhnCheck(std::string_view text) {
  if (text.empty()) return false;
  int sum = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[text.size() - 1 - i];
    if (c < '0' || c > '9') return false;
    int digit = c - '0';
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

}  // namespace

const Kernel kMask{RunMask};
const Kernel kQuote = RowKernel<Quote>();
const Kernel kLuhnCheck = RowKernel<LuhnCheck>();

}  // namespace firesteel::functions
