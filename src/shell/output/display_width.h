#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace firesteel::shell {

/// Columns that the text takes on a terminal: two for wide East Asian characters and emoji, none for combining marks.
/// Needs a UTF-8 locale (UseUtf8Locale).
size_t DisplayWidth(std::string_view text);

/// The beginning of the text that takes at most `width` columns, with "…" as its last one when something was cut.
std::string CutToWidth(std::string_view text, size_t width);

/// The text with control characters as \n, \t, \x1b: a value must not steer the terminal.
std::string WithoutControls(std::string_view text);

/// Sets the locale of characters to the user's, or to C.UTF-8 when that is not UTF-8. Once, before threads start.
void UseUtf8Locale();

}  // namespace firesteel::shell
