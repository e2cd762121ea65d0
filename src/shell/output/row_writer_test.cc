#include "shell/output/row_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "shell/output/display_width.h"
#include "shell/output/value_text.h"

namespace firesteel::shell {
namespace {

using client::Array;
using client::DataType;
using client::Row;
using client::Schema;
using client::StructField;
using client::Value;

class Text : public TextOutput {
 public:
  bool Write(std::string_view text) override {
    written += text;
    return ++writes < limit;
  }
  std::string written;
  int writes = 0;
  int limit = 1'000'000;
};

std::string Written(Format format, const Schema& schema, const std::vector<Row>& rows, const Style& style = {}) {
  Text output;
  auto writer = MakeRowWriter(format, style, "Europe/Paris", output);
  EXPECT_TRUE(writer->Begin(schema) && writer->Rows(rows) && writer->End());
  return output.written;
}

class RowWriterTest : public testing::Test {
 protected:
  RowWriterTest() { UseUtf8Locale(); }
  const Schema schema_{{StructField{"id", DataType::integer()}, StructField{"name", DataType::string()}}};
};

TEST_F(RowWriterTest, TablesAreAligned) {
  EXPECT_EQ(Written(Format::kTable, schema_, {Row{1, "a"}, Row{Value(), "日本"}, Row{1000, "x\ny\033[1m"}}),
            "+------+-------------+\n"
            "|   id | name        |\n"
            "+------+-------------+\n"
            "|    1 | a           |\n"
            "| NULL | 日本        |\n"
            "| 1000 | x\\ny\\x1b[1m |\n"
            "+------+-------------+\n");
  Style style;
  style.boxes = style.colours = true;
  style.widest_column = 4;
  EXPECT_EQ(Written(Format::kTable, schema_, {Row{Value(), "abcde"}}, style),
            "\033[2m┌──────┬──────┐\033[0m\n"
            "\033[2m│\033[0m   \033[1mid\033[0m \033[2m│\033[0m \033[1mname\033[0m \033[2m│\033[0m\n"
            "\033[2m├──────┼──────┤\033[0m\n"
            "\033[2m│\033[0m \033[2mNULL\033[0m \033[2m│\033[0m abc… \033[2m│\033[0m\n"
            "\033[2m└──────┴──────┘\033[0m\n");
  EXPECT_EQ(Written(Format::kTable, schema_, {}), "+----+------+\n| id | name |\n+----+------+\n+----+------+\n");
  EXPECT_EQ(Written(Format::kTable, Schema(), {}), "");
}

TEST_F(RowWriterTest, TablesMeasureAThousandRows) {
  Text output;
  auto writer = MakeRowWriter(Format::kTable, {}, "UTC", output);
  const std::vector<Row> rows(1000, Row{1, "a"});
  EXPECT_TRUE(writer->Begin(schema_) && writer->Rows(rows));
  EXPECT_EQ(output.writes, 1);
  EXPECT_TRUE(writer->Rows({Row{1, "longer"}}) && writer->End());
  EXPECT_THAT(output.written, testing::EndsWith("|  1 | a    |\n|  1 | longer |\n+----+------+\n"));
  output.limit = 0;
  EXPECT_FALSE(MakeRowWriter(Format::kTable, {}, "UTC", output)->Rows(rows));
}

TEST_F(RowWriterTest, VerticalHasALineForEachValue) {
  EXPECT_EQ(Written(Format::kVertical, schema_, {Row{1, "a"}, Row{2, Value()}}),
            "-[ row 1 ]---\nid   | 1\nname | a\n-[ row 2 ]---\nid   | 2\nname | NULL\n");
}

TEST_F(RowWriterTest, CsvQuotesWhatNeedsIt) {
  EXPECT_EQ(Written(Format::kCsv, schema_, {Row{1, "a,\"b\""}, Row{2, ""}, Row{3, Value()}, Row{4, "x\ny"}}),
            "id,name\n1,\"a,\"\"b\"\"\"\n2,\"\"\n3,\n4,\"x\ny\"\n");
}

TEST_F(RowWriterTest, JsonHasEveryType) {
  const auto json = [](const Value& value, const DataType& type) {
    std::string text;
    AppendJson(text, value, type);
    return text;
  };
  EXPECT_EQ(Written(Format::kJson, schema_, {Row{1, "a\n\"\x01"}, Row{Value(), Value()}}),
            "{\"id\":1,\"name\":\"a\\n\\\"\\u0001\"}\n{\"id\":null,\"name\":null}\n");
  EXPECT_EQ(json(Value(1.5), DataType::double_()), "1.5");
  EXPECT_EQ(json(Value(std::numeric_limits<double>::quiet_NaN()), DataType::double_()), "\"NaN\"");
  EXPECT_EQ(json(Value(client::Decimal(150, 2)), DataType::decimal(10, 2)), "1.50");
  EXPECT_EQ(json(Value(client::Binary{"ab"}), DataType::binary()), "\"YWI=\"");
  EXPECT_EQ(json(Value(client::Timestamp{1'500'000}), DataType::timestamp()), "\"1970-01-01T00:00:01.5Z\"");
  EXPECT_EQ(json(Value(client::TimestampNtz{0}), DataType::timestamp_ntz()), "\"1970-01-01T00:00:00\"");
  EXPECT_EQ(json(Value(client::Date{0}), DataType::date()), "\"1970-01-01\"");
  EXPECT_EQ(json(Value(Array{1, Value()}), DataType::array(DataType::integer())), "[1,null]");
  EXPECT_EQ(json(Value(client::MapEntries{{"k", Row{1}}}),
                 DataType::map(DataType::string(), DataType::struct_({StructField{"f", DataType::integer()}}))),
            "{\"k\":{\"f\":1}}");
}

TEST_F(RowWriterTest, ShownTextIsSparks) {
  const DataType hours = DataType::day_time_interval(client::IntervalField::kHour, client::IntervalField::kHour);
  const DataType months = DataType::year_month_interval(client::IntervalField::kMonth, client::IntervalField::kMonth);
  EXPECT_EQ(ShownText(Value(client::Binary{"ab"}), DataType::binary(), "UTC"), "[61 62]");
  EXPECT_EQ(ShownText(Value(Array{1, Value()}), DataType::array(DataType::integer()), "UTC"), "[1, NULL]");
  EXPECT_EQ(ShownText(Value(client::MapEntries{{"k", Value()}}), DataType::map(DataType::string(), hours), "UTC"),
            "{k -> NULL}");
  EXPECT_EQ(ShownText(Value(Row{client::Binary{"ab"}, Value()}),
                      DataType::struct_({StructField{"x", DataType::binary()}, StructField{"y", DataType()}}), "UTC"),
            "{[61 62], NULL}");
  EXPECT_EQ(ShownText(Value(client::Timestamp{0}), DataType::timestamp(), "Europe/Paris"), "1970-01-01 01:00:00");
  EXPECT_EQ(ShownText(Value(client::DayTimeInterval{7'200'000'000}), hours, "UTC"), "INTERVAL '02' HOUR");
  EXPECT_EQ(ShownText(Value(Array{client::YearMonthInterval{1}}), DataType::array(months), "UTC"),
            "[INTERVAL '1' MONTH]");
}

TEST_F(RowWriterTest, MeasuresAndCuts) {
  EXPECT_EQ(DisplayWidth("日本e\u0301"), 5u);
  EXPECT_EQ(CutToWidth("abc", 3), "abc");
  EXPECT_EQ(CutToWidth("abcd", 3), "ab…");
  EXPECT_EQ(CutToWidth("日本語", 4), "日…");
}

}  // namespace
}  // namespace firesteel::shell
