#pragma once

#include <string>
#include <string_view>

namespace firesteel {

/// The text with A–Z as a–z; all other bytes stay. For keywords, keys of options and names that compare without case.
std::string AsciiLower(std::string_view text);

}  // namespace firesteel
