#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hex_text.h"
#include "base/uuid.h"
#include "gateway/wire/grpc_message.h"

namespace firesteel::gateway {
namespace {

using std::chrono_literals::operator""ms;

struct WrittenRow {
  std::string_view name, message;  // hex
};

constexpr WrittenRow kWrittenRows[] = {
#include "gateway/wire/testdata/written_rows.inc"
};

struct ResponseRow {
  Method method;
  std::string_view message;  // hex
  std::string_view server_side_session_id;
};

constexpr ResponseRow kResponseRows[] = {
#include "gateway/wire/testdata/response_rows.inc"
};

constexpr std::string_view kUser = "verified@example.com";
constexpr std::string_view kSession = "0f0e0d0c-0b0a-4908-8706-050403020100";
constexpr std::string_view kOperation = "11111111-2222-4333-8444-555555555555";

/// The message as Python writes it.
std::string Python(std::string_view name) {
  const auto* row = std::find_if(std::begin(kWrittenRows), std::end(kWrittenRows),
                                 [&](const WrittenRow& written) { return written.name == name; });
  EXPECT_NE(row, std::end(kWrittenRows)) << name;
  return row == std::end(kWrittenRows) ? "" : *FromHex(row->message);
}

TEST(Framed, HasFlagAndLengthInFront) {
  EXPECT_EQ(Framed(""), std::string(5, '\0'));
  EXPECT_EQ(Framed("abc"), std::string("\0\0\0\0\3abc", 8));
  const std::string large = Framed(std::string(0x01020304, 'x'));
  EXPECT_EQ(large.substr(0, 6), std::string("\0\1\2\3\4x", 6));
  EXPECT_EQ(large.size(), 5u + 0x01020304);
}

TEST(Requests, AreAsPythonWritesThem) {
  EXPECT_EQ(ConfigSetRequest(kSession, kUser, "gateway", {{"a", "1"}, {"ü", ""}}, false), Framed(Python("config set")));
  EXPECT_EQ(ConfigSetRequest(kSession, kUser, "gateway", {}, false), Framed(Python("config set nothing")));
  EXPECT_EQ(ConfigSetRequest(kSession, kUser, "gateway", {{"a", "1"}}, true), Framed(Python("config set silent")));
  EXPECT_EQ(ConfigGetOptionRequest(kSession, kUser, "gateway", {"a", ""}), Framed(Python("config get option")));
  EXPECT_EQ(ReleaseSessionRequest(kSession, kUser, "gateway"), Framed(Python("release")));
}

TEST(Responses, AreAsPythonWritesThem) {
  const std::vector<std::pair<std::string, std::optional<std::string>>> pairs = {
      {"a", "1"}, {"ü", ""}, {"unset", std::nullopt}};
  EXPECT_EQ(ConfigResponse(kSession, pairs, {"careful", ""}), Framed(Python("config response")));
  EXPECT_EQ(ConfigResponse(kSession, pairs, {"careful", ""}, kOperation),
            Framed(Python("config response of a server")));
  EXPECT_EQ(ConfigResponsePairs(Python("config response of a server")), pairs);
  EXPECT_EQ(ConfigResponseWarnings(Python("config response of a server")), (std::vector<std::string>{"careful", ""}));
  EXPECT_EQ(ConfigResponsePairs(ConfigResponse(kSession, pairs, {}).substr(kMessagePrefix) + ConfigWarnings({"w"})),
            pairs);
}

TEST(Responses, EachResultHasAnIdOfItsOwn) {
  const auto is_as = [](const std::string& framed, std::string_view name) {
    std::string expected = Framed(Python(name));
    ASSERT_EQ(framed.size(), expected.size());
    const size_t at = expected.find("00000000-0000-4000-8000-000000000000");
    ASSERT_NE(at, std::string::npos);
    EXPECT_TRUE(IsUuid(framed.substr(at, 36)));
    EXPECT_EQ(std::string(framed).replace(at, 36, expected, at, 36), expected);
  };
  const std::string result = ResultCompleteResponse(kSession, kOperation);
  is_as(result, "result complete");
  EXPECT_NE(ResultCompleteResponse(kSession, kOperation), result);
  is_as(ResultCompleteResponse(kSession, kOperation, "server"), "result complete of a server");
}

TEST(ServerSideSessionId, IsFoundInEveryMethodsResponse) {
  ASSERT_EQ(std::size(kResponseRows), static_cast<size_t>(Method::kOther));
  for (const ResponseRow& row : kResponseRows) {
    const std::string message = *FromHex(row.message);
    EXPECT_EQ(ServerSideSessionId(row.method, message), row.server_side_session_id);
    EXPECT_EQ(ServerSideSessionId(row.method, message + ServerSideSessionIdField(row.method, "gateway's")),
              "gateway's");
    EXPECT_EQ(ServerSideSessionId(row.method, message.substr(0, message.size() - 1)), "");
    EXPECT_EQ(ServerSideSessionId(row.method, message + ServerSideSessionIdField(row.method, "\xff")), "");
    EXPECT_EQ(ServerSideSessionId(Method::kOther, message), "");
  }
  EXPECT_EQ(ServerSideSessionIdField(Method::kOther, "gateway's"), "");
}

TEST(RedactConfigResponse, HidesValuesAndNothingElse) {
  const std::string secrets = Python("secrets");
  EXPECT_EQ(RedactConfigResponse(secrets, {"spark.password", "absent"}), Python("redacted"));
  EXPECT_EQ(RedactConfigResponse(secrets, [](std::string_view key) { return key.ends_with("word"); }),
            Python("redacted"));
  EXPECT_EQ(RedactConfigResponse(secrets, std::vector<std::string>{}), secrets);
  EXPECT_EQ(RedactConfigResponse(secrets.substr(0, secrets.size() - 1), {"spark.password"}), "");
  // The last key of a pair counts, wherever its values stand; unknown fields stay.
  EXPECT_EQ(RedactConfigResponse("\x12\x0e\x12\x01"
                                 "1\x0a\x01"
                                 "a\x0a\x01k\x18\x07\x12\x01"
                                 "2\x20\x01",
                                 {"k"}),
            "\x12\x1d\x0a\x01"
            "a\x0a\x01k\x18\x07\x12\x13*********(redacted)\x20\x01");
  EXPECT_EQ(RedactConfigResponse("\x12\x06\x0a\x01k\x12\x05", {"k"}), "") << "a pair that is cut";
}

TEST(StatusDetails, AreAsSparkSendsThem) {
  Refusal changed{.code = Code::kInternal,
                  .message = "The server of this session is gone – begin a new one.",
                  .condition = "INVALID_HANDLE.SESSION_CHANGED",
                  .sql_state = "HY000",
                  .parameters = {{"handle", "a\"b"}}};
  EXPECT_EQ(StatusDetails(changed), Python("session changed"));
  changed.message = RefusalText(changed);
  EXPECT_EQ(StatusDetails(changed), Python("session changed")) << "the condition stands in front once";
  EXPECT_EQ(StatusDetails({.code = Code::kResourceExhausted,
                           .message = "Too many.",
                           .condition = "GATEWAY_QUOTA",
                           .sql_state = "53000",
                           .retry_after = 1500ms}),
            Python("quota"));
  EXPECT_EQ(StatusDetails({.code = Code::kUnavailable, .message = "starting", .retry_after = 1500ms}), Python("retry"));
  for (const auto at_once : {0ms, -5ms}) {
    EXPECT_EQ(StatusDetails({.code = Code::kUnavailable, .message = "starting", .retry_after = at_once}),
              Python("retry at once"));
  }
  EXPECT_EQ(StatusDetails({.code = Code::kUnauthenticated, .message = "no token"}), "");
}

TEST(StatusDetails, StaySmallAndKeepTheCondition) {
  const Refusal large{.code = Code::kInternal,
                      .message = std::string(3000, 'x') + "end",
                      .condition = "INVALID_HANDLE.SESSION_CHANGED",
                      .parameters = {{"handle", std::string(1025, 'y')}}};
  const std::string details = StatusDetails(large);
  EXPECT_LT(details.size(), 2700u);
  EXPECT_TRUE(details.ends_with("INVALID_HANDLE.SESSION_CHANGED"));
  EXPECT_EQ(details.find("messageParameters"), std::string::npos);
  EXPECT_EQ(details.find("yyy"), std::string::npos);
}

TEST(RefusalText, IsValidAndAtMost2KiB) {
  EXPECT_EQ(RefusalText({.message = "plain"}), "plain");
  EXPECT_EQ(RefusalText({.message = "m", .condition = "C"}), "[C] m");
  EXPECT_EQ(RefusalText({.message = "a\xff"}), "a\xef\xbf\xbd");
  EXPECT_EQ(RefusalText({.message = std::string(2048, 'x')}), std::string(2048, 'x'));
  EXPECT_EQ(RefusalText({.message = std::string(2049, 'x')}), std::string(2045, 'x') + "...");
  std::string wide = "x";
  for (int i = 0; i < 1500; ++i) wide += "ü";
  EXPECT_EQ(RefusalText({.message = wide}), wide.substr(0, 2045) + "...");
  wide += 'x';
  EXPECT_EQ(RefusalText({.message = wide.substr(1)}), wide.substr(1, 2044) + "...") << "no character is cut";
}

TEST(StatusMessage, IsPercentEncoded) {
  EXPECT_EQ(StatusMessage("[A] plain ~ text"), "[A] plain ~ text");
  EXPECT_EQ(StatusMessage("100% ü\n\x7f"), "100%25 %C3%BC%0A%7F");
  EXPECT_EQ(StatusMessage(""), "");
}

}  // namespace
}  // namespace firesteel::gateway
