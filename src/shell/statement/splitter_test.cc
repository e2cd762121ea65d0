#include "shell/statement/splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::shell {
namespace {

using testing::ElementsAre;

std::vector<std::string> Texts(std::string_view text) {
  std::vector<std::string> texts;
  for (const Piece& piece : SplitStatements(text).pieces) texts.push_back(piece.text);
  return texts;
}

bool IsComplete(std::string_view text) { return SplitStatements(text).complete; }

TEST(SplitStatements, CutsAtSemicolons) {
  EXPECT_THAT(Texts("select 1; select 2 ;;  "), ElementsAre("select 1", "select 2"));
  EXPECT_THAT(Texts("select 1;\n select 2\n"), ElementsAre("select 1", "select 2"));
  EXPECT_TRUE(IsComplete("select 1;"));
  EXPECT_TRUE(IsComplete(" \n"));
  EXPECT_FALSE(IsComplete("select 1"));
  EXPECT_FALSE(IsComplete("select 1; select 2"));
}

TEST(SplitStatements, LeavesQuotationsAlone) {
  EXPECT_THAT(Texts("select ';', \";\", `;`, 'a\\';', r'\\', '' ';' ; x"),
              ElementsAre("select ';', \";\", `;`, 'a\\';', r'\\', '' ';'", "x"));
  EXPECT_THAT(Texts("select 1; select 'a; b"), ElementsAre("select 1", "select 'a; b"));
  EXPECT_FALSE(IsComplete("select 'a;"));
  EXPECT_FALSE(IsComplete("select `a;"));
  EXPECT_FALSE(IsComplete("select \"a;"));
}

TEST(SplitStatements, LeavesCommentsAlone) {
  EXPECT_THAT(Texts("-- one; two\nselect 1; -- three;\n/* ; /* ; */ ; */ select /*+ x */ 2;"),
              ElementsAre("select 1", "select /*+ x */ 2"));
  EXPECT_TRUE(IsComplete("select 1; -- the end"));
  EXPECT_FALSE(IsComplete("select 1 -- the end;"));
  EXPECT_FALSE(IsComplete("select 1; /* not closed;"));
  EXPECT_THAT(Texts("-- only; a comment"), ElementsAre());
}

TEST(SplitStatements, KeepsScriptsTogether) {
  const std::string script =
      "BEGIN\n DECLARE x INT = 0;\n IF x = 0 THEN SELECT IF(true, 1, 2); ELSE SELECT 2; END IF;\n"
      " WHILE x < 3 DO SET x = x + 1; END WHILE;\n lbl: LOOP LEAVE lbl; END LOOP lbl;\n"
      " REPEAT SET x = 1; UNTIL true END REPEAT;\n FOR r AS SELECT 1 DO SELECT r; END FOR;\n"
      " CASE WHEN x = 1 THEN SELECT CASE WHEN true THEN IF(a, b, c) ELSE 2 END; ELSE SELECT 1; END CASE;\n"
      " DROP TABLE IF EXISTS t;\n BEGIN SELECT 1; END;\nEND";
  EXPECT_THAT(Texts(script + "; select 2;"), ElementsAre(script, "select 2"));
  EXPECT_TRUE(IsComplete(script + ";"));
  const std::string handlers =
      "BEGIN\n DECLARE EXIT HANDLER FOR DIVIDE_BY_ZERO, SQLSTATE '22012' BEGIN SELECT 1; SELECT 2; END;\n"
      " DECLARE CONTINUE HANDLER FOR NOT FOUND SET x = 1;\n DECLARE begin INT = 1;\n SELECT begin; SELECT 3;\nEND";
  EXPECT_THAT(Texts(handlers + "; select 2;"), ElementsAre(handlers, "select 2"));
  const std::string nested =
      "BEGIN\n l1: WHILE true DO l2: BEGIN IF a THEN LEAVE l1; ELSEIF b THEN ITERATE l1; ELSE SELECT END_OF; END IF; "
      "END l2; END WHILE l1;\n EXECUTE IMMEDIATE 'select 1; select 2';\n -- END;\n SELECT 'BEGIN'; END";
  EXPECT_THAT(Texts(nested + ";\n" + nested), ElementsAre(nested, nested));
  EXPECT_FALSE(IsComplete("BEGIN SELECT 1;"));
  EXPECT_FALSE(IsComplete("BEGIN IF x THEN SELECT 1; END IF;"));
  EXPECT_FALSE(IsComplete("outer: BEGIN SELECT 1;"));
  EXPECT_TRUE(IsComplete("outer: BEGIN SELECT 1; END outer;"));
  EXPECT_FALSE(IsComplete("CREATE PROCEDURE p() LANGUAGE SQL AS BEGIN SELECT 1;"));
}

TEST(SplitStatements, TakesWordsOfBlocksAsNames) {
  EXPECT_TRUE(IsComplete("select begin from t;"));
  EXPECT_TRUE(IsComplete("select v:begin from t;"));
  EXPECT_TRUE(IsComplete("select case when a then 1 end as end, if(a, 1, 2), repeat('a', 2) from t;"));
  EXPECT_TRUE(IsComplete("drop table if exists t;"));
}

TEST(SplitStatements, CutsCommands) {
  const SplitText split = SplitStatements("select 1;\n\n\\d it's; here\nselect\n 2;\n\\x");
  ASSERT_EQ(split.pieces.size(), 4u);
  EXPECT_TRUE(split.complete);
  EXPECT_EQ(split.pieces[1].text, "\\d it's; here");
  EXPECT_TRUE(split.pieces[1].is_command);
  EXPECT_EQ(split.pieces[1].line, 3u);
  EXPECT_EQ(split.pieces[2].text, "select\n 2");
  EXPECT_EQ(split.pieces[2].line, 4u);
  EXPECT_EQ(split.pieces[3].line, 6u);
}

}  // namespace
}  // namespace firesteel::shell
