#pragma once

#include <google/protobuf/map.h>
#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

#include "connect/decode_context.h"
#include "plan/relation.h"
#include "spark/connect/relations.pb.h"

/// One function a relation, each in the file of its family; DecodeRelation dispatches to them and adds plan id and
/// origin. All throw QueryError for what Spark's planner refuses.
namespace firesteel::connect {

using RelationNode = plan::Relation::Node;
using ProtoOptions = google::protobuf::Map<std::string, std::string>;

plan::RelationPtr DecodeRelation(const ::spark::connect::Relation& relation, const DecodeContext& context);

/// Sorted by key: protobuf maps have no order.
plan::Options DecodeOptions(const ProtoOptions& options);
std::vector<std::string> DecodeStrings(const google::protobuf::RepeatedPtrField<std::string>& strings);

/// relation/read.cc
RelationNode DecodeRead(const ::spark::connect::Read& read, const DecodeContext& context);
RelationNode DecodeRange(const ::spark::connect::Range& range);
RelationNode DecodeTableFunction(const ::spark::connect::UnresolvedTableValuedFunction& function,
                                 const DecodeContext& context);
/// relation/local_relation.cc
RelationNode DecodeLocalRelation(const ::spark::connect::LocalRelation& local);
RelationNode DecodeCachedLocalRelation(const ::spark::connect::CachedLocalRelation& cached,
                                       const DecodeContext& context);
RelationNode DecodeChunkedLocalRelation(const ::spark::connect::ChunkedCachedLocalRelation& chunked,
                                        const DecodeContext& context);
/// relation/sql.cc
plan::SqlQuery DecodeSql(const ::spark::connect::SQL& sql, const DecodeContext& context);
RelationNode DecodeWithRelations(const ::spark::connect::WithRelations& with, const DecodeContext& context);
/// relation/python_map.cc
RelationNode DecodeMapPartitions(const ::spark::connect::MapPartitions& map, const DecodeContext& context);
RelationNode DecodeGroupMap(const ::spark::connect::GroupMap& map, const DecodeContext& context);
RelationNode DecodeCoGroupMap(const ::spark::connect::CoGroupMap& map, const DecodeContext& context);
RelationNode DecodePythonTableFunction(const ::spark::connect::CommonInlineUserDefinedTableFunction& function,
                                       const DecodeContext& context);
plan::PythonCodePtr DecodePythonTableCode(const ::spark::connect::CommonInlineUserDefinedTableFunction& function,
                                          const DecodeContext& context);
/// relation/catalog.cc
RelationNode DecodeCatalog(const ::spark::connect::Relation& relation, const DecodeContext& context);
/// relation/project.cc
RelationNode DecodeProject(const ::spark::connect::Project& project, const DecodeContext& context);
RelationNode DecodeFilter(const ::spark::connect::Filter& filter, const DecodeContext& context);
RelationNode DecodeWithColumns(const ::spark::connect::WithColumns& with, const DecodeContext& context);
RelationNode DecodeWithColumnsRenamed(const ::spark::connect::WithColumnsRenamed& renamed,
                                      const DecodeContext& context);
RelationNode DecodeDrop(const ::spark::connect::Drop& drop, const DecodeContext& context);
RelationNode DecodeToDf(const ::spark::connect::ToDF& to_df, const DecodeContext& context);
RelationNode DecodeToSchema(const ::spark::connect::ToSchema& to_schema, const DecodeContext& context);
RelationNode DecodeSubqueryAlias(const ::spark::connect::SubqueryAlias& alias, const DecodeContext& context);
RelationNode DecodeHint(const ::spark::connect::Hint& hint, const DecodeContext& context);
/// relation/join.cc
RelationNode DecodeJoin(const ::spark::connect::Join& join, const DecodeContext& context);
RelationNode DecodeLateralJoin(const ::spark::connect::LateralJoin& join, const DecodeContext& context);
RelationNode DecodeZip(const ::spark::connect::Zip& zip, const DecodeContext& context);
RelationNode DecodeCachedRemoteRelation(const ::spark::connect::CachedRemoteRelation& relation,
                                        const DecodeContext& context);
RelationNode DecodeAsOfJoin(const ::spark::connect::AsOfJoin& join, const DecodeContext& context);
RelationNode DecodeNearestByJoin(const ::spark::connect::NearestByJoin& join, const DecodeContext& context);
/// relation/set_operation.cc
RelationNode DecodeSetOperation(const ::spark::connect::SetOperation& operation, const DecodeContext& context);
/// relation/sort_limit.cc
RelationNode DecodeSort(const ::spark::connect::Sort& sort, const DecodeContext& context);
RelationNode DecodeLimit(const ::spark::connect::Limit& limit, const DecodeContext& context);
RelationNode DecodeOffset(const ::spark::connect::Offset& offset, const DecodeContext& context);
RelationNode DecodeTail(const ::spark::connect::Tail& tail, const DecodeContext& context);
/// relation/aggregate.cc
RelationNode DecodeAggregate(const ::spark::connect::Aggregate& aggregate, const DecodeContext& context);
/// relation/rows.cc: what chooses, repeats or moves rows
RelationNode DecodeDeduplicate(const ::spark::connect::Deduplicate& deduplicate, const DecodeContext& context);
RelationNode DecodeSample(const ::spark::connect::Sample& sample, const DecodeContext& context);
RelationNode DecodeRepartition(const ::spark::connect::Repartition& repartition, const DecodeContext& context);
RelationNode DecodeRepartitionByExpression(const ::spark::connect::RepartitionByExpression& repartition,
                                           const DecodeContext& context);
RelationNode DecodeWatermark(const ::spark::connect::WithWatermark& watermark, const DecodeContext& context);
/// relation/unpivot.cc
RelationNode DecodeUnpivot(const ::spark::connect::Unpivot& unpivot, const DecodeContext& context);
RelationNode DecodeTranspose(const ::spark::connect::Transpose& transpose, const DecodeContext& context);
/// relation/show.cc
RelationNode DecodeShowString(const ::spark::connect::ShowString& show, const DecodeContext& context);
RelationNode DecodeHtmlString(const ::spark::connect::HtmlString& html, const DecodeContext& context);
RelationNode DecodeCollectMetrics(const ::spark::connect::CollectMetrics& collect, const DecodeContext& context);
RelationNode DecodeParse(const ::spark::connect::Parse& parse, const DecodeContext& context);
/// relation/missing_values.cc
RelationNode DecodeNaFill(const ::spark::connect::NAFill& fill, const DecodeContext& context);
RelationNode DecodeNaDrop(const ::spark::connect::NADrop& drop, const DecodeContext& context);
RelationNode DecodeNaReplace(const ::spark::connect::NAReplace& replace, const DecodeContext& context);
/// relation/statistics.cc: the relations 100 to 107 of the protocol
RelationNode DecodeStatistics(const ::spark::connect::Relation& relation, const DecodeContext& context);

}  // namespace firesteel::connect
