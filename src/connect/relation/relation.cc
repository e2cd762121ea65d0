#include <algorithm>

#include "base/error.h"
#include "connect/decoder.h"
#include "connect/invalid_plan.h"
#include "connect/origin.h"
#include "connect/relation/decode_relation.h"
#include "spark/connect/common.pb.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

/// Relations that the protocol has and Firesteel does not build yet; the analyzer refuses them by name.
plan::Unsupported Missing(std::string what) { return plan::Unsupported{std::move(what), {}}; }

RelationNode DecodeNode(const proto::Relation& r, const DecodeContext& context) {
  switch (r.rel_type_case()) {
    case proto::Relation::kRead:
      return DecodeRead(r.read(), context);
    case proto::Relation::kProject:
      return DecodeProject(r.project(), context);
    case proto::Relation::kFilter:
      return DecodeFilter(r.filter(), context);
    case proto::Relation::kJoin:
      return DecodeJoin(r.join(), context);
    case proto::Relation::kSetOp:
      return DecodeSetOperation(r.set_op(), context);
    case proto::Relation::kSort:
      return DecodeSort(r.sort(), context);
    case proto::Relation::kLimit:
      return DecodeLimit(r.limit(), context);
    case proto::Relation::kAggregate:
      return DecodeAggregate(r.aggregate(), context);
    case proto::Relation::kSql:
      return DecodeSql(r.sql(), context);
    case proto::Relation::kLocalRelation:
      return DecodeLocalRelation(r.local_relation());
    case proto::Relation::kSample:
      return DecodeSample(r.sample(), context);
    case proto::Relation::kOffset:
      return DecodeOffset(r.offset(), context);
    case proto::Relation::kDeduplicate:
      return DecodeDeduplicate(r.deduplicate(), context);
    case proto::Relation::kRange:
      return DecodeRange(r.range());
    case proto::Relation::kSubqueryAlias:
      return DecodeSubqueryAlias(r.subquery_alias(), context);
    case proto::Relation::kRepartition:
      return DecodeRepartition(r.repartition(), context);
    case proto::Relation::kToDf:
      return DecodeToDf(r.to_df(), context);
    case proto::Relation::kWithColumnsRenamed:
      return DecodeWithColumnsRenamed(r.with_columns_renamed(), context);
    case proto::Relation::kShowString:
      return DecodeShowString(r.show_string(), context);
    case proto::Relation::kDrop:
      return DecodeDrop(r.drop(), context);
    case proto::Relation::kTail:
      return DecodeTail(r.tail(), context);
    case proto::Relation::kWithColumns:
      return DecodeWithColumns(r.with_columns(), context);
    case proto::Relation::kHint:
      return DecodeHint(r.hint(), context);
    case proto::Relation::kUnpivot:
      return DecodeUnpivot(r.unpivot(), context);
    case proto::Relation::kToSchema:
      return DecodeToSchema(r.to_schema(), context);
    case proto::Relation::kRepartitionByExpression:
      return DecodeRepartitionByExpression(r.repartition_by_expression(), context);
    case proto::Relation::kCollectMetrics:
      return DecodeCollectMetrics(r.collect_metrics(), context);
    case proto::Relation::kParse:
      return DecodeParse(r.parse(), context);
    case proto::Relation::kWithWatermark:
      return DecodeWatermark(r.with_watermark(), context);
    case proto::Relation::kHtmlString:
      return DecodeHtmlString(r.html_string(), context);
    case proto::Relation::kCachedLocalRelation:
      return DecodeCachedLocalRelation(r.cached_local_relation(), context);
    case proto::Relation::kChunkedCachedLocalRelation:
      return DecodeChunkedLocalRelation(r.chunked_cached_local_relation(), context);
    case proto::Relation::kCachedRemoteRelation:
      return DecodeCachedRemoteRelation(r.cached_remote_relation(), context);
    case proto::Relation::kAsOfJoin:
      return DecodeAsOfJoin(r.as_of_join(), context);
    case proto::Relation::kWithRelations:
      return DecodeWithRelations(r.with_relations(), context);
    case proto::Relation::kTranspose:
      return DecodeTranspose(r.transpose(), context);
    case proto::Relation::kUnresolvedTableValuedFunction:
      return DecodeTableFunction(r.unresolved_table_valued_function(), context);
    case proto::Relation::kLateralJoin:
      return DecodeLateralJoin(r.lateral_join(), context);
    case proto::Relation::kFillNa:
      return DecodeNaFill(r.fill_na(), context);
    case proto::Relation::kDropNa:
      return DecodeNaDrop(r.drop_na(), context);
    case proto::Relation::kReplace:
      return DecodeNaReplace(r.replace(), context);
    case proto::Relation::kSummary:
    case proto::Relation::kCrosstab:
    case proto::Relation::kDescribe:
    case proto::Relation::kCov:
    case proto::Relation::kCorr:
    case proto::Relation::kApproxQuantile:
    case proto::Relation::kFreqItems:
    case proto::Relation::kSampleBy:
      return DecodeStatistics(r, context);
    case proto::Relation::kCatalog:
      return DecodeCatalog(r, context);
    case proto::Relation::kMapPartitions:
      return DecodeMapPartitions(r.map_partitions(), context);
    case proto::Relation::kGroupMap:
      return DecodeGroupMap(r.group_map(), context);
    case proto::Relation::kCoGroupMap:
      return DecodeCoGroupMap(r.co_group_map(), context);
    case proto::Relation::kApplyInPandasWithState:
      return Missing("applyInPandasWithState");
    case proto::Relation::kCommonInlineUserDefinedTableFunction:
      return DecodePythonTableFunction(r.common_inline_user_defined_table_function(), context);
    case proto::Relation::kCommonInlineUserDefinedDataSource:
      return Missing("a data source in Python");
    case proto::Relation::kRelationChanges:
      return Missing("DataFrameReader.changes");
    case proto::Relation::kNearestByJoin:
      return DecodeNearestByJoin(r.nearest_by_join(), context);
    case proto::Relation::kZip:
      return DecodeZip(r.zip(), context);
    case proto::Relation::kMlRelation:
      return Missing("Spark ML over Connect");
    case proto::Relation::kExtension:
      ThrowInvalidPlan("NO_HANDLER_FOR_EXTENSION", {{"extensionTypeUrl", r.extension().type_url()}});
    case proto::Relation::kUnknown:
      ThrowOneOfNotSupported("spark.connect.Relation", "UNKNOWN", proto::Relation::kUnknownFieldNumber);
    case proto::Relation::REL_TYPE_NOT_SET:
      break;
  }
  ThrowOneOfNotSet("spark.connect.Relation", "RELTYPE_NOT_SET");
}

}  // namespace

plan::RelationPtr DecodeRelation(const proto::Relation& relation, const DecodeContext& context) {
  OriginPtr origin = relation.common().has_origin() ? DecodeOrigin(relation.common().origin()) : nullptr;
  std::optional<int64_t> plan_id;
  if (relation.common().has_plan_id()) plan_id = relation.common().plan_id();
  RelationNode node = DecodeNode(relation, context);
  return plan::MakeRelation(std::move(node), std::move(origin), plan_id);
}

plan::Options DecodeOptions(const ProtoOptions& options) {
  plan::Options result(options.begin(), options.end());
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<std::string> DecodeStrings(const google::protobuf::RepeatedPtrField<std::string>& strings) {
  return {strings.begin(), strings.end()};
}

}  // namespace firesteel::connect
