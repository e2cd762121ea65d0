#include "optimizer/source_filters.h"

#include <gtest/gtest.h>

#include <string>

#include "bound/python_eval_type.h"
#include "functions/binding/binding.h"

namespace firesteel::optimizer {
namespace {

using bound::Attribute;
using bound::ExpressionPtr;
using bound::RelationPtr;

/// Plans over a source of the columns x (int), s (string) and n (int, never null).
class SourceFiltersTest : public testing::Test {
 protected:
  static ExpressionPtr Call(const char* name, std::vector<ExpressionPtr> arguments) {
    return functions::BindByName(name, std::move(arguments), bound::SessionSettings(), nullptr);
  }
  static ExpressionPtr Number(int64_t value) { return bound::MakeLiteral(DataType::Int(), Value{value}); }
  static ExpressionPtr Text(const char* text) {
    return bound::MakeLiteral(DataType::String(), Value{std::string(text)});
  }
  ExpressionPtr X() const { return bound::MakeReference(x_); }
  ExpressionPtr S() const { return bound::MakeReference(s_); }
  ExpressionPtr N() const { return bound::MakeReference(n_); }

  RelationPtr Source() const {
    bound::PythonFunction function;
    function.eval_type = bound::kArrowMap;
    function.command = "as it is";
    bound::PythonCall call;
    call.function = std::make_shared<const bound::PythonFunction>(std::move(function));
    const DataType type =
        DataType::Struct({{"x", x_.type, true, {}}, {"s", s_.type, true, {}}, {"n", n_.type, false, {}}});
    bound::PythonStage stage;
    stage.kind = bound::PythonStage::Kind::kMap;
    stage.source = std::make_shared<const std::string>("pickled");
    stage.inputs = {bound::MakeRelation(bound::LocalData{}, {})};
    stage.calls.push_back({Attribute{9, "source", type, true, {}, {}}, bound::Make(std::move(call), type, true)});
    return bound::MakeRelation(std::move(stage), {x_, s_, n_});
  }

  static RelationPtr Where(const RelationPtr& relation, ExpressionPtr condition) {
    return bound::MakeRelation(bound::Filter{relation, std::move(condition)}, relation->output);
  }

  /// Pushes into a source that takes over what `handles` names; what it is shown stands in shown_.
  RelationPtr Push(const RelationPtr& plan, const std::string& handles = {}) {
    shown_.clear();
    return PushSourceFilters(plan, [&](const bound::PythonStage& stage, const std::vector<SourceFilter>& filters) {
      EXPECT_EQ(*stage.source, "pickled");
      FilteredRead read{"filtered", {"p"}, {}};
      for (const SourceFilter& filter : filters) {
        std::string column;
        for (const std::string& part : filter.column) column += (column.empty() ? "" : ".") + part;
        shown_ +=
            (shown_.empty() ? "" : ", ") + std::string(filter.is_negated ? "Not " : "") + filter.name + " " + column;
        read.is_handled.push_back(handles.find(filter.name) != std::string::npos);
      }
      return std::optional<FilteredRead>(std::move(read));
    });
  }

  std::string Shown(ExpressionPtr condition) {
    (void)Push(Where(Source(), std::move(condition)));
    return shown_;
  }

