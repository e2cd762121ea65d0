#include "gateway/auth/static_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "gateway/auth/token_cache.h"

namespace firesteel::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// SHA-256 of "abc" (FIPS 180-2, appendix B.1).
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::string ErrorOf(const std::string& text) { return ParseTokensFile(text).status().message; }
std::string Entry(const std::string& more, const std::string& sha256 = kAbc) {
  return "[[token]]\nname = \"n\"\nuser = \"u\"\nsha256 = \"" + sha256 + "\"\n" + more;
}

TEST(TokensFile, ReadsEveryKey) {
  const auto tokens = ParseTokensFile(Entry("teams = [\"a\", \"b\"]\noperator = true\n"));
  ASSERT_TRUE(tokens.ok()) << tokens.error();
  ASSERT_EQ(tokens->size(), 1U);
  const StaticToken& token = tokens->front();
  EXPECT_EQ(token.name, "n");
  EXPECT_EQ(token.user, "u");
  EXPECT_EQ(token.sha256, kAbc);
  EXPECT_EQ(token.teams, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(token.operator_rights);
  EXPECT_TRUE(ParseTokensFile("").ok());
}

TEST(TokensFile, ErrorsNameTheLine) {
  EXPECT_THAT(ErrorOf("[[token]]\nuser =\n"), HasSubstr("line 2: this is not TOML"));
  EXPECT_THAT(ErrorOf(Entry("tems = [\"a\"]")), HasSubstr("line 5: there is no such key"));
  EXPECT_THAT(ErrorOf(Entry("operator = \"yes\"")), HasSubstr("line 5: operator must be true or false"));
  EXPECT_THAT(ErrorOf(Entry("teams = \"a\"")), HasSubstr("line 5: teams must be a list"));
  EXPECT_THAT(ErrorOf(Entry("teams = [1]")), HasSubstr("line 5: teams must be a list"));
  EXPECT_THAT(ErrorOf(Entry("teams = []")), HasSubstr("line 5: teams is empty"));
  EXPECT_THAT(ErrorOf(Entry("teams = [\"\"]")), HasSubstr("line 1: a team must have"));
  EXPECT_THAT(ErrorOf("[[token]]\nuser = 1\n"), HasSubstr("line 2: user must be text"));
  EXPECT_THAT(ErrorOf("[[token]]\nsha256 = \"" + std::string(kAbc) + "\"\n"), HasSubstr("line 1: user must have"));
  EXPECT_THAT(ErrorOf("[[token]]\nuser = \"u\"\n"), HasSubstr("line 1: sha256 must have 64"));
  EXPECT_THAT(ErrorOf("[token]\nuser = \"u\"\n"), HasSubstr("only tables [[token]]"));
  EXPECT_THAT(ErrorOf("[[tokens]]\nuser = \"u\"\n"), HasSubstr("line 1: only tables [[token]]"));
  EXPECT_THAT(ErrorOf("token = []\n"), HasSubstr("only tables [[token]]"));
}

TEST(TokensFile, ErrorsShowNoToken) {
  EXPECT_THAT(ErrorOf(Entry("", "hunter2")), Not(HasSubstr("hunter2")));
  EXPECT_THAT(ErrorOf(Entry("", std::string(63, 'a') + "x")), HasSubstr("64 hexadecimal digits"));
  EXPECT_THAT(ErrorOf("[[token]]\nsha256 = \"hunter2\n"), Not(HasSubstr("hunter2")));
}

TEST(StaticTokens, FindsByDigestOfEitherCase) {
  AuthConfig config;
  std::string upper = kAbc;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  config.tokens = {{.name = "first", .sha256 = std::string(64, '0'), .user = "zero"},
                   {.name = "second", .sha256 = upper, .user = "abc"}};
  const StaticTokens tokens(config);
  const auto found = tokens.Find(Sha256Of("abc"));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->user, "abc");
  EXPECT_EQ(found->credential, "second");
  EXPECT_EQ(tokens.Find(Sha256Of("abd")), nullptr);
  EXPECT_EQ(tokens.Find(Sha256Of("")), nullptr);
}

TEST(StaticTokens, ATokenOfTwoUsersIsNobodys) {
  AuthConfig config;
  config.tokens = {{.name = "first", .sha256 = kAbc, .user = "one"}, {.name = "second", .sha256 = kAbc, .user = "two"}};
  EXPECT_EQ(StaticTokens(config).Find(Sha256Of("abc")), nullptr);
}

TEST(TokenCache, KeepsForAMinuteAndNeverTooMany) {
  ManualClock clock(1'000'000);
  TokenCache cache(clock, 3);
  const auto identity = std::make_shared<const Identity>();
  for (const char* token : {"a", "b", "c", "d"}) {
    cache.Put(cache.generation(), Sha256Of(token), identity, std::nullopt);
    clock.Advance(1'000'000);
  }
  EXPECT_EQ(cache.size(), 3U);
  EXPECT_EQ(cache.Find(Sha256Of("a")), nullptr) << "the oldest had to leave";
  EXPECT_EQ(cache.Find(Sha256Of("b")), identity);
  clock.Advance(57'000'000 - 1);
  EXPECT_EQ(cache.Find(Sha256Of("b")), identity);
  clock.Advance(1);
  EXPECT_EQ(cache.Find(Sha256Of("b")), nullptr);
  EXPECT_EQ(cache.Find(Sha256Of("c")), identity);
  cache.Put(cache.generation(), Sha256Of("b"), identity, std::nullopt);
  EXPECT_EQ(cache.Find(Sha256Of("b")), identity) << "verified anew";
  EXPECT_EQ(cache.size(), 3U);
}

TEST(TokenCache, ForgetsWhatWasVerifiedByOldKeys) {
  ManualClock clock;
  TokenCache cache(clock, 3);
  const auto identity = std::make_shared<const Identity>();
  const uint64_t before = cache.generation();
  cache.Put(before, Sha256Of("a"), identity, std::nullopt);
  cache.Clear();
  EXPECT_EQ(cache.Find(Sha256Of("a")), nullptr);
  cache.Put(before, Sha256Of("a"), identity, std::nullopt);
  EXPECT_EQ(cache.Find(Sha256Of("a")), nullptr) << "its verification began before the keys changed";
}

}  // namespace
}  // namespace firesteel::gateway
