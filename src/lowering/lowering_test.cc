#include "lowering/lowering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "functions/function.h"
#include "lowering/lowering_fixture.h"

namespace firesteel::lowering {
namespace {

using testing_support::Answer;
using testing_support::LowerSql;

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

constexpr const char* kTable =
    "VALUES (1, 'a', 1.5D), (2, 'b', -0.0D), (3, 'b', 0.0D), (NULL, 'c', double('NaN')) AS t(i, s, d)";

std::string From(const std::string& select, const std::string& rest = "") {
  return select + " FROM " + kTable + " " + rest;
}

TEST(LoweringTest, SmallPlansAreOneSelect) {
  const std::string query =
      "SELECT i, s FROM VALUES (1, 'a'), (2, 'b'), (3, 'c') AS t(i, s) WHERE i > 1 ORDER BY s DESC LIMIT 2";
  const std::string sql = LowerSql(query).sql;
  EXPECT_EQ(Count(sql, "SELECT"), 1) << sql;
  EXPECT_EQ(Answer(query), "3|c\n2|b");
}

TEST(LoweringTest, ColumnsUsedTwiceAreComputedOnce) {
  const std::string sql = LowerSql("SELECT x + x FROM (SELECT i % 2 AS x FROM VALUES (1), (2) AS t(i))").sql;
  EXPECT_EQ(Count(sql, "SELECT"), 2) << sql;
}

TEST(LoweringTest, LiteralsOfEveryType) {
  EXPECT_EQ(Answer("SELECT 1Y, 2S, 3, 4L, 1.5F, 2.5D, 12.34, 'it''s', X'00FF', true, NULL"),
            "1|2|3|4|1.5|2.5|12.34|it's|\\x00\\xFF|true|NULL");
  EXPECT_EQ(Answer("SELECT -128Y, -32768S, -2147483648, -9223372036854775808L"),
            "-128|-32768|-2147483648|-9223372036854775808");
  EXPECT_EQ(Answer("SELECT DATE '2020-02-29', DATE '0001-01-01', DATE '9999-12-31'"),
            "2020-02-29|0001-01-01|9999-12-31");
  EXPECT_EQ(Answer("SELECT TIMESTAMP_NTZ '2020-01-01 10:00:00.123456'"), "2020-01-01 10:00:00.123456");
  EXPECT_EQ(Answer("SELECT double('NaN'), double('-Infinity'), 1e300, 4.9E-324D"), "nan|-inf|1e+300|5e-324");
}

TEST(LoweringTest, Joins) {
  const std::string l = "(VALUES (1, 'x'), (2, 'y'), (NULL, 'z')) AS l(k, a)";
  const std::string r = "(VALUES (1, 10), (1, 11), (3, 30), (NULL, 0)) AS r(k, b)";
  const auto join = [&](const std::string& type, const std::string& columns) {
    return Answer("SELECT " + columns + " FROM " + l + " " + type + " " + r + " ON l.k = r.k ORDER BY ALL");
  };
  EXPECT_EQ(join("JOIN", "a, b"), "x|10\nx|11");
  EXPECT_EQ(join("LEFT JOIN", "a, b"), "x|10\nx|11\ny|NULL\nz|NULL");
  EXPECT_EQ(join("RIGHT JOIN", "a, b"), "NULL|0\nNULL|30\nx|10\nx|11");
  EXPECT_EQ(join("FULL JOIN", "a, b"), "NULL|0\nNULL|30\nx|10\nx|11\ny|NULL\nz|NULL");
  EXPECT_EQ(join("LEFT SEMI JOIN", "a"), "x");
  EXPECT_EQ(join("LEFT ANTI JOIN", "a"), "y\nz");
  EXPECT_EQ(Answer("SELECT a FROM " + l + " LEFT SEMI JOIN " + r + " ON l.k < r.k ORDER BY a"), "x\ny");
  EXPECT_EQ(Answer("SELECT a FROM " + l + " LEFT ANTI JOIN " + r + " ON l.k < r.k ORDER BY a"), "z");
  EXPECT_EQ(Answer("SELECT count(*) FROM " + l + " CROSS JOIN " + r), "12");
}

TEST(LoweringTest, ConstantsOnTheNullSideOfAnOuterJoinAreNull) {
  EXPECT_EQ(Answer("SELECT l.k, r.one FROM (VALUES (1), (2)) AS l(k) LEFT JOIN (SELECT k, 1 AS one FROM VALUES (1) AS "
                   "t(k)) AS r ON l.k = r.k ORDER BY l.k"),
            "1|1\n2|NULL");
}

TEST(LoweringTest, FiltersOfInnerJoinsMeetInOneWhere) {
  const std::string sql = LowerSql(
                              "SELECT * FROM (SELECT * FROM VALUES (1) AS a(i) WHERE i > 0) JOIN (SELECT * FROM VALUES "
                              "(1) AS b(j) WHERE j > 0) "
                              "ON i = j")
                              .sql;
  EXPECT_EQ(Count(sql, "SELECT"), 1) << sql;
}

TEST(LoweringTest, SidesOfJoinsKeepTheirFilters) {
  EXPECT_EQ(
      Answer("SELECT * FROM VALUES (1) a(x) LEFT JOIN (SELECT y FROM VALUES (1), (2) q(y) WHERE y > 1) b ON true"),
      "1|2");
  EXPECT_EQ(Answer("SELECT * FROM (SELECT count(*) AS c FROM VALUES (1), (2) a(x) WHERE x > 1) p, "
                   "(SELECT max(y) AS m FROM VALUES (3), (4) b(y) WHERE y < 4) q"),
            "1|3");
}

TEST(LoweringTest, Recursion) {
  const std::string text = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r";
  EXPECT_EQ(Answer(text + " WHERE n < 4) SELECT sum(n), count(*) FROM r"), "10|4");
  EXPECT_EQ(Answer(text + " WHERE n < 3) SELECT a.n, b.n AS m FROM r a JOIN r b ON a.n = b.n - 1 ORDER BY 1"),
            "1|2\n2|3");
  EXPECT_EQ(Answer(text + ") SELECT count(*) FROM r"), "RECURSION_LEVEL_LIMIT_EXCEEDED");
  EXPECT_EQ(Answer(text + ") SELECT n FROM r LIMIT 2"), "1\n2");
}

TEST(LoweringTest, FramesWithoutRows) {
  EXPECT_EQ(
      Answer("SELECT sum(a) OVER (ORDER BY a ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) AS s, "
             "count(a) OVER (ORDER BY a RANGE BETWEEN 1 FOLLOWING AND CURRENT ROW) AS c FROM VALUES (1), (2) t(a)"),
      "NULL|0\nNULL|0");
}

TEST(LoweringTest, Subqueries) {
  EXPECT_EQ(Answer("SELECT (SELECT max(x) FROM VALUES (1), (5) AS t(x))"), "5");
  EXPECT_EQ(
      Answer("SELECT a FROM VALUES (1), (2), (3) AS l(a) WHERE EXISTS (SELECT 1 FROM VALUES (2), (3) AS r(b) WHERE "
             "b = a) ORDER BY a"),
      "2\n3");
  EXPECT_EQ(
      Answer("SELECT a FROM VALUES (1), (2), (NULL) AS l(a) WHERE a NOT IN (SELECT b FROM VALUES (2), (4) AS r(b))"),
      "1");
  EXPECT_EQ(Answer("SELECT a FROM VALUES (1), (2) AS l(a) WHERE a NOT IN (SELECT b FROM VALUES (2), (NULL) AS r(b))"),
            "");
  EXPECT_EQ(Answer("SELECT a FROM VALUES (1, 2), (3, 4) AS l(a, c) WHERE (a, c) IN (SELECT 3, 4)"), "3");
  EXPECT_EQ(
      Answer("SELECT a, (SELECT count(*) FROM VALUES (1), (1), (2) AS r(b) WHERE b = a) FROM VALUES (1), (2), (3) AS "
             "l(a) ORDER BY a"),
      "1|2\n2|1\n3|0");
}

TEST(LoweringTest, AScalarSubqueryWithManyRowsIsSparksError) {
  EXPECT_EQ(Answer("SELECT (SELECT x FROM VALUES (1), (2) AS t(x))"), "SCALAR_SUBQUERY_TOO_MANY_ROWS");
  EXPECT_EQ(Answer("SELECT (SELECT x FROM VALUES (1), (2) AS t(x) WHERE x = 2)"), "2");
  EXPECT_EQ(Answer("SELECT (SELECT x FROM VALUES (1) AS t(x) WHERE x = 2)"), "NULL");
}

TEST(LoweringTest, Aggregates) {
  EXPECT_EQ(Answer(From("SELECT s, count(*), count(i), sum(i), min(i), max(i)", "GROUP BY s ORDER BY s")),
            "a|1|1|1|1|1\nb|2|2|5|2|3\nc|1|0|NULL|NULL|NULL");
  EXPECT_EQ(Answer(From("SELECT count(*), sum(i)", "WHERE i > 100")), "0|NULL");
  EXPECT_EQ(Answer(From("SELECT count(DISTINCT s), count(i) FILTER (WHERE s = 'b')")), "3|2");
  EXPECT_EQ(Answer(From("SELECT i % 2 AS k, count(*) + 1", "GROUP BY i % 2 HAVING count(*) > 1 ORDER BY k")), "1|3");
}

TEST(LoweringTest, ZerosOfBothSignsAreOneGroup) {
  EXPECT_EQ(Answer(From("SELECT d, count(*)", "GROUP BY d ORDER BY d")), "0.0|2\n1.5|1\nnan|1");
  EXPECT_EQ(Answer(From("SELECT DISTINCT d", "ORDER BY d")), "0.0\n1.5\nnan");
}

TEST(LoweringTest, GroupingSets) {
  EXPECT_EQ(
      Answer("SELECT a, b, sum(c), grouping_id() FROM VALUES (1, 'x', 10), (1, 'y', 20) AS t(a, b, c) GROUP BY ROLLUP "
             "(a, b) ORDER BY a NULLS LAST, b NULLS LAST"),
      "1|x|10|0\n1|y|20|0\n1|NULL|30|1\nNULL|NULL|30|3");
  EXPECT_EQ(Answer("SELECT a, sum(a) FROM VALUES (1), (2) AS t(a) GROUP BY GROUPING SETS ((a), ()) ORDER BY a"),
            "NULL|3\n1|1\n2|2");
  EXPECT_EQ(Answer("SELECT a, sum(a) FROM VALUES (1) AS t(a) WHERE a > 5 GROUP BY ROLLUP (a)"), "");
}

TEST(LoweringTest, WindowFunctions) {
  EXPECT_EQ(
      Answer(
          "SELECT a, row_number() OVER (ORDER BY a DESC), sum(a) OVER (ORDER BY a) FROM VALUES (1), (2), (3) AS t(a) "
          "ORDER BY a"),
      "1|3|1\n2|2|3\n3|1|6");
  EXPECT_EQ(
      Answer("SELECT a, sum(a) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM VALUES (1), (2), (4) AS "
             "t(a) ORDER BY a"),
      "1|3\n2|7\n4|6");
  EXPECT_EQ(
      Answer("SELECT a, count(*) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM VALUES (1), (2), (4) "
             "AS t(a) ORDER BY a"),
      "1|1\n2|2\n4|1");
  EXPECT_EQ(
      Answer("SELECT d, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW) FROM VALUES "
             "(DATE '2020-01-01'), (DATE '2020-01-02'), (DATE '2020-01-05') AS t(d) ORDER BY d"),
      "2020-01-01|1\n2020-01-02|2\n2020-01-05|1");
  EXPECT_EQ(Answer("SELECT a, lag(a) OVER (ORDER BY a), lead(a, 1, 0) OVER (ORDER BY a) FROM VALUES (1), (2) AS t(a) "
                   "ORDER BY a"),
            "1|NULL|2\n2|1|0");
}

TEST(LoweringTest, SetOperations) {
  EXPECT_EQ(Answer("SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 2"), "1\n1\n2");
  EXPECT_EQ(Answer("SELECT * FROM (SELECT 1 AS a UNION SELECT 1 UNION SELECT 2) ORDER BY a"), "1\n2");
  EXPECT_EQ(
      Answer("SELECT * FROM VALUES (1), (1), (2) AS t(a) INTERSECT ALL SELECT * FROM VALUES (1), (1), (1) AS u(a)"),
      "1\n1");
  EXPECT_EQ(Answer("SELECT * FROM VALUES (1), (1), (2) AS t(a) EXCEPT SELECT 1"), "2");
  EXPECT_EQ(Answer("(SELECT 1 AS a ORDER BY a LIMIT 1) UNION ALL (SELECT 2 LIMIT 1)"), "1\n2");
  EXPECT_EQ(Answer("SELECT 1 AS a UNION ALL SELECT 2.5 ORDER BY a"), "1.0\n2.5");
}

TEST(LoweringTest, SortPutsNullsWhereSparkDoes) {
  EXPECT_EQ(Answer("SELECT a FROM VALUES (2), (NULL), (1) AS t(a) ORDER BY a"), "NULL\n1\n2");
  EXPECT_EQ(Answer("SELECT a FROM VALUES (2), (NULL), (1) AS t(a) ORDER BY a DESC"), "2\n1\nNULL");
  EXPECT_EQ(Answer("SELECT a FROM VALUES (2), (NULL), (1) AS t(a) ORDER BY a NULLS LAST LIMIT 2 OFFSET 1"), "2\nNULL");
  EXPECT_EQ(Answer("SELECT a FROM (SELECT a FROM VALUES (3), (1), (2) AS t(a) LIMIT 2) ORDER BY a"), "1\n3");
}

TEST(LoweringTest, ConstantsOrderNothing) { EXPECT_EQ(Answer("SELECT 5 AS a, 'x' AS b ORDER BY a, b"), "5|x"); }

TEST(LoweringTest, NullsInsideOfNestedValuesSortFirst) {
  const std::string from = " FROM VALUES (2), (NULL), (1) AS t(i)";
  EXPECT_EQ(Answer("SELECT i" + from + " ORDER BY array(i)"), "NULL\n1\n2");
  EXPECT_EQ(Answer("SELECT i" + from + " ORDER BY array(i) DESC"), "2\n1\nNULL");
  EXPECT_EQ(Answer("SELECT i" + from + " ORDER BY struct('x', i)"), "NULL\n1\n2");
  EXPECT_EQ(Answer("SELECT i" + from + " ORDER BY array(struct(i, 1))"), "NULL\n1\n2");
  EXPECT_EQ(Answer("SELECT i, row_number() OVER (ORDER BY array(i))" + from + " ORDER BY i"), "NULL|1\n1|2\n2|3");
}

TEST(LoweringTest, InAsAValueIsNeverNull) {
  EXPECT_EQ(
      Answer(
          "SELECT a IN (SELECT b FROM VALUES (1), (NULL) AS r(b)), a NOT IN (SELECT b FROM VALUES (1), (NULL) AS r(b)) "
          "FROM VALUES (1), (2) AS l(a) ORDER BY a"),
      "true|false\nfalse|false");
}

// The engine's own optimizer loses rows here; see filter.cc.
TEST(LoweringTest, CorrelatedInequalities) {
  EXPECT_EQ(
      Answer(
          "SELECT a FROM VALUES (1, 2), (2, 1), (3, 3) AS o(a, b) WHERE EXISTS (SELECT 1 FROM VALUES (1, 2), (2, 1), "
          "(3, 3) AS i(a, b) WHERE i.a <> o.a AND i.b > o.b) ORDER BY a"),
      "1\n2");
}

TEST(LoweringTest, CommonTableExpressions) {
  EXPECT_EQ(
      Answer(
          "WITH w AS (SELECT i % 2 AS p FROM VALUES (1), (2), (3) AS t(i)) SELECT a.p, count(*) FROM w a JOIN w b ON "
          "a.p = b.p GROUP BY a.p ORDER BY 1"),
      "0|1\n1|4");
}

TEST(LoweringTest, Generators) {
  EXPECT_EQ(
      Answer(
          "SELECT i, e FROM VALUES (1, array(7, 8)), (2, array()), (3, NULL) AS t(i, l) LATERAL VIEW explode(l) x AS e "
          "ORDER BY i, e"),
      "1|7\n1|8");
  EXPECT_EQ(
      Answer(
          "SELECT i, p, e FROM VALUES (1, array(7)), (2, NULL) AS t(i, l) LATERAL VIEW OUTER posexplode(l) x AS p, e "
          "ORDER BY i"),
      "1|0|7\n2|NULL|NULL");
  EXPECT_EQ(Answer("SELECT explode(map('a', 1, 'b', 2))"), "a|1\nb|2");
  EXPECT_EQ(Answer("SELECT stack(2, 1, 'x', 2, 'y')"), "1|x\n2|y");
}

TEST(LoweringTest, ErrorsOnlyFromRowsThatAreEvaluated) {
  EXPECT_EQ(Answer("SELECT 1 / 0"), "DIVIDE_BY_ZERO");
  EXPECT_EQ(Answer("SELECT a <> 0 AND 1 / a > 0 FROM VALUES (0), (2) AS t(a) ORDER BY a"), "false\ntrue");
  EXPECT_EQ(Answer("SELECT a = 0 OR 1 / a > 0 FROM VALUES (0), (2) AS t(a) ORDER BY a"), "true\ntrue");
  EXPECT_EQ(Answer("SELECT a FROM VALUES (0), (2) AS t(a) WHERE a <> 0 AND 1 / a > 0"), "2");
  EXPECT_EQ(Answer("SELECT x FROM (SELECT a AS x FROM VALUES (0), (2) AS t(a) WHERE a % 2 = 0 AND a <> 0 LIMIT 5) "
                   "WHERE 1 / x > 0"),
            "2");
  EXPECT_EQ(Answer("SELECT CASE WHEN a = 0 THEN 0 ELSE 1 / a END FROM VALUES (0), (2) AS t(a) ORDER BY a"), "0.0\n0.5");
}

TEST(LoweringTest, ALowerFilterGuardsAnUpperOne) {
  EXPECT_EQ(
      Answer("SELECT y FROM (SELECT a, 1 / a AS y FROM VALUES (0), (2), (4) AS t(a) WHERE a % 5 <> 0) WHERE y > 0.3"),
      "0.5");
}

TEST(LoweringTest, Ranges) {
  EXPECT_EQ(Answer("SELECT * FROM range(3)"), "0\n1\n2");
  EXPECT_EQ(Answer("SELECT * FROM range(5, 0, -2)"), "5\n3\n1");
  EXPECT_EQ(Answer("SELECT * FROM range(5, 5)"), "");
  EXPECT_EQ(Answer("SELECT count(*), min(id), max(id) FROM range(9223372036854775800, 9223372036854775807, 3)"),
            "3|9223372036854775800|9223372036854775806");
  EXPECT_EQ(Answer("SELECT count(*), min(id), max(id) FROM range(-9223372036854775807, 9223372036854775807, "
                   "4611686018427387904)"),
            "4|-9223372036854775807|4611686018427387905");
}

TEST(LoweringTest, DeepExpressionsAreCutIntoStages) {
  std::string sum = "a";
  for (int i = 0; i < 600; ++i) sum += " + 1";
  EXPECT_EQ(Answer("SELECT " + sum + " FROM VALUES (1), (NULL) AS t(a) ORDER BY a"), "NULL\n601");
  EXPECT_EQ(Answer("SELECT a FROM VALUES (1), (2) AS t(a) WHERE " + sum + " = 602"), "2");
  std::string either = "a = 0";
  for (int i = 1; i < 2000; ++i) either += " OR a = " + std::to_string(i);
  EXPECT_EQ(Answer("SELECT a FROM VALUES (1), (5000) AS t(a) WHERE " + either), "1");
}

TEST(LoweringTest, NestedCallsOverTextsThatMayNotConvertStaySmall) {
  std::string call = "d";
  for (int i = 0; i < 24; ++i) call = "add_months(" + call + ", s)";
  EXPECT_EQ(Answer("SELECT year(" + call + ") FROM VALUES (DATE'2020-01-01', '1'), (NULL, '1') AS t(d, s)"),
            "2022\nNULL");
}

TEST(LoweringTest, DeepPlansAreFlattened) {
  std::string query = "WITH w0 AS (SELECT a FROM VALUES (1) AS t(a))";
  for (int i = 1; i <= 300; ++i) {
    const std::string before = "w" + std::to_string(i - 1);
    query += ", w" + std::to_string(i) + " AS (SELECT a + a % 2 AS a FROM " + before + " WHERE a + a % 3 > 0)";
  }
  EXPECT_EQ(Answer(query + " SELECT * FROM w300"), "2");
}

TEST(LoweringTest, LongInLists) {
  std::string list = "0";
  for (int i = 1; i < 10000; ++i) list += ", " + std::to_string(i * 3);
  EXPECT_EQ(Answer("SELECT count(*) FROM range(30000) WHERE id IN (" + list + ")"), "10000");
}

TEST(LoweringTest, SamplesRepeat) {
  const std::string query =
      "SELECT count(*) FROM (SELECT * FROM range(100000)) TABLESAMPLE (10 PERCENT) REPEATABLE (42)";
  const std::string first = Answer(query);
  EXPECT_EQ(Answer(query), first);
  EXPECT_NEAR(std::stod(first), 10000, 500);
}

}  // namespace
}  // namespace firesteel::lowering
