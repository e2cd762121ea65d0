#include "gateway/tunnel/run_tunnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/testing/temporary_file.h"

namespace firesteel::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

std::string ErrorOfHeader(const std::string& text) {
  const auto header = ParseTunnelHeader(text);
  return header ? "" : header.error();
}

TEST(TunnelHeader, HasNameAndValue) {
  const auto header = ParseTunnelHeader("CF-Access-Client-Id=abc=def");
  ASSERT_TRUE(header.ok());
  EXPECT_THAT(*header, Pair("CF-Access-Client-Id", "abc=def"));
  EXPECT_EQ(ErrorOfHeader("x-empty="), "");
}

TEST(TunnelHeader, CannotBeOneOfTheTunnel) {
  EXPECT_THAT(ErrorOfHeader("Authorization=secret"), HasSubstr("--token-file"));
  for (const std::string name : {"Host", "upgrade", "Sec-WebSocket-Key", "Origin"}) {
    EXPECT_THAT(ErrorOfHeader(name + "=secret"), HasSubstr(name + " cannot be set"));
  }
}

TEST(TunnelHeader, CannotBeginAnother) {
  EXPECT_THAT(ErrorOfHeader("x-a=secret\r\nx-b: 1"), HasSubstr("characters that no header may have"));
  EXPECT_THAT(ErrorOfHeader("x-a=secret\n"), Not(HasSubstr("secret")));
  EXPECT_THAT(ErrorOfHeader("x a=1"), HasSubstr("name=value"));
  EXPECT_THAT(ErrorOfHeader("=1"), HasSubstr("name=value"));
  EXPECT_THAT(ErrorOfHeader("name"), HasSubstr("name=value"));
}

TEST(TokenSource, ReadsTheFileAnew) {
  const testing::TemporaryFile file("first\n");
  const TokenSource source{.token = "not this", .file = file.path()};
  EXPECT_EQ(source.Read().value_or(""), "first");
  file.Write(" \r\n");
  EXPECT_THAT(source.Read().error(), HasSubstr("is empty"));
  file.Write("second");
  EXPECT_EQ(source.Read().value_or(""), "second");
  file.Remove();
  EXPECT_THAT(source.Read().error(), HasSubstr(file.path() + " cannot be read: No such file"));
}

TEST(TokenSource, IsATextWithoutAFile) {
  EXPECT_EQ(TokenSource{.token = "abc"}.Read().value_or("error"), "abc");
  EXPECT_EQ(TokenSource{}.Read().value_or("error"), "");
}

TEST(TokenSource, GivesNothingThatBreaksAHeader) {
  for (const std::string wrong : {"secret token", "secret\r\nx: y", "secret\x80"}) {
    const Result<std::string> token = TokenSource{.token = wrong}.Read();
    ASSERT_FALSE(token.ok());
    EXPECT_THAT(token.error(), Not(HasSubstr("secret")));
  }
  EXPECT_FALSE(TokenSource{.token = std::string(20'000, 'x')}.Read().ok());
}

}  // namespace
}  // namespace firesteel::gateway
