#include "gateway/proxy/request_filter.h"

#include <gtest/gtest.h>

#include "base/wire_writer.h"

namespace firesteel::gateway {
namespace {

constexpr char kSession[] = "00112233-4455-6677-8899-aabbccddeeff";

/// An AnalyzePlanRequest with so many bytes of something else behind its identity.
std::string Request(const std::string& user, size_t more = 0, const std::string& session = kSession) {
  std::string message;
  WireWriter writer(&message);
  writer.Text(1, session);
  if (!user.empty()) message += UserContextField(user);
  if (more > 0) writer.Bytes(4000, std::string(more, 'x'));
  return message;
}

struct Fed {
  std::string out;
  std::optional<Refusal> refusal;
};

/// Feeds the bytes in pieces of `piece` bytes; releases when the filter waits.
Fed Feed(RequestFilter& filter, const std::string& bytes, size_t piece, const RequestRewrite& rewrite) {
  Fed fed;
  std::vector<Slice> out;
  for (size_t at = 0; at < bytes.size() && !fed.refusal; at += piece) {
    fed.refusal = filter.Feed(Slice::Of(bytes.substr(at, piece)), &out);
    if (!fed.refusal && filter.waiting()) fed.refusal = filter.Release(rewrite, &out);
  }
  for (const Slice& slice : out) fed.out += slice.bytes();
  return fed;
}

TEST(RequestFilter, PassesBytesAsTheyAre) {
  for (const size_t more : {size_t{0}, size_t{100}, size_t{4'194'304}, size_t{9'000'000}}) {
    for (const size_t piece : {size_t{1} + more / 50, size_t{16'384}, size_t{10'000'000}}) {
      RequestFilter filter(Method::kAnalyzePlan);
      const std::string bytes = Framed(Request("alice", more)) + Framed(Request("alice", 7));
      const Fed fed = Feed(filter, bytes, piece, {.user = "alice"});
      EXPECT_FALSE(fed.refusal) << fed.refusal->message;
      EXPECT_TRUE(fed.out == bytes) << more << " in pieces of " << piece;
      EXPECT_FALSE(filter.Finish());
    }
  }
}

TEST(RequestFilter, PutsTheVerifiedUserIntoEveryMessage) {
  for (const size_t more : {size_t{0}, size_t{9'000'000}}) {
    RequestFilter filter(Method::kAnalyzePlan);
    const std::string bytes = Framed(Request("mallory", more)) + Framed(Request("mallory", more));
    const Fed fed = Feed(filter, bytes, 10'000, {.user = "alice"});
    const std::string one = Framed(Request("mallory", more) + UserContextField("alice"));
    EXPECT_TRUE(fed.out == one + one) << more;
  }
}

TEST(RequestFilter, TellsWhatTheServerMustHaveObserved) {
  RequestFilter filter(Method::kAnalyzePlan);
  std::string told = Request("alice");
  WireWriter(&told).Text(17, "told");
  const Fed fed = Feed(filter, Framed(told), 3, {.told_session = "told", .server_session = "real"});
  EXPECT_EQ(fed.out, Framed(told + ObservedSessionField(Method::kAnalyzePlan, "real")));

  // Who observed another server is told so by this one.
  RequestFilter other(Method::kAnalyzePlan);
  std::string observed = Request("alice");
  WireWriter(&observed).Text(17, "of another");
  EXPECT_EQ(Feed(other, Framed(observed), 3, {.told_session = "told", .server_session = "real"}).out, Framed(observed));
}

TEST(RequestFilter, NothingPassesBeforeTheDecision) {
  RequestFilter filter(Method::kAnalyzePlan);
  std::vector<Slice> out;
  EXPECT_FALSE(filter.Feed(Slice::Of(Framed(Request("alice")) + Framed(Request("alice"))), &out));
  EXPECT_TRUE(filter.waiting());
  EXPECT_EQ(filter.first().session_id, kSession);
  EXPECT_EQ(filter.first().claimed_user, "alice");
  EXPECT_TRUE(out.empty());
  EXPECT_FALSE(filter.Release({}, &out));
  EXPECT_EQ(out.size(), 2u);
}

TEST(RequestFilter, RefusesAnotherSessionOrUserLater) {
  for (const size_t more : {size_t{0}, size_t{9'000'000}}) {
    for (const std::string& second :
         {Request("bob", more), Request("alice", more, "ffeeddcc-4455-6677-8899-aabbccddeeff"), Request("", more)}) {
      RequestFilter filter(Method::kAddArtifacts);
      const std::string first = Framed(Request("alice", more));
      const Fed fed = Feed(filter, first + Framed(second), 100'000, {});
      ASSERT_TRUE(fed.refusal);
      EXPECT_TRUE(fed.out == first) << "of the second nothing passes";
    }
  }
}

TEST(RequestFilter, RefusesASecondIdentityInTheTailOfALargeMessage) {
  RequestFilter filter(Method::kAnalyzePlan);
  const Fed fed =
      Feed(filter, Framed(Request("alice", 9'000'000) + UserContextField("root")), 50'000, {.user = "alice"});
  ASSERT_TRUE(fed.refusal);
  EXPECT_EQ(fed.refusal->code, Code::kInvalidArgument);
}

TEST(RequestFilter, RefusesWhatItCannotRead) {
  std::string compressed = Framed(Request("alice"));
  compressed[0] = 1;
  std::string huge = Framed("");
  huge[1] = 0x20;  // 512 MiB are announced
  const std::vector<std::pair<std::string, Code>> cases = {{compressed, Code::kUnimplemented},
                                                           {huge, Code::kResourceExhausted},
                                                           {Framed("\x0a\xff"), Code::kInvalidArgument}};
  for (const auto& [bytes, code] : cases) {
    RequestFilter filter(Method::kAnalyzePlan);
    const Fed fed = Feed(filter, bytes, 1000, {});
    ASSERT_TRUE(fed.refusal);
    EXPECT_EQ(fed.refusal->code, code);
  }
  RequestFilter cut(Method::kAnalyzePlan);
  const std::string bytes = Framed(Request("alice"));
  EXPECT_FALSE(Feed(cut, bytes.substr(0, bytes.size() - 1), 1000, {}).refusal);
  EXPECT_TRUE(cut.Finish());
}

}  // namespace
}  // namespace firesteel::gateway
