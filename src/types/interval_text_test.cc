#include "types/interval_text.h"

#include <gtest/gtest.h>

namespace firesteel {
namespace {

struct Case {
  TypeKind kind;
  int first_field;
  int last_field;
  std::string_view text;
  std::string_view answer;
};

constexpr Case kCases[] = {
#include "types/testdata/interval_texts.inc"
};

std::string Answer(const Case& c) {
  const auto start = static_cast<IntervalField>(c.first_field);
  const auto end = static_cast<IntervalField>(c.last_field);
  if (c.kind == TypeKind::kCalendarInterval) {
    const auto value = ParseCalendarInterval(c.text);
    return value ? CalendarIntervalText(*value) : "";
  }
  if (c.kind == TypeKind::kYearMonthInterval) {
    const auto months = ParseYearMonthInterval(c.text, start, end);
    return months ? YearMonthIntervalText(*months, start, end) : "";
  }
  const auto micros = ParseDayTimeInterval(c.text, start, end);
  return micros ? DayTimeIntervalText(*micros, start, end) : "";
}

TEST(IntervalText, IsReadAndWrittenAsSparkDoes) {
  for (const Case& c : kCases) {
    EXPECT_EQ(Answer(c), c.answer) << "\"" << c.text << "\" as kind " << static_cast<int>(c.kind) << " fields "
                                   << c.first_field << " to " << c.last_field;
  }
}

TEST(IntervalText, HoldsTheExtremes) {
  EXPECT_EQ(DayTimeIntervalText(INT64_MIN, IntervalField::kDay, IntervalField::kSecond),
            "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND");
  EXPECT_EQ(DayTimeIntervalText(-1, IntervalField::kDay, IntervalField::kSecond),
            "INTERVAL '-0 00:00:00.000001' DAY TO SECOND");
  EXPECT_EQ(DayTimeIntervalText(90'061'500'000, IntervalField::kSecond, IntervalField::kSecond),
            "INTERVAL '90061.5' SECOND");
  EXPECT_EQ(YearMonthIntervalText(-2147483648, IntervalField::kYear, IntervalField::kMonth),
            "INTERVAL '-178956970-8' YEAR TO MONTH");
  EXPECT_EQ(DayTimeIntervalHiveText(-90'061'500'000), "-1 01:01:01.500000000");
}

}  // namespace
}  // namespace firesteel
