#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/text_format.h"

/// How alike texts are, and how they sound.
namespace firesteel::functions {

namespace {

/// The characters of a text, by their bytes: what of an invalid text counts as one, too.
void SetCharacters(std::string_view text, std::u32string& characters) {
  characters.clear();
  if (IsAscii(text)) {
    characters.assign(text.begin(), text.end());
    return;
  }
  while (!text.empty()) {
    char32_t bytes = 0;
    const size_t size = std::min(Utf8SequenceLength(static_cast<uint8_t>(text[0])), text.size());
    for (size_t i = 0; i < size; ++i) bytes = bytes << 8 | static_cast<uint8_t>(text[i]);
    characters += bytes;
    text.remove_prefix(size);
  }
}

/// The UTF-16 code units of a text.
void SetJavaUnits(std::string_view text, std::u32string& units) {
  if (IsAscii(text)) return SetCharacters(text, units);
  units.clear();
  for (const char16_t unit : Utf16FromUtf8(text)) units += unit;
}

constexpr size_t kMostPlaces = 64;

/// Where each character stands in a text of at most kMostPlaces: a bit a place.
class Places {
 public:
  void Set(const std::u32string& text) {
    for (const char32_t c : known_) ascii_[c] = 0;
    known_.clear();
    others_.clear();
    for (size_t i = 0; i < text.size(); ++i) {
      const uint64_t bit = uint64_t{1} << i;
      const char32_t c = text[i];
      if (c < ascii_.size()) {
        if (ascii_[c] == 0) known_ += c;
        ascii_[c] |= bit;
        continue;
      }
      const auto found = Find(c);
      if (found == others_.end()) {
        others_.emplace_back(c, bit);
      } else {
        found->second |= bit;
      }
    }
  }

  uint64_t Of(char32_t c) {
    if (c < ascii_.size()) return ascii_[c];
    const auto found = Find(c);
    return found == others_.end() ? 0 : found->second;
  }

 private:
  using Other = std::pair<char32_t, uint64_t>;
  std::vector<Other>::iterator Find(char32_t c) {
    return std::find_if(others_.begin(), others_.end(), [c](const Other& other) { return other.first == c; });
  }

  std::array<uint64_t, 128> ascii_{};
  std::u32string known_;  ///< the characters with bits in ascii_
  std::vector<Other> others_;
};

/// Edits between two texts, and their likeness. Keeps its memory from row to row.
class Comparison {
 public:
  /// By the characters of the texts.
  void Set(std::string_view a, std::string_view b) {
    SetCharacters(a, a_);
    SetCharacters(b, b_);
  }
  /// By UTF-16 code units, as Java has its texts.
  void SetUnits(std::string_view a, std::string_view b) {
    SetJavaUnits(a, a_);
    SetJavaUnits(b, b_);
  }

  /// Edits from one text to the other; anything above `most` where there are more.
  int64_t Edits(int64_t most) {
    if (a_.size() > b_.size()) std::swap(a_, b_);
    if (static_cast<int64_t>(b_.size() - a_.size()) > most) return most + 1;
    if (a_.empty()) return static_cast<int64_t>(b_.size());
    return a_.size() <= kMostPlaces ? EditsByBits() : EditsByRows(most);
  }

  /// Jaro's similarity with Winkler's bonus for a common beginning of up to 4 characters.
  double JaroWinkler() {
    if (a_.empty() && b_.empty()) return 1;
    if (a_.empty() || b_.empty()) return 0;
    b_.size() <= kMostPlaces ? MatchByBits() : MatchByPlaces();
    if (matched_of_a_.empty()) return 0;
    size_t transposed = 0;
    for (size_t i = 0; i < matched_of_a_.size(); ++i) transposed += matched_of_a_[i] != matched_of_b_[i] ? 1 : 0;
    const auto matches = static_cast<double>(matched_of_a_.size());
    const double half = static_cast<double>(transposed) / 2.0;
    const double jaro = (matches / static_cast<double>(a_.size()) + matches / static_cast<double>(b_.size()) +
                         (matches - half) / matches) /
                        3.0;
    size_t prefix = 0;
    while (prefix < 4 && prefix < a_.size() && prefix < b_.size() && a_[prefix] == b_[prefix]) ++prefix;
    return jaro + static_cast<double>(prefix) * 0.1 * (1.0 - jaro);
  }

 private:
  /// Myers' way: a column of the table of edits is kept as the bits where it rises and falls by one.
  int64_t EditsByBits() {
    places_.Set(a_);
    const uint64_t last = uint64_t{1} << (a_.size() - 1);
    uint64_t rises = ~uint64_t{0};
    uint64_t falls = 0;
    auto edits = static_cast<int64_t>(a_.size());
    for (const char32_t c : b_) {
      const uint64_t equal = places_.Of(c);
      const uint64_t vertical = equal | falls;
      const uint64_t horizontal = (((equal & rises) + rises) ^ rises) | equal;
      uint64_t up = falls | ~(horizontal | rises);
      uint64_t down = rises & horizontal;
      edits += (up & last) != 0 ? 1 : 0;
      edits -= (down & last) != 0 ? 1 : 0;
      up = up << 1 | 1;
      down <<= 1;
      rises = down | ~(vertical | up);
      falls = up & vertical;
    }
    return edits;
  }

