#include "functions/kernels/kernels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "functions/kernels/test_columns.h"

/// Expected values were read from Apache Spark 4.3.0.
namespace firesteel::functions {
namespace {

using testing::Column;
using testing::Outcome;
using testing::RunKernel;

template <class T>
std::optional<T> One(const Kernel& kernel, const DataType& from, const DataType& to, T value, T other) {
  Column<T> a({value});
  Column<T> b({other});
  return RunKernel(kernel, {from, from}, to, {a.view(), b.view()}, 1).template At<T>(0);
}

TEST(Arithmetic, AddsAndReportsOverflow) {
  Column<int32_t> a({1, std::nullopt, 2147483647});
  Column<int32_t> b({2, 5, 1});
  DataType type = DataType::Int();
  Outcome two = RunKernel(kAddIntegral, {type, type}, type, {a.view(), b.view()}, 2);
  EXPECT_EQ(two.At<int32_t>(0), 3);
  EXPECT_EQ(two.At<int32_t>(1), std::nullopt);
  EXPECT_EQ(two.error, nullptr);
  Outcome all = RunKernel(kAddIntegral, {type, type}, type, {a.view(), b.view()}, 3);
  ASSERT_NE(all.error, nullptr);
  EXPECT_EQ(all.error->condition(), "ARITHMETIC_OVERFLOW");
  Outcome tried = RunKernel(kAddIntegral, {type, type}, type, {a.view(), b.view()}, 3, EvalMode::kTry);
  EXPECT_EQ(tried.error, nullptr);
  EXPECT_EQ(tried.At<int32_t>(2), std::nullopt);
  Outcome wrapped = RunKernel(kAddIntegral, {type, type}, type, {a.view(), b.view()}, 3, EvalMode::kLegacy);
  EXPECT_EQ(wrapped.At<int32_t>(2), -2147483648);
}

TEST(Arithmetic, SmallIntegersNameTheirValues) {
  Column<int8_t> a({100});
  DataType type = DataType::Byte();
  Outcome outcome = RunKernel(kAddIntegral, {type, type}, type, {a.view(), a.view()}, 1);
  ASSERT_NE(outcome.error, nullptr);
  EXPECT_EQ(outcome.error->condition(), "BINARY_ARITHMETIC_OVERFLOW");
  EXPECT_EQ(outcome.error->parameters()[0].second, "100S");
}

TEST(Arithmetic, DividesAndTakesRemainders) {
  Column<int64_t> a({int64_t{-5}});
  Column<int64_t> b({int64_t{2}});
  Column<int64_t> zero({int64_t{0}});
  DataType type = DataType::Long();
  EXPECT_EQ(RunKernel(kIntegralDivide, {type, type}, type, {a.view(), b.view()}, 1).At<int64_t>(0), -2);
  EXPECT_EQ(RunKernel(kRemainder, {type, type}, type, {a.view(), b.view()}, 1).At<int64_t>(0), -1);
  EXPECT_EQ(RunKernel(kPmod, {type, type}, type, {a.view(), b.view()}, 1).At<int64_t>(0), 1);
  Outcome divided = RunKernel(kIntegralDivide, {type, type}, type, {a.view(), zero.view()}, 1);
  EXPECT_EQ(divided.error->condition(), "DIVIDE_BY_ZERO");
  Outcome rest = RunKernel(kRemainder, {type, type}, type, {a.view(), zero.view()}, 1);
  EXPECT_EQ(rest.error->condition(), "REMAINDER_BY_ZERO");
}

TEST(Arithmetic, DecimalsRoundHalfUp) {
  // 1.5 / 2 is decimal(7,6) 0.750000; 1 / 3 rounds down, 2 / 3 up.
  Column<int128_t> a({int128_t{1}, int128_t{2}, int128_t{-2}});
  Column<int128_t> b({int128_t{3}, int128_t{3}, int128_t{3}});
  DataType one = DataType::Decimal(1, 0);
  Outcome outcome = RunKernel(kDivideDecimal, {one, one}, DataType::Decimal(7, 6), {a.view(), b.view()}, 3);
  EXPECT_TRUE(outcome.At<int128_t>(0) == int128_t{333333});
  EXPECT_TRUE(outcome.At<int128_t>(1) == int128_t{666667});
  EXPECT_TRUE(outcome.At<int128_t>(2) == int128_t{-666667});
}

TEST(Arithmetic, DecimalOverflowNamesTheValue) {
  int128_t largest = 1;
  for (int i = 0; i < 38; ++i) largest *= 10;
  Column<int128_t> a({largest - 1});
  Column<int128_t> b({int128_t{1}});
  DataType type = DataType::Decimal(38, 0);
  Outcome outcome = RunKernel(kAddDecimal, {type, DataType::Decimal(1, 0)}, type, {a.view(), b.view()}, 1);
  ASSERT_NE(outcome.error, nullptr);
  EXPECT_EQ(outcome.error->condition(), "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION");
  EXPECT_EQ(outcome.error->parameters()[0].second, "100000000000000000000000000000000000000");
}

TEST(Rounding, FollowsTheShortestText) {
  Column<double> values({2.5, -2.5, 1.005, std::nan("")});
  Column<int32_t> digits({0, 0, 2, 1});
  DataType type = DataType::Double();
  Outcome up = RunKernel(kRound, {type, DataType::Int()}, type, {values.view(), digits.view()}, 4);
  EXPECT_EQ(up.At<double>(0), 3.0);
  EXPECT_EQ(up.At<double>(1), -3.0);
  EXPECT_EQ(up.At<double>(2), 1.01);
  EXPECT_TRUE(std::isnan(*up.At<double>(3)));
  Outcome even = RunKernel(kBround, {type, DataType::Int()}, type, {values.view(), digits.view()}, 2);
  EXPECT_EQ(even.At<double>(0), 2.0);
}

TEST(Cast, TextToNumbers) {
  Column<std::string> texts({"  12  ", "+5", "1.5", "", "3000000000"});
  Outcome tried = RunKernel(kCast, {DataType::String()}, DataType::Int(), {texts.view()}, 5, EvalMode::kTry);
  EXPECT_EQ(tried.At<int32_t>(0), 12);
  EXPECT_EQ(tried.At<int32_t>(1), 5);
  EXPECT_EQ(tried.At<int32_t>(2), std::nullopt);
  EXPECT_EQ(tried.At<int32_t>(3), std::nullopt);
  EXPECT_EQ(tried.At<int32_t>(4), std::nullopt);
  Outcome legacy = RunKernel(kCast, {DataType::String()}, DataType::Int(), {texts.view()}, 5, EvalMode::kLegacy);
  EXPECT_EQ(legacy.At<int32_t>(2), 1);
  Column<std::string> bad({"abc"});
  Outcome failed = RunKernel(kCast, {DataType::String()}, DataType::Int(), {bad.view()}, 1);
  ASSERT_NE(failed.error, nullptr);
  EXPECT_EQ(failed.error->condition(), "CAST_INVALID_INPUT");
  EXPECT_EQ(failed.error->parameters()[0].second, "'abc'");
}

TEST(Cast, TextToDoubles) {
  Column<std::string> texts({"1d", ".5", "1.", "+inf", "nan", "0x1p3", "1_0"});
  Outcome tried = RunKernel(kCast, {DataType::String()}, DataType::Double(), {texts.view()}, 7, EvalMode::kTry);
  EXPECT_EQ(tried.At<double>(0), 1.0);
  EXPECT_EQ(tried.At<double>(1), 0.5);
  EXPECT_EQ(tried.At<double>(2), 1.0);
  EXPECT_TRUE(std::isinf(*tried.At<double>(3)));
  EXPECT_TRUE(std::isnan(*tried.At<double>(4)));
  EXPECT_EQ(tried.At<double>(5), 8.0);
  EXPECT_EQ(tried.At<double>(6), std::nullopt);
}

TEST(Cast, NumbersThatDoNotFit) {
  Column<int32_t> value({300});
  Outcome outcome = RunKernel(kCast, {DataType::Int()}, DataType::Byte(), {value.view()}, 1);
  ASSERT_NE(outcome.error, nullptr);
  EXPECT_EQ(outcome.error->condition(), "CAST_OVERFLOW");
  EXPECT_EQ(outcome.error->parameters()[0].second, "300");
  Column<int128_t> decimal({int128_t{12345678}});
  Outcome narrowed = RunKernel(kCast, {DataType::Decimal(8, 3)}, DataType::Decimal(5, 2), {decimal.view()}, 1);
  ASSERT_NE(narrowed.error, nullptr);
  EXPECT_EQ(narrowed.error->parameters()[0].second, "12345.678");
}

TEST(Text, Substrings) {
  Column<std::string> text({"abc", "abc", "abc",
                            "\xC3\xA4"
                            "bc"});
  Column<int32_t> position({0, -2, -5, 2});
  Column<int32_t> length({2, 1, 3, 10});
  Outcome outcome = RunKernel(kSubstring, {DataType::String(), DataType::Int(), DataType::Int()}, DataType::String(),
                              {text.view(), position.view(), length.view()}, 4);
  EXPECT_EQ(outcome.At<std::string>(0), "ab");
  EXPECT_EQ(outcome.At<std::string>(1), "b");
  EXPECT_EQ(outcome.At<std::string>(2), "a");
  EXPECT_EQ(outcome.At<std::string>(3), "bc");
}

TEST(Text, Patterns) {
  Column<std::string> text({"foobar", "foobar", "a%c"});
  Column<std::string> pattern({"f_o%", "oo", "a\\%c"});
  Column<std::string> escape({"\\", "\\", "\\"});
  DataType type = DataType::String();
  Outcome like =
      RunKernel(kLike, {type, type, type}, DataType::Boolean(), {text.view(), pattern.view(), escape.view()}, 3);
  EXPECT_EQ(like.At<bool>(0), true);
  EXPECT_EQ(like.At<bool>(1), false);
  EXPECT_EQ(like.At<bool>(2), true);
  Column<std::string> all({"a,b,c", "a1b2"});
  Column<std::string> regex({",", "[0-9]"});
  Column<std::string> with({"-", "x"});
  Column<int32_t> from({1, 1});
  Outcome replaced = RunKernel(kRegexpReplace, {type, type, type, DataType::Int()}, type,
                               {all.view(), regex.view(), with.view(), from.view()}, 2);
  EXPECT_EQ(replaced.At<std::string>(0), "a-b-c");
  EXPECT_EQ(replaced.At<std::string>(1), "axbx");
}

TEST(Text, LikeInAnyCase) {
  const DataType type = DataType::String();
  const auto matches = [&](const Kernel& kernel, const std::string& text, const std::string& pattern) {
    Column<std::string> texts({text});
    Column<std::string> patterns({pattern});
    Column<std::string> escapes({"\\"});
    return RunKernel(kernel, {type, type, type}, DataType::Boolean(), {texts.view(), patterns.view(), escapes.view()},
                     1)
        .At<bool>(0);
  };
  EXPECT_EQ(matches(kIlike, "User 12 of GROUP-7, ok", "%group-7%"), true);
  EXPECT_EQ(matches(kIlike,
                    "\xC3\x89"
                    "cole",
                    "\xC3\xA9"
                    "COLE"),
            true);
  EXPECT_EQ(matches(kIlike, "abc", "A_C"), true);
  EXPECT_EQ(matches(kIlike, "abc", "A_"), false);
  EXPECT_EQ(matches(kLike, "aaab", "%a_b"), true);
  EXPECT_EQ(matches(kLike, "abcabd", "%ab_"), true);
  EXPECT_EQ(matches(kLike, "abcabd", "%abd%x"), false);
  EXPECT_EQ(matches(kLike, "a", "%%a%%"), true);
  EXPECT_EQ(matches(kLike, "", "%"), true);
  EXPECT_EQ(matches(kLike, "", "_"), false);
  EXPECT_EQ(matches(kLike,
                    "\xE4\xB8\xAD"
                    "a",
                    "_a"),
            true);
  EXPECT_EQ(matches(kLike, "50% off", "50\\% %"), true);
}

TEST(Datetime, MonthsEndWhereTheyEnd) {
  // 2020-01-31 plus a month is 2020-02-29.
  Column<int32_t> day({18292});
  Column<int32_t> months({1});
  Outcome outcome = RunKernel(kDateAddMonths, {DataType::Date(), DataType::YearMonthInterval()}, DataType::Date(),
                              {day.view(), months.view()}, 1);
  EXPECT_EQ(outcome.At<int32_t>(0), 18321);
  EXPECT_EQ(RunKernel(kLastDay, {DataType::Date()}, DataType::Date(), {day.view()}, 1).At<int32_t>(0), 18292);
}

TEST(Datetime, FormatsInTheSessionZone) {
  Column<int64_t> epoch({int64_t{0}});
  Column<std::string> pattern({"yyyy-MM-dd HH:mm:ss.SSS EEEE MMM a xxx"});
  Outcome outcome = RunKernel(kDateFormat, {DataType::Timestamp(), DataType::String()}, DataType::String(),
                              {epoch.view(), pattern.view()}, 1);
  EXPECT_EQ(outcome.At<std::string>(0), "1969-12-31 16:00:00.000 Wednesday Dec PM -08:00");
}

TEST(Datetime, ParsesByPattern) {
  Column<std::string> text({"02.01.2020", "x"});
  Column<std::string> pattern({"dd.MM.yyyy", "yyyy"});
  std::vector<DataType> types{DataType::String(), DataType::String()};
  Outcome first = RunKernel(kParseDateFormat, types, DataType::Date(), {text.view(), pattern.view()}, 1);
  EXPECT_EQ(first.At<int32_t>(0), 18263);
  Outcome second = RunKernel(kParseDateFormat, types, DataType::Date(), {text.view(), pattern.view()}, 2);
  ASSERT_NE(second.error, nullptr);
  EXPECT_EQ(second.error->condition(), "CANNOT_PARSE_TIMESTAMP");
}

}  // namespace
}  // namespace firesteel::functions
