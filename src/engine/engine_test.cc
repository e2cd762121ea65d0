#include "engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "arrow/ipc_reader.h"
#include "arrow/record_batch_writer.h"
#include "base/error.h"

namespace firesteel::engine {
namespace {

using functions::Kernel;
using functions::KernelCall;
using functions::KernelContext;
using functions::ResultVector;
using functions::VectorView;
using Views = std::span<const VectorView>;

/// Joins the slices of a batch to the bytes that a client would get.
SharedBytes Joined(const ArrowBatch& batch) {
  std::string bytes;
  for (const auto& slice : batch.slices) bytes += *slice;
  return Bytes::Of(std::move(bytes));
}

/// The first column of a result as 64-bit integers (nulls as -1).
std::vector<int64_t> Longs(const ArrowBatch& batch) {
  auto reader = arrow::IpcReader::Open(Joined(batch));
  std::vector<int64_t> values;
  for (auto next = reader->Next(); !next.empty(); next = reader->Next()) {
    const ArrowArray& column = *next->children[0];
    const auto* bits = static_cast<const uint8_t*>(column.buffers[0]);
    for (int64_t i = 0; i < column.length; ++i) {
      const bool valid = column.null_count == 0 || bits == nullptr || ((bits[i / 8] >> (i % 8)) & 1) != 0;
      values.push_back(valid ? static_cast<const int64_t*>(column.buffers[1])[i] : -1);
    }
  }
  return values;
}

std::vector<std::string> Texts(const ArrowBatch& batch) {
  auto reader = arrow::IpcReader::Open(Joined(batch));
  std::vector<std::string> values;
  for (auto next = reader->Next(); !next.empty(); next = reader->Next()) {
    const ArrowArray& column = *next->children[0];
    const auto* offsets = static_cast<const int32_t*>(column.buffers[1]);
    const char* bytes = static_cast<const char*>(column.buffers[2]);
    for (int64_t i = 0; i < column.length; ++i) values.emplace_back(bytes + offsets[i], offsets[i + 1] - offsets[i]);
  }
  return values;
}

Schema Columns(std::vector<DataType> types) {
  Schema schema;
  for (DataType& type : types) schema.push_back(StructField{"c", std::move(type)});
  return schema;
}

class EngineTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { engine_ = Engine::Open({.memory_limit_bytes = 1 << 30, .threads = 2}).release(); }

  std::vector<ArrowBatch> Run(const QuerySpec& query, const CancelTokenPtr& cancel = nullptr) {
    std::vector<ArrowBatch> batches;
    engine_->Run(query, cancel, [&](ArrowBatch batch) {
      batches.push_back(std::move(batch));
      return true;
    });
    return batches;
  }
  std::vector<int64_t> RunLongs(const std::string& sql, std::vector<KernelCall> calls = {}) {
    QuerySpec query{.sql = sql, .schema = Columns({DataType::Long()})};
    for (KernelCall& call : calls) query.kernels.push_back(std::make_shared<const KernelCall>(std::move(call)));
    std::vector<int64_t> values;
    for (const ArrowBatch& batch : Run(query)) {
      for (const int64_t value : Longs(batch)) values.push_back(value);
    }
    return values;
  }
  std::string Condition(const std::string& sql, std::vector<KernelCall> calls = {}) {
    try {
      RunLongs(sql, std::move(calls));
    } catch (const QueryError& error) {
      return error.condition();
    } catch (const InternalError& error) {
      return std::string("internal: ") + error.what();
    }
    return "none";
  }

  static Engine* engine_;
};
Engine* EngineTest::engine_ = nullptr;

void AddOne(KernelContext&, Views arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
    } else {
      result.Data<int64_t>()[row] = arguments[0].Get<int64_t>(row) + 1;
    }
  }
}
constexpr Kernel kAddOne{AddOne, nullptr, false};

void Divide100(KernelContext& context, Views arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    const int64_t divisor = arguments[0].Get<int64_t>(row);
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
    } else if (divisor == 0) {
      context.Fail(row, "DIVIDE_BY_ZERO", {{"config", "\"spark.sql.ansi.enabled\""}}, ErrorClass::kArithmetic);
      if (context.failed()) return;
    } else {
      result.Data<int64_t>()[row] = 100 / divisor;
    }
  }
}
constexpr Kernel kDivide100{Divide100, nullptr, true};

KernelCall LongCall(const Kernel& kernel, EvalMode mode = EvalMode::kAnsi) {
  KernelCall call;
  call.kernel = &kernel;
  call.argument_types = {DataType::Long()};
  call.result_type = DataType::Long();
  call.mode = mode;
  call.constants.resize(1);
  return call;
}

