#include "optimizer/storage_types.h"

#include <gtest/gtest.h>

#include "functions/binding/binding.h"
#include "optimizer/rebuild.h"
#include "types/holds_kind.h"

namespace firesteel::optimizer {
namespace {

using bound::Attribute;
using bound::ExpressionPtr;
using bound::RelationPtr;

const DataType kList = DataType::Array(DataType::Double(), false);
const DataType kPoint = DataType::UserDefined(kList, {"p.PointUDT", "x", {}});
const Attribute kColumn{1, "p", kPoint, true, {}, {}};
const Attribute kOther{2, "q", DataType::Array(kPoint), true, {}, {}};

RelationPtr Points() { return bound::MakeRelation(bound::LocalData{}, {kColumn, kOther}); }

RelationPtr Selected(const RelationPtr& from, const ExpressionPtr& expression) {
  const Attribute column{3, "x", expression->type, true, {}, {}};
  return bound::MakeRelation(bound::Project{from, {{column, expression}}}, {column});
}

/// Of every type that stands in a plan, but those below names without a text.
bool HasUserType(const RelationPtr& plan) {
  const auto holds = [](const DataType& type) { return HoldsKind(type, {TypeKind::kUserDefined}); };
  return AnyRelation(plan, [&](const bound::Relation& node) {
    for (const Attribute& column : node.output) {
      if (holds(column.type)) return true;
    }
    for (const ExpressionPtr& expression : bound::Expressions(node)) {
      if (bound::AnyOf(expression,
                       [&](const bound::Expression& e) { return holds(e.type) && !e.As<bound::InnerAlias>(); })) {
        return true;
      }
    }
    return false;
  });
}

TEST(StorageTypes, PlansWithoutUserTypesStay) {
  const Attribute number{1, "n", DataType::Int(), true, {}, {}};
  const RelationPtr plan = bound::MakeRelation(bound::LocalData{}, {number});
  EXPECT_EQ(WithStorageTypes(plan), plan);
}

TEST(StorageTypes, AreEverywhere) {
  const bound::SessionSettings settings;
  const RelationPtr plan =
      Selected(Points(), functions::BindByName("array", {bound::MakeReference(kColumn)}, settings, nullptr));
  const RelationPtr stored = WithStorageTypes(plan);
  EXPECT_EQ(stored->output[0].type, DataType::Array(kList));
  EXPECT_FALSE(HasUserType(stored));
  // Subqueries, too.
  const ExpressionPtr query = bound::Make(bound::ScalarSubquery{plan}, plan->output[0].type, true);
  EXPECT_FALSE(HasUserType(WithStorageTypes(Selected(bound::MakeRelation(bound::OneRow{}, {}), query))));
}

TEST(StorageTypes, TextsKnowTheClass) {
  const ExpressionPtr text = bound::MakeCast(bound::MakeReference(kColumn), DataType::String(), EvalMode::kAnsi, false);
  const RelationPtr stored = WithStorageTypes(Selected(Points(), text));
  EXPECT_FALSE(HasUserType(stored));
  const auto* cast = stored->As<bound::Project>()->expressions[0].expression->As<bound::Cast>();
  ASSERT_NE(cast, nullptr);
  EXPECT_EQ(cast->child->type, kPoint);
  EXPECT_EQ(cast->child->As<bound::InnerAlias>()->child->type, kList);
}

}  // namespace
}  // namespace firesteel::optimizer
