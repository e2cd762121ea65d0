#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace firesteel::gateway {

/// No list of keys or tokens is larger.
inline constexpr size_t kMostListBytes = size_t{1} << 20;

/// The bytes of a file of at most kMostListBytes. Blocks on the disk. Errors name the file.
Result<std::string> ReadSmallFile(const std::string& path);

}  // namespace firesteel::gateway
