#include "types/value_text.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "types/variant_text.h"

namespace firesteel {
namespace {

using T = DataType;

Value Int(int64_t n) { return Value{n}; }
Value Text(std::string text) { return Value{std::move(text)}; }

constexpr char kZone[] = "America/Los_Angeles";

TEST(ValueText, ColumnNamesAreSparks) {
  auto name = [](const DataType& type, const Value& value) { return LiteralColumnName(type, value, kZone); };
  EXPECT_EQ(name(T::Int(), Int(1)), "1");
  EXPECT_EQ(name(T::Long(), Int(1)), "1");
  EXPECT_EQ(name(T::Double(), Value{1e10}), "1.0E10");
  EXPECT_EQ(name(T::Double(), Value{std::nan("")}), "NaN");
  EXPECT_EQ(name(T::Float(), Value{static_cast<double>(0.1f)}), "0.1");
  EXPECT_EQ(name(T::Decimal(8, 8), Value{int128_t{1}}), "1E-8");
  EXPECT_EQ(name(T::Boolean(), Value{true}), "true");
  EXPECT_EQ(name(T::String(), Text("it's")), "it's");
  EXPECT_EQ(name(T::Int(), Value{}), "NULL");
  EXPECT_EQ(name(T::Binary(), Value{BinaryValue{"ab"}}), "X'6162'");
  EXPECT_EQ(name(T::Date(), Int(18262)), "DATE '2020-01-01'");
  EXPECT_EQ(name(T::Timestamp(), Int(1577840523000000)), "TIMESTAMP '2019-12-31 17:02:03'");
  EXPECT_EQ(name(T::TimestampNtz(), Int(1577840523500000)), "TIMESTAMP_NTZ '2020-01-01 01:02:03.5'");
  EXPECT_EQ(name(T::Time(), Int(3'723'000'000'000)), "TIME '01:02:03'");
  EXPECT_EQ(name(T::YearMonthInterval(), Int(14)), "INTERVAL '1-2' YEAR TO MONTH");
  EXPECT_EQ(name(T::CalendarInterval(), Value{CalendarIntervalValue{12, 2, 0}}), "INTERVAL '1 years 2 days'");
}

TEST(ValueText, SqlParsesBack) {
  auto sql = [](const DataType& type, const Value& value) { return LiteralSql(type, value, kZone); };
  EXPECT_EQ(sql(T::Byte(), Int(1)), "1Y");
  EXPECT_EQ(sql(T::Long(), Int(1)), "1L");
  EXPECT_EQ(sql(T::Double(), Value{1.5}), "1.5D");
  EXPECT_EQ(sql(T::Double(), Value{INFINITY}), "CAST('Infinity' AS DOUBLE)");
  EXPECT_EQ(sql(T::Float(), Value{1.5}), "CAST('1.5' AS FLOAT)");
  EXPECT_EQ(sql(T::Decimal(2, 1), Value{int128_t{15}}), "1.5BD");
  EXPECT_EQ(sql(T::String(), Text("it's \\")), "'it\\'s \\\\'");
  EXPECT_EQ(sql(T::Int(), Value{}), "CAST(NULL AS INT)");
  EXPECT_EQ(sql(T::Null(), Value{}), "NULL");
  EXPECT_EQ(sql(T::Array(T::Int()), Value::List({Int(1), Value{}})), "ARRAY(1, CAST(NULL AS INT))");
}

TEST(ValueText, ErrorsShowValues) {
  EXPECT_EQ(ErrorValueText(T::Double(), Value{1e30}, kZone), "1.0E30D");
  EXPECT_EQ(ErrorValueText(T::Float(), Value{std::nan("")}, kZone), "NaN");
  EXPECT_EQ(ErrorValueText(T::Long(), Int(1000), kZone), "1000L");
  EXPECT_EQ(ErrorValueText(T::String(), Text("x"), kZone), "'x'");
}

TEST(ValueText, CastsNestedValues) {
  const DataType type =
      T::Struct({{"a", T::Array(T::Int()), true, ""}, {"m", T::Map(T::String(), T::Date()), true, ""}});
  const Value value =
      Value::List({Value::List({Int(1), Value{}}), Value::List({Text("k"), Int(0), Text("n"), Value{}})});
  EXPECT_EQ(CastText(type, value, kZone), "{[1, null], {k -> 1970-01-01, n -> null}}");
  EXPECT_EQ(CastText(T::Array(T::Int()), Value::List({}), kZone), "[]");
  EXPECT_EQ(CastText(T::Decimal(8, 8), Value{int128_t{1}}, kZone), "0.00000001");
}

TEST(VariantText, PrintsJson) {
  // {"a": [1, "x", null, true]}; the metadata holds the key "a".
  const std::string metadata(
      "\x01\x01\x00\x01"
      "a",
      5);
  const std::string array("\x03\x04\x00\x02\x04\x05\x06\x0C\x01\x05x\x00\x04", 13);
  const std::string object = std::string("\x02\x01\x00\x00", 4) + static_cast<char>(array.size()) + array;
  EXPECT_EQ(VariantJsonText(object, metadata, kZone), R"({"a":[1,"x",null,true]})");
  for (size_t cut = 0; cut + 1 < object.size(); ++cut) {
    EXPECT_THROW(VariantJsonText(object.substr(0, cut), metadata, kZone), QueryError) << cut;
  }
  EXPECT_THROW(VariantJsonText(object, "", kZone), QueryError);
}

}  // namespace
}  // namespace firesteel
