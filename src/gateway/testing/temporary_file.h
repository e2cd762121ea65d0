#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

namespace firesteel::gateway::testing {

/// A file of its own in the folder for tests, removed at the end.
class TemporaryFile {
 public:
  TemporaryFile() {
    static std::atomic<int> count{0};
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = ::testing::TempDir() + "firesteel-" + test->test_suite_name() + "-" + test->name() + "-" +
            std::to_string(count++);
    Remove();
  }
  explicit TemporaryFile(const std::string& text) : TemporaryFile() { Write(text); }
  ~TemporaryFile() { Remove(); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }
  void Write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  std::string Read() const { return ReadFile(path_); }
  void Remove() const { std::filesystem::remove(path_); }

  static std::string ReadFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string path_;
};

}  // namespace firesteel::gateway::testing
