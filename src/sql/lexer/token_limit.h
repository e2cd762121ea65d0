#pragma once

#include <cstddef>

namespace firesteel::sql {

/// Lex stops behind so many tokens, with one more than these to tell. A text of a hundred megabytes may hold as many;
/// an element of a list takes two of them, and a kilobyte until the query runs.
inline constexpr size_t kMaxTokens = 2'000'000;

}  // namespace firesteel::sql
