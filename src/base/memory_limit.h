#pragma once

#include <cstdint>
#include <string>

namespace firesteel {

/// Bytes of memory that this process may use: the machine's, or less when its cgroup (version 1 or 2) or one above it
/// says so. `root` is where proc/ and sys/ are looked for; tests give a folder of their own.
int64_t ProcessMemoryLimit(const std::string& root = "/");

}  // namespace firesteel
