#include <gtest/gtest.h>

#include <set>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "base/size_text.h"
#include "base/uuid.h"

namespace firesteel {
namespace {

TEST(ByteSize, IsReadWithUnits) {
  EXPECT_EQ(ParseByteSize("4096"), 4096);
  EXPECT_EQ(ParseByteSize("512m"), 512LL << 20);
  EXPECT_EQ(ParseByteSize(" 2GB "), 2LL << 30);
  EXPECT_EQ(ParseByteSize("1.5 GiB"), 3LL << 29);
  EXPECT_EQ(ParseByteSize("0"), 0);
  for (std::string_view bad : {"", "GB", "-1", "1x", "1 GBB", "1..5", "99999999999999999999", "1e3"}) {
    EXPECT_EQ(ParseByteSize(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(ByteSizeText(512), "512 B");
  EXPECT_EQ(ByteSizeText(3LL << 29), "1.5 GiB");
}

TEST(Uuid, IsRandomAndWellFormed) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = NewUuid();
    EXPECT_TRUE(IsUuid(uuid)) << uuid;
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
    EXPECT_TRUE(seen.insert(uuid).second);
  }
  EXPECT_FALSE(IsUuid("not-a-uuid"));
  EXPECT_FALSE(IsUuid("00000000-0000-0000-0000-00000000000g"));
  EXPECT_FALSE(IsUuid("000000000000-0000-0000-0000-00000000"));
}

TEST(Result, HoldsAValueOrAReason) {
  const Result<int> good = 5;
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(*good, 5);
  const Result<int> bad = Status::Error("no");
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(bad.error(), "no");
  EXPECT_EQ(bad.value_or(7), 7);
}

TEST(Log, KnowsItsLevels) {
  EXPECT_FALSE(log::SetLevel("loud").ok());
  EXPECT_TRUE(log::SetLevel("warn").ok());
}

TEST(ManualClock, MovesWhenTold) {
  ManualClock clock(10);
  clock.Advance(5);
  EXPECT_EQ(clock.NowMicros(), 15);
}

}  // namespace
}  // namespace firesteel