  int64_t EditsByRows(int64_t most) {
    row_.resize(b_.size() + 1);
    for (size_t j = 0; j <= b_.size(); ++j) row_[j] = static_cast<int64_t>(j);
    for (size_t i = 1; i <= a_.size(); ++i) {
      int64_t diagonal = row_[0];
      row_[0] = static_cast<int64_t>(i);
      int64_t least = row_[0];
      for (size_t j = 1; j <= b_.size(); ++j) {
        const int64_t above = row_[j];
        row_[j] = std::min({above + 1, row_[j - 1] + 1, diagonal + (a_[i - 1] == b_[j - 1] ? 0 : 1)});
        diagonal = above;
        least = std::min(least, row_[j]);
      }
      if (least > most) return least;
    }
    return row_[b_.size()];
  }

  /// How far apart two equal characters may stand and match.
  size_t Window() const {
    const size_t longest = std::max(a_.size(), b_.size());
    return longest / 2 > 1 ? longest / 2 - 1 : 0;
  }

  /// Each character of one text takes the first equal one of the other in the window that is not taken.
  void MatchByBits() {
    places_.Set(b_);
    const size_t window = Window();
    uint64_t taken = 0;
    matched_of_a_.clear();
    for (size_t i = 0; i < a_.size(); ++i) {
      const size_t begin = i > window ? i - window : 0;
      const size_t end = std::min(i + window + 1, b_.size());
      if (begin >= end) continue;
      const uint64_t below_end = end == kMostPlaces ? ~uint64_t{0} : (uint64_t{1} << end) - 1;
      const uint64_t free = places_.Of(a_[i]) & ~taken & below_end & (~uint64_t{0} << begin);
      if (free == 0) continue;
      taken |= free & (~free + 1);
      matched_of_a_ += a_[i];
    }
    matched_of_b_.clear();
    for (; taken != 0; taken &= taken - 1) matched_of_b_ += b_[static_cast<size_t>(std::countr_zero(taken))];
  }

  void MatchByPlaces() {
    const size_t window = Window();
    std::vector<bool> taken(b_.size(), false);
    matched_of_a_.clear();
    for (size_t i = 0; i < a_.size(); ++i) {
      const size_t end = std::min(i + window + 1, b_.size());
      for (size_t j = i > window ? i - window : 0; j < end; ++j) {
        if (taken[j] || a_[i] != b_[j]) continue;
        taken[j] = true;
        matched_of_a_ += a_[i];
        break;
      }
    }
    matched_of_b_.clear();
    for (size_t j = 0; j < b_.size(); ++j) {
      if (taken[j]) matched_of_b_ += b_[j];
    }
  }

  std::u32string a_;
  std::u32string b_;
  Places places_;
  std::vector<int64_t> row_;
  std::u32string matched_of_a_;
  std::u32string matched_of_b_;
};

/// Gives `value(comparison, row)` for the rows whose first two arguments are no nulls.
template <class T, class Value>
void Compare(std::span<const VectorView> arguments, size_t rows, ResultVector& result, const Value& value) {
  Comparison comparison;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    result.Data<T>()[row] = value(comparison, row);
  }
}

constexpr int64_t kAnyEdits = int64_t{1} << 40;

void RunLevenshtein(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Compare<int32_t>(arguments, rows, result, [&](Comparison& comparison, size_t row) {
    comparison.Set(arguments[0].Text(row), arguments[1].Text(row));
    return static_cast<int32_t>(comparison.Edits(kAnyEdits));
  });
}

/// A bound that is NULL in a row counts as 0; −1 beyond it.
void RunLevenshteinBounded(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Compare<int32_t>(arguments, rows, result, [&](Comparison& comparison, size_t row) {
    const int32_t most = arguments[2].IsValid(row) ? arguments[2].Get<int32_t>(row) : 0;
    comparison.Set(arguments[0].Text(row), arguments[1].Text(row));
    const int64_t edits = comparison.Edits(most);
    return edits > most ? -1 : static_cast<int32_t>(edits);
  });
}

void RunJaroWinkler(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Compare<double>(arguments, rows, result, [&](Comparison& comparison, size_t row) {
    comparison.SetUnits(arguments[0].Text(row), arguments[1].Text(row));
    return comparison.JaroWinkler();
  });
}

/// UTF8String.soundex: a letter and three digits; texts that do not begin with a letter stay.
void Soundex(TextOut& out, std::string_view text) {
  static constexpr std::string_view kCodes = "01230127022455012623017202";
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  if (text.empty() || upper(text[0]) < 'A' || upper(text[0]) > 'Z') return out.Share(text);
  char code_text[4] = {upper(text[0]), '0', '0', '0'};
  size_t length = 1;
  char last = kCodes[static_cast<size_t>(code_text[0] - 'A')];
  for (size_t i = 1; i < text.size() && length < sizeof code_text; ++i) {
    const char c = upper(text[i]);
    if (c < 'A' || c > 'Z') {
      last = '0';
      continue;
    }
    const char code = kCodes[static_cast<size_t>(c - 'A')];
    if (code == '7') continue;  // H and W do not part equal codes
    if (code != '0' && code != last) code_text[length++] = code;
    last = code;
  }
  out.Set({code_text, sizeof code_text});
}

}  // namespace

const Kernel kLevenshtein{RunLevenshtein};
const Kernel kLevenshteinBounded{RunLevenshteinBounded};
const Kernel kJaroWinkler{RunJaroWinkler};
const Kernel kSoundex = SharingKernel<Soundex>();

}  // namespace firesteel::functions
