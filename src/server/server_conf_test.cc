#include "server/server_conf.h"

#include <gtest/gtest.h>

namespace firesteel::server {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

ConnectServer::Options OptionsOf(const std::vector<std::string>& settings) {
  auto parsed = ParseConf(settings);
  EXPECT_TRUE(parsed.ok()) << parsed.error();
  ConnectServer::Options options;
  ApplyLimits(*parsed, options);
  return options;
}

TEST(ServerConf, TheLastOfAKeyCountsAndValuesMayHoldAnything) {
  auto parsed = ParseConf({"spark.sql.ansi.enabled=false", "a.b==x=", "spark.sql.ansi.enabled=true"});
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed, (session::ConfigMap{{"a.b", "=x="}, {"spark.sql.ansi.enabled", "true"}}));
}

TEST(ServerConf, RefusesWhatItCannotMean) {
  EXPECT_EQ(ParseConf({"spark.x"}).error(),
            "--conf spark.x: write KEY=VALUE, for example spark.sql.ansi.enabled=false");
  EXPECT_FALSE(ParseConf({"=1"}).ok());
  EXPECT_EQ(ParseConf({"spark.connect.grpc.binding.port=1"}).error(),
            "--conf spark.connect.grpc.binding.port: use the option --port");
  const std::string error = ParseConf({"spark.sql.ansi.enabled=perhaps"}).error();
  EXPECT_NE(error.find("spark.sql.ansi.enabled"), std::string::npos) << error;
  EXPECT_NE(error.find("perhaps"), std::string::npos) << error;
}

TEST(ServerConf, LimitsHaveSparksDefaultsAndUnits) {
  const auto plain = OptionsOf({});
  EXPECT_EQ(plain.sessions.session_lifetime, hours(1));
  EXPECT_EQ(plain.sessions.detached_lifetime, milliseconds(300'000));
  const auto set = OptionsOf(
      {"spark.connect.session.manager.defaultSessionTimeout=2h", "spark.connect.execute.manager.detachedTimeout=1500",
       "spark.connect.execute.reattachable.senderMaxStreamDuration=3s",
       "spark.connect.execute.reattachable.senderMaxStreamSize=1k",
       "spark.connect.execute.reattachable.observerRetryBufferSize=1m", "spark.connect.grpc.maxInboundMessageSize=1m"});
  EXPECT_EQ(set.sessions.session_lifetime, hours(2));
  EXPECT_EQ(set.sessions.detached_lifetime, milliseconds(1500));
  EXPECT_EQ(set.sessions.operation_limits.segment_duration, milliseconds(3000));
  EXPECT_EQ(set.sessions.operation_limits.segment_bytes, 1024U);
  EXPECT_EQ(set.sessions.operation_limits.scarce_replay_bytes, 1U << 20);
  EXPECT_EQ(set.sessions.operation_limits.replay_bytes,
            plain.sessions.operation_limits.replay_bytes - (10U << 20) + (1U << 20));
  EXPECT_EQ(set.max_message_bytes, 1 << 20);
}

TEST(ServerConf, OwnLimitsAreNumbersFromZero) {
  const auto options = OptionsOf(
      {"firesteel.server.maxSessions=7", "firesteel.session.maxArtifactSize=2m", "firesteel.server.maxArtifactSize=0"});
  EXPECT_EQ(options.sessions.limits.max_sessions, 7);
  EXPECT_EQ(options.sessions.limits.artifacts.max_bytes, 2 << 20);
  EXPECT_EQ(options.sessions.limits.all_artifacts.max_bytes, 0);
  EXPECT_EQ(options.sessions.limits.max_tags, 1000);
  EXPECT_NE(ParseConf({"firesteel.session.maxTags=1"}).error().find("firesteel.operation.maxTags"), std::string::npos);
  for (const char* value : {"", "x", "-1", "1.5"}) {
    EXPECT_FALSE(ParseConf({std::string("firesteel.operation.maxTags=") + value}).ok()) << value;
  }
}

TEST(ServerConf, NoLimitIsANumberThatIsNotPositive) {
  const auto options = OptionsOf({"spark.connect.session.manager.defaultSessionTimeout=-1",
                                  "spark.connect.execute.reattachable.senderMaxStreamDuration=0",
                                  "spark.connect.execute.reattachable.senderMaxStreamSize=0"});
  EXPECT_GT(options.sessions.session_lifetime, hours(24 * 365));
  EXPECT_GT(options.sessions.operation_limits.segment_duration, hours(24 * 365));
  EXPECT_GT(options.sessions.operation_limits.segment_bytes, size_t{1} << 60);
}

}  // namespace
}  // namespace firesteel::server
