#include "gateway/servers/kubernetes_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// As `kubectl get --raw …/endpointslices?watch=true` shows it, without the managed fields.
constexpr char kModified[] = R"({"type":"MODIFIED","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",
"metadata":{"name":"spark-x7kqp","namespace":"sjns","uid":"b6c1","resourceVersion":"90211","generation":7,
"labels":{"kubernetes.io/service-name":"spark"}},"addressType":"IPv4","endpoints":[
{"addresses":["10.244.1.5"],"conditions":{"ready":true,"serving":true,"terminating":false},"nodeName":"n1",
 "targetRef":{"kind":"Pod","namespace":"sjns","name":"spark-0","uid":"u0"}},
{"addresses":["10.244.1.6"],"conditions":{"ready":false,"serving":true,"terminating":true},
 "targetRef":{"kind":"Pod","name":"spark-1","uid":"u1"}},
{"addresses":["10.244.1.7"],"conditions":{"ready":true,"serving":true,"terminating":true}},
{"addresses":["10.244.1.8"],"conditions":{"ready":false,"serving":false,"terminating":false}},
{"addresses":["10.244.1.9"],"conditions":{"ready":null}},
{"addresses":["10.244.1.10"]},
{"addresses":[]}],
"ports":[{"name":"metrics","port":9090,"protocol":"TCP"},{"name":"udp","port":1,"protocol":"UDP"},
{"name":"connect","port":15002,"protocol":"TCP"}]}})";

TEST(KubernetesEvents, ReadyEndpointsOfASlice) {
  const auto event = ParseSliceEvent(kModified, "connect");
  ASSERT_TRUE(event.ok()) << event.error();
  EXPECT_EQ(event.value().kind, SliceEvent::Kind::kSet);
  EXPECT_EQ(event.value().resource_version, "90211");
  EXPECT_EQ(event.value().slice.name, "spark-x7kqp");
  EXPECT_THAT(event.value().slice.ready,
              ElementsAre(ServerEndpoint{"10.244.1.5", 15002, "u0"}, ServerEndpoint{"10.244.1.9", 15002, ""},
                          ServerEndpoint{"10.244.1.10", 15002, ""}));
}

TEST(KubernetesEvents, ThePortIsTheNamedOrTheFirst) {
  EXPECT_EQ(ParseSliceEvent(kModified, "").value().slice.ready[0].port, 9090);
  EXPECT_THAT(ParseSliceEvent(kModified, "udp").value().slice.ready, IsEmpty());
  EXPECT_THAT(ParseSliceEvent(kModified, "other").value().slice.ready, IsEmpty());
}

TEST(KubernetesEvents, OtherKinds) {
  const auto bookmark = ParseSliceEvent(
      R"({"type":"BOOKMARK","object":{"kind":"EndpointSlice","metadata":{"resourceVersion":"12","creationTimestamp":null}}})",
      "");
  ASSERT_TRUE(bookmark.ok());
  EXPECT_EQ(bookmark.value().kind, SliceEvent::Kind::kBookmark);
  EXPECT_EQ(bookmark.value().resource_version, "12");
  const auto deleted =
      ParseSliceEvent(R"({"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"13"}}})", "");
  ASSERT_TRUE(deleted.ok());
  EXPECT_EQ(deleted.value().kind, SliceEvent::Kind::kDeleted);
  EXPECT_EQ(deleted.value().slice.name, "a");
  const auto gone = ParseSliceEvent(
      R"({"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"too old resource version: 1","reason":"Expired","code":410
}
})",
      "");
  ASSERT_TRUE(gone.ok());
  EXPECT_EQ(gone.value().kind, SliceEvent::Kind::kExpired);
  const auto error =
      ParseSliceEvent(R"({"type":"ERROR","object":{"kind":"Status","message":"storage is down","code":500}})", "");
  ASSERT_TRUE(error.ok());
  EXPECT_EQ(error.value().kind, SliceEvent::Kind::kError);
  EXPECT_EQ(error.value().message, "storage is down");
}

