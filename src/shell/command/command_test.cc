#include "shell/command/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::shell {
namespace {

TEST(Command, IsANameAndAnArgument) {
  EXPECT_EQ(ParseCommand("\\q").name, "q");
  EXPECT_EQ(ParseCommand("\\q;").name, "q");
  EXPECT_EQ(ParseCommand("\\d  a.b ; ").argument, "a.b");
  EXPECT_EQ(ParseCommand("\\explain select 1\n from t").argument, "select 1\n from t");
  EXPECT_EQ(ParseCommand("\\").name, "");
}

TEST(Command, HelpNamesAll) {
  const std::string text = CommandsHelpText();
  for (const CommandHelp& command : CommandsHelp()) {
    EXPECT_THAT(text, testing::HasSubstr("  \\" + std::string(command.name) + " "));
  }
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    EXPECT_LE(end - begin, 100u) << text.substr(begin, end - begin);
    begin = end + 1;
  }
}

}  // namespace
}  // namespace firesteel::shell
