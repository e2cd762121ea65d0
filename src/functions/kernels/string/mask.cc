#include <unicode/uchar.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/text_format.h"

/// Texts looked at character by character: masks, quotes, check digits, likeness.
namespace firesteel::functions {

namespace {

/// mask(text, upper, lower, digit, other): each kind of character by its replacement, or as it is for NULL.
void RunMask(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::string masked;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    masked.clear();
    const std::string_view text = arguments[0].Text(row);
    for (size_t i = 0; i < text.size();) {
      const size_t begin = i;
      const auto c = static_cast<UChar32>(NextCodePoint(text, i));
      const size_t kind = u_isUUppercase(c) || u_istitle(c) ? 1 : u_isULowercase(c) ? 2 : u_isdigit(c) ? 3 : 4;
      if (arguments[kind].IsValid(row)) {
        masked += arguments[kind].Text(row);
      } else {
        masked += text.substr(begin, i - begin);
      }
    }
    result.SetText(row, masked);
  }
}

std::string Quote(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
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

std::u32string CodePoints(std::string_view text) {
  std::u32string points;
  for (size_t i = 0; i < text.size();) points += NextCodePoint(text, i);
  return points;
}

/// Jaro's similarity with Winkler's bonus for a common beginning of up to 4 characters.
double JaroWinkler(std::string_view a_text, std::string_view b_text) {
  // Java's characters, two of which may make one.
  const std::u16string a = Utf16FromUtf8(a_text);
  const std::u16string b = Utf16FromUtf8(b_text);
  if (a.empty() && b.empty()) return 1;
  if (a.empty() || b.empty()) return 0;
  const size_t longest = std::max(a.size(), b.size());
  const size_t window = longest / 2 > 1 ? longest / 2 - 1 : 0;
  std::vector<bool> taken(b.size(), false);
  std::u16string of_a;
  for (size_t i = 0; i < a.size(); ++i) {
    const size_t begin = i > window ? i - window : 0;
    const size_t end = std::min(i + window + 1, b.size());
    for (size_t j = begin; j < end; ++j) {
      if (taken[j] || a[i] != b[j]) continue;
      taken[j] = true;
      of_a += a[i];
      break;
    }
  }
  if (of_a.empty()) return 0;
  size_t transposed = 0;
  size_t next = 0;
  for (size_t j = 0; j < b.size(); ++j) {
    if (taken[j] && of_a[next++] != b[j]) ++transposed;
  }
  const auto matches = static_cast<double>(of_a.size());
  const double half = static_cast<double>(transposed) / 2.0;
  const double jaro =
      (matches / static_cast<double>(a.size()) + matches / static_cast<double>(b.size()) + (matches - half) / matches) /
      3.0;
  size_t prefix = 0;
  while (prefix < 4 && prefix < a.size() && prefix < b.size() && a[prefix] == b[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * 0.1 * (1.0 - jaro);
}

/// Edits between two texts, −1 when there are more than `most`.
int32_t LevenshteinBounded(std::string_view a_text, std::string_view b_text, int32_t most) {
  const std::u32string a = CodePoints(a_text);
  const std::u32string b = CodePoints(b_text);
  std::vector<int32_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int32_t>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    int32_t diagonal = row[0];
    row[0] = static_cast<int32_t>(i);
    int32_t least = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const int32_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
      least = std::min(least, row[j]);
    }
    if (least > most) return -1;
  }
  return row[b.size()] <= most ? row[b.size()] : -1;
}

/// A bound that is NULL in a row counts as 0.
void RunLevenshteinBounded(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const int32_t most = arguments[2].IsValid(row) ? arguments[2].Get<int32_t>(row) : 0;
    result.Data<int32_t>()[row] = LevenshteinBounded(arguments[0].Text(row), arguments[1].Text(row), most);
  }
}

}  // namespace

const Kernel kMask{RunMask};
const Kernel kQuote = RowKernel<Quote>();
const Kernel kLuhnCheck = RowKernel<LuhnCheck>();
const Kernel kJaroWinkler = RowKernel<JaroWinkler>();
const Kernel kLevenshteinBounded{RunLevenshteinBounded};

}  // namespace firesteel::functions
