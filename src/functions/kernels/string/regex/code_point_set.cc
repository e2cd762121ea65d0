#include "functions/kernels/string/regex/code_point_set.h"

#include <algorithm>

namespace firesteel::functions {

void CodePointSet::Add(char32_t from, char32_t to) {
  std::vector<Range> merged;
  for (const Range& range : ranges_) {
    if (range.second + 1 < from || to + 1 < range.first) {
      merged.push_back(range);
    } else {
      from = std::min(from, range.first);
      to = std::max(to, range.second);
    }
  }
  merged.emplace_back(from, to);
  std::sort(merged.begin(), merged.end());
  ranges_ = std::move(merged);
}

void CodePointSet::Add(const CodePointSet& other) {
  for (const Range& range : other.ranges_) Add(range.first, range.second);
}

void CodePointSet::AddAsciiCases() {
  const std::vector<Range> given = ranges_;
  const auto add_moved = [&](const Range& range, char32_t first, char32_t last, int distance) {
    const char32_t from = std::max(range.first, first);
    const char32_t to = std::min(range.second, last);
    if (from <= to) Add(static_cast<char32_t>(from + distance), static_cast<char32_t>(to + distance));
  };
  for (const Range& range : given) {
    add_moved(range, 'a', 'z', 'A' - 'a');
    add_moved(range, 'A', 'Z', 'a' - 'A');
  }
}

CodePointSet CodePointSet::Complement() const {
  CodePointSet result;
  char32_t from = 0;
  for (const Range& range : ranges_) {
    if (range.first > from) result.ranges_.emplace_back(from, range.first - 1);
    from = range.second + 1;
  }
  if (from <= kLast) result.ranges_.emplace_back(from, kLast);
  return result;
}

}  // namespace firesteel::functions