TEST_F(EngineTest, RunsAQuery) { EXPECT_THAT(RunLongs("SELECT 7::BIGINT"), testing::ElementsAre(7)); }

TEST_F(EngineTest, EmptyResultHasOneBatch) {
  const auto batches = Run({.sql = "SELECT 1::BIGINT WHERE false", .schema = Columns({DataType::Long()})});
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].rows, 0);
}

TEST_F(EngineTest, ResultWithoutColumnsHasRows) {
  const auto batches = Run({.sql = "SELECT NULL FROM range(5)", .schema = {}});
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].rows, 5);
}

TEST_F(EngineTest, KernelsSeeFlatConstantAndDictionaryColumns) {
  EXPECT_THAT(RunLongs("SELECT fs(0, range) FROM range(3)", {LongCall(kAddOne)}), testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(RunLongs("SELECT fs(0, 41::BIGINT)", {LongCall(kAddOne)}), testing::ElementsAre(42));
  EXPECT_THAT(RunLongs("SELECT fs(0, NULL)", {LongCall(kAddOne)}), testing::ElementsAre(-1));
  EXPECT_THAT(RunLongs("SELECT fs(0, a) FROM (SELECT unnest([1::BIGINT, NULL, 3]) AS a, unnest([1,2,3]) AS b) "
                       "WHERE b <> 1 ORDER BY b",
                       {LongCall(kAddOne)}),
              testing::ElementsAre(-1, 4));
}

TEST_F(EngineTest, ArgumentsAreCastToWhatTheKernelReads) {
  EXPECT_THAT(RunLongs("SELECT fs(0, 5::TINYINT)", {LongCall(kAddOne)}), testing::ElementsAre(6));
}

TEST_F(EngineTest, AKernelsErrorComesBackAsItself) {
  EXPECT_EQ(Condition("SELECT fs(0, range) FROM range(3)", {LongCall(kDivide100)}), "DIVIDE_BY_ZERO");
  EXPECT_EQ(Condition("SELECT fs(0, 0::BIGINT)", {LongCall(kDivide100)}), "DIVIDE_BY_ZERO");
  EXPECT_EQ(Condition("SELECT sum(fs(0, 500000 - range))::BIGINT FROM range(1000000)", {LongCall(kDivide100)}),
            "DIVIDE_BY_ZERO");
}

TEST_F(EngineTest, TryModeGivesNull) {
  EXPECT_THAT(RunLongs("SELECT fs(0, range) FROM range(3)", {LongCall(kDivide100, EvalMode::kTry)}),
              testing::ElementsAre(-1, 100, 50));
}

TEST_F(EngineTest, RowsThatAreNotEvaluatedRaiseNothing) {
  EXPECT_THAT(
      RunLongs("SELECT CASE WHEN range > 5 THEN fs(0, 0::BIGINT) ELSE range END FROM range(2)", {LongCall(kDivide100)}),
      testing::ElementsAre(0, 1));
  EXPECT_THAT(RunLongs("SELECT range FROM range(3) WHERE range <> 0 AND fs(0, range) > 60", {LongCall(kDivide100)}),
              testing::ElementsAre(1));
  EXPECT_THAT(RunLongs("SELECT coalesce(range, fs(0, 0::BIGINT)) FROM range(2)", {LongCall(kDivide100)}),
              testing::ElementsAre(0, 1));
}

TEST_F(EngineTest, VolatileKernelsAreNotMovedBelowFilters) {
  EXPECT_THAT(
      RunLongs("SELECT r FROM (SELECT range AS r FROM range(9) WHERE range % 3 <> 0) WHERE fs_volatile(0, r % 3)"
               " > 60",
               {LongCall(kDivide100)}),
      testing::ElementsAre(1, 4, 7));
}

void JoinWords(KernelContext&, Views arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    const auto list = arguments[0].Get<functions::ListSlot>(row);
    std::string text;
    for (uint64_t i = list.offset; i < list.offset + list.length; ++i) {
      const VectorView& words = arguments[0].children[0];
      text += words.IsValid(i) ? std::string(words.Text(i)) + "," : "null,";
    }
    result.SetText(row, text);
  }
}
constexpr Kernel kJoinWords{JoinWords, nullptr, false};

