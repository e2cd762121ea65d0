#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "functions/function.h"
#include "lowering/lowering_fixture.h"
#include "plan/relation.h"
#include "sql/parser.h"

/// Calls in calls: what lowering makes of them must grow with their depth, not double with each level.
namespace firesteel::lowering {
namespace {

using testing_support::Answer;
using testing_support::LowerPlan;
using testing_support::LowerSql;

/// The first call of the function in an expression of the example.
plan::ExpressionPtr FindCall(const plan::ExpressionPtr& expression, const functions::Function* row) {
  if (const auto* alias = expression->As<plan::Alias>()) return FindCall(alias->child, row);
  if (const auto* cast = expression->As<plan::Cast>()) return FindCall(cast->child, row);
  const auto* call = expression->As<plan::UnresolvedFunction>();
  if (!call) return nullptr;
  if (call->name.size() == 1 && functions::Find(call->name[0]) == row) return expression;
  for (const plan::ExpressionPtr& argument : call->arguments) {
    if (plan::ExpressionPtr found = FindCall(argument, row)) return found;
  }
  return nullptr;
}

plan::ExpressionPtr ExampleCall(const functions::Function* row) {
  try {
    const plan::Command command = sql::ParseStatement(row->example, {});
    const auto* query = command.As<plan::Query>();
    const auto* project = query ? query->relation->As<plan::Project>() : nullptr;
    if (!project) return nullptr;
    for (const plan::ExpressionPtr& expression : project->expressions) {
      if (plan::ExpressionPtr found = FindCall(expression, row)) return found;
    }
  } catch (const QueryError&) {
  }
  return nullptr;
}

std::string ColumnName(size_t i) { return "c" + std::to_string(i); }
plan::ExpressionPtr Column(size_t i) { return plan::Make(plan::UnresolvedAttribute{{ColumnName(i)}, {}, false}); }

/// SELECT expression FROM (SELECT nullable values of the arguments FROM range(2)).
class Nest {
 public:
  Nest(const plan::UnresolvedFunction& call, size_t position) : call_(call), position_(position) {
    plan::Project columns{plan::MakeRelation(plan::Range{0, 2, 1, {}}), {}};
    const plan::ExpressionPtr id = plan::Make(plan::UnresolvedAttribute{{"id"}, {}, false});
    const auto literal = [](int64_t value) { return plan::Make(plan::Literal{{DataType::Long(), Value{value}}}); };
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      if (call.arguments[i]->As<plan::LambdaFunction>()) continue;
      const plan::ExpressionPtr is_first = plan::Call("==", {id, literal(0)});
      columns.expressions.push_back(
          plan::Make(plan::Alias{plan::Call("when", {is_first, call.arguments[i]}), {ColumnName(i)}, {}}));
    }
    input_ = plan::MakeRelation(std::move(columns));
    others_ = call.arguments;
  }

  /// Whether the call takes a column at the position and gives what, perhaps cast, can stand there.
  bool Prepare() {
    if (call_.arguments[position_]->As<plan::LambdaFunction>()) return false;
    for (size_t i = 0; i < others_.size(); ++i) {
      if (others_[i]->As<plan::LambdaFunction>()) continue;
      const plan::ExpressionPtr kept = others_[i];
      others_[i] = Column(i);
      if (!Schema({With(Column(position_))})) others_[i] = kept;
    }
    const auto types = Schema({Column(position_), With(Column(position_))});
    if (!types) return false;
    type_ = (*types)[0];
    is_cast_ = !((*types)[0] == (*types)[1]);
    if (Schema({At(2)})) return true;
    is_cast_ = false;
    is_tested_ = true;
    return Schema({At(2)}).has_value();
  }

  plan::ExpressionPtr At(int depth) const {
    plan::ExpressionPtr expression = Column(position_);
    for (int i = 0; i < depth; ++i) {
      expression = With(expression);
      if (is_cast_) expression = plan::Make(plan::Cast{expression, type_, EvalMode::kTry, {}});
      if (is_tested_) {
        expression = plan::Call("when", {plan::Call("isnotnull", {expression}), Column(position_)});
      }
    }
    return expression;
  }

  size_t SqlSize(int depth) const { return LowerPlan(Over(input_, {At(depth)})).sql.size(); }

 private:
  plan::ExpressionPtr With(const plan::ExpressionPtr& argument) const {
    plan::UnresolvedFunction call = call_;
    call.arguments = others_;
    call.arguments[position_] = argument;
    return plan::Make(std::move(call));
  }
  static plan::RelationPtr Over(const plan::RelationPtr& input, std::vector<plan::ExpressionPtr> expressions) {
    return plan::MakeRelation(plan::Project{input, std::move(expressions)});
  }
  std::optional<std::vector<DataType>> Schema(std::vector<plan::ExpressionPtr> expressions) const {
    try {
      std::vector<DataType> types;
      const plan::RelationPtr query = Over(input_, std::move(expressions));
      for (const StructField& field : LowerPlan(query).schema) types.push_back(field.type);
      return types;
    } catch (const QueryError&) {
      return std::nullopt;
    }
  }

