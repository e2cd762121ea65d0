#include "optimizer/extract_python_calls.h"

#include <gtest/gtest.h>

#include <string>

#include "analyzer/testing/fake_environment.h"
#include "bound/python_eval_type.h"
#include "functions/function.h"

namespace firesteel::optimizer {
namespace {

using bound::RelationPtr;
using Kind = bound::PythonStage::Kind;

/// f, g: of rows; p: pandas, of rows; it: of an iterator; nd: not deterministic; m, n: of groups.
class ExtractTest : public testing::Test {
 protected:
  ExtractTest() {
    Add("f", bound::kPythonArrowBatched);
    Add("g", bound::kPythonArrowBatched);
    Add("b", bound::kPythonArrowBatched, DataType::Boolean());
    Add("p", bound::kPandasScalar);
    Add("it", bound::kPandasScalarIterator);
    Add("nd", bound::kPythonArrowBatched, DataType::Int(), false);
    Add("m", bound::kPandasGroupedAggregate);
    Add("n", bound::kPandasGroupedAggregate);
  }

  void Add(const std::string& name, int32_t eval_type, DataType type = DataType::Int(), bool deterministic = true) {
    plan::PythonCode code;
    code.name = name;
    code.eval_type = eval_type;
    code.command = "command of " + name;
    code.output_type = std::move(type);
    code.deterministic = deterministic;
    environment_.AddPythonFunction(std::move(code));
  }

  RelationPtr Extracted(const std::string& sql) {
    const bound::SessionSettings settings;
    const RelationPtr bound = analyzer::Analyze(analyzer::FakeEnvironment::Parse(sql), environment_, settings);
    return ExtractPythonCalls(bound, settings);
  }

  /// Nodes from the top, with what stages call.
  std::string Shape(const RelationPtr& relation) {
    std::string text = Name(*relation);
    const std::vector<RelationPtr> children = bound::Children(*relation);
    if (children.empty()) return text;
    text += " <- ";
    if (children.size() == 1) return text + Shape(children[0]);
    std::string list;
    for (const RelationPtr& child : children) list += (list.empty() ? "" : ", ") + Shape(child);
    return text + "(" + list + ")";
  }

  std::string ShapeOf(const std::string& sql) { return Shape(Extracted(sql)); }

  std::string Refusal(const std::string& sql) {
    try {
      return ShapeOf(sql);
    } catch (const QueryError& error) {
      return error.condition();
    }
  }

  analyzer::FakeEnvironment environment_;

 private:
  static std::string Name(const bound::Relation& relation) {
    if (const auto* stage = relation.As<bound::PythonStage>()) {
      static constexpr const char* kKinds[] = {"eval", "map", "groupmap", "cogroup", "aggregate", "window", "table"};
      std::string text = kKinds[static_cast<size_t>(stage->kind)];
      std::string calls;
      for (const bound::NamedExpression& call : stage->calls)
        calls += (calls.empty() ? "" : " ") + Call(*call.expression);
      return text + "[" + calls + "]";
    }
    const std::string tree = bound::TreeString(relation);
    return tree.substr(0, tree.find_first_of(" \n"));
  }

  static std::string Call(const bound::Expression& expression) {
    const auto& call = *expression.As<bound::PythonCall>();
    std::string text = call.function->name + "(";
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      const auto& argument = *call.arguments[i];
      text += (i ? "," : "");
      if (argument.As<bound::PythonCall>()) {
        text += Call(argument);
      } else {
        text += argument.As<bound::AttributeRef>() ? argument.As<bound::AttributeRef>()->name : "?";
      }
    }
    return text + ")";
  }
};

TEST_F(ExtractTest, PlansWithoutPythonStay) {
  const bound::SessionSettings settings;
  const RelationPtr bound =
      analyzer::Analyze(analyzer::FakeEnvironment::Parse("SELECT id + 1 FROM range(3)"), environment_, settings);
  EXPECT_EQ(ExtractPythonCalls(bound, settings), bound);
}

TEST_F(ExtractTest, CallsBecomeStagesBelowProjections) {
  EXPECT_EQ(ShapeOf("SELECT f(id) + 1 FROM range(3)"), "Project <- eval[f(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(id + 1) FROM range(3)"), "Project <- eval[f(_p)] <- Project <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(id), g(id) FROM range(3)"), "Project <- eval[f(id) g(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(id), p(id) FROM range(3)"), "Project <- eval[p(id)] <- eval[f(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(1)"), "Project <- eval[f(_p)] <- Project <- OneRowRelation");
}

