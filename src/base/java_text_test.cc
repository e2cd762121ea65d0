#include "base/java_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace firesteel {
namespace {

// All expected texts come from Java 17.
TEST(JavaText, PrintsDoubles) {
  EXPECT_EQ(JavaDoubleText(0.0), "0.0");
  EXPECT_EQ(JavaDoubleText(-0.0), "-0.0");
  EXPECT_EQ(JavaDoubleText(1), "1.0");
  EXPECT_EQ(JavaDoubleText(0.1), "0.1");
  EXPECT_EQ(JavaDoubleText(9999999), "9999999.0");
  EXPECT_EQ(JavaDoubleText(1e7), "1.0E7");
  EXPECT_EQ(JavaDoubleText(0.001), "0.001");
  EXPECT_EQ(JavaDoubleText(0.0001), "1.0E-4");
  EXPECT_EQ(JavaDoubleText(2e-3), "0.002");
  EXPECT_EQ(JavaDoubleText(123456789.125), "1.23456789125E8");
  EXPECT_EQ(JavaDoubleText(2.2250738585072014E-308), "2.2250738585072014E-308");
  EXPECT_EQ(JavaDoubleText(std::numeric_limits<double>::denorm_min()), "4.9E-324");
  EXPECT_EQ(JavaDoubleText(std::numeric_limits<double>::max()), "1.7976931348623157E308");
  EXPECT_EQ(JavaDoubleText(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(JavaDoubleText(-std::numeric_limits<double>::infinity()), "-Infinity");
}

// Sometimes more digits than the shortest text that reads back: Java before 19.
TEST(JavaText, IsNotAlwaysTheShortest) {
  EXPECT_EQ(JavaDoubleText(1e23), "9.999999999999999E22");
  EXPECT_EQ(JavaDoubleText(2e23), "1.9999999999999998E23");
  EXPECT_EQ(JavaDoubleText(2.0E-3 * 1e-20), "2.0E-23");
  EXPECT_EQ(JavaDoubleText(9007199254740993.0), "9.007199254740992E15");
  EXPECT_EQ(JavaDoubleText(1.1E23), "1.1E23");
}

TEST(JavaText, PrintsTheNearestOfTheShortest) {
  EXPECT_EQ(JavaDoubleText(1.00000762939453125), "1.0000076293945312");  // halfway: the even digit
  EXPECT_EQ(JavaDoubleText(9999999.999999998), "9999999.999999998");
  EXPECT_EQ(JavaDoubleText(-1234567.875), "-1234567.875");
  EXPECT_EQ(JavaDoubleText(1.9999999999999998), "1.9999999999999998");
  EXPECT_EQ(JavaDoubleText(2.5e-5), "2.5E-5");
  EXPECT_EQ(JavaDoubleText(2e-5), "2.0E-5");
  EXPECT_EQ(JavaDoubleText(0.0625), "0.0625");
  EXPECT_EQ(JavaDoubleText(12345678.9), "1.23456789E7");
}

TEST(JavaText, GivesDigits) {
  EXPECT_EQ(JavaDoubleDigits(1234.5).digits, 12345u);
  EXPECT_EQ(JavaDoubleDigits(1234.5).exponent, -1);
  EXPECT_EQ(JavaDoubleDigits(-0.1).digits, 1u);
  EXPECT_EQ(JavaDoubleDigits(0).digits, 0u);
}

TEST(JavaText, PrintsFloats) {
  EXPECT_EQ(JavaFloatText(0.1f), "0.1");
  EXPECT_EQ(JavaFloatText(1e10f), "1.0E10");
  EXPECT_EQ(JavaFloatText(33554432.0f), "3.3554432E7");
  EXPECT_EQ(JavaFloatText(std::numeric_limits<float>::denorm_min()), "1.4E-45");
  EXPECT_EQ(JavaFloatText(std::numeric_limits<float>::max()), "3.4028235E38");
}

TEST(JavaText, PrintsDecimals) {
  EXPECT_EQ(DecimalPlainText(0, 2), "0.00");
  EXPECT_EQ(DecimalPlainText(-5, 2), "-0.05");
  EXPECT_EQ(DecimalPlainText(12345, 2), "123.45");
  EXPECT_EQ(DecimalPlainText(12345, 0), "12345");
  EXPECT_EQ(DecimalText(1, 8), "1E-8");
  EXPECT_EQ(DecimalText(-123, 10), "-1.23E-8");
  EXPECT_EQ(DecimalText(1, 6), "0.000001");
  EXPECT_EQ(DecimalText(0, 7), "0E-7");
  EXPECT_EQ(DecimalPlainText(int128_t{1'000'000'000'000'000'000} * 1'000'000'007, 6), "1000000007000000000000.000000");
  int128_t huge = 1;
  for (int i = 0; i < 38; ++i) huge *= 10;
  EXPECT_EQ(DecimalPlainText(1 - huge, 38), "-0." + std::string(38, '9'));
}

}  // namespace
}  // namespace firesteel
