#pragma once

#include <string>
#include <string_view>

namespace firesteel::functions {

/// Unicode's full mappings with the root locale, as Java's toUpperCase and toLowerCase (and Spark's default) have them.
std::string UpperText(std::string_view text);
std::string LowerText(std::string_view text);

}  // namespace firesteel::functions