TEST(KubernetesEvents, RefusesWhatIsNoEvent) {
  for (const char* line : {"", "{", "[]", "7", "null", R"({"type":"ADDED"})", R"({"type":"NEW","object":{}})",
                           R"({"type":7,"object":{}})", R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})",
                           R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"1"}}})",
                           R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":7}}})"}) {
    EXPECT_FALSE(ParseSliceEvent(line, "").ok()) << line;
  }
}

TEST(KubernetesEvents, FieldsOfOtherTypesAreNotThere) {
  const auto event = ParseSliceEvent(
      R"({"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1"},"endpoints":[7,{"addresses":[7]},
          {"addresses":["10.0.0.1"],"conditions":[],"targetRef":"x"}],"ports":[{"port":"x"},{"port":-1},{"port":70000},
          {"port":2}]}})",
      "");
  ASSERT_TRUE(event.ok());
  EXPECT_THAT(event.value().slice.ready, ElementsAre(ServerEndpoint{"10.0.0.1", 2, ""}));
}

TEST(KubernetesEvents, Lists) {
  const auto list = ParseSliceList(
      R"({"kind":"EndpointSliceList","metadata":{"resourceVersion":"55","continue":"abc"},"items":[
          {"metadata":{"name":"a"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"]}],"ports":[{"port":1}]}]})",
      "");
  ASSERT_TRUE(list.ok()) << list.error();
  EXPECT_EQ(list.value().resource_version, "55");
  EXPECT_EQ(list.value().continue_token, "abc");
  ASSERT_EQ(list.value().slices.size(), 1u);
  EXPECT_FALSE(ParseSliceList("<html>", "").ok());
  EXPECT_FALSE(ParseSliceList(R"({"kind":"Status","message":"no"})", "").ok());
  EXPECT_FALSE(ParseSliceList(R"({"metadata":{},"items":[]})", "").ok());
  EXPECT_EQ(ApiErrorMessage(R"({"kind":"Status","message":"no"})"), "no");
  EXPECT_EQ(ApiErrorMessage("<html>"), "");
}

TEST(KubernetesEvents, APodOfBothFamiliesIsOneServer) {
  std::map<std::string, EndpointSlice> slices;
  slices["a"] = {"a", false, {{"10.0.0.1", 1, "u1"}, {"10.0.0.2", 1, ""}}};
  slices["b"] = {"b", true, {{"fd00::1", 1, "u1"}, {"fd00::2", 1, "u2"}, {"fd00::3", 1, ""}}};
  EXPECT_THAT(ReadyEndpoints(slices),
              ElementsAre(ServerEndpoint{"10.0.0.1", 1, "u1"}, ServerEndpoint{"10.0.0.2", 1, ""},
                          ServerEndpoint{"fd00::2", 1, "u2"}, ServerEndpoint{"fd00::3", 1, ""}));
}

TEST(LineCutter, CutsWhereverThePiecesEnd) {
  const std::string text = "one\n\nthree\nfour";
  for (size_t size = 1; size <= text.size(); ++size) {
    LineCutter cutter(10);
    std::vector<std::string> lines;
    for (size_t at = 0; at < text.size(); at += size) {
      EXPECT_TRUE(cutter.Feed(text.substr(at, size), [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
      }));
    }
    EXPECT_THAT(lines, ElementsAre("one", "", "three")) << size;
  }
}

TEST(LineCutter, RefusesLinesThatAreTooLong) {
  const auto accept = [](std::string_view) { return true; };
  LineCutter whole(3);
  EXPECT_TRUE(whole.Feed("abc\n", accept));
  EXPECT_FALSE(whole.Feed("abcd\n", accept));
  LineCutter begun(3);
  EXPECT_TRUE(begun.Feed("abc", accept));
  EXPECT_FALSE(begun.Feed("d", accept));
}

}  // namespace
}  // namespace firesteel::gateway
