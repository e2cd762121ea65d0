#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "functions/kernels/string/regex/code_point_set.h"

namespace firesteel::functions {

/// A regular expression as a tree.
struct RegexNode {
  enum class Kind : uint8_t {
    kEmpty,
    kSet,          ///< one code point of `set`
    kBegin,        ///< ^ of the whole text
    kEnd,          ///< $: the end of the text (one that ends in a line terminator is not for this tree)
    kAbsoluteEnd,  ///< \z
    kBoundary,     ///< \b
    kNoBoundary,   ///< \B
    kSequence,     ///< of `children`
    kChoice,       ///< of `children`, the first that matches
    kRepeat,       ///< children[0], `least` to `most` times
    kGroup,        ///< children[0], remembered as `group`
  };
  Kind kind = Kind::kEmpty;
  CodePointSet set;
  std::vector<RegexNode> children;
  int least = 0;
  int most = 0;  ///< -1: no limit
  bool is_lazy = false;
  int group = 0;
};

/// What is known of a pattern that was understood.
struct RegexTree {
  RegexNode root;
  int groups = 0;
  std::vector<std::pair<std::string, int>> names;  ///< of groups
  bool needs_ascii = false;                        ///< means what it says for ASCII texts only
  bool needs_plain_end = false;                    ///< `$`: not for texts that end in a line terminator
  bool has_unknown_group = false;  ///< in a loop whose turns may be empty: what it holds is not known here
  bool may_be_empty = false;       ///< matches the empty text somewhere
};

/// Reads a pattern in Java's syntax, where it keeps to what we do exactly as Java does: characters, classes, `.`,
/// anchors, groups, alternatives, greedy and lazy quantifiers, flags i and s in front. Nothing for all else
/// (look-around, back references, possessive quantifiers, nested classes, counted loops over what may be empty …) and
/// for malformed patterns. `pattern` is valid UTF-8.
std::optional<RegexTree> ParseRegex(std::string_view pattern);

/// Whether it matches the empty text somewhere.
bool MayBeEmpty(const RegexNode& node);

}  // namespace firesteel::functions
