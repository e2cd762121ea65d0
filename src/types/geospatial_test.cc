#include "types/geospatial.h"

#include <gtest/gtest.h>

#include "types/datetime_text.h"

namespace firesteel {
namespace {

std::string Bytes(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

constexpr std::string_view kPoint = "0101000000000000000000F03F0000000000000040";
constexpr std::string_view kBigEndianPoint = "00000000013FF00000000000004000000000000000";

TEST(Geospatial, RewritesByteOrder) {
  WkbError error;
  EXPECT_EQ(RewriteWkb(Bytes(kBigEndianPoint), false, false, error), Bytes(kPoint));
  EXPECT_EQ(RewriteWkb(Bytes(kPoint), true, true, error), Bytes(kBigEndianPoint));
}

TEST(Geospatial, RefusesDamagedBytes) {
  const std::string point = Bytes(kPoint);
  for (size_t length = 0; length < point.size(); ++length) {
    WkbError error;
    EXPECT_FALSE(RewriteWkb(point.substr(0, length), false, false, error)) << length;
    EXPECT_FALSE(error.message.empty());
  }
  // Collections of collections, deeper than any reader's stack.
  std::string nested;
  for (int i = 0; i < 100000; ++i) nested += Bytes("010700000001000000");
  WkbError error;
  EXPECT_FALSE(RewriteWkb(nested + point, false, false, error));
  EXPECT_FALSE(RewriteWkb(Bytes("0102000000FFFFFF7F"), false, false, error));
}

TEST(Geospatial, KeepsTheSystemBesideTheCoordinates) {
  const std::string value = GeospatialValue(4326, Bytes(kPoint));
  EXPECT_EQ(SridOfValue(value), 4326);
  EXPECT_EQ(WkbOfValue(value), Bytes(kPoint));
  EXPECT_TRUE(IsKnownSrid(3857, false));
  EXPECT_FALSE(IsKnownSrid(3857, true));
  EXPECT_EQ(SridOfName(CoordinateReferenceSystem(4326)), 4326);
}

TEST(NanosecondTimestamps, ReadAndWritten) {
  const auto nanos = ParseTimestampNtzNanos("1969-12-31 23:59:59.999999999", 9);
  ASSERT_TRUE(nanos);
  EXPECT_TRUE(*nanos == -1);
  EXPECT_EQ(TimestampNtzNanosText(-1), "1969-12-31 23:59:59.999999999");
  EXPECT_EQ(TimestampNtzNanosText(CutNanos(-1, 7)), "1969-12-31 23:59:59.9999999");
  EXPECT_EQ(FloorMicros(-1), -1);
  EXPECT_EQ(FractionDigits("2020-01-01 00:00:00.1234567"), 7);
  EXPECT_EQ(FractionDigits("2020-01-01"), 0);
}

}  // namespace
}  // namespace firesteel
