#include "types/datetime_text.h"

#include <gtest/gtest.h>

#include "types/calendar.h"

namespace firesteel {
namespace {

struct Case {
  std::string_view text;
  std::string_view date, timestamp, timestamp_ntz;
  std::string_view date_text, timestamp_text, time_text;
};

constexpr Case kCases[] = {
#include "types/testdata/datetime_texts.inc"
};

std::string Shown(std::optional<int64_t> value) { return value ? std::to_string(*value) : ""; }

TEST(DatetimeText, IsReadAndWrittenAsSparkDoes) {
  const TimeZonePtr zone = TimeZone::Find("America/Los_Angeles");
  ASSERT_TRUE(zone);
  const int64_t now = 1795237200000000;  // 2026-11-20 21:00 there
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto date = ParseDate(c.text);
    const auto timestamp = ParseTimestamp(c.text, *zone, now);
    EXPECT_EQ(Shown(date), c.date);
    EXPECT_EQ(Shown(timestamp), c.timestamp);
    EXPECT_EQ(Shown(ParseTimestampNtz(c.text)), c.timestamp_ntz);
    EXPECT_EQ(date ? DateText(*date) : "", c.date_text);
    EXPECT_EQ(timestamp ? TimestampText(*timestamp, *zone) : "", c.timestamp_text);
    const auto time = ParseTime(c.text);
    EXPECT_EQ(time ? TimeText(*time) : "", c.time_text);
  }
}

TEST(DatetimeText, KnowsSpecialWords) {
  const TimeZone& utc = *TimeZone::Utc();
  EXPECT_EQ(SpecialDate(" Epoch ", utc, 5), 0);
  EXPECT_EQ(SpecialDate("tomorrow", utc, 86400000000), 2);
  EXPECT_EQ(SpecialTimestamp("NOW", utc, 42), 42);
  EXPECT_EQ(SpecialTimestamp("yesterday", utc, 86400000001), 0);
  EXPECT_EQ(SpecialTimestamp("someday", utc, 0), std::nullopt);
}

TEST(Calendar, RoundTripsAndWeeks) {
  for (int64_t days = -1'000'000; days < 1'000'000; days += 37) {
    const CivilDate date = CivilFromDays(days);
    ASSERT_TRUE(IsValidDate(date.year, date.month, date.day));
    ASSERT_EQ(DaysFromCivil(date.year, date.month, date.day), days);
  }
  EXPECT_EQ(IsoDayOfWeek(0), 4);
  EXPECT_EQ(IsoWeek(DaysFromCivil(2021, 1, 3)), 53);
  EXPECT_EQ(IsoWeekYear(DaysFromCivil(2021, 1, 3)), 2020);
  EXPECT_EQ(AddMonths(DaysFromCivil(2020, 1, 31), 1), DaysFromCivil(2020, 2, 29));
  EXPECT_EQ(AddMonths(DaysFromCivil(2020, 3, 31), -13), DaysFromCivil(2019, 2, 28));
}

TEST(DatetimeText, PlainFormsAndTheirNeighbours) {
  const TimeZone& utc = *TimeZone::Utc();
  EXPECT_EQ(ParseTimestamp("1970-01-01 00:00:01", utc, 0), 1'000'000);
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.5", utc, 0), 1'500'000);
  EXPECT_EQ(ParseTimestamp("1970-01-01 00:00:01.123456", utc, 0), 1'123'456);
  EXPECT_EQ(ParseTimestamp("1970-01-01 00:00:01.1234567", utc, 0), 1'123'456);
  EXPECT_EQ(ParseTimestamp("1970-01-01 00:00:01.", utc, 0), 1'000'000);
  EXPECT_EQ(ParseTimestamp("1970-01-01 00:00:01Z", utc, 0), 1'000'000);
  EXPECT_EQ(ParseTimestamp("1970-13-01 00:00:01", utc, 0), std::nullopt);
  EXPECT_EQ(ParseTimestamp("1970-02-30 00:00:01", utc, 0), std::nullopt);
  EXPECT_EQ(ParseTimestamp("1970-01-01 24:00:01", utc, 0), std::nullopt);
  EXPECT_EQ(ParseTimestamp("1970-01-01 00:0a:01", utc, 0), std::nullopt);
  EXPECT_EQ(ParseDate("1970-01-02"), 1);
  EXPECT_EQ(ParseDate("1970-1-2"), 1);
  EXPECT_EQ(ParseDate("1970-02-29"), std::nullopt);
  EXPECT_EQ(ParseDate("1970/01/02"), std::nullopt);
}

}  // namespace
}  // namespace firesteel
