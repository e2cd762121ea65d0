#include "firesteel/result.h"

#include <gtest/gtest.h>

#include <deque>

#include "arrow/record_batch_writer.h"
#include "client/local/value_writer.h"
#include "client/result/result_source.h"
#include "client/types/server_types.h"
#include "client/types/type_proto.h"

namespace firesteel::client {
namespace {

class Responses : public ResponseStream {
 public:
  explicit Responses(std::deque<proto::ExecutePlanResponse> responses) : responses_(std::move(responses)) {}
  Result<std::optional<proto::ExecutePlanResponse>> Next() override {
    if (responses_.empty()) return std::optional<proto::ExecutePlanResponse>();
    proto::ExecutePlanResponse response = std::move(responses_.front());
    responses_.pop_front();
    return std::optional(std::move(response));
  }
  void Cancel() override { responses_.clear(); }
  const std::string& operation_id() const override { return id_; }

 private:
  std::deque<proto::ExecutePlanResponse> responses_;
  const std::string id_ = "operation";
};

std::string Encode(const Schema& schema, const std::vector<Row>& rows) {
  arrow::RecordBatchWriter writer(ToServerSchema(schema), "UTC");
  for (const Row& row : rows) {
    for (size_t i = 0; i < schema.size(); ++i) {
      EXPECT_TRUE(AppendValue(row[i], schema[i].type, writer.columns()[i])) << row.to_string() << " column " << i;
    }
  }
  std::string bytes;
  for (const auto& slice : writer.Finish(static_cast<int64_t>(rows.size())).slices) bytes += *slice;
  return bytes;
}

/// The rows as responses: the schema, and each batch in `pieces` pieces.
std::deque<proto::ExecutePlanResponse> ResponsesOf(const Schema& schema, const std::vector<std::vector<Row>>& batches,
                                                   int pieces = 1) {
  std::deque<proto::ExecutePlanResponse> responses(1);
  ToProto(schema, responses[0].mutable_schema());
  int64_t offset = 0;
  for (const std::vector<Row>& rows : batches) {
    const std::string bytes = Encode(schema, rows);
    const size_t size = bytes.size() / static_cast<size_t>(pieces) + 1;
    for (int piece = 0; piece < pieces; ++piece) {
      proto::ExecutePlanResponse response;
      auto* batch = response.mutable_arrow_batch();
      batch->set_row_count(static_cast<int64_t>(rows.size()));
      batch->set_start_offset(offset);
      if (pieces > 1) batch->set_num_chunks_in_batch(pieces);
      batch->set_chunk_index(piece);
      batch->set_data(bytes.substr(static_cast<size_t>(piece) * size, size));
      responses.push_back(std::move(response));
    }
    offset += static_cast<int64_t>(rows.size());
  }
  return responses;
}

ResultStream StreamOf(std::deque<proto::ExecutePlanResponse> responses) {
  return ResultStream(std::make_unique<ResultStream::Source>(std::make_unique<Responses>(std::move(responses))));
}

const Schema& AllTypes() {
  static const Schema schema = *Schema::parse(
      "b boolean, i8 tinyint, i16 smallint, i32 int, i64 bigint, f float, d double, de decimal(20,3), "
      "s string, v varchar(5), bi binary, da date, ts timestamp, tn timestamp_ntz, ti time(6), "
      "ym interval year to month, dt interval day to second, ci interval, a array<int>, "
      "m map<string,array<bigint>>, st struct<x: int, y: struct<z: string>>, va variant, "
      "g geometry(4326), na timestamp_ltz(9)");
  return schema;
}

Row OneOfEach() {
  return Row{true,
             int8_t{-1},
             int16_t{300},
             -70000,
             int64_t{1} << 40,
             1.5F,
             -2.25,
             *Decimal::parse("-12345678901234567.125"),
             "text",
             "varch",
             Binary{std::string("\0\1", 2)},
             Date{-1},
             Timestamp{1},
             TimestampNtz{-1},
             Time{86'399'999'999'000},
             YearMonthInterval{-13},
             DayTimeInterval{90'000'000},
             CalendarInterval{1, -2, 3},
             Array{1, Value(), 3},
             MapEntries{{"k", Array{int64_t{5}}}, {"n", Value()}},
             Row{7, Row{"deep"}},
             Variant{std::string("\x0c\x01", 2), std::string("\x01\x00\x00", 3)},
             Geospatial{4326, "wkb"},
             TimestampNanos{5, 999}};
}

TEST(ResultStream, GivesRowsOfEveryType) {
  const Row nulls(std::vector<Value>(AllTypes().size()));
  ResultStream stream = StreamOf(ResponsesOf(AllTypes(), {{OneOfEach(), nulls}, {OneOfEach()}}));
  Result<std::vector<Row>> rows = stream.rows();
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0], OneOfEach()) << (*rows)[0].to_string();
  EXPECT_EQ((*rows)[1], nulls);
  EXPECT_EQ((*rows)[2], OneOfEach());
  EXPECT_EQ(*stream.schema(), AllTypes());
  EXPECT_EQ((*rows)[0].find("st")->get_if<Row>()->get<int>("x").value(), 7);
}

