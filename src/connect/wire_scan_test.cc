#include "connect/wire_scan.h"

#include <google/protobuf/arena.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "spark/connect/base.pb.h"

namespace firesteel::connect {
namespace {

namespace proto = ::spark::connect;

std::string Varint(uint64_t value) {
  std::string out;
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
  return out;
}

std::string Field(int number, const std::string& bytes) {
  return Varint(static_cast<uint64_t>(number) << 3 | 2) + Varint(bytes.size()) + bytes;
}

/// A plan of `levels` limits over a range: two messages a level.
std::string NestedPlan(int levels) {
  std::string relation = Field(proto::Relation::kRangeFieldNumber, "\x10\x03\x18\x01");
  for (int i = 0; i < levels; ++i)
    relation = Field(proto::Relation::kLimitFieldNumber, Field(1, relation) + "\x10\x0a");
  return Field(proto::Plan::kRootFieldNumber, relation);
}

WireFault Scan(const std::string& bytes, WireLimits limits = {}) {
  return ScanMessage(bytes, *proto::Plan::descriptor(), limits);
}

TEST(WireScan, AcceptsWhatIsThere) {
  EXPECT_EQ(Scan(""), WireFault::kNone);
  EXPECT_EQ(Scan(NestedPlan(3)), WireFault::kNone);
}

TEST(WireScan, FindsMalformedBytes) {
  for (const std::string& bytes :
       {std::string("\xff\xff\xff"), std::string("\x0a\x05 a"), std::string("\x0f"), std::string("\0", 1),
        std::string("\x0b"), std::string("\x0c"), std::string("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")}) {
    EXPECT_EQ(Scan(bytes), WireFault::kMalformed) << testing::PrintToString(bytes);
  }
}

TEST(WireScan, SkipsUnknownFieldsAndGroups) {
  EXPECT_EQ(Scan(Field(500, "anything \xff")), WireFault::kNone);
  EXPECT_EQ(Scan(std::string("\xa3\x1f\x08\x01\xa4\x1f", 6)), WireFault::kNone);
  EXPECT_EQ(Scan(std::string("\xa3\x1f\x08\x01\xac\x1f", 6)), WireFault::kMalformed);
}

TEST(WireScan, LimitsDepthExactlyAsTheParserDoes) {
  // Plan → root, then two messages a level, then the range.
  const int levels = 511;
  EXPECT_EQ(Scan(NestedPlan(levels)), WireFault::kNone);
  EXPECT_EQ(Scan(NestedPlan(levels + 1)), WireFault::kTooDeep);
  EXPECT_EQ(Scan(NestedPlan(2000)), WireFault::kTooDeep);
  google::protobuf::Arena arena;
  auto* plan = google::protobuf::Arena::CreateMessage<proto::Plan>(&arena);
  EXPECT_EQ(ParseMessage(NestedPlan(levels), plan), WireFault::kNone);
  EXPECT_EQ(ParseMessage(NestedPlan(levels + 1), plan), WireFault::kTooDeep);
}

TEST(WireScan, LimitsTheNumberOfMessages) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += Field(proto::Plan::kRootFieldNumber, "");
  EXPECT_EQ(Scan(bytes), WireFault::kNone);
  EXPECT_EQ(Scan(bytes, WireLimits{1024, 50}), WireFault::kTooManyMessages);
}

TEST(WireScan, TextsOfListsCountAsMessages) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += Field(proto::ExecutePlanRequest::kTagsFieldNumber, "");
  EXPECT_EQ(ScanMessage(bytes, *proto::ExecutePlanRequest::descriptor(), WireLimits{1024, 50}),
            WireFault::kTooManyMessages);
  EXPECT_EQ(ScanMessage(bytes, *proto::ExecutePlanRequest::descriptor(), WireLimits{1024, 101}), WireFault::kNone);
}

TEST(WireScan, ParserRefusesTextThatIsNotUtf8) {
  proto::AnalyzePlanRequest request;
  EXPECT_EQ(ParseMessage(Field(1, "\xff\xfe"), &request), WireFault::kMalformed);
  EXPECT_EQ(ParseMessage(Field(1, "ab"), &request), WireFault::kNone);
  EXPECT_EQ(request.session_id(), "ab");
}

TEST(WireScan, NeverCrashesOnCutOrChangedBytes) {
  const std::string good = NestedPlan(20);
  for (size_t size = 0; size < good.size(); ++size) {
    proto::Plan plan;
    ParseMessage(std::string_view(good).substr(0, size), &plan);
  }
  for (size_t at = 0; at < good.size(); ++at) {
    for (int change : {1, 7, 0x80, 0xff}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ change);
      proto::Plan plan;
      ParseMessage(bad, &plan);
    }
  }
}

}  // namespace
}  // namespace firesteel::connect
