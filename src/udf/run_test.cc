#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "udf/interpreter.h"
#include "udf/worker_fixture.h"

namespace firesteel::udf {
namespace {

using testing::Command;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::LongStream;
using testing::OneLong;

using Clock = std::chrono::steady_clock;

class PythonRun : public testing::Workers {};

constexpr int32_t kPandas = 200, kGroupedPandas = 201, kMapPandas = 205, kMapArrow = 207;
constexpr int64_t kNull = INT64_MIN;

Schema StructOfLong() { return {{"_0", DataType::Struct(OneLong())}}; }

double Seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

TEST_F(PythonRun, RunsPandasFunctions) {
  EXPECT_THAT(Longs(RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 3))), ElementsAre(1, 2, 3));
  EXPECT_GT(reports_[0].bytes_received, 0);
}

TEST_F(PythonRun, RunsRowFunctionsOverArrow) {
  EXPECT_THAT(Longs(RunOne(OneCall(kArrowBatchedUdf, "row_plus_one"), LongStream(0, 3))), ElementsAre(1, 2, 3));
}

TEST_F(PythonRun, RunsPickledFunctionsOverArrow) {
  EXPECT_THAT(Longs(RunOne(OneCall(kBatchedUdf, "row_plus_one"), LongStream(0, 3))), ElementsAre(1, 2, 3));
  // A value of another type is null, as Spark's EvaluatePython makes it.
  Task texts = OneCall(kBatchedUdf, "row_text");
  EXPECT_THAT(Longs(RunOne(texts, LongStream(0, 4))), ElementsAre(kNull, 1, kNull, 3));
}

TEST_F(PythonRun, CallsSeveralFunctionsOfATask) {
  Task task = OneCall(kBatchedUdf, "row_plus_one");
  task.calls.push_back(task.calls[0]);
  task.calls[1].commands.push_back(Command("row_plus_one"));  // chained
  task.output.push_back({"_1", DataType::Long()});
  const std::string stream = RunOne(task, LongStream(0, 2));
  auto reader = arrow::IpcReader::Open(Bytes::Of(stream));
  auto batch = reader->Next();
  ASSERT_EQ(batch->n_children, 2);
  EXPECT_EQ(static_cast<const int64_t*>(batch->children[1]->buffers[1])[1], 3);
}

TEST_F(PythonRun, MapsBatches) {
  EXPECT_THAT(Longs(RunOne(OneCall(kMapPandas, "doubled", {}), LongStream(1, 3, 2, StructOfLong()))),
              ElementsAre(2, 4, 6));
  EXPECT_THAT(Longs(RunOne(OneCall(kMapArrow, "arrow_same", {}), LongStream(1, 3, 2, StructOfLong()))),
              ElementsAre(1, 2, 3));
}

TEST_F(PythonRun, GroupsFollowTheirMarks) {
  const Task task = OneCall(kGroupedPandas, "group_sum", {2, 0, 0});
  std::string input;
  for (int64_t size : {2, 3}) {
    AppendInt(1, input);
    input += LongStream(0, size);
  }
  AppendInt(0, input);
  EXPECT_THAT(Longs(RunOne(task, input)), ElementsAre(2, 3));
}

TEST_F(PythonRun, TableFunctionsGiveAListARow) {
  Task task = OneCall(kTableUdf, "plus_one");
  task.calls.clear();
  task.output = {{"n", DataType::Int()}, {"s", DataType::String()}};
  task.table_call = TableCall{.arguments = {0},
                              .handler = Command("Twice"),
                              .return_type = TypeToJson(DataType::Struct(task.output)),
                              .name = "twice"};
  const std::string stream = RunOne(task, LongStream(7, 2));
  auto reader = arrow::IpcReader::Open(Bytes::Of(stream));
  EXPECT_EQ(CatalogString(reader->schema()[0].type), "array<struct<n:int,s:string>>");
  auto batch = reader->Next();
  ASSERT_EQ(batch->length, 3);  // two rows, and what `terminate` gave
  const auto* offsets = static_cast<const int32_t*>(batch->children[0]->buffers[1]);
  EXPECT_THAT(std::vector<int32_t>(offsets, offsets + 4), ElementsAre(0, 2, 4, 5));
}