  const Attribute x_{1, "x", DataType::Int(), true, {}, {}};
  const Attribute s_{2, "s", DataType::String(), true, {}, {}};
  const Attribute n_{3, "n", DataType::Int(), false, {}, {}};
  std::string shown_;
};

TEST_F(SourceFiltersTest, TellsWhatIsCompared) {
  EXPECT_EQ(Shown(Call(">", {X(), Number(2)})), "IsNotNull x, GreaterThan x");
  EXPECT_EQ(Shown(Call(">", {Number(2), X()})), "IsNotNull x, LessThan x");
  EXPECT_EQ(Shown(Call("!=", {N(), Number(2)})), "Not EqualTo n");
  EXPECT_EQ(Shown(Call("not", {Call("<", {N(), Number(2)})})), "GreaterThanOrEqual n");
  EXPECT_EQ(Shown(Call("<=>", {X(), Number(2)})), "EqualNullSafe x");
  EXPECT_EQ(Shown(Call("isnull", {X()})), "IsNull x");
  EXPECT_EQ(Shown(Call("not", {Call("isnull", {X()})})), "IsNotNull x");
  EXPECT_EQ(Shown(Call("in", {X(), Number(2), Number(3)})), "In x");
  EXPECT_EQ(Shown(Call("like", {S(), Text("a%")})), "IsNotNull s, StringStartsWith s");
  EXPECT_EQ(Shown(Call("like", {S(), Text("a_%")})), "IsNotNull s");
  EXPECT_EQ(Shown(Call("=", {X(), N()})), "IsNotNull x");
  EXPECT_EQ(Shown(Call("or", {Call(">", {X(), Number(2)}), Call(">", {N(), Number(2)})})), "");
  EXPECT_EQ(Shown(Call("not", {Call("or", {Call(">", {N(), Number(2)}), Call("=", {S(), Text("a")})})})),
            "IsNotNull s, LessThanOrEqual n, Not EqualTo s");
}

TEST_F(SourceFiltersTest, LeavesOutWhatIsHandled) {
  const RelationPtr plan = Where(Source(), Call("and", {Call(">", {X(), Number(2)}), Call("=", {S(), Text("a")})}));
  EXPECT_NE(Push(plan, "GreaterThan EqualTo")->As<bound::PythonStage>(), nullptr);
  EXPECT_EQ(shown_, "IsNotNull x, IsNotNull s, GreaterThan x, EqualTo s");
  EXPECT_NE(Push(plan, "GreaterThan")->As<bound::Filter>(), nullptr);
  // A begin and an end are less than the pattern.
  EXPECT_NE(Push(Where(Source(), Call("like", {S(), Text("a%c")})), "String")->As<bound::Filter>(), nullptr);
}

TEST_F(SourceFiltersTest, ReadsAsTheSourceSays) {
  const RelationPtr pushed = Push(Where(Source(), Call(">", {X(), Number(2)})), "GreaterThan");
  const auto* stage = pushed->As<bound::PythonStage>();
  ASSERT_NE(stage, nullptr);
  EXPECT_EQ(stage->calls[0].expression->As<bound::PythonCall>()->function->command, "filtered");
  EXPECT_EQ(stage->inputs[0]->As<bound::LocalData>()->rows.size(), 1u);
}

TEST_F(SourceFiltersTest, FallsThroughWhatKeepsRows) {
  const ExpressionPtr condition = Call(">", {X(), Number(2)});
  const RelationPtr source = Source();
  const Attribute renamed{11, "y", DataType::Int(), true, {}, {}};
  const RelationPtr project = bound::MakeRelation(bound::Project{source, {{renamed, X()}}}, {renamed});
  (void)Push(Where(project, Call(">", {bound::MakeReference(renamed), Number(2)})));
  EXPECT_EQ(shown_, "IsNotNull x, GreaterThan x");
  (void)Push(Where(bound::MakeRelation(bound::Sort{source, {{X(), true, true}}, true}, source->output), condition));
  EXPECT_EQ(shown_, "IsNotNull x, GreaterThan x");
  (void)Push(Where(bound::MakeRelation(bound::Limit{source, 5, 0}, source->output), condition));
  EXPECT_EQ(shown_, "");
}

TEST_F(SourceFiltersTest, FallsIntoJoins) {
  using Type = bound::Join::Type;
  const RelationPtr source = Source();
  const RelationPtr none = bound::MakeRelation(bound::OneRow{}, {});
  for (const Type type : {Type::kInner, Type::kLeftOuter, Type::kRightOuter, Type::kFullOuter}) {
    const RelationPtr join = bound::MakeRelation(bound::Join{source, none, type, nullptr, false}, source->output);
    // Where the join fills the source's side up with nulls, the condition must be asked again.
    const bool is_filled = type == Type::kRightOuter || type == Type::kFullOuter;
    const RelationPtr pushed = Push(Where(join, Call(">", {X(), Number(2)})), "GreaterThan");
    EXPECT_EQ(shown_, "IsNotNull x, GreaterThan x");
    EXPECT_EQ(pushed->As<bound::Filter>() != nullptr, is_filled);
    // A condition that a null passes cannot fall there at all.
    (void)Push(Where(join, Call("isnull", {X()})));
    EXPECT_EQ(shown_, is_filled ? "" : "IsNull x");
  }
}

TEST_F(SourceFiltersTest, PlansWithoutSourcesStay) {
  const RelationPtr plan = Where(bound::MakeRelation(bound::LocalData{}, {x_}), Call(">", {X(), Number(2)}));
  EXPECT_EQ(Push(plan), plan);
}

}  // namespace
}  // namespace firesteel::optimizer
