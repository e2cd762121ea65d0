#include "gateway/audit/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace firesteel::gateway {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, Sessions) {
  Metrics metrics;
  EXPECT_THAT(metrics.Text(), HasSubstr("\nspark_connect_sessions_active 0\n"));
  for (int i = 0; i < 3; ++i) metrics.SessionCreated();
  metrics.SessionEnded(seconds(90), true);
  metrics.SessionEnded(seconds(100'000), false);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE spark_connect_sessions_active gauge\nspark_connect_sessions_active 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE spark_connect_sessions_created_total counter\n"
                              "spark_connect_sessions_created_total 3\n"));
  EXPECT_THAT(text, HasSubstr("\nspark_connect_sessions_expired_total 1\n"));
  EXPECT_THAT(text, HasSubstr("session_duration_seconds_bucket{le=\"60\"} 0\n"
                              "session_duration_seconds_bucket{le=\"300\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("session_duration_seconds_bucket{le=\"28800\"} 1\n"
                              "session_duration_seconds_bucket{le=\"+Inf\"} 2\n"
                              "session_duration_seconds_sum 100090\nsession_duration_seconds_count 2\n"));
}

TEST(Metrics, RequestsByRpcAndCode) {
  Metrics metrics;
  EXPECT_THAT(metrics.Text(), Not(HasSubstr("proxy_requests_total{")));
  metrics.RequestFinished(Method::kExecutePlan, Code::kOk);
  metrics.RequestFinished(Method::kExecutePlan, Code::kOk);
  metrics.RequestFinished(Method::kOther, Code::kUnauthenticated);
  metrics.RequestFinished(Method::kConfig, static_cast<Code>(-1));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE proxy_requests_total counter\n"));
  EXPECT_THAT(text, HasSubstr("proxy_requests_total{rpc=\"ExecutePlan\",code=\"OK\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("proxy_requests_total{rpc=\"other\",code=\"UNAUTHENTICATED\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("proxy_requests_total{rpc=\"Config\",code=\"UNKNOWN\"} 1\n"));
}

TEST(Metrics, ErrorsByReason) {
  Metrics metrics;
  metrics.ProxyError("server_lost");
  metrics.ProxyError("server_lost");
  metrics.ProxyError("a\"b\\c\nd");
  EXPECT_THAT(metrics.Text(), HasSubstr("proxy_errors_total{reason=\"server_lost\"} 2\n"));
  EXPECT_THAT(metrics.Text(), HasSubstr("proxy_errors_total{reason=\"a\\\"b\\\\c\\nd\"} 1\n"));
  for (int i = 0; i < 1000; ++i) metrics.ProxyError("reason" + std::to_string(i));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("proxy_errors_total{reason=\"reason61\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("proxy_errors_total{reason=\"other\"} 938\n")) << "no label without end";
}

TEST(Metrics, LatenciesBeginAtATenthOfAMillisecond) {
  Metrics metrics;
  metrics.MessagePassed(microseconds(-5));
  metrics.MessagePassed(microseconds(100));  // a bound belongs to its bucket
  metrics.MessagePassed(microseconds(101));
  metrics.MessagePassed(seconds(60));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE message_latency_seconds histogram\n"
                              "message_latency_seconds_bucket{le=\"0.0001\"} 2\n"
                              "message_latency_seconds_bucket{le=\"0.0002\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("message_latency_seconds_bucket{le=\"30\"} 3\n"
                              "message_latency_seconds_bucket{le=\"+Inf\"} 4\n"
                              "message_latency_seconds_sum 60.000201\nmessage_latency_seconds_count 4\n"));
}

TEST(Metrics, GaugesAreAskedWhenTheMetricsAre) {
  int sessions = 1;
  Metrics metrics([&] {
    return std::vector<Gauge>{
        {"gateway_server_sessions",
         "Sessions of each server.",
         {{{{"servers", "spark"}, {"server", "h:1"}}, static_cast<double>(sessions)}, {{{"server", "q\"\n"}}, 0.5}}},
        {"gateway_draining", "A\nB\\C", {{{}, 1}}}};
  });
  EXPECT_THAT(metrics.Text(), HasSubstr("# HELP gateway_server_sessions Sessions of each server.\n"
                                        "# TYPE gateway_server_sessions gauge\n"
                                        "gateway_server_sessions{servers=\"spark\",server=\"h:1\"} 1\n"
                                        "gateway_server_sessions{server=\"q\\\"\\n\"} 0.5\n"));
  sessions = 2;
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("server=\"h:1\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("# HELP gateway_draining A\\nB\\\\C\n# TYPE gateway_draining gauge\ngateway_draining 1\n"));
  EXPECT_EQ(text.back(), '\n');
}

TEST(Metrics, ManyThreadsCountExactly) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        metrics.RequestFinished(Method::kConfig, Code::kOk);
        metrics.MessagePassed(microseconds(i));
        metrics.ProxyError("x");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("{rpc=\"Config\",code=\"OK\"} 40000\n"));
  EXPECT_THAT(text, HasSubstr("message_latency_seconds_count 40000\n"));
  EXPECT_THAT(text, HasSubstr("proxy_errors_total{reason=\"x\"} 40000\n"));
}

}  // namespace
}  // namespace firesteel::gateway