TEST_F(PythonRun, AWorkerThatStopsReadingIsNotAnError) {
  const auto shared = std::make_shared<const std::string>(LongStream(0, 3'000'000, 10'000, StructOfLong()));
  EXPECT_EQ(Longs(RunOne(OneCall(kMapArrow, "first_only", {}), *shared)).size(), 10'000U);
  EXPECT_EQ(runtime().counts().idle_workers, 0);  // it has ended
}

TEST_F(PythonRun, InputsAndOutputsLargerThanAllBuffers) {
  const auto streams = RunAll(OneCall(kPandas, "same"), 2, LongStream(0, 2'000'000));
  EXPECT_EQ(Longs(streams[0]).size(), 2'000'000U);
  EXPECT_EQ(Longs(streams[1]).back(), 1'999'999);
}

TEST_F(PythonRun, ExceptionsCarryTheTraceback) {
  const std::string text = Failure(OneCall(kPandas, "raises"), LongStream(0, 1));
  EXPECT_EQ(condition_, "PYTHON_EXCEPTION");
  EXPECT_THAT(text, HasSubstr("[PYTHON_EXCEPTION] An exception was thrown from the Python worker: Traceback (most "
                              "recent call last):\n"));
  EXPECT_THAT(text, HasSubstr("ValueError: bad thing\n SQLSTATE: 38000"));
  EXPECT_THAT(Longs(RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1))), ElementsAre(1));
}

TEST_F(PythonRun, HugeTracebacksAreCut) {
  const std::string text = Failure(OneCall(kPandas, "raises_much"), LongStream(0, 1));
  EXPECT_LT(text.size(), 1U << 20);
  EXPECT_THAT(text, HasSubstr("the end"));
}

TEST_F(PythonRun, CrashesAreNamed) {
  EXPECT_THAT(Failure(OneCall(kPandas, "leaves"), LongStream(0, 1)),
              HasSubstr("Python worker exited unexpectedly (crashed): it ended with exit status 3"));
  const std::string fault = Failure(OneCall(kPandas, "faults"), LongStream(0, 1));
  EXPECT_THAT(fault, HasSubstr("signal 11 (SIGSEGV)"));
  EXPECT_THAT(fault, HasSubstr("in faults"));
  EXPECT_THAT(Failure(OneCall(kPandas, "killed"), LongStream(0, 1)), HasSubstr("signal 9 (SIGKILL)"));
  EXPECT_THAT(Longs(RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1))), ElementsAre(1));
}

TEST_F(PythonRun, OtherPythonVersionsAreRefused) {
  Task task = OneCall(kPandas, "plus_one");
  task.python_version = "3.1";
  EXPECT_THAT(Failure(task, LongStream(0, 1)), HasSubstr("PYTHON_VERSION_MISMATCH"));
}

TEST_F(PythonRun, LoopsEndWhenCanceled) {
  RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1));
  auto cancel = std::make_shared<CancelToken>();
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel->Cancel();
  });
  const auto begin = Clock::now();
  Failure(OneCall(kPandas, "loops"), LongStream(0, 1), cancel);
  EXPECT_LT(Seconds(begin), 0.7);
  later.join();
  EXPECT_EQ(condition_, "OPERATION_CANCELED");
  EXPECT_EQ(runtime().counts().busy_workers, 0);
}

TEST_F(PythonRun, RunsHaveATimeLimit) {
  Task task = OneCall(kPandas, "loops");
  task.query_seconds = 1;
  Failure(task, LongStream(0, 1));
  EXPECT_EQ(condition_, "SERVER_LIMIT_EXCEEDED");
}

TEST_F(PythonRun, WorkersAreUsedAgainInTheirSessionOnly) {
  const int64_t first = Longs(RunOne(OneCall(kPandas, "pid"), LongStream(0, 1)))[0];
  EXPECT_EQ(Longs(RunOne(OneCall(kPandas, "pid"), LongStream(0, 1)))[0], first);
  session_ = "b";
  folder_ = NewFolder();
  EXPECT_NE(Longs(RunOne(OneCall(kPandas, "pid"), LongStream(0, 1)))[0], first);
  session_ = "a";
  folder_ = folders_[0];
  runtime().ForgetWorkers("a");
  EXPECT_NE(Longs(RunOne(OneCall(kPandas, "pid"), LongStream(0, 1)))[0], first);
  runtime().EndSession("a");
  runtime().EndSession("b");
  EXPECT_EQ(runtime().counts().idle_workers, 0);
}

