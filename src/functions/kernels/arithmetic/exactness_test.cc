#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "functions/kernels/arithmetic/rounding.h"
#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/test_columns.h"

/// Quick ways must give what the exact ones give.
namespace firesteel::functions {
namespace {

using testing::Column;
using testing::Outcome;
using testing::RunKernel;

constexpr size_t kRows = 5000;  // more than a batch of the engine

template <class T, class From>
std::vector<std::optional<T>> Cast(const std::vector<std::optional<From>>& values, const DataType& from,
                                   const DataType& to) {
  Column<From> column(values);
  const Outcome outcome = RunKernel(kCast, {from}, to, {column.view()}, values.size(), EvalMode::kTry);
  std::vector<std::optional<T>> results;
  for (size_t i = 0; i < values.size(); ++i) results.push_back(outcome.At<T>(i));
  return results;
}

template <class T>
std::vector<std::optional<T>> Round(const std::vector<std::optional<T>>& values, const DataType& from,
                                    const DataType& to, int32_t digits) {
  Column<T> column(values);
  Column<int32_t> scale(std::vector<std::optional<int32_t>>(values.size(), digits));
  const Outcome outcome = RunKernel(kRound, {from, DataType::Int()}, to, {column.view(), scale.view()}, values.size());
  std::vector<std::optional<T>> results;
  for (size_t i = 0; i < values.size(); ++i) results.push_back(outcome.At<T>(i));
  return results;
}

TEST(Exactness, DoublesRoundAsTheirDecimalsDo) {
  std::mt19937_64 random(3);
  std::vector<std::optional<double>> values = {0.125, 2.675, -1.005, 0.145, -0.001, 1e15 + 0.5, std::nullopt, 0.0};
  while (values.size() < kRows) {
    const auto number = static_cast<double>(random() % 100'000'000'000);
    values.emplace_back((random() % 2 ? number / 1000 : number / 977) * (random() % 2 ? 1 : -1));
  }
  const DataType wide = DataType::Decimal(38, 20);
  const DataType narrow = DataType::Decimal(38, 2);
  const auto exact = Cast<double>(Round(Cast<int128_t>(values, DataType::Double(), wide), wide, narrow, 2), narrow,
                                  DataType::Double());
  const auto rounded = Round(values, DataType::Double(), DataType::Double(), 2);
  const auto cast = Cast<double>(Cast<int128_t>(values, DataType::Double(), narrow), narrow, DataType::Double());
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(rounded[i], exact[i]) << *values[i];
    EXPECT_EQ(cast[i], exact[i]) << *values[i];
  }
}

// Read from Spark: a float is rounded in the digits that it has as a double (0.14499999582767487).
TEST(Exactness, FloatsRoundAsDoubles) {
  const auto rounded = Round<float>({0.145f, 2.675f, 1.005f, 0.125f}, DataType::Float(), DataType::Float(), 2);
  EXPECT_EQ(rounded[0], 0.14f);
  EXPECT_EQ(rounded[1], 2.67f);
  EXPECT_EQ(rounded[2], 1.0f);
  EXPECT_EQ(rounded[3], 0.13f);
}

TEST(Exactness, UnitsAreUncertainNearHalves) {
  EXPECT_EQ(CertainUnits(2.674, 2), 267);
  EXPECT_EQ(CertainUnits(2.675, 2), std::nullopt);
  EXPECT_EQ(CertainUnits(0.5, 0), std::nullopt);
  EXPECT_EQ(CertainUnits(1234, -2), 12);
  EXPECT_EQ(CertainUnits(1e16, 0), std::nullopt);
  EXPECT_EQ(CertainUnits(1, 23), std::nullopt);
}

TEST(Exactness, QuotientsRound) {
  EXPECT_EQ((RoundedQuotient<Rounding::kHalfUp, int64_t>(25, 10)), 3);
  EXPECT_EQ((RoundedQuotient<Rounding::kHalfUp, int64_t>(-25, 10)), -3);
  EXPECT_EQ((RoundedQuotient<Rounding::kHalfEven, int64_t>(25, 10)), 2);
  EXPECT_EQ((RoundedQuotient<Rounding::kHalfEven, int64_t>(-35, 10)), -4);
  EXPECT_EQ((RoundedQuotient<Rounding::kCeiling, int64_t>(-29, 10)), -2);
  EXPECT_EQ((RoundedQuotient<Rounding::kCeiling, int64_t>(21, 10)), 3);
  EXPECT_EQ((RoundedQuotient<Rounding::kFloor, int64_t>(-21, 10)), -3);
}

TEST(Exactness, WideDivisionTurnsBack) {
  std::mt19937_64 random(5);
  const auto number = [&] { return (static_cast<uint128_t>(random()) << 64 | random()) >> (random() % 128); };
  for (size_t i = 0; i < 20'000; ++i) {
    const WideInteger value = {random() % 3 ? number() : 0, number()};
    uint128_t divisor = number();
    if (random() % 4 == 0) divisor = ~uint128_t{0} - random() % 5;
    if (divisor == 0) continue;
    WideInteger rest;
    const WideInteger quotient = value.Divide(WideInteger::Of(divisor), rest);
    ASSERT_LT(rest.Compare(WideInteger::Of(divisor)), 0);
    EXPECT_EQ(WideInteger::Product(quotient, divisor).Plus(rest).Compare(value), 0);
  }
}

TEST(Exactness, RemaindersOfDoublesAreExact) {
  std::mt19937_64 random(7);
  std::vector<std::optional<double>> left = {-3.0, 1e300, 5.0, 0.3, INFINITY, 7.0};
  std::vector<std::optional<double>> right = {3.0, 7.0, 1e-300, 0.1, 2.0, INFINITY};
  while (left.size() < kRows) {
    left.emplace_back(std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 40)) *
                      (random() % 2 ? 1 : -1));
    right.emplace_back(std::ldexp(static_cast<double>(random() % 1'000'000 + 1), static_cast<int>(random() % 60)));
  }
  Column<double> a(left);
  Column<double> b(right);
  const DataType type = DataType::Double();
  const Outcome outcome = RunKernel(kRemainder, {type, type}, type, {a.view(), b.view()}, left.size());
  for (size_t i = 0; i < left.size(); ++i) {
    const double expected = std::fmod(*left[i], *right[i]);
    const double rest = *outcome.At<double>(i);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(rest));
    } else {
      EXPECT_EQ(rest, expected) << *left[i] << " % " << *right[i];
      EXPECT_EQ(std::signbit(rest), std::signbit(expected));
    }
  }
}

