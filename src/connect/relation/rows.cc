#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeDeduplicate(const proto::Deduplicate& deduplicate, const DecodeContext& context) {
  if (!deduplicate.has_input()) ThrowInvalidPlan("DEDUPLICATE_NEEDS_INPUT");
  if (deduplicate.all_columns_as_keys() && !deduplicate.column_names().empty()) {
    ThrowInvalidPlan("DEDUPLICATE_ALL_COLUMNS_AND_SUBSET");
  }
  if (!deduplicate.all_columns_as_keys() && deduplicate.column_names().empty()) {
    ThrowInvalidPlan("DEDUPLICATE_REQUIRES_COLUMNS_OR_ALL");
  }
  return plan::Deduplicate{DecodeRelation(deduplicate.input(), context), DecodeStrings(deduplicate.column_names()),
                           deduplicate.all_columns_as_keys(), deduplicate.within_watermark()};
}

RelationNode DecodeSample(const proto::Sample& sample, const DecodeContext& context) {
  plan::Sample node;
  node.child = DecodeRelation(sample.input(), context);
  node.lower_bound = sample.lower_bound();
  node.upper_bound = sample.upper_bound();
  node.with_replacement = sample.with_replacement();
  if (sample.has_seed()) node.seed = sample.seed();
  node.deterministic_order = sample.deterministic_order();
  return node;
}

RelationNode DecodeRepartition(const proto::Repartition& repartition, const DecodeContext& context) {
  return plan::Repartition{
      DecodeRelation(repartition.input(), context), repartition.num_partitions(), repartition.shuffle(), {}};
}

RelationNode DecodeRepartitionByExpression(const proto::RepartitionByExpression& repartition,
                                           const DecodeContext& context) {
  plan::Repartition node;
  node.child = DecodeRelation(repartition.input(), context);
  if (repartition.has_num_partitions()) node.num_partitions = repartition.num_partitions();
  node.expressions = DecodeExpressions(repartition.partition_exprs(), context);
  return node;
}

RelationNode DecodeWatermark(const proto::WithWatermark& watermark, const DecodeContext& context) {
  return plan::Watermark{DecodeRelation(watermark.input(), context), watermark.event_time(),
                         watermark.delay_threshold()};
}

}  // namespace firesteel::connect
