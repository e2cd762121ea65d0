#include "session/operator_metrics.h"

#include <gtest/gtest.h>

namespace firesteel::session {
namespace {

TEST(OperatorMetrics, HasSparksNames) {
  const auto metrics = OperatorMetricsOf({{.name = "TOP_N", .parent = -1, .rows = 3, .seconds = 0.0129},
                                          {.name = "PARQUET_SCAN ", .parent = 0, .rows = 9, .seconds = 0},
                                          {.name = "CTE", .parent = 0, .rows = 1, .seconds = 1}});
  ASSERT_EQ(metrics.size(), 3U);
  EXPECT_EQ(metrics[0].name, "TakeOrderedAndProject");
  EXPECT_EQ(metrics[0].plan_id, 1);
  EXPECT_EQ(metrics[0].parent_plan_id, 1);
  EXPECT_EQ(metrics[0].metrics[0].key, "numOutputRows");
  EXPECT_EQ(metrics[0].metrics[0].value, 3);
  EXPECT_EQ(metrics[0].metrics[1].value, 12);
  EXPECT_EQ(metrics[1].name, "Scan PARQUET_SCAN");
  EXPECT_EQ(metrics[1].parent_plan_id, 1);
  EXPECT_EQ(metrics[2].name, "CTE");
  EXPECT_EQ(metrics[2].plan_id, 3);
}

}  // namespace
}  // namespace firesteel::session