TEST_F(PythonRun, RunsOfManySessionsShareTheWorkersThereMayBe) {
  options_.limits.max_workers = 3;
  Runtime& shared = runtime();
  const auto input = std::make_shared<const std::string>(LongStream(0, 10));
  std::vector<Task> tasks;
  for (const char* session : {"a", "b", "c", "a"}) {
    tasks.push_back(OneCall(kPandas, "plus_one"));
    tasks.back().principal = {.session = session, .files_folder = {}};
  }
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (const Task& task : tasks) {
    threads.emplace_back([&] {
      for (int i = 0; i < 8; ++i) {
        std::vector<std::string> streams(2);
        auto run = shared.Start(task, 2, nullptr, [&](size_t w, std::string_view message) { streams[w] += message; });
        for (size_t w = 0; w < run->workers(); ++w) {
          run->Write(w, {input});
          run->CloseInput(w);
        }
        run->Finish();
        good += Longs(streams[1] + arrow::EndOfStreamMark()).back() == 10;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 32);
  EXPECT_LE(shared.counts().idle_workers, 3);
  EXPECT_EQ(shared.counts().busy_workers, 0);
}

TEST_F(PythonRun, FirstCallOfASessionIsQuick) {
  RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // the pool fills up
  session_ = "new";
  folder_ = NewFolder();
  const auto begin = Clock::now();
  RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1));
  const double seconds = Seconds(begin);
  RecordProperty("first_call_ms", static_cast<int>(1000 * seconds));
  std::printf("first call of a session: %.1f ms\n", 1000 * seconds);
  EXPECT_LT(seconds, 0.5);  // 150 ms when nothing else runs
}

TEST_F(PythonRun, MemoryIsLevel) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer keeps what is freed";
#endif
  const auto resident = [] {
    long pages = 0, shared = 0;
    FILE* file = std::fopen("/proc/self/statm", "r");
    if (std::fscanf(file, "%ld %ld", &pages, &shared) != 2) shared = 0;
    std::fclose(file);
    return shared * 4096;
  };
  const std::string input = LongStream(0, 1000);
  for (int i = 0; i < 20; ++i) RunOne(OneCall(kPandas, "plus_one"), input);
  const long before = resident();
  for (int i = 0; i < 200; ++i) {
    RunOne(OneCall(kPandas, "plus_one"), input);
    if (i % 20 == 0) Failure(OneCall(kPandas, "raises"), input);
  }
  EXPECT_LT(resident() - before, 8 << 20);
}

TEST_F(PythonRun, AsksProgramsForPlanning) {
  Question question{.module = "pyspark.sql.worker.analyze_udtf",
                    .python_version = "3.1",
                    .principal = {.session = session_, .files_folder = folder_}};
  const std::string answer = runtime().Ask(question, nullptr);
  EXPECT_THAT(answer, HasSubstr("PYTHON_VERSION_MISMATCH"));
  EXPECT_EQ(answer.substr(0, 4), std::string("\xff\xff\xff\xfe"));
}

TEST(Interpreter, APathIsOneFromHere) {
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(InterpreterCandidates("venv/bin/python"), std::vector<std::string>{here + "/venv/bin/python"});
  EXPECT_EQ(InterpreterCandidates("/usr/bin/python3"), std::vector<std::string>{"/usr/bin/python3"});
  EXPECT_EQ(InterpreterCandidates("python3.11"), std::vector<std::string>{"python3.11"}) << "of PATH";
}

TEST_F(PythonRun, NoInterpreterIsSaidClearly) {
  options_.python = "/nowhere/python3";
  EXPECT_THAT(Failure(OneCall(kPandas, "plus_one"), LongStream(0, 1)), HasSubstr("/nowhere/python3"));
  EXPECT_EQ(condition_, "UNSUPPORTED_FEATURE.FIRESTEEL");
}

TEST_F(PythonRun, Throughput) {
  if (!std::getenv("FIRESTEEL_UDF_BENCH")) GTEST_SKIP();
  const std::string input = LongStream(0, 2'500'000);
  for (int i = 0; i < 4; ++i) {
    const auto begin = Clock::now();
    RunAll(OneCall(kPandas, "same"), 2, input);
    std::printf("pandas pass-through, 5 M longs: %.0f ms\n", 1000 * Seconds(begin));
  }
  const std::string rows = LongStream(0, 500'000);
  for (const char* kind : {"100", "101"}) {
    const auto begin = Clock::now();
    RunAll(OneCall(std::atoi(kind), "row_plus_one"), 2, rows);
    std::printf("kind %s, 1 M rows: %.0f ms\n", kind, 1000 * Seconds(begin));
  }
}

}  // namespace
}  // namespace firesteel::udf
