#include "connect/data_type.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

plan::Alias DecodeAlias(const proto::Expression::Alias& alias, const DecodeContext& context) {
  plan::Alias node;
  node.child = DecodeExpression(alias.expr(), context);
  node.names.assign(alias.name().begin(), alias.name().end());
  if (alias.has_metadata()) {
    if (node.names.size() > 1) ThrowInvalidPlan("ALIAS_WITH_MULTIPLE_IDENTIFIERS_AND_METADATA");
    node.metadata = alias.metadata();
  }
  return node;
}

plan::Expression::Node DecodeCast(const proto::Expression::Cast& cast, const DecodeContext& context) {
  plan::Cast node;
  node.child = DecodeExpression(cast.expr(), context);
  switch (cast.eval_mode()) {
    case proto::Expression::Cast::EVAL_MODE_LEGACY:
      node.mode = EvalMode::kLegacy;
      break;
    case proto::Expression::Cast::EVAL_MODE_ANSI:
      node.mode = EvalMode::kAnsi;
      break;
    case proto::Expression::Cast::EVAL_MODE_TRY:
      node.mode = EvalMode::kTry;
      break;
    default:
      break;
  }
  if (cast.cast_to_type_case() == proto::Expression::Cast::kType) {
    node.type = DecodeDataType(cast.type(), context);
  } else {
    node.type = context.parse_data_type(cast.type_str());
  }
  return node;
}

}  // namespace firesteel::connect
