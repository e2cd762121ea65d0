#include "client/transport/reattaching_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "client/transport/testing/fake_transport.h"

namespace firesteel::client {
namespace {

using ::testing::ElementsAre;
using testing::FakeTransport;
using ::testing::Pair;
using testing::ResponseOf;

const grpc::Status kUnavailable(grpc::StatusCode::UNAVAILABLE, "connection reset");

class ReattachingStreamTest : public ::testing::Test {
 protected:
  std::unique_ptr<ReattachingStream> Open(bool reattachable = true) {
    proto::ExecutePlanRequest request;
    request.set_session_id("s");
    request.set_operation_id("o");
    StreamOptions options;
    options.reattachable = reattachable;
    options.retry.initial_backoff = std::chrono::milliseconds(1);
    options.retry.max_backoff = std::chrono::milliseconds(2);
    options.longest_waiting = std::chrono::milliseconds(200);
    return std::make_unique<ReattachingStream>(transport_, *releases_, options, request);
  }

  /// The ids of all responses; the status that ended them.
  std::vector<std::string> ReadAll(ReattachingStream& stream, grpc::Status& status) {
    std::vector<std::string> ids;
    proto::ExecutePlanResponse response;
    while (stream.Next(response, status)) ids.push_back(response.response_id());
    return ids;
  }

  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::unique_ptr<ReleaseQueue> releases_ = std::make_unique<ReleaseQueue>(transport_, [] { return CallOptions(); });
};

TEST_F(ReattachingStreamTest, ReadsToTheEndAndReleases) {
  transport_->streams.push_back({{ResponseOf("1"), ResponseOf("2", true)}, grpc::Status::OK});
  grpc::Status status;
  EXPECT_THAT(ReadAll(*Open(), status), ElementsAre("1", "2"));
  EXPECT_TRUE(status.ok());
  releases_->Flush(std::chrono::seconds(5));
  EXPECT_EQ(transport_->released.back(), "all");
  EXPECT_THAT(transport_->opened, ElementsAre(Pair(Rpc::kExecutePlan, "")));
}

TEST_F(ReattachingStreamTest, GoesOnWhereAStreamBroke) {
  transport_->streams.push_back({{ResponseOf("1")}, kUnavailable});
  transport_->streams.push_back({{}, kUnavailable});
  transport_->streams.push_back({{ResponseOf("2")}, grpc::Status::OK});  // ended politely
  transport_->streams.push_back({{ResponseOf("3", true)}, grpc::Status::OK});
  grpc::Status status;
  EXPECT_THAT(ReadAll(*Open(), status), ElementsAre("1", "2", "3"));
  EXPECT_TRUE(status.ok());
  EXPECT_THAT(transport_->opened, ElementsAre(Pair(Rpc::kExecutePlan, ""), Pair(Rpc::kReattachExecute, "1"),
                                              Pair(Rpc::kReattachExecute, "1"), Pair(Rpc::kReattachExecute, "2")));
}

TEST_F(ReattachingStreamTest, SendsThePlanAgainWhenItNeverArrived) {
  transport_->streams.push_back({{}, kUnavailable});
  transport_->streams.push_back({{}, {grpc::StatusCode::INTERNAL, "[INVALID_HANDLE.OPERATION_NOT_FOUND] no"}});
  transport_->streams.push_back({{ResponseOf("1", true)}, grpc::Status::OK});
  grpc::Status status;
  EXPECT_THAT(ReadAll(*Open(), status), ElementsAre("1"));
  EXPECT_THAT(transport_->opened,
              ElementsAre(Pair(Rpc::kExecutePlan, ""), Pair(Rpc::kReattachExecute, ""), Pair(Rpc::kExecutePlan, "")));
}

TEST_F(ReattachingStreamTest, NeverSendsThePlanAgainAfterAResponse) {
  transport_->streams.push_back({{ResponseOf("1")}, kUnavailable});
  transport_->streams.push_back({{}, {grpc::StatusCode::INTERNAL, "[INVALID_HANDLE.SESSION_NOT_FOUND] no"}});
  grpc::Status status;
  EXPECT_THAT(ReadAll(*Open(), status), ElementsAre("1"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(transport_->opened.size(), 2U);
}

TEST_F(ReattachingStreamTest, TakesALimitOfTimeAsAReasonToReattach) {
  transport_->streams.push_back({{ResponseOf("1")}, {grpc::StatusCode::DEADLINE_EXCEEDED, ""}});
  transport_->streams.push_back({{ResponseOf("2", true)}, grpc::Status::OK});
  grpc::Status status;
  EXPECT_THAT(ReadAll(*Open(), status), ElementsAre("1", "2"));
}

TEST_F(ReattachingStreamTest, GivesUpAfterThePolicysRetries) {
  grpc::Status status;
  EXPECT_TRUE(ReadAll(*Open(), status).empty());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(transport_->opened.size(), 16U);
}

TEST_F(ReattachingStreamTest, GivesUpOnAServerThatEndsEveryStream) {
  for (int i = 0; i < 1000; ++i) transport_->streams.push_back({{}, grpc::Status::OK});
  grpc::Status status;
  EXPECT_TRUE(ReadAll(*Open(), status).empty());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_LT(transport_->opened.size(), 20U);
}

TEST_F(ReattachingStreamTest, TellsErrorsOfTheQueryAtOnce) {
  transport_->streams.push_back({{ResponseOf("1")}, {grpc::StatusCode::INTERNAL, "[DIVIDE_BY_ZERO] no"}});
  grpc::Status status;
  ReadAll(*Open(), status);
  EXPECT_EQ(status.error_message(), "[DIVIDE_BY_ZERO] no");
  EXPECT_EQ(transport_->opened.size(), 1U);
}

TEST_F(ReattachingStreamTest, EndsWithTheStreamWhereNothingIsReattachable) {
  transport_->streams.push_back({{ResponseOf("1")}, grpc::Status::OK});
  grpc::Status status;
  EXPECT_THAT(ReadAll(*Open(false), status), ElementsAre("1"));
  EXPECT_TRUE(status.ok());
  transport_->streams.push_back({{ResponseOf("1")}, kUnavailable});
  ReadAll(*Open(false), status);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  releases_->Flush(std::chrono::seconds(5));
  EXPECT_TRUE(transport_->released.empty());
}

TEST_F(ReattachingStreamTest, IsReleasedWhenNobodyReadsOn) {
  transport_->streams.push_back({{ResponseOf("1"), ResponseOf("2", true)}, grpc::Status::OK});
  auto stream = Open();
  proto::ExecutePlanResponse response;
  grpc::Status status;
  EXPECT_TRUE(stream->Next(response, status));
  stream.reset();
  releases_->Flush(std::chrono::seconds(5));
  EXPECT_EQ(transport_->released.back(), "all");
}

TEST_F(ReattachingStreamTest, CancelEndsTheWaiting) {
  auto stream = Open();
  std::thread canceler([&] { stream->Cancel(); });
  grpc::Status status;
  ReadAll(*stream, status);
  canceler.join();
  EXPECT_TRUE(status.error_code() == grpc::StatusCode::CANCELLED ||
              status.error_code() == grpc::StatusCode::UNAVAILABLE);
  ReadAll(*stream, status);
}

TEST(RetryWaits, GrowAsPySparksDo) {
  RetryPolicy policy;
  policy.jitter = std::chrono::milliseconds(0);
  RetryWaits waits(policy);
  std::vector<int64_t> got;
  while (const auto wait = waits.Next(kUnavailable)) got.push_back(wait->count());
  EXPECT_THAT(got, ElementsAre(50, 200, 800, 3200, 12800, 51200, 60000, 60000, 60000, 60000, 60000, 60000, 60000, 60000,
                               60000));
}

TEST(Retries, RepeatWhatMayPass) {
  auto fake = std::make_shared<FakeTransport>();
  RetryPolicy policy;
  policy.initial_backoff = std::chrono::milliseconds(1);
  const TransportPtr repeating = WithRetries(fake, policy, std::make_shared<Pause>());
  proto::ConfigRequest request;
  proto::ConfigResponse response;
  fake->statuses = {kUnavailable, kUnavailable};
  EXPECT_TRUE(repeating->Call(Rpc::kConfig, request, response, {}).ok());
  EXPECT_EQ(fake->calls, 3);
  fake->statuses = {{grpc::StatusCode::INTERNAL, "[DIVIDE_BY_ZERO]"}};
  EXPECT_FALSE(repeating->Call(Rpc::kConfig, request, response, {}).ok());
  EXPECT_EQ(fake->calls, 4);
  fake->statuses = {{grpc::StatusCode::INTERNAL, "[INVALID_CURSOR.DISCONNECTED] no"}};
  EXPECT_TRUE(repeating->Call(Rpc::kConfig, request, response, {}).ok());
  CallOptions impatient;
  impatient.retry_unreachable = false;
  fake->statuses = {kUnavailable};
  EXPECT_EQ(repeating->Call(Rpc::kConfig, request, response, impatient).error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace firesteel::client
