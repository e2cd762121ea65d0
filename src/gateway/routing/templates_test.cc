#include "gateway/routing/templates.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>

namespace firesteel::gateway {
namespace {

std::string FaultOf(std::string_view text, TemplateUse use = TemplateUse::kCommand) {
  return TemplateFault(text, use).value_or("");
}

TEST(Templates, HashIsTheBeginningOfSha256) {
  EXPECT_EQ(UserHash("abc"), "ba7816bf8f01");  // FIPS 180-2, example 1
  EXPECT_EQ(UserHash(""), "e3b0c44298fc");
}

TEST(Templates, LabelsAreDns) {
  EXPECT_EQ(DnsLabel("Ann.Lee@Example"), "ann-lee-example");
  EXPECT_EQ(DnsLabel("--a_b--"), "a-b");
  EXPECT_EQ(DnsLabel("../.."), "");
  EXPECT_EQ(DnsLabel(std::string(80, 'x')).size(), 63u);
}

TEST(Templates, NamespaceOfTeamAndEnvironment) {
  EXPECT_EQ(ExpandNamespace("sjns-{team}-{environment}", "Feature_Eng", "prod", "ann"), "sjns-feature-eng-prod");
  EXPECT_EQ(ExpandNamespace("sjns-playground-{environment}-{user_hash}", "t", "test", "abc"),
            "sjns-playground-test-ba7816bf8f01");
  EXPECT_EQ(ExpandNamespace("a{{b}}-{user}", "", "", "../etc"), "a-b--etc");
}

TEST(Templates, LongNamespacesStayDifferent) {
  const std::string long_team(100, 'a');
  const std::string one = ExpandNamespace("{team}-{environment}", long_team + "1", "prod", "");
  const std::string two = ExpandNamespace("{team}-{environment}", long_team + "2", "prod", "");
  EXPECT_LE(one.size(), 63u);
  EXPECT_NE(one, two);
  EXPECT_EQ(one, DnsLabel(one));
}

TEST(Templates, UnknownPlaceholderNamesTheKnown) {
  EXPECT_EQ(
      FaultOf("x-{usr}", TemplateUse::kNamespace),
      "has the unknown placeholder {usr}; known: {team} {environment} {user} {user_hash}; write '{{' for a brace");
  EXPECT_NE(FaultOf("{port}", TemplateUse::kNamespace), "");
  EXPECT_EQ(FaultOf("serve {port} {pool} {host} {namespace}"), "");
  EXPECT_NE(FaultOf("serve {port"), "");
  EXPECT_NE(FaultOf("serve port}"), "");
  EXPECT_NE(FaultOf("serve {}"), "");
  EXPECT_EQ(FaultOf("awk '{{print}}' {port}"), "");
}

TEST(Templates, PlaceholdersStandWhereQuotesHold) {
  for (const char* command : {
           "serve '{user}'",
           "serve \"{user}\"",
           "serve \\{user}",
           "serve ${user}",
           "serve \"$(id \"{user}\")\"",
           "serve `id {user}`",
           "serve $(id {user})",
           "serve \"${{X:-\"{user}\"}}\"",
           "serve $'it\\'s' {user}'",
           "serve <<E\n{user}\nE",
           "serve # it's {user}",
           "#{user}",
           "serve $(({user}))",
           "(( {user} ))",
           "serve $[{user}]",
           "serve {user} 'unclosed",
       }) {
    EXPECT_NE(FaultOf(command), "") << command;
  }
  for (const char* command : {
           "serve {user}",
           "serve --name={user} 'it''s' \"a b\" a#b",
           "serve \"it's\" {user}",
           "serve \\\" {user} \\\"",
           "USER_NAME={user} serve $HOME '# $(x)'",
           "serve '\\' {user} '\\'",
       }) {
    EXPECT_EQ(FaultOf(command), "") << command;
  }
}

/// What /bin/sh prints.
std::string Shell(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 256> buffer{};
  while (const size_t read = fread(buffer.data(), 1, buffer.size(), pipe.get())) output.append(buffer.data(), read);
  return output;
}

TEST(Templates, NoValueAddsToACommand) {
  for (const char* value : {"ann", "it's", "a b", "'; echo hacked; '", "$(echo hacked)", "`echo hacked`", "\\", "\\'",
                            "a\necho hacked\n", "\"", "*", "~", "#", "&& echo hacked", "", "{port}", "Jörg"}) {
    CommandValues values{.owner = {.team = value, .environment = "e", .user = value, .namespace_name = "n"},
                         .pool = "p",
                         .host = "127.0.0.1",
                         .port = 7};
    const std::string command =
        ExpandCommand("printf '[%s]' {user} --team={team} \"it's\" x{user}y {port} {host}", values);
    const std::string v = value;
    EXPECT_EQ(Shell(command), "[" + v + "][--team=" + v + "][it's][x" + v + "y][7][127.0.0.1]") << command;
  }
}

TEST(Templates, FindsNames) {
  EXPECT_TRUE(TemplateNames("a {user}", "user"));
  EXPECT_FALSE(TemplateNames("a {{user}} {user_hash}", "user"));
}

}  // namespace
}  // namespace firesteel::gateway
