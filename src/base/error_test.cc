#include "base/error.h"

#include <gtest/gtest.h>

#include "base/query_context.h"

namespace firesteel {
namespace {

OriginPtr SqlOrigin(std::string text, int32_t start, int32_t stop, int32_t line, int32_t column) {
  auto origin = std::make_shared<Origin>();
  origin->sql_text = std::make_shared<const std::string>(std::move(text));
  origin->start_index = start;
  origin->stop_index = stop;
  origin->line = line;
  origin->column = column;
  return origin;
}

// What follows "SQLSTATE: 22012\n" in Spark's message of a division by zero.
std::string DivideContext(OriginPtr origin) {
  const QueryError error("DIVIDE_BY_ZERO", {{"config", "\"spark.sql.ansi.enabled\""}}, std::move(origin),
                         ErrorClass::kArithmetic);
  const std::string head =
      "[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead. If "
      "necessary set \"spark.sql.ansi.enabled\" to \"false\" to bypass this error. SQLSTATE: 22012";
  EXPECT_EQ(error.message().substr(0, head.size()), head);
  return error.message().substr(head.size());
}

TEST(QueryError, ShowsTheFragmentOfARuntimeError) {
  EXPECT_EQ(DivideContext(SqlOrigin("select 1/0", 7, 9, 1, 7)),
            "\n== SQL (line 1, position 8) ==\nselect 1/0\n       ^^^\n");
  EXPECT_EQ(DivideContext(SqlOrigin("select\n  1 + 1/0 as a,\n  2", 13, 15, 2, 6)),
            "\n== SQL (line 2, position 7) ==\n  1 + 1/0 as a,\n      ^^^\n");
  EXPECT_EQ(DivideContext(SqlOrigin("with t as (select 1/0 as a from range(1)) select a from t", 18, 20, 1, 18)),
            "\n== SQL (line 1, position 19) ==\nwith t as (select 1/0 as a from range(1)) select a "
            "fr...\n                  ^^^\n");
  EXPECT_EQ(
      DivideContext(SqlOrigin("select '" + std::string(57, 'a') + "', 1/0", 68, 70, 1, 68)),
      "\n== SQL (line 1, position 69) ==\n..." + std::string(29, 'a') + "', 1/0\n" + std::string(35, ' ') + "^^^\n");
  EXPECT_EQ(DivideContext(SqlOrigin("select 1/\n\n0 , 'é𝄞', 4", 7, 11, 1, 7)),
            "\n== SQL (line 1, position 8) ==\nselect 1/\n       ^^\n\n\n0 , 'é𝄞', 4\n^\n");
}

TEST(QueryError, CountsAsJavaDoes) {
  const OriginPtr origin = SqlOrigin("select '𝄞é', 1/0", 13, 15, 1, 13);
  EXPECT_EQ(DivideContext(origin), "\n== SQL (line 1, position 14) ==\nselect '𝄞é', 1/0\n             ^^^\n");
  EXPECT_EQ(QueryContextFragment(*origin), " 1/");
}

TEST(QueryError, NamesTheView) {
  Origin origin = *SqlOrigin("select 1/0 as a", 7, 9, 1, 7);
  origin.object_type = "VIEW";
  origin.object_name = "v1";
  EXPECT_EQ(DivideContext(std::make_shared<Origin>(origin)),
            "\n== SQL of VIEW v1 (line 1, position 8) ==\nselect 1/0 as a\n       ^^^\n");
}

TEST(QueryError, NamesTheDataFrameCall) {
  auto origin = std::make_shared<Origin>();
  origin->fragment = "__truediv__";
  origin->call_site = "<case>:1";
  EXPECT_EQ(DivideContext(origin), "\n== DataFrame ==\n\"__truediv__\" was called from\n<case>:1\n");
  const QueryError analysis("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", {{"objectName", "`foo`"}}, origin);
  EXPECT_EQ(
      analysis.message(),
      "[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION] A column, variable, or function parameter with name `foo` cannot be "
      "resolved.  SQLSTATE: 42703");
}

TEST(QueryError, GivesLineAndPositionOfAnAnalysisError) {
  const QueryError error("UNRESOLVED_COLUMN.WITH_SUGGESTION", {{"objectName", "`foo`"}, {"proposal", "`id`"}},
                         SqlOrigin("select foo from range(1)", 7, 9, 1, 7));
  EXPECT_EQ(error.message(),
            "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `foo` cannot be "
            "resolved. Did you mean one of the following? [`id`]. SQLSTATE: 42703; line 1 pos 7");
  EXPECT_EQ(error.sql_state(), "42703");
  EXPECT_EQ(JavaClassName(error.error_class()), "org.apache.spark.sql.AnalysisException");
}

TEST(QueryError, PointsAtASyntaxError) {
  const QueryError error("PARSE_SYNTAX_ERROR", {{"error", "'t'"}, {"hint", ""}},
                         SqlOrigin("select\n 'x', 1 +\n (\n fro m t) x\n ", -1, -1, 4, 7), ErrorClass::kParse);
  EXPECT_EQ(error.message(),
            "[PARSE_SYNTAX_ERROR] Syntax error at or near 't'. SQLSTATE: 42601 (line 4, pos 7)\n\n== SQL ==\nselect\n "
            "'x', 1 +\n (\n fro m t) x\n-------^^^\n \n");
  const QueryError literal("INVALID_TYPED_LITERAL", {{"valueType", "\"DATE\""}, {"value", "'2020-13-01'"}},
                           SqlOrigin("select date '2020-13-01'", 7, 23, 1, 7), ErrorClass::kParse);
  EXPECT_EQ(
      literal.message(),
      "[INVALID_TYPED_LITERAL] The value of the typed literal \"DATE\" is invalid: '2020-13-01'. SQLSTATE: 42604\n"
      "== SQL (line 1, position 8) ==\nselect date '2020-13-01'\n       ^^^^^^^^^^^^^^^^^\n");
}

TEST(QueryError, KeepsTheInnerPlace) {
  QueryError error("DIVIDE_BY_ZERO", {}, SqlOrigin("1/0", 0, 2, 1, 0), ErrorClass::kArithmetic);
  const std::string before = error.message();
  error.AddOrigin(SqlOrigin("another", 0, 2, 1, 0));
  EXPECT_EQ(error.message(), before);
}

TEST(ErrorCondition, TableIsSortedAndComplete) {
  EXPECT_EQ(FindErrorCondition("NO_SUCH_CONDITION"), nullptr);
  EXPECT_EQ(FindErrorCondition(""), nullptr);
  ASSERT_NE(FindErrorCondition("CAST_INVALID_INPUT"), nullptr);
  EXPECT_EQ(FindErrorCondition("CAST_INVALID_INPUT")->sql_state, "22018");
  EXPECT_EQ(FindErrorCondition("INVALID_HANDLE.SESSION_CLOSED")->sql_state.size(), 5u);
}

TEST(ThrowUnsupported, NamesTheFeature) {
  try {
    ThrowUnsupported("PIVOT XML");
    FAIL();
  } catch (const QueryError& e) {
    EXPECT_EQ(e.sql_state(), "0A000");
    EXPECT_EQ(e.message(),
              "[UNSUPPORTED_FEATURE.FIRESTEEL] The feature is not supported: PIVOT XML is not supported by Firesteel. "
              "SQLSTATE: 0A000");
  }
}

}  // namespace
}  // namespace firesteel
