#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "analyzer/testing/describe.h"
#include "analyzer/testing/fake_environment.h"

namespace firesteel::analyzer {
namespace {

plan::ExpressionPtr Column(const std::string& name, std::optional<int64_t> plan_id = std::nullopt) {
  return plan::Make(plan::UnresolvedAttribute{{name}, plan_id, false});
}
plan::ExpressionPtr Int(int64_t value) { return plan::Make(plan::Literal{{DataType::Int(), Value{value}}}); }
plan::ExpressionPtr As(plan::ExpressionPtr child, const std::string& name) {
  return plan::Make(plan::Alias{std::move(child), {name}, {}});
}
plan::RelationPtr Range(int64_t end, int64_t plan_id) {
  plan::Range range;
  range.end = end;
  return plan::MakeRelation(std::move(range), nullptr, plan_id);
}
plan::RelationPtr WithColumn(plan::RelationPtr child, const std::string& name, plan::ExpressionPtr value,
                             std::optional<int64_t> plan_id = std::nullopt) {
  return plan::MakeRelation(plan::WithColumns{std::move(child), {As(std::move(value), name)}}, nullptr, plan_id);
}
plan::RelationPtr Select(plan::RelationPtr child, std::vector<plan::ExpressionPtr> expressions,
                         std::optional<int64_t> plan_id = std::nullopt) {
  return plan::MakeRelation(plan::Project{std::move(child), std::move(expressions)}, nullptr, plan_id);
}
plan::RelationPtr Where(plan::RelationPtr child, plan::ExpressionPtr condition,
                        std::optional<int64_t> plan_id = std::nullopt) {
  return plan::MakeRelation(plan::Filter{std::move(child), std::move(condition)}, nullptr, plan_id);
}
plan::RelationPtr JoinOn(plan::RelationPtr left, plan::RelationPtr right, plan::ExpressionPtr condition) {
  plan::Join join;
  join.left = std::move(left);
  join.right = std::move(right);
  join.condition = std::move(condition);
  return plan::MakeRelation(std::move(join));
}
plan::RelationPtr JoinUsing(plan::RelationPtr left, plan::RelationPtr right, const std::string& name,
                            plan::Join::Type type) {
  plan::Join join;
  join.left = std::move(left);
  join.right = std::move(right);
  join.using_columns = {name};
  join.type = type;
  return plan::MakeRelation(std::move(join));
}

std::string Answer(const plan::RelationPtr& plan) {
  FakeEnvironment environment;
  return Outcome(plan, environment);
}

constexpr const char* kAmbiguous = "! AMBIGUOUS_COLUMN_REFERENCE {name=\"id\"}";

TEST(PlanIds, NameAColumnOfThatDataFrame) {
  const auto df = Range(3, 1);
  EXPECT_EQ(Answer(Select(df, {Column("id", 1)})), "= id bigint not null");
  EXPECT_EQ(Answer(Select(df, {Column("id", 7)})), "! CANNOT_RESOLVE_DATAFRAME_COLUMN {name=\"id\"}");
  const auto wide = WithColumn(df, "v", Int(1), 2);
  EXPECT_EQ(Answer(Where(Select(wide, {Column("id")}), plan::Call("=", {Column("v", 2), Int(1)}))),
            "= id bigint not null");
  EXPECT_EQ(Answer(Select(Select(wide, {Column("id")}), {Column("v", 2)})),
            "! CANNOT_RESOLVE_DATAFRAME_COLUMN {name=\"v\"}");
}

TEST(PlanIds, SelfJoins) {
  const auto df = Range(3, 1);
  EXPECT_EQ(Answer(JoinOn(df, df, plan::Call("=", {Column("id", 1), Column("id", 1)}))), kAmbiguous);
  const auto filtered = Where(df, plan::Call(">", {Column("id"), Int(1)}), 2);
  const auto joined = JoinOn(df, filtered, plan::Call("=", {Column("id", 1), Column("id", 2)}));
  EXPECT_EQ(Answer(joined), "= id bigint not null; id bigint not null");
  EXPECT_EQ(Answer(Select(joined, {Column("id", 1)})), kAmbiguous);
  EXPECT_EQ(Answer(Select(joined, {Column("id", 2)})), "= id bigint not null");
}

TEST(PlanIds, ReachTheKeysThatUsingDropped) {
  const auto joined = JoinUsing(Range(3, 1), Range(2, 2), "id", plan::Join::Type::kFullOuter);
  EXPECT_EQ(Answer(Select(joined, {Column("id", 1), Column("id", 2), Column("id")})),
            "= id bigint; id bigint; id bigint");
}

TEST(DataFrames, ReplaceAndAddColumns) {
  auto df = WithColumn(Range(3, 1), "ID", Int(5));
  EXPECT_EQ(Answer(df), "= ID int not null");
  EXPECT_EQ(Answer(WithColumn(df, "x", Column("id"))), "= ID int not null; x int not null");
  plan::WithColumns twice{Range(3, 1), {As(Int(1), "x"), As(Int(2), "X")}};
  EXPECT_EQ(Answer(plan::MakeRelation(twice)), "! COLUMN_ALREADY_EXISTS {columnName=`x`}");
  EXPECT_EQ(Answer(plan::MakeRelation(plan::ToDf{Range(3, 1), {"a", "b"}})),
            "! ASSIGNMENT_ARITY_MISMATCH {numExpr=2} {numTarget=1}");
  EXPECT_EQ(Answer(plan::MakeRelation(plan::Drop{df, {}, {"iD", "none"}})), "= ");
  EXPECT_EQ(Answer(plan::MakeRelation(plan::Deduplicate{df, {"zz"}})),
            "! UNRESOLVED_COLUMN_AMONG_FIELD_NAMES {colName=zz} {fieldNames=ID}");
}

TEST(DataFrames, NameRowsThatClientsSend) {
  plan::LocalRelation local;
  local.arrow_ipc = Bytes::Of("…");
  EXPECT_EQ(Answer(plan::MakeRelation(local)), "= _1 bigint; _2 string");
  local.schema_text = "a BIGINT NOT NULL, b STRING";
  EXPECT_EQ(Answer(plan::MakeRelation(local)), "= a bigint not null; b string");
  local.schema_text = "a INT, b STRING";
  EXPECT_EQ(Answer(plan::MakeRelation(local)), "= a int; b string");
}

TEST(DataFrames, UnionByName) {
  plan::SetOperation both;
  both.all = true;
  both.by_name = true;
  both.inputs = {Select(Range(3, 1), {As(Column("id"), "x")}), Range(2, 2)};
  EXPECT_EQ(Answer(plan::MakeRelation(both)), "! UNRESOLVED_COLUMN_AMONG_FIELD_NAMES {colName=x} {fieldNames=id}");
  both.allow_missing_columns = true;
  EXPECT_EQ(Answer(plan::MakeRelation(both)), "= x bigint; id bigint");
}

TEST(Files, ArePlainColumns) {
  FakeEnvironment environment;
  EXPECT_EQ(Outcome(FakeEnvironment::Parse("SELECT ID, name FROM parquet.`/data/people`"), environment),
            "= ID bigint; name string");
  EXPECT_EQ(Outcome(FakeEnvironment::Parse("SELECT * FROM parquet.`/none`"), environment),
            "! PATH_NOT_FOUND {path=file:/none} @14-28");
}

TEST(Views, KeepTheirOwnViews) {
  FakeEnvironment environment;
  environment.AddView("v", "SELECT * FROM w");
  EXPECT_EQ(Outcome(FakeEnvironment::Parse("SELECT * FROM v"), environment).substr(0, 26),
            "! TABLE_OR_VIEW_NOT_FOUND ");  // the snapshot of v holds no w
}

/// Processor time of this thread, which neighbours on the machine do not change.
double SecondsNow() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// The least of three: what else the machine does only adds.
double SecondsFor(const plan::RelationPtr& plan) {
  double least = 1e9;
  for (int i = 0; i < 3; ++i) {
    FakeEnvironment environment;
    const double begin = SecondsNow();
    (void)Analyze(plan, environment, {});
    least = std::min(least, SecondsNow() - begin);
  }
  return least;
}

plan::RelationPtr Filters(int count) {
  auto plan = Range(3, 1);
  for (int i = 0; i < count; ++i) plan = Where(plan, plan::Call(">", {Column("id", 1), Int(i)}));
  return plan;
}

plan::RelationPtr Columns(int count) {
  auto plan = Range(3, 1);
  for (int i = 0; i < count; ++i) {
    plan = WithColumn(plan, "c" + std::to_string(i), plan::Call("+", {Column("id"), Int(i)}));
  }
  return plan;
}

// Ten times the depth: ten times the work for filters, a hundred times for columns (each step lists all of them). They
// catch work that grows by one power more.
TEST(Cost, LongChains) {
  EXPECT_LT(SecondsFor(Filters(1000)), 60 * SecondsFor(Filters(100)));
  EXPECT_LT(SecondsFor(Columns(500)), 600 * SecondsFor(Columns(50)));
}

}  // namespace
}  // namespace firesteel::analyzer
