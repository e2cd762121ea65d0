#include "functions/listing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace firesteel::functions {
namespace {

TEST(Listing, NamesAreSortedAndDiffer) {
  const auto all = ListedFunctions();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
  std::set<std::string> names;
  for (const ListedFunction& listed : all) {
    EXPECT_TRUE(names.insert(listed.name).second) << listed.name << " is listed twice";
    EXPECT_EQ(FindListed(listed.name), listed.row);
    EXPECT_FALSE(listed.row->group.empty()) << listed.name;
    EXPECT_FALSE(Synopsis(*listed.row, listed.name).empty()) << listed.name;
  }
  EXPECT_FALSE(names.contains("to_pretty_string"));
}

TEST(Listing, KnowsSyntaxAndTableFunctions) {
  EXPECT_NE(FindListed("CASE"), nullptr);
  EXPECT_EQ(FindUncallable("abs"), nullptr);
  ASSERT_NE(FindUncallable("range"), nullptr);
  EXPECT_TRUE(UnsupportedReason(*FindUncallable("range")).empty());
  EXPECT_FALSE(UnsupportedReason(*FindUncallable("measure")).empty());
}

TEST(Listing, ShowsHowCallsAreWritten) {
  EXPECT_EQ(Synopsis(*FindListed("="), "=="), "left == right");
  EXPECT_EQ(Synopsis(*FindListed("st_srid"), "st_srid"), "st_srid(geospatial)");
  EXPECT_EQ(Synopsis(*FindListed("st_asbinary"), "st_asbinary"), "st_asbinary(geospatial[, string = 'NDR'])");
}

}  // namespace
}  // namespace firesteel::functions
