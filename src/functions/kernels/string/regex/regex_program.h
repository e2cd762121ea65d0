#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "functions/kernels/string/regex/regex_tree.h"

namespace firesteel::functions {

/// A regular expression as steps over the bytes of UTF-8 text.
struct RegexProgram {
  enum class Op : uint8_t { kBytes, kSplit, kSave, kBegin, kEnd, kBoundary, kNoBoundary, kMatch };
  struct Step {
    Op op;
    uint32_t next = 0;
    uint32_t other =
        0;  ///< kSplit: where to go when `next` fails; kBytes: number of the set; kSave: the place to save in
  };
  std::vector<Step> steps;
  std::vector<std::bitset<256>> sets;
  uint32_t start = 0;

  /// Nothing when it would be too long.
  static std::optional<RegexProgram> Of(const RegexTree& tree);
};

}  // namespace firesteel::functions