TEST(ResultStream, PutsPiecesTogether) {
  ResultStream stream = StreamOf(ResponsesOf(AllTypes(), {{OneOfEach()}, {OneOfEach()}}, 7));
  Result<std::vector<Row>> rows = stream.rows();
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  EXPECT_EQ(rows->size(), 2U);
}

TEST(ResultStream, RefusesWhatNoServerMaySend) {
  const Schema schema = *Schema::parse("a int");
  const auto good = ResponsesOf(schema, {{Row{1}}, {Row{2}}}, 2);
  const auto fails = [&](const std::function<void(std::deque<proto::ExecutePlanResponse>&)>& change) {
    auto responses = good;
    change(responses);
    ResultStream stream = StreamOf(responses);
    Result<std::vector<Row>> rows = stream.rows();
    ASSERT_FALSE(rows.ok());
    EXPECT_EQ(rows.error().kind, ErrorKind::kProtocol);
    EXPECT_FALSE(stream.next().ok());
  };
  fails([](auto& responses) { responses.erase(responses.begin() + 1); });
  fails([](auto& responses) { responses.pop_back(); });
  fails([](auto& responses) { responses[3].mutable_arrow_batch()->set_start_offset(5); });
  fails([](auto& responses) { responses[2].mutable_arrow_batch()->set_row_count(9); });
  fails([](auto& responses) { responses[1].mutable_arrow_batch()->set_data("nonsense"); });
  fails([](auto& responses) { ToProto(*Schema::parse("a int, b int"), responses[0].mutable_schema()); });
}

struct Inner {
  int x;
  std::optional<std::string> y;
  bool operator==(const Inner&) const = default;
};
struct Record {
  int64_t id;
  std::string name;
  std::optional<double> score;
  std::vector<std::optional<int>> list;
  std::map<std::string, Inner> map;
  std::pair<bool, Date> pair;
  std::chrono::sys_days day;
  bool operator==(const Record&) const = default;
};

TEST(TypedRows, GoToColumnsAndBack) {
  const std::vector<Record> records = {
      {1, "a", 1.5, {1, std::nullopt}, {{"k", {1, "y"}}}, {true, Date{5}}, std::chrono::sys_days(std::chrono::days(3))},
      {2, "", std::nullopt, {}, {}, {false, Date{-5}}, {}}};
  const Schema schema = internal::SchemaOf<Record>({"id", "name", "score"});
  EXPECT_EQ(schema.simple_string(),
            "struct<id:bigint,name:string,score:double,_4:array<int>,_5:map<string,struct<_1:int,_2:string>>,"
            "_6:struct<_1:boolean,_2:date>,_7:date>");
  EXPECT_FALSE(schema[0].nullable);
  EXPECT_TRUE(schema[2].nullable);
  std::vector<Row> rows;
  for (const Record& record : records) rows.push_back(internal::RowOf(record));
  ResultStream stream = StreamOf(ResponsesOf(schema, {rows, {}, rows}));
  Result<std::vector<Record>> back = stream.rows_as<Record>();
  ASSERT_TRUE(back.ok()) << back.error().message;
  ASSERT_EQ(back->size(), 4U);
  EXPECT_EQ((*back)[0], records[0]);
  EXPECT_EQ((*back)[3], records[1]);
}

TEST(TypedRows, WidenButNeverNarrow) {
  const Schema schema = *Schema::parse("a int, b float");
  const std::vector<Row> rows = {Row{1, 2.5F}};
  using Wide = std::tuple<int64_t, double>;
  EXPECT_EQ(StreamOf(ResponsesOf(schema, {rows})).rows_as<Wide>()->front(), Wide(1, 2.5));
  using Narrow = std::tuple<int16_t, float>;
  const Result<std::vector<Narrow>> narrow = StreamOf(ResponsesOf(schema, {rows})).rows_as<Narrow>();
  ASSERT_FALSE(narrow.ok());
  EXPECT_EQ(narrow.error().message, "Column 0 (a) cannot become smallint: its Arrow format is 'i'.");
}

