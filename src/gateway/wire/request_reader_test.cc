#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/hex_text.h"
#include "gateway/wire/grpc_message.h"
#include "gateway/wire/testing/request_rows.h"

namespace firesteel::gateway {
namespace {

constexpr RequestRow kOverrideRows[] = {
#include "gateway/wire/testdata/override_rows.inc"
};

constexpr std::string_view kVerified = "verified@example.com";

std::string Escaped(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f && std::string_view("\\\"=,;?%").find(c) == std::string_view::npos) {
      result += c;
    } else {
      result += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return result;
}

// In record.py's words.
std::string Told(const RequestFields& fields) {
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : ";") + word; };
  const auto text = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) add(name + "=" + Escaped(value));
  };
  text("session", fields.session_id);
  text("user", fields.claimed_user);
  text("observed", fields.observed_session);
  text("operation", fields.operation_id);
  text("new", fields.new_session_id);
  if (fields.reattachable) add("reattachable");
  if (fields.cleans_cache) add("cleans");
  if (fields.config_operation != RequestFields::ConfigOperation::kNone) {
    add("config=" + std::to_string(static_cast<int>(fields.config_operation)));
  }
  for (const auto& [key, value] : fields.config_pairs) add(Escaped(key) + (value ? "=" + Escaped(*value) : "?"));
  return words;
}

TEST(ReadRequest, ReadsAsPythonsProtobufDoes) {
  for (const RequestRow& row : kRequestRows) {
    RequestFields fields;
    fields.session_id = "of the request before";
    const bool read = ReadRequest(row.method, *FromHex(row.message), &fields);
    ASSERT_EQ(read, row.told != nullptr) << static_cast<int>(row.method) << " " << row.message;
    EXPECT_EQ(Told(fields), row.told == nullptr ? "" : row.told) << row.message;
  }
}

// record.py has proved with PySpark's classes that the user, and nothing else, is another one.
TEST(ReadRequest, AnAppendedUserOverridesEveryClaim) {
  const std::string field = UserContextField(kVerified);
  for (const RequestRow& row : kOverrideRows) {
    const std::string message = *FromHex(row.message);
    ASSERT_TRUE(message.ends_with(field)) << row.message;
    RequestFields after;
    ASSERT_TRUE(ReadRequest(row.method, message, &after)) << row.message;
    EXPECT_EQ(after.claimed_user, kVerified);
    EXPECT_EQ(Told(after), row.told) << row.message;
    RequestFields before;
    ASSERT_TRUE(ReadRequest(row.method, message.substr(0, message.size() - field.size()), &before)) << row.message;
    before.claimed_user = kVerified;
    EXPECT_EQ(Told(before), row.told) << row.message;
  }
}

TEST(ReadRequest, AnAppendedObservedSessionOverridesTheClients) {
  for (const RequestRow& row : kRequestRows) {
    const std::string field = ObservedSessionField(row.method, "real");
    EXPECT_EQ(field.empty(), row.method == Method::kReleaseSession);
    if (row.told == nullptr || field.empty()) continue;
    RequestFields before, after;
    ASSERT_TRUE(ReadRequest(row.method, *FromHex(row.message), &before));
    ASSERT_TRUE(ReadRequest(row.method, *FromHex(row.message) + field, &after));
    before.observed_session = "real";
    EXPECT_EQ(Told(after), Told(before)) << row.message;
  }
}

TEST(ReadRequest, OfAnUnknownMethodSessionAndUserAreRead) {
  RequestFields fields;
  ASSERT_TRUE(ReadRequest(Method::kOther, "\x0a\x01s\x12\x03\x0a\x01u\x1a\x01\xff", &fields));
  EXPECT_EQ(Told(fields), "session=s;user=u");
  EXPECT_TRUE(ObservedSessionField(Method::kOther, "real").empty());
}

// Two bytes of a message would otherwise become seventy of memory, as often as they are sent.
TEST(ReadRequest, RefusesMoreKeysThanAnyConfigurationHas) {
  const auto config = [](size_t keys) {
    std::string set, request;
    for (size_t i = 0; i < keys; ++i) set += std::string("\x0a\0", 2);
    const auto wrap = [](char tag, const std::string& inner) {
      std::string length;
      for (size_t n = inner.size();; n >>= 7) {
        length += static_cast<char>((n & 0x7f) | (n >= 0x80 ? 0x80 : 0));
        if (n < 0x80) break;
      }
      return tag + length + inner;
    };
    return wrap('\x1a', wrap('\x0a', set));
  };
  RequestFields fields;
  EXPECT_TRUE(ReadRequest(Method::kConfig, config(100'000), &fields));
  EXPECT_EQ(fields.config_pairs.size(), 100'000u);
  EXPECT_FALSE(ReadRequest(Method::kConfig, config(100'001), &fields));
  EXPECT_TRUE(fields.config_pairs.empty());
}

TEST(MethodOf, KnowsTheServicesMethods) {
  const std::string service = "/spark.connect.SparkConnectService/";
  EXPECT_EQ(MethodOf(service + "ExecutePlan"), Method::kExecutePlan);
  EXPECT_EQ(MethodOf(service + "AnalyzePlan"), Method::kAnalyzePlan);
  EXPECT_EQ(MethodOf(service + "Config"), Method::kConfig);
  EXPECT_EQ(MethodOf(service + "AddArtifacts"), Method::kAddArtifacts);
  EXPECT_EQ(MethodOf(service + "ArtifactStatus"), Method::kArtifactStatus);
  EXPECT_EQ(MethodOf(service + "Interrupt"), Method::kInterrupt);
  EXPECT_EQ(MethodOf(service + "ReattachExecute"), Method::kReattachExecute);
  EXPECT_EQ(MethodOf(service + "ReleaseExecute"), Method::kReleaseExecute);
  EXPECT_EQ(MethodOf(service + "ReleaseSession"), Method::kReleaseSession);
  EXPECT_EQ(MethodOf(service + "FetchErrorDetails"), Method::kFetchErrorDetails);
  EXPECT_EQ(MethodOf(service + "CloneSession"), Method::kCloneSession);
  EXPECT_EQ(MethodOf(service + "GetStatus"), Method::kGetStatus);
  for (const std::string& path : {service, service + "config", service + "Config/", service + "Con",
                                  std::string("Config"), std::string("/spark.connect.Other/Config"), std::string()}) {
    EXPECT_EQ(MethodOf(path), Method::kOther) << path;
  }
}

}  // namespace
}  // namespace firesteel::gateway