TEST_F(EngineTest, KernelsReadLists) {
  KernelCall call;
  call.kernel = &kJoinWords;
  call.argument_types = {DataType::Array(DataType::String())};
  call.result_type = DataType::String();
  QuerySpec query{.sql = "SELECT fs(0, [x::VARCHAR, NULL, 'a longer text than twelve']) FROM range(2) t(x)",
                  .schema = Columns({DataType::String()})};
  query.kernels.push_back(std::make_shared<const KernelCall>(call));
  EXPECT_THAT(Texts(Run(query).at(0)),
              testing::ElementsAre("0,null,a longer text than twelve,", "1,null,a longer text than twelve,"));
}

/// n → [n decimals of decimal(7,2): i + 0.25].
void MakeDecimals(KernelContext&, Views arguments, size_t rows, ResultVector& result) {
  ResultVector& items = result.Child(0);
  uint64_t used = 0;
  for (size_t row = 0; row < rows; ++row) {
    const auto count = static_cast<uint64_t>(arguments[0].Get<int64_t>(row));
    items.Reserve(used + count);
    for (uint64_t i = 0; i < count; ++i) items.Data<int128_t>()[used + i] = static_cast<int128_t>(i) * 100 + 25;
    result.SetList(row, used, count);
    used += count;
  }
  items.SetSize(used);
}
constexpr Kernel kMakeDecimals{MakeDecimals, nullptr, false};

TEST_F(EngineTest, KernelsWriteListsOfNarrowDecimals) {
  KernelCall call = LongCall(kMakeDecimals);
  call.result_type = DataType::Array(DataType::Decimal(7, 2));
  EXPECT_THAT(RunLongs("SELECT (list_sum(fs(0, range)) * 100)::BIGINT FROM range(4)", {call}),
              testing::ElementsAre(-1, 25, 150, 375));
  EXPECT_EQ(RunLongs("SELECT sum(len(fs(0, range)))::BIGINT FROM range(3000)", {call}).at(0), 2999 * 3000 / 2);
}

void DoubleDecimal(KernelContext&, Views arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) result.Data<int128_t>()[row] = arguments[0].Get<int128_t>(row) * 2;
}
constexpr Kernel kDoubleDecimal{DoubleDecimal, nullptr, false};

TEST_F(EngineTest, DecimalsAreWidenedForKernels) {
  KernelCall call = LongCall(kDoubleDecimal);
  call.argument_types = {DataType::Decimal(4, 1)};
  call.result_type = DataType::Decimal(5, 1);
  EXPECT_THAT(RunLongs("SELECT (fs(0, (range + 0.5)::DECIMAL(4,1)) * 10)::BIGINT FROM range(3)", {call}),
              testing::ElementsAre(10, 30, 50));
  // A dictionary of decimals, and a wider one of the same scale.
  EXPECT_THAT(RunLongs("SELECT (fs(0, d) * 10)::BIGINT FROM (SELECT unnest([1.5::DECIMAL(30,1), 2.5, 3.5]) AS d) "
                       "WHERE d > 2 ORDER BY d",
                       {call}),
              testing::ElementsAre(50, 70));
}

