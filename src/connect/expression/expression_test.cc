#include "connect/decoding_fixture.h"
#include "connect/expression/decode_expression.h"

namespace firesteel::connect {
namespace {

namespace proto = ::spark::connect;
using Parts = std::vector<std::string>;

class ExpressionTest : public DecodingTest {
 protected:
  plan::ExpressionPtr Decode(const std::string& text) {
    return DecodeExpression(FromText<proto::Expression>(text), context_);
  }
  std::string Refusal(const std::string& text) {
    return ConditionOf([&] { Decode(text); });
  }
};

constexpr const char* kOne = "literal { integer: 1 }";

TEST_F(ExpressionTest, Attributes) {
  auto e = Decode("unresolved_attribute { unparsed_identifier: 'a.`b.c`' plan_id: 7 }");
  const auto* attribute = e->As<plan::UnresolvedAttribute>();
  ASSERT_NE(attribute, nullptr);
  EXPECT_EQ(attribute->parts, (Parts{"a", "b.c"}));
  EXPECT_EQ(attribute->plan_id, 7);
  EXPECT_EQ(Refusal("unresolved_attribute { unparsed_identifier: 'a.`b' }"), "INVALID_ATTRIBUTE_NAME_SYNTAX");
}

TEST_F(ExpressionTest, Stars) {
  EXPECT_TRUE(Decode("unresolved_star {}")->As<plan::UnresolvedStar>()->target.empty());
  EXPECT_EQ(Decode("unresolved_star { unparsed_target: 't.s.*' }")->As<plan::UnresolvedStar>()->target,
            (Parts{"t", "s"}));
  EXPECT_EQ(Refusal("unresolved_star { unparsed_target: 't' }"), "CONNECT_INVALID_PLAN.UNRESOLVED_STAR_TARGET_INVALID");
  EXPECT_EQ(Refusal("unresolved_star { unparsed_target: 't.*' plan_id: 1 }"),
            "CONNECT_INVALID_PLAN.UNRESOLVED_STAR_WITH_BOTH_TARGET_AND_PLAN_ID");
}

TEST_F(ExpressionTest, Regexes) {
  auto e = Decode("unresolved_regex { col_name: '`(a)?+.+`' plan_id: 3 }");
  EXPECT_EQ(e->As<plan::UnresolvedRegex>()->pattern, "(a)?+.+");
  EXPECT_EQ(e->As<plan::UnresolvedRegex>()->plan_id, 3);
  e = Decode("unresolved_regex { col_name: 't.`x.*`' }");
  EXPECT_EQ(e->As<plan::UnresolvedRegex>()->table, (Parts{"t"}));
  EXPECT_EQ(e->As<plan::UnresolvedRegex>()->pattern, "x.*");
  e = Decode("unresolved_regex { col_name: 'plain' }");
  EXPECT_EQ(e->As<plan::UnresolvedAttribute>()->parts, (Parts{"plain"}));
}

TEST_F(ExpressionTest, Functions) {
  auto e =
      Decode(std::string("unresolved_function { function_name: 'a.b' is_distinct: true arguments { ") + kOne + " } }");
  const auto* function = e->As<plan::UnresolvedFunction>();
  EXPECT_EQ(function->name, (Parts{"a.b"}));  // built-in names are taken as they are
  EXPECT_TRUE(function->is_distinct);
  EXPECT_EQ(function->arguments.size(), 1u);
  e = Decode("unresolved_function { function_name: 'a.b' is_user_defined_function: true }");
  EXPECT_EQ(e->As<plan::UnresolvedFunction>()->name, (Parts{"a", "b"}));
  e = Decode("call_function { function_name: 'db.f' }");
  EXPECT_EQ(e->As<plan::UnresolvedFunction>()->name, (Parts{"db", "f"}));
}

TEST_F(ExpressionTest, AliasesAndCasts) {
  auto e = Decode(std::string("alias { expr { ") + kOne + " } name: 'x' metadata: '{\"a\":1}' }");
  EXPECT_EQ(e->As<plan::Alias>()->names, (Parts{"x"}));
  EXPECT_EQ(e->As<plan::Alias>()->metadata, "{\"a\":1}");
  EXPECT_EQ(Refusal(std::string("alias { expr { ") + kOne + " } name: 'x' name: 'y' metadata: '{}' }"),
            "CONNECT_INVALID_PLAN.ALIAS_WITH_MULTIPLE_IDENTIFIERS_AND_METADATA");
  e = Decode(std::string("cast { expr { ") + kOne + " } type_str: 'int' eval_mode: EVAL_MODE_TRY }");
  EXPECT_EQ(e->As<plan::Cast>()->type, DataType::Int());
  EXPECT_EQ(e->As<plan::Cast>()->mode, EvalMode::kTry);
  e = Decode(std::string("cast { expr { ") + kOne + " } type { date {} } }");
  EXPECT_EQ(e->As<plan::Cast>()->type, DataType::Date());
  EXPECT_FALSE(e->As<plan::Cast>()->mode.has_value());
}

TEST_F(ExpressionTest, SortOrdersFollowSparksDefaults) {
  auto e = Decode(std::string("sort_order { child { ") + kOne +
                  " } direction: SORT_DIRECTION_ASCENDING null_ordering: SORT_NULLS_FIRST }");
  EXPECT_TRUE(e->As<plan::SortOrder>()->ascending);
  EXPECT_EQ(e->As<plan::SortOrder>()->nulls_first, true);
  e = Decode(std::string("sort_order { child { ") + kOne + " } }");
  EXPECT_FALSE(e->As<plan::SortOrder>()->ascending);
  EXPECT_EQ(e->As<plan::SortOrder>()->nulls_first, false);
}

TEST_F(ExpressionTest, Windows) {
  auto e = Decode(
      "window { window_function { unresolved_function { function_name: 'sum' } }"
      "  partition_spec { literal { integer: 1 } }"
      "  frame_spec { frame_type: FRAME_TYPE_ROW lower { unbounded: true } upper { value { literal { integer: -1 } "
      "} } } }");
  const plan::WindowSpec& spec = e->As<plan::WindowExpression>()->spec;
  EXPECT_EQ(spec.partition_by.size(), 1u);
  ASSERT_TRUE(spec.frame.has_value());
  EXPECT_TRUE(spec.frame->is_rows);
  EXPECT_EQ(spec.frame->lower.kind, plan::WindowBoundary::Kind::kUnboundedPreceding);
  EXPECT_EQ(spec.frame->upper.kind, plan::WindowBoundary::Kind::kFollowing);
  EXPECT_EQ(spec.frame->upper.offset->As<plan::Literal>()->value.value.integer(), -1);
  EXPECT_EQ(Refusal("window {}"), "CONNECT_INVALID_PLAN.WINDOW_FUNCTION_REQUIRED");
  const std::string function = "window { window_function { literal { integer: 1 } } frame_spec { ";
  EXPECT_EQ(Refusal(function + "} }"), "CONNECT_INVALID_PLAN.INVALID_ENUM");
  EXPECT_EQ(Refusal(function + "frame_type: FRAME_TYPE_ROW } }"),
            "CONNECT_INVALID_PLAN.LOWER_BOUND_REQUIRED_IN_WINDOW_FRAME");
  EXPECT_EQ(Refusal(function + "frame_type: FRAME_TYPE_ROW lower { current_row: true } } }"),
            "CONNECT_INVALID_PLAN.UPPER_BOUND_REQUIRED_IN_WINDOW_FRAME");
}

TEST_F(ExpressionTest, Lambdas) {
  auto e = Decode(
      "lambda_function { function { unresolved_named_lambda_variable { name_parts: 'x_1' } }"
      "  arguments { name_parts: 'x_1' } }");
  EXPECT_EQ(e->As<plan::LambdaFunction>()->parameters, (Parts{"x_1"}));
  EXPECT_EQ(e->As<plan::LambdaFunction>()->body->As<plan::LambdaVariable>()->parts, (Parts{"x_1"}));
  EXPECT_EQ(Refusal("lambda_function {}"), "CONNECT_INVALID_PLAN.LAMBDA_FUNCTION_ARGUMENT_COUNT_INVALID");
  EXPECT_EQ(Refusal("unresolved_named_lambda_variable {}"),
            "CONNECT_INVALID_PLAN.UNRESOLVED_NAMED_LAMBDA_VARIABLE_REQUIRES_NAME_PART");
}

TEST_F(ExpressionTest, PartsOfValues) {
  auto e = Decode(
      "unresolved_extract_value { child { literal { integer: 1 } } extraction { literal { integer: 2 } "
      "} }");
  EXPECT_NE(e->As<plan::ExtractValue>(), nullptr);
  e = Decode("update_fields { struct_expression { literal { integer: 1 } } field_name: 'a.b' }");
  EXPECT_EQ(e->As<plan::UpdateFields>()->value, nullptr);
  EXPECT_EQ(e->As<plan::UpdateFields>()->field_name, "a.b");
  e = Decode("named_argument_expression { key: 'k' value { literal { integer: 1 } } }");
  EXPECT_EQ(e->As<plan::NamedArgument>()->name, "k");
  e = Decode("expression_string { expression: '1 + 1' }");
  EXPECT_EQ(e->As<plan::SqlExpression>()->text, "1 + 1");
}

TEST_F(ExpressionTest, Subqueries) {
  auto e = Decode(
      "subquery_expression { plan_id: 5 subquery_type: SUBQUERY_TYPE_IN in_subquery_values { literal { "
      "integer: 1 } } }");
  EXPECT_EQ(e->As<plan::SubqueryReference>()->kind, plan::SubqueryReference::Kind::kIn);
  EXPECT_EQ(e->As<plan::SubqueryReference>()->plan_id, 5);
  EXPECT_EQ(e->As<plan::SubqueryReference>()->in_values.size(), 1u);
  EXPECT_EQ(Refusal("subquery_expression {}"), "CONNECT_INVALID_PLAN.INVALID_ENUM");
}

TEST_F(ExpressionTest, PythonFunctions) {
  auto e = Decode(
      "common_inline_user_defined_function { function_name: 'f' deterministic: true"
      "  python_udf { output_type { long {} } eval_type: 100 command: 'pickle' python_ver: '3.11' } }");
  const auto* udf = e->As<plan::PythonCall>();
  ASSERT_NE(udf, nullptr);
  EXPECT_EQ(udf->function->name, "f");
  EXPECT_TRUE(udf->function->deterministic);
  EXPECT_EQ(udf->function->output_type, DataType::Long());
  EXPECT_EQ(udf->function->eval_type, 100);
  EXPECT_EQ(udf->function->command, "pickle");
  EXPECT_EQ(udf->function->python_version, "3.11");
  EXPECT_EQ(Refusal("common_inline_user_defined_function { java_udf { class_name: 'x' } }"), "_LEGACY_ERROR_TEMP_1329");
}

TEST_F(ExpressionTest, OriginsBecomeContexts) {
  auto e = Decode(
      "common { origin { python_origin { fragment: 'divide' call_site: 'a.py:3' } } } literal { "
      "integer: 1 }");
  ASSERT_NE(e->origin, nullptr);
  EXPECT_EQ(e->origin->fragment, "divide");
  EXPECT_EQ(e->origin->call_site, "a.py:3");
  EXPECT_EQ(Decode("literal { integer: 1 }")->origin, nullptr);
}

TEST_F(ExpressionTest, NothingIsRefusedByName) {
  EXPECT_EQ(Refusal(""), "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET");
  EXPECT_EQ(Refusal("extension { type_url: 'x' }"), "CONNECT_INVALID_PLAN.NO_HANDLER_FOR_EXTENSION");
  EXPECT_EQ(Refusal("merge_action {}"), "UNSUPPORTED_FEATURE.FIRESTEEL");
}

}  // namespace
}  // namespace firesteel::connect
