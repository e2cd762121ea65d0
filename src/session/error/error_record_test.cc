#include "session/error/error_record.h"

#include <gtest/gtest.h>

#include <memory>

#include "session/error/java_exception.h"

namespace firesteel::session {
namespace {

template <class Error>
ErrorRecordPtr RecordOf(const Error& error) {
  return DescribeError(std::make_exception_ptr(error));
}

TEST(ErrorRecord, NamesJavaClasses) {
  struct Case {
    QueryError error;
    std::vector<std::string> classes;
  };
  const std::vector<std::string> rest = {"java.lang.Exception", "java.lang.Throwable", "java.lang.Object"};
  auto chain = [&](std::vector<std::string> names) {
    names.insert(names.end(), rest.begin(), rest.end());
    return names;
  };
  const Case cases[] = {
      {QueryError("DIVIDE_BY_ZERO", {}, nullptr, ErrorClass::kArithmetic),
       chain({"org.apache.spark.SparkArithmeticException", "java.lang.ArithmeticException",
              "java.lang.RuntimeException"})},
      {QueryError("PARSE_SYNTAX_ERROR", {}, nullptr, ErrorClass::kParse),
       chain({"org.apache.spark.sql.catalyst.parser.ParseException", "org.apache.spark.sql.AnalysisException"})},
      {QueryError("INVALID_HANDLE.FORMAT", {}, nullptr, ErrorClass::kSql),
       chain({"org.apache.spark.SparkSQLException", "java.sql.SQLException"})},
      {QueryError("CONNECT_INVALID_PLAN.ARRAY_LITERAL_NOT_SET", {}),
       chain({"org.apache.spark.sql.connect.common.InvalidPlanInput"})},
      {QueryError("SQL_CONF_NOT_FOUND", {{"sqlConf", "x"}}),
       chain({"org.apache.spark.SparkNoSuchElementException", "java.util.NoSuchElementException",
              "java.lang.RuntimeException"})},
      {QueryError("CAST_INVALID_INPUT", {}, nullptr, ErrorClass::kNumberFormat),
       chain({"org.apache.spark.SparkNumberFormatException", "java.lang.NumberFormatException",
              "java.lang.IllegalArgumentException", "java.lang.RuntimeException"})},
  };
  for (const Case& c : cases) EXPECT_EQ(RecordOf(c.error)->class_hierarchy, c.classes) << c.error.condition();
}

TEST(ErrorRecord, KeepsTheContext) {
  auto origin = std::make_shared<Origin>();
  origin->sql_text = std::make_shared<const std::string>("select 1/0");
  origin->start_index = 7;
  origin->stop_index = 9;
  origin->line = 1;
  origin->column = 7;
  auto record = RecordOf(
      QueryError("DIVIDE_BY_ZERO", {{"config", "\"spark.sql.ansi.enabled\""}}, origin, ErrorClass::kArithmetic));
  EXPECT_EQ(record->sql_state, "22012");
  ASSERT_EQ(record->contexts.size(), 1u);
  EXPECT_EQ(record->contexts[0].fragment, "1/0");
  EXPECT_EQ(record->contexts[0].start_index, 7);
  EXPECT_EQ(record->contexts[0].summary, "== SQL (line 1, position 8) ==\nselect 1/0\n       ^^^\n");
  auto call = std::make_shared<Origin>();
  call->fragment = "divide";
  call->call_site = "a.py:1";
  record = RecordOf(QueryError("DIVIDE_BY_ZERO", {}, call, ErrorClass::kArithmetic));
  ASSERT_EQ(record->contexts.size(), 1u);
  EXPECT_TRUE(record->contexts[0].is_dataframe);
  EXPECT_EQ(record->contexts[0].call_site, "a.py:1");
}

TEST(ErrorRecord, DescribesWhateverIsThrown) {
  EXPECT_EQ(RecordOf(JavaError("java.lang.IllegalArgumentException", "no"))->message, "no");
  EXPECT_EQ(RecordOf(JavaError("java.lang.IllegalArgumentException", "no"))->condition, "");
  EXPECT_EQ(RecordOf(InternalError("bug"))->condition, "INTERNAL_ERROR");
  EXPECT_EQ(RecordOf(std::runtime_error("bug"))->class_hierarchy[0], "org.apache.spark.SparkException");
  EXPECT_FALSE(RecordOf(std::bad_alloc())->message.empty());
  EXPECT_EQ(RecordOf(42)->condition, "INTERNAL_ERROR");
}

TEST(ErrorRecord, StackTracesAreJavas) {
  QueryError error("DIVIDE_BY_ZERO", {{"config", "c"}}, nullptr, ErrorClass::kArithmetic);
  error.CausedByIo("no");
  const auto record = RecordOf(error);
  EXPECT_EQ(StackTraceText(*record), "org.apache.spark.SparkArithmeticException: " + record->message +
                                         "\n\tat firesteel.session.QueryRunner.execute(Native Method)\n"
                                         "Caused by: java.io.IOException: no\n");
}

TEST(ErrorRecord, TextsAreAlwaysUtf8) {
  auto record =
      RecordOf(QueryError("USER_RAISED_EXCEPTION", {{"errorMessage", "a\xff"}}, nullptr, ErrorClass::kRuntime));
  EXPECT_EQ(record->parameters[0].second, "a\xEF\xBF\xBD");
  EXPECT_NE(record->message.find("a\xEF\xBF\xBD"), std::string::npos);
}

TEST(ErrorStore, HandsOutOnceAndForgets) {
  ManualClock clock;
  ErrorStore store(clock);
  auto record = std::make_shared<const ErrorRecord>();
  const std::string id = store.Add(record);
  EXPECT_EQ(store.Take("other"), nullptr);
  EXPECT_EQ(store.Take(id), record);
  EXPECT_EQ(store.Take(id), nullptr);
  const std::string old = store.Add(record);
  clock.Advance(61'000'000);
  EXPECT_EQ(store.Take(old), nullptr);
  const std::string first = store.Add(record);
  for (int i = 0; i < 20; ++i) store.Add(record);
  EXPECT_EQ(store.Take(first), nullptr);
}

}  // namespace
}  // namespace firesteel::session