TEST_F(EngineTest, PlansWithKernelsCanBeCopied) {
  EXPECT_THAT(RunLongs("WITH w AS (SELECT fs(0, range) AS a FROM range(3)) SELECT x.a FROM w AS x JOIN w AS y ON x.a = "
                       "y.a ORDER BY 1",
                       {LongCall(kAddOne)}),
              testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(RunLongs("WITH w AS NOT MATERIALIZED (SELECT fs(0, range) AS a FROM range(3)) SELECT (SELECT count(*) "
                       "FROM w AS y WHERE y.a < x.a) FROM w AS x ORDER BY 1",
                       {LongCall(kAddOne)}),
              testing::ElementsAre(0, 1, 2));
}

TEST_F(EngineTest, MismatchedColumnsAreCast) { EXPECT_THAT(RunLongs("SELECT 3::TINYINT"), testing::ElementsAre(3)); }

TEST_F(EngineTest, RelabelKeepsBytes) {
  EXPECT_THAT(RunLongs("SELECT octet_length(fs_as(fs_as('\\x61\\xFF\\x00'::BLOB, NULL::VARCHAR), NULL::BLOB))"),
              testing::ElementsAre(3));
  EXPECT_THAT(RunLongs("SELECT struct_extract_at(fs_as({'A': range, 'b': 2}, NULL::STRUCT(f0 BIGINT, f1 INTEGER)), 1) "
                       "FROM range(2)"),
              testing::ElementsAre(0, 1));
}

TEST_F(EngineTest, StreamsInBatchesOfTheWantedSize) {
  const auto batches = Run(
      {.sql = "SELECT range FROM range(2000000)", .schema = Columns({DataType::Long()}), .max_batch_bytes = 1 << 20});
  int64_t rows = 0;
  for (const ArrowBatch& batch : batches) {
    rows += batch.rows;
    EXPECT_LT(Joined(batch)->size(), (1u << 20) + 64 * 1024);
  }
  EXPECT_EQ(rows, 2000000);
  EXPECT_GT(batches.size(), 10u);
  const auto by_rows =
      Run({.sql = "SELECT range FROM range(2500)", .schema = Columns({DataType::Long()}), .max_batch_rows = 1000});
  ASSERT_EQ(by_rows.size(), 3u);
  EXPECT_EQ(by_rows[2].rows, 500);
}

TEST_F(EngineTest, BatchesOfUsualRowsFitAMessageOfFourMebibytes) {
  for (const char* width : {"10", "100", "300", "2000"}) {
    const auto batches = Run({.sql = std::string("SELECT range, repeat('x', ") + width + ") FROM range(30000)",
                              .schema = Columns({DataType::Long(), DataType::String()})});
    for (const ArrowBatch& batch : batches) EXPECT_LT(Joined(batch)->size(), (4u << 20) - 4096) << width;
  }
}

TEST_F(EngineTest, StopsWhenTheSinkHasEnough) {
  int batches = 0;
  engine_->Run({.sql = "SELECT range FROM range(100000000)", .schema = Columns({DataType::Long()})}, nullptr,
               [&](ArrowBatch) { return ++batches < 2; });
  EXPECT_EQ(batches, 2);
}

TEST_F(EngineTest, ASinkThatThrowsEndsItsQuery) {
  // The engine's threads are amid their tasks when the error comes, and the query holds hundreds of megabytes.
  for (int i = 0; i < 10; ++i) {
    EXPECT_THROW(
        engine_->Run({.sql = "SELECT range, repeat('x', 90) AS t FROM range(2000000) ORDER BY t, range DESC",
                      .schema = Columns({DataType::Long(), DataType::String()}),
                      .max_batch_rows = 10},
                     nullptr,
                     [](ArrowBatch) -> bool { throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql); }),
        QueryError);
    EXPECT_LT(RunLongs("SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT FROM duckdb_memory()").front(), 32 << 20);
  }
}

TEST_F(EngineTest, ASlowReaderKeepsMemoryBounded) {
  // Ten million rows of about 100 bytes: 1 GB, as much as the engine may have at all.
  int64_t rows = 0;
  engine_->Run({.sql = "SELECT range, repeat('x', 90) FROM range(10000000)",
                .schema = Columns({DataType::Long(), DataType::String()})},
               nullptr, [&](ArrowBatch batch) {
                 rows += batch.rows;
                 return true;
               });
  EXPECT_EQ(rows, 10000000);
}

TEST_F(EngineTest, CancelInterrupts) {
  auto token = std::make_shared<CancelToken>();
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    token->Cancel();
  });
  const auto start = std::chrono::steady_clock::now();
  std::string condition;
  try {
    Run({.sql = "SELECT count(*) FROM range(10000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3",
         .schema = Columns({DataType::Long()})},
        token);
  } catch (const QueryError& error) {
    condition = error.condition();
  }
  canceller.join();
  EXPECT_EQ(condition, "OPERATION_CANCELED");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  EXPECT_THAT(RunLongs("SELECT 1::BIGINT"), testing::ElementsAre(1));
}

TEST_F(EngineTest, FileErrorsNameTheFile) {
  QuerySpec missing{.sql = "SELECT a FROM read_parquet('/nowhere/x.parquet')",
                    .schema = Columns({DataType::Long()}),
                    .files = {"/nowhere/x.parquet"}};
  EXPECT_THROW(
      try { Run(missing); } catch (const QueryError& error) {
        EXPECT_EQ(error.condition(), "FAILED_READ_FILE.FILE_NOT_EXIST");
        throw;
      },
      QueryError);
  const std::string path = testing::TempDir() + "/damaged.parquet";
  std::ofstream(path) << "PAR1 this is no parquet file at all";
  QuerySpec damaged{
      .sql = "SELECT a FROM read_parquet('" + path + "')", .schema = Columns({DataType::Long()}), .files = {path}};
  EXPECT_THROW(
      try { Run(damaged); } catch (const QueryError& error) {
        EXPECT_EQ(error.condition(), "FAILED_READ_FILE.NO_HINT");
        throw;
      },
      QueryError);
  EXPECT_THROW(engine_->ParquetSchema({path}), QueryError);
}

