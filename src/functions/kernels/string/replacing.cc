#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"

/// Texts with pieces or characters replaced.
namespace firesteel::functions {

namespace {

/// The length of the text with every occurrence from `first` on replaced.
size_t ReplacedLength(std::string_view text, std::string_view search, std::string_view replacement, size_t first) {
  size_t count = 0;
  for (size_t at = first; at != std::string_view::npos; at = text.find(search, at + search.size())) ++count;
  return text.size() - count * search.size() + count * replacement.size();
}

void Replace(TextOut& out, std::string_view text, std::string_view search, std::string_view replacement) {
  size_t found = search.empty() ? std::string_view::npos : text.find(search);
  if (found == std::string_view::npos) return out.Share(text);
  size_t most = text.size();
  if (replacement.size() > search.size()) most = ReplacedLength(text, search, replacement, found);
  char* const room = out.Room(most);
  char* next = room;
  size_t at = 0;
  for (; found != std::string_view::npos; found = text.find(search, at)) {
    next = CopyBytes(CopyBytes(next, text.substr(at, found - at)), replacement);
    at = found + search.size();
  }
  next = CopyBytes(next, text.substr(at));
  out.Commit(static_cast<size_t>(next - room));
}

/// What translate makes of each character: those of `from` become the one at their place in `to`, or go.
class Translation {
 public:
  Translation() {
    for (size_t c = 0; c < bytes_.size(); ++c) bytes_[c] = {static_cast<char>(c)};
    lengths_.fill(1);
  }

  void Set(std::string_view from, std::string_view to) {
    if (is_set_ && from == from_ && to == to_) return;
    for (const char c : from_) Map(static_cast<uint8_t>(c), std::string_view(&c, 1));
    others_.clear();
    most_ = 1;
    std::array<bool, 128> known{};
    for (size_t i = 0, j = 0; i < from.size();) {
      const char32_t key = NextCodePoint(from, i);
      std::string value;
      if (j < to.size()) {
        if (const char32_t c = NextCodePoint(to, j); c != 0) AppendUtf8(value, c);
      }
      most_ = std::max(most_, value.size());
      if (key >= known.size()) {
        others_.try_emplace(key, std::move(value));
      } else if (!known[key]) {
        known[key] = true;
        Map(static_cast<uint8_t>(key), value);
      }
    }
    from_ = from;
    to_ = to;
    is_set_ = true;
  }

  /// Of invalid text, what Java reads it as.
  void Apply(TextOut& out, std::string_view text) const {
    if (!IsValidUtf8(text)) return Apply(out, DecodeUtf8LikeJava(text));
    char* const room = out.Room(text.size() * most_ + kWidest);
    const size_t length = others_.empty() ? ApplyToBytes(text, room) : ApplyToCharacters(text, room);
    out.Commit(length);
  }

 private:
  static constexpr size_t kWidest = 4;  // bytes of a character

  void Map(uint8_t key, std::string_view value) {
    CopyBytes(bytes_[key].data(), value);
    lengths_[key] = static_cast<uint8_t>(value.size());
  }

  /// Bytes beyond ASCII stay as they are.
  size_t ApplyToBytes(std::string_view text, char* room) const {
    char* next = room;
    if (most_ == 1) {
      for (const char c : text) {
        *next = bytes_[static_cast<uint8_t>(c)][0];
        next += lengths_[static_cast<uint8_t>(c)];
      }
    } else {
      for (const char c : text) {
        std::memcpy(next, bytes_[static_cast<uint8_t>(c)].data(), kWidest);
        next += lengths_[static_cast<uint8_t>(c)];
      }
    }
    return static_cast<size_t>(next - room);
  }

  size_t ApplyToCharacters(std::string_view text, char* room) const {
    char* next = room;
    for (size_t i = 0; i < text.size();) {
      if (const auto c = static_cast<uint8_t>(text[i]); c < 0x80) {
        std::memcpy(next, bytes_[c].data(), kWidest);
        next += lengths_[c];
        ++i;
        continue;
      }
      const size_t begin = i;
      const auto found = others_.find(NextCodePoint(text, i));
      next = CopyBytes(next, found == others_.end() ? text.substr(begin, i - begin) : found->second);
    }
    return static_cast<size_t>(next - room);
  }

  bool is_set_ = false;
  std::string from_;
  std::string to_;
  std::array<std::array<char, kWidest>, 256> bytes_{};
  std::array<uint8_t, 256> lengths_{};
  std::map<char32_t, std::string> others_;  ///< for characters beyond ASCII
  size_t most_ = 1;                         ///< bytes of one character's replacement
};

void RunTranslate(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Translation translation;
  TextOut out(result);
  for (out.index = 0; out.index < rows; ++out.index) {
    const size_t row = out.index;
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row) || !arguments[2].IsValid(row)) {
      out.SetNull();
      continue;
    }
    translation.Set(arguments[1].Text(row), arguments[2].Text(row));
    translation.Apply(out, arguments[0].Text(row));
  }
}

}  // namespace

const Kernel kReplaceText = SharingKernel<Replace>();
const Kernel kTranslate{RunTranslate};

}  // namespace firesteel::functions