  const plan::UnresolvedFunction& call_;
  size_t position_;
  plan::RelationPtr input_;
  std::vector<plan::ExpressionPtr> others_;
  DataType type_;
  bool is_cast_ = false;
  bool is_tested_ = false;
};

/// Linear growth doubles a text from 8 levels to 16, with what every level repeats of its own.
constexpr double kMostGrowth = 2.6;

TEST(NestingTest, TextsOfNestedCallsGrowWithTheirDepth) {
  int nested = 0;
  for (const functions::Function* row : functions::AllFunctions()) {
    if (row->kind != functions::Kind::kScalar) continue;
    // The usual message of assert_true holds the text of its condition, in Spark as well. session_window gives a
    // struct of two times and is no value outside of GROUP BY.
    if (row->name == "assert_true" || row->name == "session_window") continue;
    const plan::ExpressionPtr example = ExampleCall(row);
    if (!example) continue;
    const auto& call = *example->As<plan::UnresolvedFunction>();
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      Nest nest(call, i);
      if (!nest.Prepare()) continue;
      ++nested;
      const double four = static_cast<double>(nest.SqlSize(4));
      const double eight = static_cast<double>(nest.SqlSize(8));
      ASSERT_LT(eight, kMostGrowth * four) << row->name << " in its argument " << i;
      EXPECT_LT(static_cast<double>(nest.SqlSize(16)), kMostGrowth * eight) << row->name << " in its argument " << i;
    }
  }
  EXPECT_GT(nested, 600);
}

struct Operator {
  const char* name;
  const char* innermost;
  const char* before;  // what stands before and behind the nested expression
  const char* behind;
};

constexpr Operator kOperators[] = {
    {"AND and OR that may fail", "b", "((", " AND 10 / i > 1) OR 5 / i > 2)"},
    {"BETWEEN", "i", "CAST(", " BETWEEN 0 AND 5 AS INT)"},
    {"BETWEEN of two types", "i", "CAST(", " BETWEEN i AND 5L AS INT)"},
    {"BETWEEN of structs", "st", "named_struct('x', CAST(", " BETWEEN st AND st AS BIGINT), 'y', id)"},
    {"comparison of structs", "st", "named_struct('x', CAST(", " < st AS BIGINT), 'y', id)"},
    {"LIKE ANY", "s", "CAST(", " LIKE ANY ('f%', 't%', 'x') AS STRING)"},
    {"NOT LIKE ALL", "s", "CAST(", " NOT LIKE ALL ('a%', 't%', 'x') AS STRING)"},
    {"greatest of structs", "st", "greatest(", ", st)"},
    {"greatest of arrays", "array(id)", "greatest(", ", array(2L))"},
    {"nullif of two types", "i", "nullif(", ", 7L)"},
    {"nullifzero", "i", "nullifzero(", ")"},
    {"nanvl", "d", "nanvl(", ", d)"},
    {"IN", "i", "CAST(", " IN (1, i) AS INT)"},
    {"aggregate", "id", "aggregate(array(id), 0L, (acc, e) -> acc + ", ")"},
    {"array_sort", "array(id)", "array_sort(", ", (u, v) -> CASE WHEN u < v THEN -1 ELSE 1 END)"},
    {"map_zip_with", "map('k', id)", "map_zip_with(", ", map('k', id), (k, u, v) -> u + v)"},
};

std::string Nested(const Operator& op, int depth) {
  std::string expression = op.innermost;
  for (int i = 0; i < depth; ++i) expression = op.before + expression + op.behind;
  return "SELECT " + expression +
         " FROM (SELECT id, if(id = 5, NULL, CAST(id AS INT)) AS i, CAST(id AS STRING) AS s, id > 2 AS b, "
         "if(id = 2, double('NaN'), CAST(id AS DOUBLE)) AS d, named_struct('x', id, 'y', id) AS st FROM range(1, 4))";
}

TEST(NestingTest, TextsOfNestedOperatorsGrowWithTheirDepth) {
  for (const Operator& op : kOperators) {
    const double eight = static_cast<double>(LowerSql(Nested(op, 8)).sql.size());
    EXPECT_LT(static_cast<double>(LowerSql(Nested(op, 16)).sql.size()), kMostGrowth * eight) << op.name;
  }
}

TEST(NestingTest, ValuesThatAreNamedMeanWhatRepeatedOnesMean) {
  EXPECT_EQ(Answer(Nested(kOperators[0], 20)), "true\ntrue\ntrue");
  EXPECT_EQ(Answer(Nested(kOperators[2], 20)), "1\n0\n0");
  EXPECT_EQ(Answer(Nested(kOperators[5], 20)), "true\ntrue\ntrue");
  EXPECT_EQ(Answer(Nested(kOperators[9], 20)), "1\n2\n3");
  EXPECT_EQ(Answer(Nested(kOperators[11], 20)), "1.0\nnan\n3.0");
}

TEST(NestingTest, CaseOperandsThatMultiplyAreRefused) {
  const Operator op{"", "i", "CASE ", " WHEN 1 THEN 2 WHEN 2 THEN 3 ELSE i END"};
  EXPECT_EQ(Answer(Nested(op, 3)), "1\n3\n3");
  EXPECT_EQ(Answer(Nested(op, 40)), "UNSUPPORTED_FEATURE.FIRESTEEL");
}

}  // namespace
}  // namespace firesteel::lowering