TEST_F(ExtractTest, ChainsAreOneCall) {
  EXPECT_EQ(ShapeOf("SELECT f(g(id)) FROM range(3)"), "Project <- eval[f(g(id))] <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(g(id) + 1) FROM range(3)"), "Project <- eval[f(_p)] <- Project <- eval[g(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(p(id)) FROM range(3)"), "Project <- eval[f(p)] <- eval[p(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(g(id), id) FROM range(3)"), "Project <- eval[f(g,id)] <- eval[g(id)] <- Range");
}

TEST_F(ExtractTest, EqualCallsAreOne) {
  EXPECT_EQ(ShapeOf("SELECT f(id), f(id) * 2 FROM range(3)"), "Project <- eval[f(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT nd(id), nd(id) FROM range(3)"), "Project <- eval[nd(id) nd(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT it(id), it(id + 1) FROM range(3)"),
            "Project <- eval[it(_p)] <- Project <- eval[it(id)] <- Range");
}

TEST_F(ExtractTest, FiltersWithoutPythonComeFirst) {
  EXPECT_EQ(ShapeOf("SELECT id FROM range(3) WHERE f(id) = 1 AND id > 1"),
            "Project <- Filter <- eval[f(id)] <- Filter <- Range");
  EXPECT_EQ(ShapeOf("SELECT * FROM (SELECT id, f(id) AS x FROM range(3)) WHERE id > 1 AND x > 2"),
            "Project <- Filter <- eval[f(id)] <- Filter <- Range");
  EXPECT_EQ(ShapeOf("SELECT * FROM (SELECT id, nd(id) AS x FROM range(3)) WHERE id > 1"),
            "Project <- Filter <- eval[nd(id)] <- Range");
}

TEST_F(ExtractTest, LimitsGoBelow) {
  EXPECT_EQ(ShapeOf("SELECT f(id) FROM range(3) LIMIT 1"), "Project <- eval[f(id)] <- Limit <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(id + 1) FROM range(3) LIMIT 1"), "Project <- eval[f(_p)] <- Limit <- Project <- Range");
}

TEST_F(ExtractTest, UnreadCallsAreNotMade) {
  EXPECT_EQ(ShapeOf("SELECT id FROM (SELECT id, f(id) AS x FROM range(3))"), "Project <- Range");
}

TEST_F(ExtractTest, Aggregates) {
  EXPECT_EQ(ShapeOf("SELECT sum(f(id)) FROM range(3)"), "Aggregate <- eval[f(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(id), count(*) FROM range(3) GROUP BY f(id)"), "Aggregate <- eval[f(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT f(max(id)) FROM range(3)"), "Project <- eval[f(_a)] <- Aggregate <- Range");
  EXPECT_EQ(ShapeOf("SELECT id % 2, m(id) + 1 FROM range(3) GROUP BY id % 2"),
            "Project <- aggregate[m(id)] <- Project <- Range");
  EXPECT_EQ(ShapeOf("SELECT m(id), n(f(id)) FROM range(3)"),
            "Project <- aggregate[m(id) n(f)] <- Project <- eval[f(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT m(id) FROM range(3) GROUP BY id HAVING m(id) > 1"),
            "Project <- Filter <- aggregate[m(id)] <- Project <- Range");
  EXPECT_EQ(Refusal("SELECT m(id), max(id) FROM range(3)"), "INVALID_PANDAS_UDF_PLACEMENT");
}

TEST_F(ExtractTest, GroupingSetsMultiplyTheRows) {
  EXPECT_EQ(ShapeOf("SELECT id, m(id) FROM range(3) GROUP BY ROLLUP(id)"),
            "Project <- aggregate[m(id)] <- Project <- Join <- (Range, LocalRelation)");
}

