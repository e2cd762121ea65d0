#include "udf/output_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "arrow/message_encoder.h"
#include "arrow/record_batch_writer.h"
#include "base/error.h"
#include "udf/init_message.h"
#include "udf/protocol.h"

namespace firesteel::udf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Ints(const std::vector<int32_t>& values) {
  std::string text;
  for (int32_t value : values) AppendInt(value, text);
  return text;
}

std::string Stream(int64_t rows) {
  arrow::RecordBatchWriter writer({{"a", DataType::Long()}}, "UTC");
  std::memset(writer.columns()[0].AppendFixed(rows), 1, static_cast<size_t>(rows) * 8);
  writer.columns()[0].AppendAllValid(rows);
  std::string text;
  for (const auto& slice : writer.Finish(rows).slices) text += *slice;
  return text;
}

std::string Answer(int64_t rows) {
  std::string text = Ints({mark::kStartArrowStream}) + Stream(rows) + Ints({mark::kTimingData});
  text += Ints({0, 1000, 0, 1500, 0, 2000, 0, 300, 0, 0, 0, 0});
  return text + Ints({mark::kEndOfDataSection, 2, 3}) + "abc" + Ints({0, mark::kEndOfStream});
}

struct Reading {
  std::vector<std::string> messages;
  bool done = false, reusable = false;
  WorkerReport report;
  std::string error;
};

Reading Read(const std::string& text, size_t piece, int64_t longest = 1 << 30) {
  Reading result;
  OutputReader reader(longest, [&](std::string_view message) { result.messages.emplace_back(message); });
  try {
    for (size_t at = 0; at < text.size() && !reader.done();) {
      auto [room, size] = reader.Room();
      const size_t count = std::min({size, piece, text.size() - at});
      std::memcpy(room, text.data() + at, count);
      at += count;
      reader.Advance(count);
    }
  } catch (const QueryError& error) {
    result.error = error.message();
  }
  result.done = reader.done();
  result.reusable = reader.reusable();
  result.report = reader.report();
  return result;
}

TEST(OutputReader, GivesWholeMessagesHoweverBytesArrive) {
  const std::string text = Answer(1000);
  for (size_t piece : {size_t{1}, size_t{3}, size_t{4096}, text.size()}) {
    const Reading result = Read(text, piece);
    ASSERT_EQ(result.messages.size(), 2U) << piece << result.error;
    EXPECT_EQ(result.messages[0] + result.messages[1] + arrow::EndOfStreamMark(), Stream(1000));
    EXPECT_TRUE(result.done && result.reusable);
    EXPECT_EQ(result.report.init_time, 500);
    EXPECT_EQ(result.report.processing_time, 300);
    EXPECT_THAT(result.report.accumulator_updates, ElementsAre("abc", ""));
  }
}

TEST(OutputReader, AWorkerThatDidNotReadAllIsNotUsedAgain) {
  const Reading result = Read(Ints({mark::kEndOfDataSection, 0, mark::kEndOfDataSection}), 4);
  EXPECT_TRUE(result.done);
  EXPECT_FALSE(result.reusable);
}

TEST(OutputReader, AnEmptyTracebackIsOneToo) {
  EXPECT_THAT(Read(Ints({mark::kPythonExceptionThrown, 0}), 4).error, HasSubstr("PYTHON_EXCEPTION"));
}

TEST(OutputReader, ConditionsOfOurConversionAreSparks) {
  const std::string frame =
      std::string("\0firesteel\0", 11) +
      R"({"condition":"STRUCT_ARRAY_LENGTH_MISMATCH","parameters":{"expected":"2","actual":"1"}})";
  const std::string text = Ints({mark::kPythonExceptionThrown, static_cast<int32_t>(frame.size())}) + frame;
  EXPECT_THAT(Read(text, 7).error, HasSubstr("2 fields are required while 1 values are provided"));
  const std::string failure = std::string("\0firesteel\0", 11) +
                              R"({"condition":"_LEGACY_ERROR_JOB_ABORTED","parameters":{"failure":"some.Java: text"}})";
  EXPECT_EQ(Read(Ints({mark::kPythonExceptionThrown, static_cast<int32_t>(failure.size())}) + failure, 7).error,
            "Job aborted due to stage failure: some.Java: text");
}

TEST(OutputReader, LiesAreRefusedBeforeMemoryIsTaken) {
  const std::string start = Ints({mark::kStartArrowStream});
  const std::vector<std::string> lies = {
      Ints({7}),
      Ints({mark::kEndOfStream}),
      Ints({mark::kPythonExceptionThrown, -2}),
      Ints({mark::kEndOfDataSection, -1}),
      Ints({mark::kEndOfDataSection, 2'000'000'000}),
      Ints({mark::kEndOfDataSection, 1, -4}),
      Ints({mark::kEndOfDataSection, 1, 2'000'000'000}),
      Ints({mark::kEndOfDataSection, 0, 5}),
      start + "\x01\x02\x03\x04\x08\0\0\0",
      start + std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8),
      start + std::string("\xff\xff\xff\xff\x00\x00\x00\x80", 8),
      start + std::string("\xff\xff\xff\xff\x08\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 16),
      start + std::string("\xff\xff\xff\xff\x04\0\0\0\0\0\0\0", 12),
      start + arrow::EndOfStreamMark() + start,
  };
  for (size_t i = 0; i < lies.size(); ++i) {
    const Reading result = Read(lies[i] + std::string(64, '\x05'), 16);
    EXPECT_THAT(result.error, HasSubstr("did not follow the protocol")) << i;
  }
}

TEST(OutputReader, BodiesAreBounded) {
  EXPECT_THAT(Read(Answer(1000), 512, 4000).error, HasSubstr("an Arrow body of 8000 bytes"));
}

TEST(OutputReader, AnyDamageIsAnErrorOrNone) {
  const std::string good = Answer(3);
  for (size_t at = 0; at < good.size(); ++at) {
    for (char byte : {'\0', '\x7f', '\xff'}) {
      std::string bad = good;
      bad[at] = byte;
      Read(bad, 64, 1 << 20);  // must end, without a crash
    }
  }
}

TEST(OutputReader, LongTracebacksKeepBeginAndEnd) {
  const std::string trace = "begin" + std::string(5 << 20, 'x') + "end";
  const std::string text = Ints({mark::kPythonExceptionThrown, static_cast<int32_t>(trace.size())}) + trace;
  const Reading result = Read(text, 100'000);
  EXPECT_LT(result.error.size(), 400U << 10);
  EXPECT_THAT(result.error, HasSubstr("beginxxx"));
  EXPECT_THAT(result.error, HasSubstr("xxxend"));
}

}  // namespace
}  // namespace firesteel::udf
