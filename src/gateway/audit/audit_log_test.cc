#include "gateway/audit/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "gateway/testing/temporary_file.h"

namespace firesteel::gateway {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::TemporaryFile;

std::vector<json> LinesOf(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

AuditEntry EntryOf(const std::string& user) {
  AuditEntry entry;
  entry.user = user;
  return entry;
}

/// Waits until the file has `count` lines.
bool HasLines(const TemporaryFile& file, size_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    const std::string text = file.Read();
    if (static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) >= count) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

TEST(AuditLine, HasEveryMember) {
  AuditEntry entry;
  entry.time_micros = 1'800'000'000'000'042;
  entry.user = "alice";
  entry.method = Identity::Method::kJwt;
  entry.credential = "corp";
  entry.team = "ads";
  entry.environment = "test";
  entry.rpc = "ExecutePlan";
  entry.session = "s-1";
  entry.operation = "o-1";
  entry.server = "10.0.0.1:15002";
  entry.code = Code::kUnavailable;
  entry.condition = "INVALID_HANDLE.SESSION_CHANGED";
  entry.duration = std::chrono::microseconds(1234567);
  entry.bytes_in = 10;
  entry.bytes_out = uint64_t{1} << 40;
  entry.remote = "192.0.2.7:4711";
  entry.reason = "the server ended";
  EXPECT_EQ(AuditLine(entry),
            R"({"time":"2027-01-15T08:00:00.000042Z","user":"alice","method":"jwt","credential":"corp","team":"ads",)"
            R"("environment":"test","rpc":"ExecutePlan","session":"s-1","operation":"o-1","server":"10.0.0.1:15002",)"
            R"("code":"UNAVAILABLE","condition":"INVALID_HANDLE.SESSION_CHANGED","duration_ms":1234.567,"bytes_in":10,)"
            R"("bytes_out":1099511627776,"remote":"192.0.2.7:4711","reason":"the server ended"})"
            "\n");
}

TEST(AuditLine, WhatClientsNameCannotMakeLinesNorFillTheDisk) {
  AuditEntry entry = EntryOf("a\"},\n{\"user\":\"root\xff");
  entry.team = std::string(1 << 20, 't');
  entry.code = static_cast<Code>(4711);
  const std::string line = AuditLine(entry);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_LT(line.size(), 2000U);
  const json parsed = json::parse(line);
  EXPECT_EQ(parsed["user"], "a\"},\n{\"user\":\"root\xef\xbf\xbd");
  EXPECT_EQ(parsed["code"], "UNKNOWN");
  EXPECT_EQ(parsed["time"], "1970-01-01T00:00:00.000000Z");
}

TEST(AuditLog, WritesAllAtTheEndInOrder) {
  const TemporaryFile file;
  {
    auto log = AuditLog::Open(file.path(), SystemClock::Instance());
    ASSERT_TRUE(log.ok()) << log.error();
    for (int i = 0; i < 1000; ++i) (*log)->Write(EntryOf(std::to_string(i)));
  }
  const auto lines = LinesOf(file.Read());
  ASSERT_EQ(lines.size(), 1000U);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(lines[static_cast<size_t>(i)]["user"], std::to_string(i));
  struct stat status {};
  ASSERT_EQ(stat(file.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0007, 0U) << "others may not read who did what";
}

TEST(AuditLog, AppendsToWhatIsThere) {
  const TemporaryFile file("{}\n");
  { (*AuditLog::Open(file.path(), SystemClock::Instance()))->Write(EntryOf("u")); }
  EXPECT_EQ(LinesOf(file.Read()).size(), 2U);
}

TEST(AuditLog, BeginsANewFileWhenItIsMoved) {
  const TemporaryFile file;
  const TemporaryFile moved;
  auto log = AuditLog::Open(file.path(), SystemClock::Instance());
  ASSERT_TRUE(log.ok());
  (*log)->Write(EntryOf("before"));
  ASSERT_TRUE(HasLines(file, 1));
  std::filesystem::rename(file.path(), moved.path());
  (*log)->Write(EntryOf("after"));
  ASSERT_TRUE(HasLines(file, 1));
  EXPECT_EQ(LinesOf(moved.Read()).at(0)["user"], "before");
  EXPECT_EQ(LinesOf(file.Read()).at(0)["user"], "after");
  file.Remove();
  (*log)->Write(EntryOf("removed"));
  ASSERT_TRUE(HasLines(file, 1));
  EXPECT_EQ(LinesOf(file.Read()).at(0)["user"], "removed");
}

TEST(AuditLog, FollowsToTheFileThatWasPutInItsPlace) {
  const TemporaryFile file;
  const TemporaryFile moved;
  auto log = AuditLog::Open(file.path(), SystemClock::Instance());
  ASSERT_TRUE(log.ok());
  std::filesystem::rename(file.path(), moved.path());
  file.Write("");  // as logrotate's "create" does
  (*log)->Write(EntryOf("after"));
  ASSERT_TRUE(HasLines(file, 1));
  EXPECT_EQ(moved.Read(), "");
}

TEST(AuditLog, CountsWhatItDropsAndSaysSo) {
  const TemporaryFile file;
  {
    auto log = AuditLog::Open(file.path(), SystemClock::Instance(), 0);
    ASSERT_TRUE(log.ok());
    for (int i = 0; i < 7; ++i) (*log)->Write(EntryOf("u"));
    EXPECT_EQ((*log)->dropped(), 7U);
  }
  const auto lines = LinesOf(file.Read());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["dropped"], 7);
}

TEST(AuditLog, AFullDiskCostsLinesOnly) {
  auto log = AuditLog::Open("/dev/full", SystemClock::Instance());
  ASSERT_TRUE(log.ok()) << log.error();
  (*log)->Write(EntryOf("u"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while ((*log)->dropped() == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ((*log)->dropped(), 1U);
}

TEST(AuditLog, ManyWritersLoseNothingUncounted) {
  const TemporaryFile file;
  uint64_t dropped = 0;
  {
    auto log = AuditLog::Open(file.path(), SystemClock::Instance(), 100);
    ASSERT_TRUE(log.ok());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 5000; ++i) (*log)->Write(EntryOf("u"));
      });
    }
    for (std::thread& thread : threads) thread.join();
    dropped = (*log)->dropped();
  }
  uint64_t written = 0;
  uint64_t reported = 0;
  for (const json& line : LinesOf(file.Read())) {
    if (line.contains("dropped")) {
      reported += line["dropped"].get<uint64_t>();
    } else {
      ++written;
    }
  }
  EXPECT_EQ(reported, dropped);
  EXPECT_EQ(written + dropped, 20000U);
}

TEST(AuditLog, AFolderThatIsNotThereIsAnError) {
  const auto log = AuditLog::Open("/no/such/audit.log", SystemClock::Instance());
  ASSERT_FALSE(log.ok());
  EXPECT_THAT(log.error(), HasSubstr("the audit log: cannot open /no/such/audit.log"));
}

}  // namespace
}  // namespace firesteel::gateway
