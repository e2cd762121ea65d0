#include "storage/folder_write.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "storage/publication_journal.h"

namespace firesteel::storage {
namespace {

namespace fs = std::filesystem;
using Mode = FolderWrite::Mode;

void Put(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

/// A folder of its own for each test, and what a reader sees below a path of it.
class FolderWriteTest : public testing::TestWithParam<bool> {
 protected:
  FolderWriteTest() {
    std::string name = "/tmp/firesteel-storage-XXXXXX";
    root_ = ::mkdtemp(name.data());
    target_ = root_ + "/data/t";
  }
  ~FolderWriteTest() override { fs::remove_all(root_); }

  std::unique_ptr<FolderWrite> Begin() {
    return std::make_unique<FolderWrite>(target_, FolderWrite::Limits{.can_exchange = GetParam()});
  }

  bool Write(const std::map<std::string, std::string>& files, Mode mode) {
    auto write = Begin();
    for (const auto& [name, text] : files) Put(write->NewFile(name), text);
    return write->Commit(mode);
  }

  /// Files that are data, by relative path, with their contents.
  std::map<std::string, std::string> Visible() const {
    std::map<std::string, std::string> files;
    if (!fs::exists(target_)) return files;
    for (auto it = fs::recursive_directory_iterator(target_); it != fs::recursive_directory_iterator(); ++it) {
      const char first = it->path().filename().string()[0];
      if (first == '_' || first == '.') {
        if (it->is_directory()) it.disable_recursion_pending();
        continue;
      }
      if (it->is_directory()) continue;
      std::ifstream file(it->path(), std::ios::binary);
      files[it->path().lexically_relative(target_).string()] = std::string(std::istreambuf_iterator<char>(file), {});
    }
    return files;
  }

  /// Whether nothing but data and _SUCCESS is left anywhere.
  bool IsClean() const {
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      if (entry.path().filename().string()[0] == '.') return false;
    }
    return true;
  }

  std::string root_;
  std::string target_;
};

using Files = std::map<std::string, std::string>;

TEST_P(FolderWriteTest, ModesPutFilesTogether) {
  EXPECT_TRUE(Write({{"a", "1"}, {"p=1/b", "2"}}, Mode::kCreate));
  EXPECT_EQ(Visible(), (Files{{"a", "1"}, {"p=1/b", "2"}}));
  EXPECT_TRUE(fs::exists(target_ + "/_SUCCESS"));
  EXPECT_FALSE(Write({{"c", "3"}}, Mode::kCreate));
  EXPECT_TRUE(Write({{"c", "3"}}, Mode::kAppend));
  EXPECT_TRUE(Write({{"p=1/d", "4"}, {"p=2/e", "5"}}, Mode::kAppend));
  EXPECT_EQ(Visible(), (Files{{"a", "1"}, {"c", "3"}, {"p=1/b", "2"}, {"p=1/d", "4"}, {"p=2/e", "5"}}));
  EXPECT_TRUE(Write({{"p=1/f", "6"}, {"p=3/g", "7"}}, Mode::kOverwriteFolders));
  EXPECT_EQ(Visible(), (Files{{"a", "1"}, {"c", "3"}, {"p=1/f", "6"}, {"p=2/e", "5"}, {"p=3/g", "7"}}));
  EXPECT_TRUE(Write({{"h", "8"}}, Mode::kOverwrite));
  EXPECT_EQ(Visible(), (Files{{"h", "8"}}));
  EXPECT_TRUE(Write({}, Mode::kOverwrite));
  EXPECT_EQ(Visible(), Files{});
  EXPECT_TRUE(fs::exists(target_ + "/_SUCCESS"));
  EXPECT_TRUE(IsClean());
}

TEST_P(FolderWriteTest, OverwriteIntoAFolderThatHadOthers) {
  ASSERT_TRUE(Write({{"p=1/a", "1"}, {"p=1/q=1/b", "2"}, {"x", "3"}}, Mode::kCreate));
  EXPECT_TRUE(Write({{"p=1/c", "4"}}, Mode::kOverwrite));
  EXPECT_EQ(Visible(), (Files{{"p=1/c", "4"}}));
  EXPECT_TRUE(IsClean());
}

TEST_P(FolderWriteTest, WhatIsNotCommittedLeavesNothing) {
  {
    auto write = Begin();
    Put(write->NewFile("a"), "1");
  }
  EXPECT_FALSE(fs::exists(root_ + "/data"));  // not even the folder above
  ASSERT_TRUE(Write({{"a", "1"}}, Mode::kCreate));
  {
    auto write = Begin();
    Put(write->NewFile("p=1/b"), "2");
    EXPECT_EQ(Visible(), (Files{{"a", "1"}}));
  }
  EXPECT_EQ(Visible(), (Files{{"a", "1"}}));
  EXPECT_TRUE(IsClean());
}

TEST_P(FolderWriteTest, FollowsLinks) {
  fs::create_directories(root_ + "/real");
  fs::create_directories(root_ + "/data");
  fs::create_directory_symlink(root_ + "/real", target_);
  EXPECT_TRUE(Write({{"a", "1"}}, Mode::kOverwrite));
  EXPECT_TRUE(fs::is_symlink(target_));
  EXPECT_TRUE(fs::exists(root_ + "/real/a"));
}

TEST_P(FolderWriteTest, DeadWritersAreCleanedLivingOnesAreNot) {
  ASSERT_TRUE(Write({{"a", "1"}}, Mode::kCreate));
  const pid_t child = ::fork();
  if (child == 0) {
    auto write = Begin();
    Put(write->NewFile("p=1/b"), "2");
    ::_exit(0);  // as by kill -9: no destructor runs
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(IsClean());
  auto living = Begin();
  Put(living->NewFile("c"), "3");
  EXPECT_TRUE(Write({{"d", "4"}}, Mode::kAppend));
  EXPECT_TRUE(living->Commit(Mode::kAppend));
  living.reset();
  EXPECT_EQ(Visible(), (Files{{"a", "1"}, {"c", "3"}, {"d", "4"}}));
  EXPECT_TRUE(IsClean());
}

TEST_P(FolderWriteTest, ADecidedPublicationIsFinishedByTheNext) {
  ASSERT_TRUE(Write({{"old", "1"}}, Mode::kCreate));
  const pid_t child = ::fork();
  if (child == 0) {
    StagingFolder staging(root_ + "/data");
    fs::create_directories(staging.path() + "/new");
    Put(staging.path() + "/new/b", "2");
    Put(staging.path() + "/new/c", "3");
    PublicationJournal journal;
    journal.moves = {{staging.path() + "/new/b", target_ + "/b"}, {staging.path() + "/new/c", target_ + "/p=1/c"}};
    journal.removals = {target_ + "/old"};
    journal.Write(staging.path());
    fs::rename(staging.path() + "/new/b", target_ + "/b");  // died here
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  FolderWrite::Recover(target_);
  EXPECT_EQ(Visible(), (Files{{"b", "2"}, {"p=1/c", "3"}}));
  EXPECT_TRUE(IsClean());
}

TEST_P(FolderWriteTest, AJournalWithoutItsEndWasNeverWritten) {
  fs::create_directories(root_ + "/s");
  PublicationJournal journal;
  journal.removals = {"/x"};
  journal.Write(root_ + "/s");
  EXPECT_TRUE(PublicationJournal::Read(root_ + "/s"));
  fs::resize_file(root_ + "/s/journal", fs::file_size(root_ + "/s/journal") - 1);
  EXPECT_FALSE(PublicationJournal::Read(root_ + "/s"));
}

TEST_P(FolderWriteTest, WritersAtOnce) {
  constexpr int kWriters = 8;
  constexpr int kWrites = 6;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([this, writer] {
      for (int i = 0; i < kWrites; ++i) {
        const std::string name = std::to_string(writer) + "-" + std::to_string(i);
        EXPECT_TRUE(Write({{"p=1/" + name, "x"}, {"p=2/" + name, "y"}}, Mode::kAppend));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Visible().size(), size_t{2 * kWriters * kWrites});
  EXPECT_TRUE(IsClean());
}

TEST_P(FolderWriteTest, OnlyOneCreates) {
  std::atomic<int> created{0};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 8; ++writer) {
    threads.emplace_back([&, writer] {
      if (Write({{std::to_string(writer), "x"}, {"p=1/" + std::to_string(writer), "y"}}, Mode::kCreate)) ++created;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(Visible().size(), 2u);
}

// Readers that look at any moment see whole writes only, where folders can be exchanged.
TEST_P(FolderWriteTest, OverwritesAreSeenWhole) {
  if (!GetParam()) GTEST_SKIP() << "the journal promises less";
  ASSERT_TRUE(Write({{"a", "0"}, {"b", "0"}}, Mode::kCreate));
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 1; i < 60; ++i) {
      const std::string text = std::to_string(i);
      Write({{"a" + text, text}, {"b" + text, text}}, Mode::kOverwrite);
    }
    done = true;
  });
  while (!done) {
    // One listing of the open folder: it is either the old or the new one.
    const int fd = ::open(target_.c_str(), O_RDONLY | O_DIRECTORY);
    ASSERT_GE(fd, 0);
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it("/proc/self/fd/" + std::to_string(fd), error), end; !error && it != end;
         it.increment(error)) {
      const std::string name = it->path().filename().string();
      if (name[0] != '_') names.push_back(name);
    }
    ::close(fd);
    if (names.empty()) continue;  // the old folder, on its way out
    if (names.size() == 2) {
      EXPECT_EQ(names[0].substr(1), names[1].substr(1));
    }
  }
  writer.join();
}

INSTANTIATE_TEST_SUITE_P(ByExchangeAndByJournal, FolderWriteTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "exchange" : "journal"; });

}  // namespace
}  // namespace firesteel::storage
