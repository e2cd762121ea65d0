#include "sql/parser.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "types/type_text.h"

namespace firesteel::sql {
namespace {

// The folder of this file. Its name is relative to the build folder, in which the test stands under tests/.
std::filesystem::path Here() {
  const std::filesystem::path file(__FILE__);
  if (file.is_absolute()) return file.parent_path();
  const std::filesystem::path build = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
  return (build / file).lexically_normal().parent_path();
}

const std::filesystem::path kHere = Here();

std::vector<std::string> Lines(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string WithLineEnds(std::string text, bool escape) {
  const std::string from = escape ? "\n" : "\\n";
  const std::string to = escape ? "\\n" : "\n";
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string Printed(const std::string& text) { return PrintStatement(ParseStatement(text, {})); }

std::string PrintedExpression(const std::string& text) { return PrintExpression(*ParseExpression(text, {})); }

// "CONDITION message" of the error, or "ok".
std::string Outcome(const std::string& text) {
  try {
    ParseStatement(text, {});
    return "ok";
  } catch (const QueryError& error) {
    if (error.error_class() != ErrorClass::kParse) return "ok";  // found while parsing, but not an error of the syntax
    std::string message = error.message();
    while (message.ends_with('\n')) message.pop_back();
    return error.condition() + " " + WithLineEnds(message, true);
  }
}

// Recorded from Spark: condition, text, line, position and caret. Of the statements in differing.txt Spark blames
// another token (or accepts a text only because of a slip in its lexer).
TEST(ParserTest, SyntaxErrorsAreSparks) {
  const std::vector<std::string> differing_lines = Lines(kHere / "testdata/differing.txt");
  const std::set<std::string> differing(differing_lines.begin(), differing_lines.end());
  const std::vector<std::string> lines = Lines(kHere / "testdata/syntax_errors.txt");
  ASSERT_GT(lines.size(), 100u);
  for (size_t i = 0; i + 1 < lines.size();) {
    const std::string& text = lines[i];
    std::string expected = lines[i + 1];
    if (expected == "ok") {
      i += 3;
    } else {
      std::string message = lines[i + 2];
      if (message.starts_with("\\n")) message = message.substr(2);
      expected = expected.substr(0, expected.find(' ')) + " " + message;
      i += 4;
    }
    if (differing.count(text)) continue;
    EXPECT_EQ(Outcome(WithLineEnds(text, false)), expected) << text;
  }
}

TEST(ParserTest, PrintsWhatItReads) {
  struct Case {
    const char* text;
    const char* printed;
  };
  const Case cases[] = {
      {"select 1", "SELECT 1"},
      {"SELECT a.b, t.* FROM t", "SELECT `a`.`b`, `t`.* FROM `t`"},
      {"SELECT a FROM t WHERE (x)", "SELECT `a` FROM `t` AS `WHERE`(`x`)"},
      {"SELECT a FROM t WHERE x", "SELECT `a` FROM `t` WHERE `x`"},
      {"SELECT a x, b AS y FROM t z", "SELECT `a` AS `x`, `b` AS `y` FROM `t` AS `z`"},
      {"SELECT * EXCEPT (a) FROM t", "SELECT * EXCEPT (`a`) FROM `t`"},
      {"SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3", "(SELECT 1) UNION ALL ((SELECT 2) INTERSECT (SELECT 3))"},
      {"SELECT a FROM t ORDER BY a DESC NULLS LAST LIMIT 2 OFFSET 1",
       "SELECT `a` FROM `t` ORDER BY `a` DESC NULLS LAST LIMIT 2 OFFSET 1"},
      {"SELECT DISTINCT a FROM t QUALIFY rank() OVER (ORDER BY b) = 1",
       "SELECT DISTINCT `a` FROM `t` QUALIFY (`rank`() OVER (ORDER BY `b` ASC) == 1)"},
      {"SELECT a FROM t GROUP BY ROLLUP(a, (b, c)) HAVING count(*) > 1",
       "SELECT `a` FROM `t` GROUP BY ROLLUP ((`a`), (`b`, `c`)) HAVING (`count`(1) > 1)"},
      {"SELECT a FROM t GROUP BY a, b GROUPING SETS ((a), ())",
       "SELECT `a` FROM `t` GROUP BY `a`, `b` GROUPING SETS ((`a`), ())"},
      {"SELECT * FROM a JOIN b USING (x) LEFT JOIN c ON a.x = c.x, d",
       "SELECT * FROM `a` JOIN `b` USING (`x`) LEFT JOIN `c` ON (`a`.`x` == `c`.`x`) JOIN `d`"},
      {"SELECT * FROM (SELECT 1) x, LATERAL explode(y) z",
       "SELECT * FROM (SELECT 1) AS `x` JOIN LATERAL `explode`(`y`) AS `z`"},
      {"WITH a(x) AS (SELECT 1) SELECT * FROM a", "WITH `a`(`x`) AS (SELECT 1) SELECT * FROM `a`"},
      {"SELECT sum(a) OVER (PARTITION BY b ORDER BY c ROWS 1 PRECEDING) FROM t",
       "SELECT `sum`(`a`) OVER (PARTITION BY `b` ORDER BY `c` ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM `t`"},
      {"SELECT /*+ BROADCAST(a), MERGE(b) */ 1", "SELECT /*+ `BROADCAST`(`a`), `MERGE`(`b`) */ 1"},
      {"FROM t |> WHERE a |> SELECT b", "SELECT `b` FROM (FROM `t` |> WHERE `a`) AS `x`"},
      {"CREATE OR REPLACE TEMP VIEW v AS SELECT 1", "CREATE OR REPLACE TEMPORARY VIEW `v` AS SELECT 1"},
      {"SET a.b = c d", "SET `a.b` = `c d`"},
      {"EXPLAIN EXTENDED SELECT 1", "EXPLAIN EXTENDED SELECT 1"},
  };
  for (const Case& c : cases) {
    if (std::string(c.text).find("|>") != std::string::npos) continue;  // printed by its own test
    EXPECT_EQ(Printed(c.text), c.printed) << c.text;
    EXPECT_EQ(Printed(c.printed), c.printed) << c.text;
  }
}

TEST(ParserTest, Expressions) {
  struct Case {
    const char* text;
    const char* printed;
  };
  const Case cases[] = {
      {"1 + 2 * 3", "(1 + (2 * 3))"},
      {"a OR b AND NOT c", "(`a` OR (`b` AND (NOT `c`)))"},
      {"a AND b AND c AND d", "((`a` AND `b`) AND (`c` AND `d`))"},
      {"a <> b", "(NOT (`a` == `b`))"},
      {"a NOT BETWEEN 1 AND 2", "(NOT (`a` BETWEEN 1 AND 2))"},
      {"a IS NOT DISTINCT FROM b", "(`a` <=> `b`)"},
      {"a IS NOT TRUE", "(NOT (`a` <=> true))"},
      {"-1", "(-1)"},
      {"- a", "(- (`a`))"},
      {"- -1", "(- ((-1)))"},
      {"-1::string", "CAST((-1) AS STRING)"},
      {"a | b ^ c & d << 1", "(`a` | (`b` ^ (`c` & (`d` << 1))))"},
      {"1 = 2 = 3", "((1 == 2) == 3)"},
      {"a[0].b", "((`a`)[0])['b']"},
      {"CASE a WHEN 1 THEN 2 ELSE 3 END", "CASE WHEN (`a` == 1) THEN 2 ELSE 3 END"},
      {"TRIM(BOTH 'x' FROM a)", "`trim`('x', `a`)"},
      {"EXTRACT(YEAR FROM d)", "`extract`('YEAR', `d`)"},
      {"SUBSTRING(a FROM 2 FOR 3)", "`substring`(`a`, 2, 3)"},
      {"POSITION('a' IN b)", "`locate`('a', `b`)"},
      {"count(*)", "`count`(1)"},
      {"count(DISTINCT a, b) FILTER (WHERE c)", "`count`(DISTINCT `a`, `b`) FILTER (WHERE `c`)"},
      {"first(a IGNORE NULLS)", "`first`(`a`) IGNORE NULLS"},
      {"transform(a, (x, i) -> x + i)", "`transform`(`a`, (`x`, `i`) -> (`x` + `i`))"},
      {"f(x => 1)", "`f`(`x` => 1)"},
      {"(1, a)", "(1, `a`)"},
      {"'a' 'b'", "'ab'"},
      {"'it''s \\u0041\\n'", "'it\\'s A\n'"},
      {"r'a\\n'", "'a\\\\n'"},
      {"X'1f'", "X'1F'"},
      {"1.50", "1.50BD"},
      {"1e3", "1000D"},
      {"1Y", "1Y"},
      {"2147483648", "2147483648L"},
      {"9223372036854775808", "9223372036854775808BD"},
      {"0.01", "0.01BD"},
      {"1e2BD", "100BD"},
      {"DATE '2020-01-02'", "DATE '2020-01-02'"},
      {"TIMESTAMP '2020-01-02 03:04:05'", "TIMESTAMP_LTZ '2020-01-02 03:04:05Z'"},
      {"INTERVAL 3 MONTHS", "INTERVAL '3' MONTH"},
      {"INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '1-2' YEAR TO MONTH"},
      {"INTERVAL 1 DAY 2 HOURS", "INTERVAL '1 02' DAY TO HOUR"},
      {"INTERVAL '1 day 2 hours'", "INTERVAL '1 02' DAY TO HOUR"},
      {"INTERVAL -1.5 SECONDS", "INTERVAL '-01.5' SECOND"},
      {"a:b.c[0]", "(`a`):`b`.`c`[0]"},
      {"CAST(a AS STRUCT<x: ARRAY<MAP<INT, STRING>>>)", "CAST(`a` AS STRUCT<x: ARRAY<MAP<INT, STRING>>>)"},
      {"IDENTIFIER('a.b')", "`a`.`b`"},
      {":p", ":`p`"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(PrintedExpression(c.text), c.printed) << c.text;
    EXPECT_EQ(PrintedExpression(PrintedExpression(c.text)), c.printed) << c.text;
  }
}

// The statements of the golden cases and the TPC-H queries print as SQL that reads back the same.
TEST(ParserTest, GoldenCasesReadBack) {
  const std::filesystem::path tests = kHere.parent_path().parent_path() / "tests";
  size_t count = 0;
  auto check = [&](const std::string& text) {
    std::string printed;
    try {
      printed = Printed(text);
    } catch (const QueryError&) {
      return;  // an error, or no SQL for it
    }
    ++count;
    try {
      EXPECT_EQ(Printed(printed), printed) << text;
    } catch (const QueryError& error) {
      ADD_FAILURE() << text << "\n" << printed << "\n" << error.what();
    }
  };
  if (!std::filesystem::exists(tests)) GTEST_SKIP() << "no tests folder beside the sources";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tests)) {
    if (entry.path().extension() == ".sql") {
      std::ifstream file(entry.path());
      std::stringstream text;
      text << file.rdbuf();
      check(text.str());
    }
    if (entry.path().extension() != ".test") continue;
    const std::vector<std::string> lines = Lines(entry.path());
    for (size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].starts_with("sql ")) check(lines[i].substr(4));
      if (lines[i] != "sql") continue;
      std::string text;
      while (i + 1 < lines.size() && lines[i + 1].starts_with("  ")) text += lines[++i].substr(2) + "\n";
      check(text);
    }
  }
  EXPECT_GT(count, 0u);
}

TEST(ParserTest, Origins) {
  plan::ExpressionPtr expression = ParseExpression("f(a) +\n 'é' IN (1)", {});
  // Counted in characters, lines from 1, columns from 0; an IN begins at its keyword.
  ASSERT_TRUE(expression->origin);
  EXPECT_EQ(expression->origin->start_index, 12);
  EXPECT_EQ(expression->origin->stop_index, 17);
  EXPECT_EQ(expression->origin->line, 2);
  EXPECT_EQ(expression->origin->column, 5);
}

TEST(ParserTest, Types) {
  EXPECT_EQ(CatalogString(ParseDataType("array<struct<a: int, b: map<string, decimal(5, 2)>>>")),
            "array<struct<a:int,b:map<string,decimal(5,2)>>>");
  const Schema schema = ParseTableSchema("a INT NOT NULL COMMENT 'x', b STRING");
  ASSERT_EQ(schema.size(), 2u);
  EXPECT_FALSE(schema[0].nullable);
  EXPECT_EQ(schema[0].metadata, R"({"comment":"x"})");
  EXPECT_EQ(ParseTableSchema("struct<a: int>").size(), 1u);
  EXPECT_THROW(ParseDataType("int(5)"), QueryError);
  EXPECT_EQ(ParseMultipartIdentifier("a.`b.c`"), (std::vector<std::string>{"a", "b.c"}));
}

std::string Repeated(const std::string& piece, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += piece;
  return text;
}

// Long texts take linear time and are freed without recursion; deep ones are refused, never a stack overflow.
TEST(ParserTest, LongAndDeepTexts) {
  ParseStatement("SELECT 1" + Repeated(" + 1", 100000), {});
  ParseStatement("SELECT 1" + Repeated(" OR a", 100000), {});
  ParseStatement("SELECT 1" + Repeated(" UNION ALL SELECT 1", 20000), {});
  ParseStatement("SELECT a IN (0" + Repeated(", 12345", 100000) + ")", {});
  ParseStatement("SELECT a" + Repeated("[0]", 50000), {});
  ParseStatement("SELECT " + Repeated("(", 900) + "1" + Repeated(")", 900), {});
  ParseStatement(Repeated("SELECT * FROM (", 100) + "SELECT 1" + Repeated(")", 100), {});
  const std::string deep[] = {
      "SELECT " + Repeated("(", 100000) + "1" + Repeated(")", 100000),
      "SELECT " + Repeated("f(", 100000) + "1" + Repeated(")", 100000),
      "SELECT " + Repeated("NOT ", 100000) + "a",
      "SELECT " + Repeated("- ", 100000) + "a",
      "SELECT " + Repeated("CASE WHEN a THEN ", 5000) + "1" + Repeated(" END", 5000),
      Repeated("SELECT * FROM (", 20000) + "SELECT 1" + Repeated(")", 20000),
      "SELECT CAST(a AS " + Repeated("ARRAY<", 20000) + "INT" + Repeated(">", 20000) + ")",
      "SELECT " + Repeated("x -> ", 20000) + "1",
  };
  for (const std::string& text : deep) {
    try {
      ParseStatement(text, {});
      ADD_FAILURE() << text.substr(0, 40);
    } catch (const QueryError& error) {
      EXPECT_EQ(error.condition(), "FAILED_TO_PARSE_TOO_COMPLEX") << text.substr(0, 40);
    }
  }
}

TEST(ParserTest, RefusesTextsOfTooManyTokens) {
  try {
    ParseStatement("SELECT a IN (" + Repeated("1,", 2'000'000) + "1)", {});
    ADD_FAILURE();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.condition(), "FAILED_TO_PARSE_TOO_COMPLEX");
    EXPECT_LT(error.message().size(), 1000U);
  }
}

TEST(ParserTest, KnownStatementsAreNamed) {
  for (const char* text : {"FROM t INSERT INTO u SELECT a", "BEGIN SELECT 1; END", "CALL p()"}) {
    EXPECT_TRUE(ParseStatement(text, {}).As<plan::UnsupportedCommand>()) << text;
  }
}

}  // namespace
}  // namespace firesteel::sql
