#include "optimizer/cut_depth.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "functions/function.h"

namespace firesteel::optimizer {
namespace {

using bound::ExpressionPtr;
using bound::RelationPtr;

bound::Attribute Column(bound::AttributeId id) {
  bound::Attribute attribute;
  attribute.id = id;
  attribute.name = "a";
  attribute.type = DataType::Int();
  return attribute;
}

ExpressionPtr CallOf(const char* name, std::vector<ExpressionPtr> arguments, DataType type = DataType::Int()) {
  bound::Call call;
  call.function = functions::Find(name);
  call.arguments = std::move(arguments);
  return bound::Make(std::move(call), std::move(type), true);
}

ExpressionPtr Chain(const char* name, const ExpressionPtr& leaf, int length, const DataType& type) {
  ExpressionPtr chain = leaf;
  for (int i = 0; i < length; ++i) chain = CallOf(name, {chain, leaf}, type);
  return chain;
}

RelationPtr Input() { return bound::MakeRelation(bound::Range{0, 10, 1, 1}, {Column(1)}); }

RelationPtr Projected(const ExpressionPtr& expression) {
  return bound::MakeRelation(bound::Project{Input(), {{Column(2), expression}}}, {Column(2)});
}

int Depth(const ExpressionPtr& expression) {
  int depth = 0;
  for (const ExpressionPtr& child : bound::Children(*expression)) depth = std::max(depth, Depth(child));
  return depth + 1;
}

int DeepestExpression(const bound::Relation& relation) {
  int depth = 0;
  for (const ExpressionPtr& expression : bound::Expressions(relation)) depth = std::max(depth, Depth(expression));
  for (const RelationPtr& child : bound::Children(relation)) depth = std::max(depth, DeepestExpression(*child));
  return depth;
}

TEST(CutDepthTest, ShallowPlansAreLeftAlone) {
  const RelationPtr plan = Projected(Chain("+", bound::MakeReference(Column(1)), 20, DataType::Int()));
  EXPECT_EQ(CutDepth(plan), plan);
}

TEST(CutDepthTest, DeepProjectionsBecomeStages) {
  const RelationPtr plan = Projected(Chain("+", bound::MakeReference(Column(1)), 500, DataType::Int()));
  const RelationPtr cut = CutDepth(plan);
  EXPECT_LE(DeepestExpression(*cut), kMaxStageDepth + 1);
  ASSERT_EQ(cut->output.size(), 1u);
  EXPECT_EQ(cut->output[0].id, 2);
}

TEST(CutDepthTest, DeepFiltersKeepTheirColumns) {
  const ExpressionPtr sum = Chain("+", bound::MakeReference(Column(1)), 200, DataType::Int());
  const RelationPtr plan = bound::MakeRelation(
      bound::Filter{Input(), CallOf("=", {sum, bound::MakeReference(Column(1))}, DataType::Boolean())}, {Column(1)});
  const RelationPtr cut = CutDepth(plan);
  EXPECT_LE(DeepestExpression(*cut), kMaxStageDepth + 2);
  EXPECT_EQ(cut->output.size(), 1u);
}

TEST(CutDepthTest, ChainsOfOrAreFlat) {
  bound::Attribute flag = Column(1);
  flag.type = DataType::Boolean();
  const RelationPtr plan = Projected(Chain("or", bound::MakeReference(flag), 300, DataType::Boolean()));
  EXPECT_EQ(CutDepth(plan), plan);
}

TEST(CutDepthTest, BranchesAreNotComputedAhead) {
  const ExpressionPtr deep = Chain("+", bound::MakeReference(Column(1)), 100, DataType::Int());
  const ExpressionPtr choice = CallOf("coalesce", {bound::MakeReference(Column(1)), deep});
  const RelationPtr plan = Projected(choice);
  EXPECT_EQ(CutDepth(plan), plan);
}

}  // namespace
}  // namespace firesteel::optimizer
