#include <set>
#include <string>

#include <gtest/gtest.h>

#include "functions/binding/binding.h"
#include "functions/function.h"
#include "functions/signature.h"

namespace firesteel::functions {
namespace {

TEST(Rows, NamesAreUniqueAndFound) {
  std::set<std::string_view> seen;
  for (const Function* row : AllFunctions()) {
    EXPECT_TRUE(seen.insert(row->name).second) << row->name;
    EXPECT_EQ(Find(row->name), row) << row->name;
  }
}

TEST(Rows, AreWellFormed) {
  for (const Function* row : AllFunctions()) {
    std::vector<Signature> signatures = ParseSignatures(row->signatures);
    EXPECT_FALSE(signatures.empty()) << row->name;
    for (const Signature& signature : signatures) {
      EXPECT_TRUE(signature.result_rule.empty() || IsResultRule(signature.result_rule)) << row->name;
    }
    EXPECT_FALSE(row->description.empty()) << row->name;
    EXPECT_EQ(row->example.substr(0, 6), "SELECT") << row->name;
    EXPECT_FALSE(row->since.empty()) << row->name;
    EXPECT_FALSE(row->group.empty()) << row->name;
    EXPECT_TRUE(row->display != Display::kRule || row->display_rule) << row->name;
    EXPECT_TRUE(row->nullability != Nullability::kRule || row->nullable_rule) << row->name;
  }
}

TEST(Rows, AreFoundInAnyCaseAndByAlias) {
  EXPECT_EQ(Find("SUM"), Find("sum"));
  EXPECT_EQ(Find("mean"), Find("avg"));
  EXPECT_EQ(Find("dayofmonth"), Find("day"));
  EXPECT_EQ(Find("no_such_function"), nullptr);
}

}  // namespace
}  // namespace firesteel::functions
