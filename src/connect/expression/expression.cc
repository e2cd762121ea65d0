#include <utility>

#include "base/error.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/origin.h"
#include "spark/connect/common.pb.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

plan::Expression::Node DecodeNode(const proto::Expression& e, const DecodeContext& context, const OriginPtr& origin) {
  switch (e.expr_type_case()) {
    case proto::Expression::kLiteral:
      return plan::Literal{DecodeLiteral(e.literal(), context)};
    case proto::Expression::kUnresolvedAttribute:
      return DecodeAttribute(e.unresolved_attribute(), origin);
    case proto::Expression::kUnresolvedFunction:
      return DecodeFunction(e.unresolved_function(), context);
    case proto::Expression::kExpressionString:
      return plan::SqlExpression{e.expression_string().expression()};
    case proto::Expression::kUnresolvedStar:
      return DecodeStar(e.unresolved_star(), origin);
    case proto::Expression::kAlias:
      return DecodeAlias(e.alias(), context);
    case proto::Expression::kCast:
      return DecodeCast(e.cast(), context);
    case proto::Expression::kUnresolvedRegex:
      return DecodeRegex(e.unresolved_regex(), origin);
    case proto::Expression::kSortOrder:
      return DecodeSortOrder(e.sort_order(), context);
    case proto::Expression::kLambdaFunction:
      return DecodeLambda(e.lambda_function(), context);
    case proto::Expression::kWindow:
      return DecodeWindow(e.window(), context);
    case proto::Expression::kUnresolvedExtractValue:
      return plan::ExtractValue{DecodeExpression(e.unresolved_extract_value().child(), context),
                                DecodeExpression(e.unresolved_extract_value().extraction(), context)};
    case proto::Expression::kUpdateFields: {
      const auto& update = e.update_fields();
      return plan::UpdateFields{
          DecodeExpression(update.struct_expression(), context), update.field_name(),
          update.has_value_expression() ? DecodeExpression(update.value_expression(), context) : nullptr};
    }
    case proto::Expression::kUnresolvedNamedLambdaVariable:
      return DecodeLambdaVariable(e.unresolved_named_lambda_variable());
    case proto::Expression::kCommonInlineUserDefinedFunction:
      return DecodeInlineFunction(e.common_inline_user_defined_function(), context);
    case proto::Expression::kCallFunction:
      return DecodeCallFunction(e.call_function(), context);
    case proto::Expression::kNamedArgumentExpression:
      return plan::NamedArgument{e.named_argument_expression().key(),
                                 DecodeExpression(e.named_argument_expression().value(), context)};
    case proto::Expression::kSubqueryExpression:
      return DecodeSubquery(e.subquery_expression(), context);
    case proto::Expression::kMergeAction:
      ThrowUnsupported("a MERGE action outside of DataFrame.mergeInto", origin);
    case proto::Expression::kTypedAggregateExpression:
      ThrowUnsupported("a typed aggregate of a Scala Dataset", origin);
    case proto::Expression::kDirectShufflePartitionId: {
      // DataFrame.repartitionById: the partition's number itself instead of a value to be hashed.
      plan::UnresolvedFunction direct;
      direct.name = {"direct_shuffle_partition_id"};
      direct.arguments = {DecodeExpression(e.direct_shuffle_partition_id().child(), context)};
      direct.is_internal = true;
      return direct;
    }
    case proto::Expression::kExtension:
      ThrowInvalidPlan("NO_HANDLER_FOR_EXTENSION", {{"extensionTypeUrl", e.extension().type_url()}});
    case proto::Expression::EXPR_TYPE_NOT_SET:
      break;
  }
  ThrowOneOfNotSet("spark.connect.Expression", "EXPRTYPE_NOT_SET");
}

}  // namespace

plan::ExpressionPtr DecodeExpression(const proto::Expression& expression, const DecodeContext& context) {
  // An expression without a place of its own has the one around it, as under Spark's CurrentOrigin.
  thread_local OriginPtr around;
  OriginPtr origin = expression.has_common() ? DecodeOrigin(expression.common().origin()) : nullptr;
  if (!origin) origin = around;
  struct Restore {
    OriginPtr before;
    ~Restore() { around = std::move(before); }
  } restore{std::exchange(around, origin)};
  try {
    plan::Expression::Node node = DecodeNode(expression, context, origin);
    return plan::Make(std::move(node), std::move(origin));
  } catch (QueryError& error) {
    error.AddOrigin(origin);
    throw;
  }
}

std::vector<plan::ExpressionPtr> DecodeExpressions(
    const google::protobuf::RepeatedPtrField<proto::Expression>& expressions, const DecodeContext& context) {
  std::vector<plan::ExpressionPtr> result;
  result.reserve(expressions.size());
  for (const auto& expression : expressions) result.push_back(DecodeExpression(expression, context));
  return result;
}

}  // namespace firesteel::connect
