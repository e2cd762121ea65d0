#include "base/memory_limit.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/uuid.h"

namespace firesteel {
namespace {

namespace fs = std::filesystem;

class MemoryLimitTest : public testing::Test {
 protected:
  ~MemoryLimitTest() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  const fs::path root_ = fs::temp_directory_path() / ("memory-limit-" + NewUuid());
};

TEST_F(MemoryLimitTest, WithoutCgroupsTheMachineIsTheLimit) {
  EXPECT_GT(ProcessMemoryLimit(), 64 << 20);
  EXPECT_GE(ProcessMemoryLimit(root_), ProcessMemoryLimit());
}

TEST_F(MemoryLimitTest, TheSmallestOnTheWayUpCounts) {
  Write("proc/self/cgroup", "0::/team/server\n");
  Write("sys/fs/cgroup/team/server/memory.max", "max\n");
  Write("sys/fs/cgroup/team/memory.max", "104857600\n");
  EXPECT_EQ(ProcessMemoryLimit(root_), 100 << 20);
  Write("sys/fs/cgroup/team/server/memory.max", "52428800\n");
  EXPECT_EQ(ProcessMemoryLimit(root_), 50 << 20);
}

TEST_F(MemoryLimitTest, InAContainerTheOwnGroupIsTheMount) {
  Write("proc/self/cgroup", "0::/\n");
  Write("sys/fs/cgroup/memory.max", "67108864\n");
  EXPECT_EQ(ProcessMemoryLimit(root_), 64 << 20);
}

TEST_F(MemoryLimitTest, VersionOneHasAHierarchyOfItsOwn) {
  Write("proc/self/cgroup", "12:cpu,cpuacct:/x\n7:memory:/docker/abc\n");
  Write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "33554432\n");
  Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(ProcessMemoryLimit(root_), 32 << 20);
}

}  // namespace
}  // namespace firesteel
