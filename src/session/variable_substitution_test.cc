#include "session/variable_substitution.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "session/error/java_exception.h"

namespace firesteel::session {
namespace {

Configuration With(const ConfigMap& settings) { return Configuration(std::make_shared<const ConfigMap>(settings)); }

std::string RefusalOf(const std::string& text, const Configuration& configuration) {
  try {
    SubstituteVariables(text, configuration);
    return "";
  } catch (const JavaError& error) {
    return error.what();
  }
}

// The answers are Spark's (tests/golden/sql/variable_substitution.test holds more of them).
TEST(VariableSubstitution, ReplacesNamesBySettings) {
  const Configuration c = With({{"a", "1"}, {"b", "${a}+${a}"}, {"}", "brace"}, {"x:", "colon"}});
  EXPECT_EQ(SubstituteVariables("SELECT ${a}", c), "SELECT 1");
  EXPECT_EQ(SubstituteVariables("${hiveconf:a}${hivevar:a}${spark:a}${sparkconf:a}", c), "1111");
  EXPECT_EQ(SubstituteVariables("${b}", c), "1+1");
  EXPECT_EQ(SubstituteVariables("[${none}]", c), "[]");
  EXPECT_EQ(SubstituteVariables("${a ${}} ${x:}", c), "${a brace colon");
  EXPECT_EQ(SubstituteVariables("$${a} ${} ${ a} ${other:a} $a", c), "$1 ${} ${ a} ${other:a} $a");
}

TEST(VariableSubstitution, KeepsTheServersEnvironmentToItself) {
  const Configuration c = With({});
  EXPECT_EQ(SubstituteVariables("${env:HOME} ${system:user.home}", c), "${env:HOME} ${system:user.home}");
}

TEST(VariableSubstitution, CanBeSwitchedOff) {
  const Configuration c = With({{"a", "1"}, {"spark.sql.variable.substitute", "false"}});
  EXPECT_EQ(SubstituteVariables("${a}", c), "${a}");
}

TEST(VariableSubstitution, LooksAtTextsOfManyBeginningsOnce) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "${x:";
  EXPECT_EQ(SubstituteVariables(text, With({})), text);
}

TEST(VariableSubstitution, EndsForSettingsThatHoldThemselvesOrDouble) {
  EXPECT_EQ(RefusalOf("${a}", With({{"a", "${b}"}, {"b", "${a}"}})),
            "requirement failed: Circular reference in ${a}: a");
  ConfigMap doubling{{"v0", ""}};
  for (int i = 1; i <= 60; ++i) {
    const std::string below = "${v" + std::to_string(i - 1) + "}";
    doubling["v" + std::to_string(i)] = below + below;
  }
  EXPECT_NE(RefusalOf("${v60}", With(doubling)).find("more than 10000 variables"), std::string::npos);
  EXPECT_NE(RefusalOf("${a}${a}", With({{"a", std::string(40 << 20, 'x')}})).find("longer than"), std::string::npos);
}

}  // namespace
}  // namespace firesteel::session
