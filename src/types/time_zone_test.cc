#include "types/time_zone.h"

#include <gtest/gtest.h>

namespace firesteel {
namespace {

TEST(TimeZone, TakesJavasForms) {
  for (std::string_view id :
       {"UTC", "Z", "+02:00", "-8", "+7:30", "GMT+1", "UTC-08:30", "EST", "PST", "Europe/Paris", "Etc/GMT+5",
        "US/Pacific", "GMT0", "UT", "+18:00", "+010203", "America/Argentina/Salta"}) {
    EXPECT_TRUE(IsTimeZone(id)) << id;
  }
  for (std::string_view id :
       {"", "utc", "z", "+18:01", "+19", "europe/paris", "Europe", "../../etc/passwd", "posix/UTC", "right/UTC",
        "localtime", "Factory", "+1:2:3", "GMT+25", "Z+1", "/UTC", "a"}) {
    EXPECT_FALSE(IsTimeZone(id)) << id;
  }
  EXPECT_EQ(TimeZone::Find("+2")->id(), "+02:00");
  EXPECT_EQ(TimeZone::Find("UTC+0")->id(), "UTC");
  EXPECT_EQ(TimeZone::Find("GMT+1")->id(), "GMT+01:00");
  EXPECT_TRUE(TimeZone::Find("UTC")->fixed());
  EXPECT_FALSE(TimeZone::Find("Europe/Paris")->fixed());
}

TEST(TimeZone, FollowsGapsAndOverlaps) {
  const TimeZone& paris = *TimeZone::Find("Europe/Paris");
  EXPECT_EQ(paris.OffsetAtInstant(1585443599), 3600);
  EXPECT_EQ(paris.OffsetAtInstant(1585443600), 7200);
  EXPECT_EQ(paris.OffsetAtLocal(1585449000), 3600);  // 02:30 does not exist: it becomes 03:30
  EXPECT_EQ(paris.OffsetAtLocal(1603593000), 7200);  // 02:30 twice: the earlier one
  EXPECT_TRUE(paris.IsDaylightAt(1593561600));
  EXPECT_EQ(paris.AbbreviationAt(1593561600), "CEST");
  EXPECT_EQ(paris.OffsetAtInstant(-5000000000), 561);  // local mean time
}

TEST(TimeZone, FollowsChangesThatAreNear) {
  const TimeZone& casablanca = *TimeZone::Find("Africa/Casablanca");  // an hour back in Ramadan
  EXPECT_EQ(casablanca.OffsetAtInstant(1710035999), 3600);            // 2024-03-10 01:59:59 UTC
  EXPECT_EQ(casablanca.OffsetAtInstant(1710036000), 0);
  EXPECT_EQ(casablanca.OffsetAtInstant(1713059999), 0);
  EXPECT_EQ(casablanca.OffsetAtInstant(1713060000), 3600);
  const TimeZone& paris = *TimeZone::Find("Europe/Paris");
  // The same second of every year from 1860 to 2140: what holds does not depend on how it is looked up.
  for (int64_t second = -3'471'292'800; second < 5'364'662'400; second += 31'556'952) {
    const int64_t micros = second * 1'000'000;
    EXPECT_EQ(paris.ToLocalMicros(micros), micros + paris.OffsetAtInstant(second) * int64_t{1'000'000});
    EXPECT_EQ(paris.ToInstantMicros(paris.ToLocalMicros(micros)), micros);
  }
}

TEST(TimeZone, KeepsAnOffsetWhereItHolds) {
  const TimeZone& paris = *TimeZone::Find("Europe/Paris");
  const int64_t twice = 1603593000LL * 1'000'000;  // 2020-10-25 02:30
  EXPECT_EQ(paris.ToInstantKeeping(twice, 3600), twice - 3600LL * 1'000'000);
  EXPECT_EQ(paris.ToInstantKeeping(twice, 7200), twice - 7200LL * 1'000'000);
  EXPECT_EQ(paris.ToInstantKeeping(twice, 0), twice - 7200LL * 1'000'000);
}

TEST(TimeZone, KnowsTheFarFuture) {
  const TimeZone& paris = *TimeZone::Find("Europe/Paris");
  EXPECT_EQ(paris.OffsetAtInstant(16731450000), 3600);  // 2500-03-14
  EXPECT_EQ(paris.OffsetAtInstant(16740000000), 7200);  // 2500-06
  EXPECT_EQ(paris.OffsetAtLocal(253402300799), 3600);   // 9999-12-31
  const int64_t summer = 253387000000;                  // 9999-07
  EXPECT_EQ(paris.ToLocalMicros(summer * 1000000) - summer * 1000000, 7200000000);
  EXPECT_EQ(paris.ToInstantMicros((summer + 7200) * 1000000), summer * 1000000);
}

}  // namespace
}  // namespace firesteel
