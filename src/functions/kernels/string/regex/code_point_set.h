#pragma once

#include <utility>
#include <vector>

namespace firesteel::functions {

/// A set of code points, as a character class of a regular expression names it.
class CodePointSet {
 public:
  using Range = std::pair<char32_t, char32_t>;  ///< both ends belong to it
  static constexpr char32_t kLast = 0x10FFFF;

  void Add(char32_t from, char32_t to);
  void Add(const CodePointSet& other);
  /// Adds the other case of its ASCII letters: what Java's flag `i` means without its flag `u`.
  void AddAsciiCases();
  CodePointSet Complement() const;
  /// In order, apart from each other.
  const std::vector<Range>& ranges() const { return ranges_; }

 private:
  std::vector<Range> ranges_;
};

}  // namespace firesteel::functions