TEST_F(ExtractTest, Windows) {
  const RelationPtr plan = Extracted(
      "SELECT m(id) OVER (PARTITION BY id % 2 ORDER BY id), sum(id) OVER (PARTITION BY "
      "id % 2 ORDER BY id) FROM range(3)");
  EXPECT_EQ(Shape(plan), "Project <- Window <- window[m(id)] <- Project <- Range");
  const auto* stage = bound::Children(*bound::Children(*plan)[0])[0]->As<bound::PythonStage>();
  ASSERT_NE(stage, nullptr);
  EXPECT_EQ(stage->calls[0].expression->As<bound::PythonCall>()->function->eval_type, bound::kPandasWindowAggregate);
  EXPECT_EQ(stage->keys[0].size(), 1u);
  EXPECT_EQ(stage->orders.size(), 1u);
}

TEST_F(ExtractTest, Joins) {
  EXPECT_EQ(ShapeOf("SELECT 1 FROM range(3) x LEFT JOIN range(4) y ON f(x.id) = y.id"),
            "Project <- Join <- (eval[f(id)] <- Range, Range)");
  EXPECT_EQ(ShapeOf("SELECT x.id FROM range(3) x JOIN range(4) y ON f(x.id, y.id) = 1 AND x.id = y.id"),
            "Project <- Filter <- eval[f(id,id)] <- Join <- (Range, Range)");
  EXPECT_EQ(Refusal("SELECT 1 FROM range(3) x LEFT JOIN range(4) y ON f(x.id, y.id) = 1"),
            "UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE");
}

TEST_F(ExtractTest, SortsAndGenerators) {
  EXPECT_EQ(ShapeOf("SELECT id FROM range(3) ORDER BY f(id)"), "Project <- Sort <- eval[f(id)] <- Project <- Range");
}

TEST_F(ExtractTest, SubqueriesHaveStagesOfTheirOwn) {
  EXPECT_EQ(ShapeOf("SELECT id FROM range(3) WHERE b(id) AND id > (SELECT max(id) FROM range(2))"),
            "Project <- Filter <- eval[b(id)] <- Filter <- Range");
  // The filter that names the outer query comes after the calls.
  const RelationPtr plan = Extracted("SELECT (SELECT max(f(y.id)) FROM range(2) y WHERE y.id = x.id) FROM range(3) x");
  RelationPtr query;
  for (const bound::ExpressionPtr& expression : bound::Expressions(*plan)) {
    (void)bound::AnyOf(expression, [&](const bound::Expression& e) {
      if (const auto* scalar = e.As<bound::ScalarSubquery>()) query = scalar->query;
      return false;
    });
  }
  ASSERT_NE(query, nullptr);
  EXPECT_EQ(Shape(query), "Aggregate <- Filter <- eval[f(id)] <- Range");
}

TEST_F(ExtractTest, CallsOfOuterColumnsAreMadeOutside) {
  EXPECT_EQ(ShapeOf("SELECT (SELECT max(y.id) FROM range(2) y WHERE y.id = f(x.id)) FROM range(3) x"),
            "Project <- eval[f(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT id FROM range(3) x WHERE EXISTS (SELECT 1 FROM range(2) y WHERE y.id = f(x.id))"),
            "Project <- Filter <- eval[f(id)] <- Range");
  EXPECT_EQ(ShapeOf("SELECT x.id, v FROM range(3) x, LATERAL (SELECT f(x.id) AS v)"),
            "Project <- Join <- (eval[f(id)] <- Range, Project <- OneRowRelation)");
  // Calls of both sides' columns come above the join.
  EXPECT_EQ(ShapeOf("SELECT x.id, v FROM range(3) x, LATERAL (SELECT f(x.id, y.id) AS v FROM range(2) y)"),
            "Project <- eval[f(id,id)] <- Join <- (Range, Range)");
  EXPECT_EQ(Refusal("SELECT id FROM range(3) x WHERE NOT EXISTS (SELECT 1 FROM range(2) y WHERE b(x.id, y.id))"),
            "UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE");
  EXPECT_EQ(Refusal("SELECT (SELECT max(y.id) FROM range(2) y WHERE b(x.id, y.id)) FROM range(3) x"),
            "UNSUPPORTED_FEATURE.FIRESTEEL");
}

}  // namespace
}  // namespace firesteel::optimizer
