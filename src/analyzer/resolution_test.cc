#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "analyzer/testing/describe.h"
#include "analyzer/testing/fake_environment.h"

namespace firesteel::analyzer {
namespace {

// Pairs of lines: a query, and what Apache Spark 4.3 says of it.
constexpr const char* kCases =
#include "analyzer/testing/resolution_cases.inc"
    ;

// Ids of columns in messages differ.
std::string WithoutIds(const std::string& text) { return std::regex_replace(text, std::regex("#[0-9]+"), "#N"); }

std::string Answer(const std::string& sql) {
  FakeEnvironment environment;
  environment.AddView("t", "SELECT * FROM VALUES (1, 'a', named_struct('x',1,'y','q')), (2, NULL, null) AS t(a, b, s)");
  environment.AddView("u", "SELECT * FROM VALUES (1, 10L, array(1,2), map('k', 1)) AS u(a, v, arr, m)");
  try {
    return Outcome(FakeEnvironment::Parse(sql), environment);
  } catch (const QueryError& error) {
    return DescribeError(error);
  }
}

TEST(Resolution, IsSparks) {
  std::istringstream lines(kCases);
  std::string sql;
  std::string expected;
  while (std::getline(lines, sql)) {
    if (sql.empty() || sql[0] == '#') continue;
    ASSERT_TRUE(std::getline(lines, expected)) << sql;
    EXPECT_EQ(WithoutIds(Answer(sql)), expected) << sql;
  }
}

}  // namespace
}  // namespace firesteel::analyzer
