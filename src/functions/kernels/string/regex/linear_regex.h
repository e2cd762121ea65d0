#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "functions/kernels/string/regex/regex_tree.h"

namespace firesteel::functions {

/// A regular expression run by RE2, whose work grows with the text alone: for patterns and texts that are too much for
/// RegexMachine. Finds the same matches. Immutable, thread-safe.
class LinearRegex {
 public:
  /// Null where RE2 finds it too large.
  static std::unique_ptr<const LinearRegex> Compile(const RegexTree& tree);

  bool Test(std::string_view text) const;
  /// The first match in text[from, …), valid UTF-8: begin and end of the match and of each group, -1 where it took no
  /// part.
  bool Find(std::string_view text, size_t from, std::vector<int64_t>& groups) const;

 private:
  explicit LinearRegex(const std::string& pattern);

  const re2::RE2 expression_;
};

}  // namespace firesteel::functions
