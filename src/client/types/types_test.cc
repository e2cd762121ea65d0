#include "firesteel/types.h"

#include <gtest/gtest.h>

#include <cmath>

#include "client/types/type_proto.h"
#include "firesteel/row.h"
#include "firesteel/value.h"

namespace firesteel::client {
namespace {

// What PySpark 4.3 prints for the same types.
TEST(DataType, TextsAreSparks) {
  const DataType type = DataType::struct_(
      {{"a", DataType::integer(), false, R"({"k":1})"},
       {"b c", DataType::array(DataType::map(DataType::string("UNICODE"), DataType::decimal(10, 2), false), false)},
       {"c", DataType::char_(3)},
       {"d", DataType::varchar(4)},
       {"e", DataType::day_time_interval(IntervalField::kHour, IntervalField::kSecond)},
       {"f", DataType::year_month_interval(IntervalField::kYear, IntervalField::kYear)},
       {"g", DataType::time(3)},
       {"h", DataType::variant()},
       {"t", DataType::timestamp_ntz()},
       {"geo", DataType::geometry(4326)},
       {"gg", DataType::geography(DataType::kAnySrid)},
       {"n", DataType::null()},
       {"ci", DataType::calendar_interval()}});
  EXPECT_EQ(type.simple_string(),
            "struct<a:int,b c:array<map<string collate UNICODE,decimal(10,2)>>,c:char(3),d:varchar(4),"
            "e:interval hour to second,f:interval year,g:time(3),h:variant,t:timestamp_ntz,geo:geometry(4326),"
            "gg:geography(any),n:void,ci:interval>");
  Result<DataType> same = DataType::from_json(type.json());
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(*same, type);
}

TEST(DataType, GoesThroughTheProtocol) {
  Result<DataType> type = DataType::parse(
      "a int not null comment 'it\\'s', b array<struct<x: map<string, binary>, y: decimal(38, 18)>>, c timestamp_ntz,"
      "d interval day to minute, e string collate UNICODE_CI, f void, g timestamp_ltz(9), h geography(any)");
  ASSERT_TRUE(type.ok()) << type.error().message;
  ::spark::connect::DataType message;
  ToProto(*type, &message);
  EXPECT_EQ(FromProto(message), *type);
  const DataType vector = DataType::user_defined(DataType::array(DataType::double_()), "org.apache.V", "ml.V", "");
  message.Clear();
  ToProto(vector, &message);
  EXPECT_EQ(FromProto(message), vector);
}

TEST(DataType, ParsesDdl) {
  EXPECT_EQ(DataType::parse("DECIMAL")->simple_string(), "decimal(10,0)");
  EXPECT_EQ(DataType::parse("array<array<int>>")->simple_string(), "array<array<int>>");
  EXPECT_EQ(DataType::parse("struct<>")->simple_string(), "struct<>");
  EXPECT_EQ(DataType::parse("interval")->simple_string(), "interval");
  EXPECT_EQ(DataType::parse("interval year to month")->simple_string(), "interval year to month");
  EXPECT_EQ(Schema::parse("`a b` bigint NOT NULL, c string")->ddl(), "`a b` BIGINT NOT NULL,c STRING");
  EXPECT_EQ(Schema::parse("int")->names(), std::vector<std::string>{"value"});
  for (const char* wrong : {"", "nonsense", "array<int", "array<int>>", "a int,", "a int b int", "decimal(1,2,3)",
                            "struct<a>", "interval year to day", "char", "timestamp(3)", "`a int"}) {
    EXPECT_FALSE(DataType::parse(wrong).ok()) << wrong;
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "array<";
  EXPECT_FALSE(DataType::parse(deep).ok());
}

TEST(Schema, PrintsItsTree) {
  EXPECT_EQ(Schema::parse("a int not null, b array<int>")->tree_string(),
            "root\n |-- a: integer (nullable = false)\n |-- b: array (nullable = true)\n"
            " |    |-- element: integer (containsNull = true)\n");
}

TEST(Decimal, ReadsAndWritesText) {
  EXPECT_EQ(Decimal::parse("12.50")->to_string(), "12.50");
  EXPECT_EQ(Decimal::parse("-0.05")->to_string(), "-0.05");
  EXPECT_EQ(Decimal::parse("-0.05")->precision(), 2);
  EXPECT_EQ(Decimal::parse("1.5e3")->to_string(), "1500");
  EXPECT_EQ(Decimal::parse("15e-3")->to_string(), "0.015");
  const std::string widest(38, '9');
  EXPECT_EQ(Decimal::parse("-" + widest)->to_string(), "-" + widest);
  EXPECT_DOUBLE_EQ(Decimal::parse("12.5")->to_double(), 12.5);
  for (const char* wrong : {"", "-", ".", "1.2.3", "1e", "x", "1e99", "123456789012345678901234567890123456789"}) {
    EXPECT_FALSE(Decimal::parse(wrong).ok()) << wrong;
  }
}

TEST(Value, TextsAreSparks) {
  EXPECT_EQ(Value().to_string(), "NULL");
  EXPECT_EQ(Value(1.0).to_string(), "1.0");
  EXPECT_EQ(Value(1e7).to_string(), "1.0E7");
  EXPECT_EQ(Value(Array{Value(1), Value()}).to_string(), "[1, null]");
  EXPECT_EQ(Value(MapEntries{{"a", 1}, {"b", Value()}}).to_string(), "{a -> 1, b -> null}");
  EXPECT_EQ(Value(Row{1, "x"}).to_string(), "{1, x}");
  EXPECT_EQ(Value(*Date::parse("2020-02-29")).to_string(), "2020-02-29");
  EXPECT_EQ(Value(*Timestamp::parse("2020-07-01 00:00:00Z")).to_string("Europe/Berlin"), "2020-07-01 02:00:00");
  EXPECT_EQ(Value(DayTimeInterval{90'000'000}).to_string(), "INTERVAL '0 00:01:30' DAY TO SECOND");
}

TEST(Value, KnowsItsType) {
  EXPECT_EQ(Value(int8_t{1}).type(), DataType::byte());
  EXPECT_EQ(Value(Array{Value(), Value("x")}).type(), DataType::array(DataType::string()));
  EXPECT_EQ(Value(*Decimal::parse("1.25")).type(), DataType::decimal(3, 2));
  EXPECT_EQ(Value(std::optional<int>()).type(), DataType::null());
}

TEST(Value, ComparesDeeply) {
  EXPECT_EQ(Value(Array{Value(1), Value("a")}), Value(Array{Value(1), Value("a")}));
  EXPECT_NE(Value(1), Value(int64_t{1}));
  EXPECT_EQ(Value(std::nan("")), Value(std::nan("")));
  EXPECT_EQ(Value(Row{1}), Value(Row{1}));
}

TEST(Row, GivesValuesByNameAndPosition) {
  auto schema = std::make_shared<const Schema>(*Schema::parse("id bigint, name string, score float"));
  const Row row(schema, {int64_t{300}, Value(), 1.5F});
  EXPECT_EQ(*row.get<int64_t>("id"), 300);
  EXPECT_EQ(*row.get<int>(0), 300);
  EXPECT_FALSE(row.get<int8_t>(0).ok());
  EXPECT_EQ(row.get<double>("score").value(), 1.5);
  EXPECT_EQ(row.get<std::optional<std::string>>("name").value(), std::nullopt);
  EXPECT_EQ(row.get<std::string>("name").error().message, "Column 1 (name) is null: ask for a std::optional.");
  EXPECT_FALSE(row.get<std::string>("id").ok());
  EXPECT_FALSE(row.get<int>("nobody").ok());
  EXPECT_FALSE(row.get<int>(3).ok());
  EXPECT_EQ(row.to_string(), "Row(id=300, name=NULL, score=1.5)");
}

}  // namespace
}  // namespace firesteel::client
