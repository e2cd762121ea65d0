#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeNaFill(const proto::NAFill& fill, const DecodeContext& context) {
  if (fill.values().empty()) ThrowInvalidPlan("NA_FILL_VALUES_EMPTY");
  if (fill.values_size() > 1 && fill.values_size() != fill.cols_size()) {
    ThrowInvalidPlan("NA_FILL_VALUES_LENGTH_MISMATCH");
  }
  plan::NaFill node;
  node.child = DecodeRelation(fill.input(), context);
  node.columns = DecodeStrings(fill.cols());
  for (const auto& value : fill.values()) node.values.push_back(DecodeLiteralExpression(value, context));
  return node;
}

RelationNode DecodeNaDrop(const proto::NADrop& drop, const DecodeContext& context) {
  plan::NaDrop node;
  node.child = DecodeRelation(drop.input(), context);
  node.columns = DecodeStrings(drop.cols());
  if (drop.has_min_non_nulls()) node.min_non_nulls = drop.min_non_nulls();
  return node;
}

RelationNode DecodeNaReplace(const proto::NAReplace& replace, const DecodeContext& context) {
  plan::NaReplace node;
  node.child = DecodeRelation(replace.input(), context);
  node.columns = DecodeStrings(replace.cols());
  for (const auto& replacement : replace.replacements()) {
    node.replacements.emplace_back(DecodeLiteralExpression(replacement.old_value(), context),
                                   DecodeLiteralExpression(replacement.new_value(), context));
  }
  return node;
}

}  // namespace firesteel::connect