TEST_F(EngineTest, TooMuchMemoryIsAnErrorAndNotTheEnd) {
  auto small = Engine::Open({.memory_limit_bytes = 64 << 20, .threads = 1});
  std::string condition;
  try {
    small->Run({.sql = "SELECT list(range)::VARCHAR FROM range(100000000)", .schema = Columns({DataType::String()})},
               nullptr, [](ArrowBatch) { return true; });
  } catch (const QueryError& error) {
    condition = error.condition();
  }
  EXPECT_EQ(condition, "SPILL_OUT_OF_MEMORY");
  int64_t rows = 0;
  small->Run({.sql = "SELECT 1::BIGINT", .schema = Columns({DataType::Long()})}, nullptr, [&](ArrowBatch batch) {
    rows += batch.rows;
    return true;
  });
  EXPECT_EQ(rows, 1);
}

TEST_F(EngineTest, NestedAndSpecialTypesReachArrow) {
  const DataType entry = DataType::Struct({StructField{"a", DataType::Int()}, StructField{"b", DataType::String()}});
  QuerySpec query{
      .sql =
          "SELECT [{'f0': 1, 'f1': 'x'}, NULL], MAP(['k'], [[1.5::DECIMAL(5,2)]]), "
          "(to_months(2) + to_days(3) + to_microseconds(4)), 5::BIGINT, 6::INTEGER, true, '\\xAA'::BLOB, "
          "NULL::INTEGER, make_timestamptz(7::BIGINT), DATE '2020-02-03'",
      .schema =
          Columns({DataType::Array(entry), DataType::Map(DataType::String(), DataType::Array(DataType::Decimal(5, 2))),
                   DataType::CalendarInterval(), DataType::Time(6), DataType::YearMonthInterval(), DataType::Boolean(),
                   DataType::Binary(), DataType::Null(), DataType::Timestamp(), DataType::Date()}),
      .time_zone = "UTC"};
  const auto batches = Run(query);
  ASSERT_EQ(batches.size(), 1u);
  auto reader = arrow::IpcReader::Open(Joined(batches[0]));
  ASSERT_EQ(reader->schema().size(), 10u);
  for (size_t i = 0; i < 10; ++i) EXPECT_EQ(reader->schema()[i].type.kind(), query.schema[i].type.kind()) << i;
  auto batch = reader->Next();
  const ArrowArray& list = *batch->children[0];
  EXPECT_EQ(list.children[0]->length, 2);
  EXPECT_EQ(list.children[0]->null_count, 1);
}

TEST_F(EngineTest, ReadsClientData) {
  arrow::RecordBatchWriter writer(Columns({DataType::Long(), DataType::String()}), "UTC");
  for (int64_t i = 0; i < 5000; ++i) {
    writer.columns()[0].AppendValid(i % 2 == 0);
    writer.columns()[0].AppendFixed(&i, 1);
    writer.columns()[1].AppendValid(true);
    writer.columns()[1].AppendBytes("text number " + std::to_string(i));
  }
  const arrow::EncodedBatch encoded = writer.Finish(5000);
  QuerySpec query{.sql = "SELECT v0 FROM fs_input(0) WHERE v1 LIKE '%99' ORDER BY v1",
                  .schema = Columns({DataType::Long()})};
  query.tables.push_back(
      {"input_0", Joined(ArrowBatch{encoded.rows, encoded.slices}), {DataType::Long(), DataType::String()}});
  const auto values = Longs(Run(query).at(0));
  EXPECT_EQ(values.size(), 50u);
  query.sql = "SELECT count(*) FROM fs_input(0)";
  EXPECT_THAT(Longs(Run(query).at(0)), testing::ElementsAre(5000));
  query.sql = "SELECT sum(v0)::BIGINT FROM fs_input(0)";
  EXPECT_THAT(Longs(Run(query).at(0)), testing::ElementsAre(2499 * 2500));
  query.tables[0].arrow_ipc = Bytes::Of("no arrow at all");
  EXPECT_THROW(Run(query), QueryError);
}

TEST_F(EngineTest, OperationsRunSideBySide) {
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        good += RunLongs("SELECT count(*) FROM range(50000) WHERE fs(0, range) % 2 = 0", {LongCall(kAddOne)}).at(0) ==
                25000;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 160);
}

TEST_F(EngineTest, ExplainShowsThePlan) {
  EXPECT_THAT(engine_->Explain({.sql = "SELECT sum(range) FROM range(10)"}), testing::HasSubstr("AGGREGATE"));
}

}  // namespace
}  // namespace firesteel::engine