TEST(TypedRows, SayWhereANullHasNoPlace) {
  const Schema schema = *Schema::parse("a int");
  const Result<std::vector<int>> values = StreamOf(ResponsesOf(schema, {{Row{1}, Row{Value()}}})).rows_as<int>();
  ASSERT_FALSE(values.ok());
  EXPECT_EQ(values.error().message,
            "Column 0 (a) has a null in row 1 of a batch, where the type has no std::optional.");
  const auto optional = StreamOf(ResponsesOf(schema, {{Row{1}, Row{Value()}}})).rows_as<std::optional<int>>();
  ASSERT_TRUE(optional.ok());
  EXPECT_EQ(optional->back(), std::nullopt);
  EXPECT_FALSE((StreamOf(ResponsesOf(schema, {{Row{1}}})).rows_as<std::tuple<int, int>>().ok()));
}

TEST(ResultStream, IsACStreamOrACoroutine) {
  const Schema schema = *Schema::parse("a int, s string");
  ArrowArrayStream exported;
  ResultStream::export_to(StreamOf(ResponsesOf(schema, {{Row{1, "x"}}, {Row{2, "y"}, Row{3, "z"}}})), &exported);
  ArrowSchema arrow_schema;
  ASSERT_EQ(exported.get_schema(&exported, &arrow_schema), 0);
  EXPECT_STREQ(arrow_schema.format, "+s");
  EXPECT_STREQ(arrow_schema.children[1]->name, "s");
  int64_t rows = 0;
  std::vector<ArrowArray> arrays;
  while (true) {
    ArrowArray array;
    ASSERT_EQ(exported.get_next(&exported, &array), 0);
    if (!array.release) break;
    rows += array.length;
    arrays.push_back(array);
  }
  exported.release(&exported);
  EXPECT_EQ(rows, 3);
  // Arrays outlive their stream.
  std::vector<std::tuple<int, std::string>> read;
  EXPECT_TRUE(internal::AppendTypedRows(arrays[1], arrow_schema, read).ok());
  EXPECT_EQ(std::get<1>(read[1]), "z");
  for (ArrowArray& array : arrays) array.release(&array);
  arrow_schema.release(&arrow_schema);

  ResultStream stream = StreamOf(ResponsesOf(schema, {{Row{1, "x"}}, {Row{2, "y"}, Row{3, "z"}}}));
  rows = 0;
  for (const Result<RecordBatch>& batch : stream.batches()) {
    ASSERT_TRUE(batch.ok());
    rows += batch->rows();
  }
  EXPECT_EQ(rows, 3);
}

TEST(ResultStream, TellsMetrics) {
  auto responses = ResponsesOf(*Schema::parse("a int"), {{Row{1}}});
  auto* observed = responses[1].add_observed_metrics();
  observed->set_name("o");
  observed->add_keys("n");
  observed->add_values()->set_long_(5);
  auto* metric = responses[1].mutable_metrics()->add_metrics();
  metric->set_name("Scan");
  ResultStream stream = StreamOf(responses);
  ASSERT_TRUE(stream.rows().ok());
  ASSERT_EQ(stream.observed_metrics().size(), 1U);
  EXPECT_EQ(stream.observed_metrics()[0].values[0].second, Value(int64_t{5}));
  EXPECT_EQ(stream.metrics()[0].name, "Scan");
}

TEST(AppendValue, RefusesWhatDoesNotFit) {
  const auto fits = [](const Value& value, const char* type) {
    const DataType parsed = *DataType::parse(type);
    arrow::ColumnBuilder column(ToServerType(parsed));
    return AppendValue(value, parsed, column);
  };
  EXPECT_TRUE(fits(5, "decimal(3,2)"));
  EXPECT_FALSE(fits(50, "decimal(3,2)"));
  EXPECT_TRUE(fits(*Decimal::parse("1.500"), "decimal(3,1)"));
  EXPECT_FALSE(fits(*Decimal::parse("1.55"), "decimal(3,1)"));
  EXPECT_FALSE(fits(300, "tinyint"));
  EXPECT_FALSE(fits(1.5, "float"));
  EXPECT_FALSE(fits("1", "int"));
  EXPECT_FALSE(fits(Array{"x"}, "array<int>"));
  EXPECT_FALSE(fits(MapEntries{{Value(), 1}}, "map<string,int>"));
  EXPECT_FALSE(fits(Row{1}, "struct<a: int, b: int>"));
}

TEST(CommonType, IsTheWider) {
  const auto common = [](const char* a, const char* b) {
    const auto type = CommonType(*DataType::parse(a), *DataType::parse(b));
    return type ? type->simple_string() : "none";
  };
  EXPECT_EQ(common("int", "bigint"), "bigint");
  EXPECT_EQ(common("int", "double"), "double");
  EXPECT_EQ(common("decimal(5,2)", "decimal(4,3)"), "decimal(6,3)");
  EXPECT_EQ(common("void", "string"), "string");
  EXPECT_EQ(common("array<int>", "array<void>"), "array<int>");
  EXPECT_EQ(common("int", "string"), "none");
}

}  // namespace
}  // namespace firesteel::client