TEST(Exactness, DecimalsByTheQuickWayAndTheExactOne) {
  const DataType small = DataType::Decimal(12, 2);
  const DataType large = DataType::Decimal(38, 2);
  std::mt19937_64 random(11);
  std::vector<std::optional<int128_t>> left;
  std::vector<std::optional<int128_t>> right;
  for (size_t i = 0; i < kRows; ++i) {
    left.emplace_back(static_cast<int64_t>(random() % 1'999'999'999'999) - 999'999'999'999);
    right.emplace_back(static_cast<int64_t>(random() % 1'999'999) - 999'999);
    if (*right.back() == 0 || i % 7 == 0) right.back() = std::nullopt;
  }
  Column<int128_t> a(left);
  Column<int128_t> b(right);
  for (const Kernel* kernel : {&kAddDecimal, &kSubtractDecimal, &kDivideDecimal, &kRemainderDecimal, &kPmodDecimal}) {
    const DataType result = kernel == &kDivideDecimal ? DataType::Decimal(38, 6) : DataType::Decimal(38, 2);
    // Decimals of 38 digits leave no room in 128 bits for the quick way.
    const Outcome quick = RunKernel(*kernel, {small, small}, result, {a.view(), b.view()}, kRows);
    const Outcome exact = RunKernel(*kernel, {large, large}, result, {a.view(), b.view()}, kRows);
    ASSERT_EQ(quick.error, nullptr);
    ASSERT_EQ(exact.error, nullptr);
    for (size_t i = 0; i < kRows; ++i) {
      EXPECT_TRUE(quick.At<int128_t>(i) == exact.At<int128_t>(i)) << i;
    }
  }
}

}  // namespace
}  // namespace firesteel::functions
