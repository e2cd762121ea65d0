#include "firesteel/dataframe.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "client/api/session_queries.h"
#include "client/api/testing/keeping_executor.h"
#include "client/api/testing/plan_case.h"
#include "firesteel/functions.h"

namespace firesteel::client {
namespace {

using functions::col;
using functions::lit;
using internal::Access;
using testing::Calls;
using testing::KeepingExecutor;

class DataFrameTest : public ::testing::Test {
 protected:
  const std::shared_ptr<KeepingExecutor> executor_ = std::make_shared<KeepingExecutor>();
  const Calls calls_{executor_};

  // The message of the error that an action on the plan gives.
  static std::string ErrorOf(const DataFrame& frame) {
    const Result<proto::Plan> plan = internal::BuildPlan(Access::Plan(frame));
    return plan ? "" : plan.error().message;
  }
  static int64_t PlanIdOf(const DataFrame& frame) { return Access::Plan(frame)->plan_id(); }
};

TEST_F(DataFrameTest, TransformationsAskNothing) {
  const DataFrame frame = calls_.df().group_by("a").max().filter("b > 1").join(calls_.other(), "a").limit(3);
  EXPECT_FALSE(executor_->kept_plan);
  EXPECT_FALSE(executor_->kept_request);
  EXPECT_FALSE(frame.collect());
  EXPECT_TRUE(executor_->kept_plan);
}

TEST_F(DataFrameTest, AFrameIsNotChangedByWhatIsMadeOfIt) {
  const DataFrame frame = calls_.df();
  const std::string before = internal::BuildPlan(Access::Plan(frame))->SerializeAsString();
  (void)frame.select("a").filter(col("a") > 1);
  EXPECT_EQ(internal::BuildPlan(Access::Plan(frame))->SerializeAsString(), before);
}

TEST_F(DataFrameTest, PlanIdsFollowTheOrderOfCalls) {
  const DataFrame first = calls_.df();
  const DataFrame second = first.limit(1);
  const DataFrame third = first.limit(2);
  EXPECT_EQ(PlanIdOf(second), PlanIdOf(first) + 1);
  EXPECT_EQ(PlanIdOf(third), PlanIdOf(first) + 2);
}

TEST_F(DataFrameTest, WrongArgumentsAreErrorsOfTheAction) {
  const DataFrame frame = calls_.df();
  EXPECT_NE(ErrorOf(frame.repartition(0)), "");
  EXPECT_NE(ErrorOf(frame.coalesce(-1)), "");
  EXPECT_NE(ErrorOf(frame.join(calls_.other(), "a", "sideways")), "");
  EXPECT_NE(ErrorOf(frame.lateral_join(calls_.other(), lit(true), "right")), "");
  EXPECT_NE(ErrorOf(frame.nearest_by_join(calls_.other(), lit(1), 0, "exact", "distance")), "");
  EXPECT_NE(ErrorOf(frame.dropna("some")), "");
  EXPECT_NE(ErrorOf(frame.rollup("a").pivot("b").count()), "");
  EXPECT_NE(ErrorOf(frame.group_by("a").pivot("b").pivot("c").count()), "");
  EXPECT_NE(ErrorOf(frame.random_split({-1.0, 2.0})[0]), "");
  EXPECT_NE(ErrorOf(frame.select(col("a").when(col("a") > 1, 2))), "");
  EXPECT_NE(ErrorOf(frame.select(functions::when(col("a") > 1, 2).otherwise(3).otherwise(4))), "");
  EXPECT_NE(ErrorOf(frame.select(col("a").drop_fields(std::vector<std::string>()))), "");
  EXPECT_NE(ErrorOf(frame.fillna(Date{1})), "");
  EXPECT_NE(ErrorOf(frame.select(lit(Variant{}))), "");
  EXPECT_NE(ErrorOf(frame.select(functions::sum("a").over(Window::rows_between(0, int64_t{1} << 40)))), "");
  EXPECT_NE(ErrorOf(frame.select(Column(frame.as_table().order_by("a")))), "");
  // Made of what is wrong, wrong as well.
  EXPECT_EQ(ErrorOf(frame.repartition(0).select("a").limit(1)), ErrorOf(frame.repartition(0)));
  EXPECT_EQ(ErrorOf(frame), "");
}

TEST_F(DataFrameTest, PlacesAreAskedForOnceByTheAction) {
  executor_->schema = Schema({{"a.b", DataType::integer()}, {"c`d", DataType::integer()}});
  DataFrame frame = calls_.df();
  for (int i = 0; i < 30; ++i) frame = frame.order_by(1).group_by(2, -1 + 2).max();
  EXPECT_EQ(executor_->analyzed, 0);
  const Result<proto::Plan> plan = internal::BuildPlan(Access::Plan(frame));
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_EQ(executor_->analyzed, 60);
  EXPECT_TRUE(internal::BuildPlan(Access::Plan(frame)).ok());
  EXPECT_EQ(executor_->analyzed, 60);
  EXPECT_EQ(plan->root().aggregate().grouping_expressions(0).unresolved_attribute().unparsed_identifier(), "`c``d`");
  EXPECT_EQ(plan->root().aggregate().grouping_expressions(1).unresolved_attribute().unparsed_identifier(), "`a.b`");
}

TEST_F(DataFrameTest, PlacesInLongChainsNeedNoStack) {
  executor_->schema = Schema({{"a", DataType::integer()}});
  DataFrame frame = calls_.df();
  for (int i = 0; i < 1'000; ++i) frame = frame.order_by(1);
  EXPECT_EQ(ErrorOf(frame), "");
  EXPECT_EQ(executor_->analyzed, 1'000);
}

TEST_F(DataFrameTest, PlacesThatDoNotExistAreErrorsOfTheAction) {
  executor_->schema = Schema({{"a", DataType::integer()}});
  const DataFrame frame = calls_.df();
  EXPECT_EQ(ErrorOf(frame.group_by(0).count()), "[INDEX_NOT_POSITIVE] Index must be positive, got '0'.");
  EXPECT_EQ(ErrorOf(frame.cube(-1).count()), "[INDEX_NOT_POSITIVE] Index must be positive, got '-1'.");
  EXPECT_EQ(ErrorOf(frame.order_by(0)), "[ZERO_INDEX] Index must be non-zero.");
  EXPECT_EQ(internal::BuildPlan(Access::Plan(frame.sort(0))).error().condition, "ZERO_INDEX");
  EXPECT_EQ(ErrorOf(frame.order_by(-2)), "There is no column 2: the DataFrame has 1.");
  EXPECT_EQ(ErrorOf(frame.select(frame[1])), "There is no column 2: the DataFrame has 1.");
  EXPECT_NE(ErrorOf(frame.select(frame[-1])), "");
}

TEST_F(DataFrameTest, NestedConstantsTravelWhole) {
  const Value nested = Array{Row{1, "x"}, Value(), Row{2, Value()}};
  const Result<proto::Plan> plan =
      internal::BuildPlan(Access::Plan(calls_.df().group_by("a").pivot("s", {nested, MapEntries{{"k", 1.5}}}).count()));
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  const auto& pivot = plan->root().aggregate().pivot();
  EXPECT_EQ(pivot.values(0).data_type().array().element_type().struct_().fields_size(), 2);
  EXPECT_EQ(pivot.values(0).array().elements(2).struct_().elements(0).integer(), 2);
  EXPECT_TRUE(pivot.values(0).array().elements(2).struct_().elements(1).null().has_string());
  EXPECT_TRUE(pivot.values(0).array().elements(1).null().has_struct_());
  EXPECT_EQ(pivot.values(1).map().values(0).double_(), 1.5);
  EXPECT_NE(ErrorOf(calls_.df().group_by("a").pivot("s", {Array{1, "x"}, Array{2}}).count()), "");
  EXPECT_NE(ErrorOf(calls_.df().group_by("a").pivot("s", {Variant{}}).count()), "");
}

TEST_F(DataFrameTest, FramesOfTwoSessionsDoNotMeet) {
  const auto other_executor = std::make_shared<KeepingExecutor>();
  const DataFrame other = Calls(other_executor).df();
  EXPECT_NE(ErrorOf(calls_.df().join(other)).find("SESSION_NOT_SAME"), std::string::npos);
  EXPECT_NE(ErrorOf(calls_.df().union_(other)).find("SESSION_NOT_SAME"), std::string::npos);
}

TEST_F(DataFrameTest, LongChainsAreLinearAndNeedNoStack) {
  const auto chain = [this](int length) {
    DataFrame frame = calls_.df();
    for (int i = 0; i < length; ++i) frame = frame.with_column("c" + std::to_string(i), col("a") + i);
    return frame;
  };
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(internal::BuildPlan(Access::Plan(chain(500))).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  // The deepest that is sent can be written, too.
  const Result<proto::Plan> deep = internal::BuildPlan(Access::Plan(chain(internal::PlanBuilder::kMaxDepth - 2)));
  ASSERT_TRUE(deep.ok());
  EXPECT_GT(deep->SerializeAsString().size(), size_t{internal::PlanBuilder::kMaxDepth});
  // Too deep for any server; made, refused and freed all the same.
  EXPECT_NE(ErrorOf(chain(200'000)).find("nested deeper"), std::string::npos);
  Column sum = col("a");
  for (int i = 0; i < 200'000; ++i) sum = sum + 1;
  EXPECT_NE(ErrorOf(calls_.df().select(sum)).find("nested deeper"), std::string::npos);
}

TEST_F(DataFrameTest, ThreadsShareFrames) {
  const DataFrame frame = calls_.df().filter(col("a") > 1);
  const std::string expected = internal::BuildPlan(Access::Plan(frame))->SerializeAsString();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&frame, &expected] {
      for (int j = 0; j < 200; ++j) {
        const DataFrame copy = frame;
        EXPECT_EQ(internal::BuildPlan(Access::Plan(copy))->SerializeAsString(), expected);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(DataFrameTest, AnObservationIsForOneFrame) {
  const Observation observation("seen");
  EXPECT_FALSE(observation.get());
  EXPECT_EQ(ErrorOf(calls_.df().observe(observation, functions::count("a"))), "");
  EXPECT_NE(ErrorOf(calls_.df().observe(observation, functions::count("a"))).find("REUSE_OBSERVATION"),
            std::string::npos);
  EXPECT_NE(Observation().name(), Observation().name());
}

TEST_F(DataFrameTest, WhatACommandObservesIsTold) {
  const Observation observation("seen");
  proto::ExecutePlanResponse response;
  auto* metrics = response.add_observed_metrics();
  metrics->set_name("seen");
  metrics->add_keys("n");
  metrics->add_values()->set_long_(7);
  executor_->command_response = response;
  EXPECT_TRUE(calls_.df().observe(observation, functions::count("a").alias("n")).limit(1).write().save("p").ok());
  ASSERT_TRUE(observation.get().ok());
  EXPECT_EQ(observation.get()->at("n"), Value(int64_t{7}));
}

TEST_F(DataFrameTest, ACheckpointIsFreedWithItsLastFrame) {
  proto::ExecutePlanResponse response;
  response.mutable_checkpoint_command_result()->mutable_relation()->set_relation_id("kept-1");
  executor_->command_response = response;
  {
    const Result<DataFrame> kept = calls_.df().checkpoint();
    ASSERT_TRUE(kept.ok());
    const DataFrame made_of_it = kept->limit(1);
    EXPECT_EQ(internal::BuildPlan(Access::Plan(*kept))->root().cached_remote_relation().relation_id(), "kept-1");
    EXPECT_TRUE(executor_->kept_plan->command().has_checkpoint_command());
  }
  EXPECT_EQ(executor_->kept_plan->command().remove_cached_remote_relation_command().relation().relation_id(), "kept-1");
}

TEST_F(DataFrameTest, ASqlQueryBecomesTheServersRelation) {
  proto::ExecutePlanResponse response;
  response.mutable_sql_command_result()->mutable_relation()->mutable_sql()->set_query("SELECT 1");
  executor_->command_response = response;
  const Result<DataFrame> frame = calls_.spark().sql("SELECT 1");
  ASSERT_TRUE(frame.ok());
  const Result<proto::Plan> plan = internal::BuildPlan(Access::Plan(*frame));
  EXPECT_EQ(plan->root().sql().query(), "SELECT 1");
  EXPECT_EQ(plan->root().common().plan_id(), PlanIdOf(*frame));
}

TEST_F(DataFrameTest, AStatementBringsTheFramesThatItNames) {
  const DataFrame frame = calls_.df();
  EXPECT_FALSE(internal::RunSql(executor_, {"SELECT * FROM v", {}, {}, {{"v", frame}}}));
  const proto::Relation& input = executor_->kept_plan->command().sql_command().input();
  ASSERT_TRUE(input.has_with_relations());
  EXPECT_EQ(input.with_relations().root().sql().query(), "SELECT * FROM v");
  EXPECT_EQ(input.with_relations().references(0).subquery_alias().alias(), "v");
}

TEST_F(DataFrameTest, NumbersInOptionsAreWrittenAsPySparkWritesThem) {
  EXPECT_EQ(OptionValue(0.1).text(), "0.1");
  EXPECT_EQ(OptionValue(2.0).text(), "2.0");
  EXPECT_EQ(OptionValue(1e30).text(), "1e+30");
  EXPECT_EQ(OptionValue(-3).text(), "-3");
  EXPECT_EQ(OptionValue(true).text(), "true");
}

TEST_F(DataFrameTest, SeedsThatNobodyGaveDiffer) {
  internal::FixRandomSeed(-1);
  EXPECT_NE(internal::RandomSeed(), internal::RandomSeed());
}

}  // namespace
}  // namespace firesteel::client
