#include "server/status/status_page.h"

#include <gtest/gtest.h>

namespace firesteel::server {
namespace {

using session::Operation;
using session::OperationState;

class SetClock final : public Clock {
 public:
  int64_t NowMicros() const override { return now; }
  std::chrono::steady_clock::time_point Steady() const override { return {}; }
  int64_t now = 1'000'000'000'000'000;
};

session::OperationPtr NewOperation(const std::string& id) {
  return std::make_shared<Operation>(id, "", std::vector<std::string>{}, true, Operation::Limits{});
}

TEST(StatementLog, TellsWhatRunsAndWhatEnded) {
  SetClock clock;
  StatementLog log(2, clock);
  const auto first_operation = NewOperation("1");
  auto first = log.Begin({.operation_id = "1", .text = "SELECT 1"}, first_operation);
  clock.now += 20'000;
  auto second = log.Begin({.operation_id = "2", .text = "SELECT 2"}, NewOperation("2"));
  first->AddRows(3, 100);
  first->SetPlan(std::string(100'000, 'p'));
  first->End(OperationState::kSucceeded, "");
  auto statements = log.Snapshot();
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].operation_id, "2");
  EXPECT_EQ(statements[0].ended_micros, 0);
  EXPECT_EQ(statements[1].rows, 3);
  EXPECT_LT(statements[1].plan.size(), 40'000U);
  clock.now += 700'000'000;
  second->End(OperationState::kFailed, "no");
  log.Begin({.operation_id = "3"}, NewOperation("3"))->End(OperationState::kCanceled, "");
  statements = log.Snapshot();
  ASSERT_EQ(statements.size(), 2U) << "the oldest is forgotten";
  EXPECT_EQ(statements[0].operation_id, "3");
  const auto totals = log.totals();
  EXPECT_EQ(totals.running, 0);
  EXPECT_EQ(totals.succeeded, 1);
  EXPECT_EQ(totals.failed, 1);
  EXPECT_EQ(totals.canceled, 1);
  EXPECT_EQ(totals.rows, 3);
  EXPECT_EQ(totals.durations[2], 1) << "20 ms";
  EXPECT_EQ(totals.durations.back(), 1) << "700 s";
}

TEST(StatementLog, InterruptsWhatRuns) {
  StatementLog log;
  const auto operation = NewOperation("1");
  operation->MarkRunning();
  auto entry = log.Begin({.operation_id = "1"}, operation);
  EXPECT_FALSE(log.Interrupt("2"));
  EXPECT_TRUE(log.Interrupt("1"));
  EXPECT_TRUE(operation->cancel_token()->cancelled());
  EXPECT_EQ(log.Snapshot().at(0).state, OperationState::kCanceled) << "on its way to its end";
  EXPECT_EQ(OverviewPage({}, log.Snapshot(), 2, "t").find("<button>"), std::string::npos);
  entry->End(operation->state(), "");
  EXPECT_FALSE(log.Interrupt("1"));
}

TEST(StatusPage, ShowsTextsAsTexts) {
  Statement statement{.operation_id = "id", .session_id = "s", .user_id = "<b>", .text = "SELECT '<script>' & \"x\""};
  statement.begun_micros = 1;
  for (const std::string& page : {OverviewPage({}, {statement}, 2, "t"), StatementPage(statement, 2, "t")}) {
    EXPECT_EQ(page.find("<script>"), std::string::npos);
    EXPECT_NE(page.find("SELECT &#39;&lt;script&gt;&#39; &amp; &quot;x&quot;"), std::string::npos) << page;
    EXPECT_NE(page.find("&lt;b&gt;"), std::string::npos);
    EXPECT_NE(page.find("<button>kill</button>"), std::string::npos);
  }
  statement.ended_micros = 5;
  EXPECT_EQ(OverviewPage({}, {statement}, 9, "t").find("<button>"), std::string::npos);
}

TEST(Metrics, BucketsAddUp) {
  StatementLog::Totals totals;
  totals.durations[0] = 2;
  totals.durations.back() = 1;
  totals.seconds = 700.5;
  const std::string text = MetricsText({.version = "1"}, totals);
  EXPECT_NE(text.find("firesteel_operation_seconds_bucket{le=\"0.005\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("firesteel_operation_seconds_bucket{le=\"600\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("firesteel_operation_seconds_bucket{le=\"+Inf\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("firesteel_operation_seconds_sum 700.5\n"), std::string::npos);
  EXPECT_NE(text.find("firesteel_operation_seconds_count 3\n"), std::string::npos);
}

}  // namespace
}  // namespace firesteel::server
