#include "base/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace firesteel {
namespace {

namespace fs = std::filesystem;

/// The number in a file such as memory.max; none for "max" or when there is no such file.
int64_t NumberIn(const fs::path& path, int64_t none) {
  std::ifstream file(path);
  int64_t number = 0;
  return file >> number && number > 0 ? number : none;
}

/// The smallest number that a cgroup and those above it have in files of this name.
int64_t SmallestUpwards(const fs::path& mount, const std::string& group, const char* file, int64_t limit) {
  fs::path relative = fs::path(group).relative_path();
  while (true) {
    limit = std::min(limit, NumberIn(mount / relative / file, limit));
    if (relative.empty()) return limit;
    relative = relative.parent_path();
  }
}

}  // namespace

int64_t ProcessMemoryLimit(const std::string& root) {
  int64_t limit = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  const fs::path cgroups = fs::path(root) / "sys/fs/cgroup";
  // One line a hierarchy: number:controllers:path; version 2 has the number 0 and no controllers.
  std::ifstream file(fs::path(root) / "proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string group = line.substr(second + 1);
    if (controllers == ",,") {
      limit = SmallestUpwards(cgroups, group, "memory.max", limit);
    } else if (controllers.find(",memory,") != std::string::npos) {
      limit = SmallestUpwards(cgroups / "memory", group, "memory.limit_in_bytes", limit);
    }
  }
  return limit;
}

}  // namespace firesteel
