#include "shell/completion/completer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::shell {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class FixedNames : public Names {
 public:
  std::vector<std::string> Functions() override { return {"sum", "substring", "year"}; }
  std::vector<std::string> Databases() override { return {"default", "sales"}; }
  std::vector<std::string> Tables(const std::string& database) override {
    if (database == "sales") return {"orders", "my table"};
    return database.empty() ? std::vector<std::string>{"people", "places", "data"} : std::vector<std::string>();
  }
  std::vector<std::string> Columns(const std::string& table) override {
    if (table == "people") return {"name", "surname"};
    if (table == "sales.orders") return {"id", "Amount"};
    return {};
  }
  std::vector<std::string> Profiles() override { return {"prod", "dev"}; }
};

/// `|` marks the cursor.
Completions At(std::string text) {
  const size_t cursor = text.find('|');
  text.erase(cursor, 1);
  FixedNames names;
  return Complete(names, text, cursor);
}

std::vector<std::string> Candidates(const std::string& text) { return At(text).candidates; }

TEST(Complete, TablesFollowFrom) {
  EXPECT_THAT(Candidates("select * from pe|"), ElementsAre("people"));
  EXPECT_THAT(Candidates("select * from |"), ElementsAre("data", "default.", "people", "places", "sales."));
  EXPECT_THAT(Candidates("select * from a join PL|"), ElementsAre("places"));
  EXPECT_THAT(Candidates("insert into d|"), ElementsAre("data", "default."));
  EXPECT_THAT(Candidates("select * from sales.|"), ElementsAre("`my table`", "orders"));
  EXPECT_EQ(At("select * from sales.or|").begin, 20u);
}

TEST(Complete, ColumnsAreThoseOfTheStatementsTables) {
  EXPECT_THAT(Candidates("select na| from people"), Contains("name"));
  EXPECT_THAT(Candidates("select p.| from people p"), ElementsAre("name", "surname"));
  EXPECT_THAT(Candidates("select o.a| from people p, sales.orders as o"), ElementsAre("Amount"));
  EXPECT_THAT(Candidates("select people.s| from people"), ElementsAre("surname"));
  EXPECT_THAT(Candidates("select * from sales.orders where |"), ElementsAre("Amount", "id"));
  EXPECT_THAT(Candidates("select surname from people; select surn|"), Not(Contains("surname")));
}

TEST(Complete, FunctionsAndKeywordsKeepTheCase) {
  EXPECT_THAT(Candidates("select su|"), Contains("sum("));
  EXPECT_THAT(Candidates("sele|"), ElementsAre("select"));
  EXPECT_THAT(Candidates("SELE|"), ElementsAre("SELECT"));
}

TEST(Complete, LeavesQuotationsAlone) {
  EXPECT_THAT(Candidates("select 'su|"), IsEmpty());
  EXPECT_THAT(Candidates("select 'a', su|"), Contains("sum("));
}

TEST(Complete, CommandsAndTheirArguments) {
  EXPECT_THAT(Candidates("\\ti|"), ElementsAre("\\timing"));
  EXPECT_THAT(Candidates("\\c p|"), ElementsAre("prod"));
  EXPECT_THAT(Candidates("\\f p|"), ElementsAre("parquet"));
  EXPECT_THAT(Candidates("\\d pe|"), ElementsAre("people"));
  EXPECT_THAT(Candidates("\\explain select * from pe|"), ElementsAre("people"));
  EXPECT_EQ(At("\\d pe|").begin, 3u);
  EXPECT_EQ(At("\\explain select * from pe|").begin, 23u);
  EXPECT_THAT(Candidates("\\timing o|"), ElementsAre("off", "on"));
}

}  // namespace
}  // namespace firesteel::shell
