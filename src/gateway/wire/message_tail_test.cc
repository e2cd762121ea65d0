#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/hex_text.h"
#include "gateway/wire/grpc_message.h"
#include "gateway/wire/testing/request_rows.h"
#include "gateway/wire/wire_reader.h"

namespace firesteel::gateway {
namespace {

/// Whether the watch, which skips `skip` bytes, lets the message pass, fed in two pieces.
bool Passes(std::string_view message, size_t skip, size_t split) {
  TailWatch watch(skip);
  bool good = watch.Feed(message.substr(0, split));
  const bool then = watch.Feed(message.substr(split));
  EXPECT_TRUE(good || !then) << "a fault was forgotten";
  return then && watch.Finish();
}

bool PassesByteByByte(std::string_view message, size_t skip) {
  TailWatch watch(skip);
  for (const char& byte : message) {
    if (!watch.Feed(std::string_view(&byte, 1))) return false;
  }
  return watch.Finish();
}

/// What the watch must say, from the whole message.
bool ShouldPass(std::string_view message, size_t skip) {
  WireReader reader(message.substr(skip));
  while (reader.Next()) {
    if (reader.IsBytes(1) || reader.IsBytes(2)) return false;
  }
  return reader.ok();
}

TEST(TailWatch, SaysTheSameHoweverTheMessageIsCut) {
  int passed = 0;
  for (const RequestRow& row : kRequestRows) {
    const std::string message = *FromHex(row.message);
    RequestFields fields;
    const size_t judged = ReadBeginning(message, message.size(), &fields);
    for (const size_t skip : {judged, size_t{0}}) {
      const bool expected = ShouldPass(message, skip);
      passed += expected && skip > 0;
      EXPECT_EQ(PassesByteByByte(message, skip), expected) << row.message << " from " << skip;
      for (size_t split = 0; split <= message.size(); ++split) {
        ASSERT_EQ(Passes(message, skip, split), expected) << row.message << " cut at " << split << ", from " << skip;
      }
    }
  }
  EXPECT_GT(passed, 50);
}

TEST(TailWatch, IsNotFinishedWithinAField) {
  const std::string message = std::string(
      "\x1a\x03"
      "abc\x20\x85\x01\x2b\x0a\x01x\x2c\x35"
      "1234\x39"
      "12345678");
  TailWatch watch(0);
  std::string finished;
  for (const char& byte : message) {
    ASSERT_TRUE(watch.Feed(std::string_view(&byte, 1)));
    finished += watch.Finish() ? 'f' : '.';
  }
  EXPECT_EQ(finished, "....f..f....f....f........f");
}

TEST(TailWatch, SkipsLargeValuesAtOnce) {
  std::string head = "\x1a\xff\xff\xff\x3f";  // 128 MiB less a byte
  TailWatch watch(0);
  ASSERT_TRUE(watch.Feed(head));
  const std::string chunk(1 << 20, '\x0a');
  for (int i = 0; i < 128; ++i) {
    EXPECT_FALSE(watch.Finish());
    ASSERT_TRUE(watch.Feed(std::string_view(chunk).substr(i == 0)));
  }
  EXPECT_TRUE(watch.Finish());
  EXPECT_FALSE(watch.Feed("\x12")) << "the key alone tells a second user";
  EXPECT_FALSE(watch.Feed("\x1a"));
  EXPECT_FALSE(watch.Finish());
}

// Of every message that the whole parser reads: where beginning and watch let it pass, they have read the same.
TEST(ReadBeginning, AgreesWithTheWholeMessage) {
  int agreed = 0;
  for (const RequestRow& row : kRequestRows) {
    const std::string message = *FromHex(row.message);
    RequestFields whole;
    if (!ReadRequest(row.method, message, &whole)) continue;
    std::optional<size_t> first;
    for (size_t size = 0; size <= message.size(); ++size) {
      RequestFields fields;
      const size_t judged = ReadBeginning(std::string_view(message).substr(0, size), message.size(), &fields);
      if (judged == 0) {
        EXPECT_FALSE(first) << row.message << ": " << size << " bytes say less than fewer";
        EXPECT_TRUE(fields.session_id.empty() && fields.claimed_user.empty());
        continue;
      }
      EXPECT_LE(judged, size);
      if (!first) first = judged;
      EXPECT_EQ(judged, *first) << row.message << ": another answer at " << size;
      if (!ShouldPass(message, judged)) continue;
      EXPECT_EQ(fields.session_id, whole.session_id) << row.message;
      EXPECT_EQ(fields.claimed_user, whole.claimed_user) << row.message;
      ++agreed;
    }
  }
  EXPECT_GT(agreed, 1000);
}

struct BeginningRow {
  std::string_view bytes;
  size_t more;  // bytes of the message behind them
  size_t judged;
  std::string_view session_id, user;
};

TEST(ReadBeginning, WaitsUntilItIsSure) {
  using std::string_view_literals::operator""sv;
  const BeginningRow rows[] = {
      {"\x0a\x01s\x12\x03\x0a\x01u"sv, 100, 8, "s", "u"},
      {"\x12\x03\x0a\x01u\x0a\x01s"sv, 100, 8, "s", "u"},
      {"\x0a\x01s\x12\x03\x0a\x01u"sv, 0, 8, "s", "u"},
      {"\x0a\x01s\x12\x03\x0a\x01"sv, 1, 0, "", ""},       // the user is cut
      {"\x0a\x01s"sv, 100, 0, "", ""},                     // a user may follow
      {"\x0a\x01s"sv, 0, 3, "s", ""},                      // none can
      {"\x0a\x01s\x1a"sv, 100, 3, "s", ""},                // none does
      {"\x0a\x01s\xca"sv, 100, 0, "", ""},                 // whose key is this?
      {"\x0a\x01s\xca\x3e"sv, 100, 3, "s", ""},            // another field's
      {"\x0a\x01s\x10\x01"sv, 100, 3, "s", ""},            // no user but a number
      {"\x1a\x01p\x0a\x01s"sv, 100, 0, "", ""},            // another field in front
      {"\x12\x03\x0a\x01u\x1a\x01p"sv, 100, 0, "", ""},    // no session in front
      {"\x12\x00\x0a\x01s"sv, 100, 5, "s", ""},            // a user context that claims nothing
      {"\x0a\x01s\x0a\x01t"sv, 100, 3, "s", ""},           // the second one is the tail's fault
      {"\x0a\x01\xff\x12\x00"sv, 100, 0, "", ""},          // no text
      {"\x0a\x01s\x12\x02\x0a\x05"sv, 100, 0, "", ""},     // no user context
      {"\x0a\x01s\x12\x03\x0a\x01\xff"sv, 100, 0, "", ""}  // no text
  };
  for (const BeginningRow& row : rows) {
    RequestFields fields;
    EXPECT_EQ(ReadBeginning(row.bytes, row.bytes.size() + row.more, &fields), row.judged) << &row - rows;
    EXPECT_EQ(fields.session_id, row.session_id) << &row - rows;
    EXPECT_EQ(fields.claimed_user, row.user) << &row - rows;
  }
  RequestFields fields;
  // What stands behind the message is not of it.
  EXPECT_EQ(ReadBeginning("\x0a\x01s\x12\x03\x0a\x01u", 3, &fields), 3u);
  EXPECT_EQ(fields.claimed_user, "");
  EXPECT_EQ(ReadBeginning("\x0a\x03s\x12\x03", 3, &fields), 0u);
}

}  // namespace
}  // namespace firesteel::gateway
