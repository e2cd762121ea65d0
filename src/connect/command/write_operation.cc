#include "connect/command/write_operation.h"

#include <utility>

#include "base/error.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"
#include "spark/connect/commands.pb.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

plan::WriteOperation::Mode ModeOf(proto::WriteOperation::SaveMode mode) {
  using Mode = plan::WriteOperation::Mode;
  switch (mode) {
    case proto::WriteOperation::SAVE_MODE_UNSPECIFIED:
      return Mode::kUnspecified;
    case proto::WriteOperation::SAVE_MODE_APPEND:
      return Mode::kAppend;
    case proto::WriteOperation::SAVE_MODE_OVERWRITE:
      return Mode::kOverwrite;
    case proto::WriteOperation::SAVE_MODE_ERROR_IF_EXISTS:
      return Mode::kErrorIfExists;
    case proto::WriteOperation::SAVE_MODE_IGNORE:
      return Mode::kIgnore;
    default:
      ThrowInvalidEnumValue(mode);
  }
}

plan::WriteOperationV2::Mode ModeOf(proto::WriteOperationV2::Mode mode) {
  using Mode = plan::WriteOperationV2::Mode;
  switch (mode) {
    case proto::WriteOperationV2::MODE_CREATE:
      return Mode::kCreate;
    case proto::WriteOperationV2::MODE_OVERWRITE:
      return Mode::kOverwrite;
    case proto::WriteOperationV2::MODE_OVERWRITE_PARTITIONS:
      return Mode::kOverwritePartitions;
    case proto::WriteOperationV2::MODE_APPEND:
      return Mode::kAppend;
    case proto::WriteOperationV2::MODE_REPLACE:
      return Mode::kReplace;
    case proto::WriteOperationV2::MODE_CREATE_OR_REPLACE:
      return Mode::kCreateOrReplace;
    default:
      ThrowInvalidEnumValue(mode);
  }
}

plan::WriteOperation::Table DecodeTable(const proto::WriteOperation::SaveTable& table, const DecodeContext& context) {
  using Method = plan::WriteOperation::Table::Method;
  plan::WriteOperation::Table decoded;
  switch (table.save_method()) {
    case proto::WriteOperation::SaveTable::TABLE_SAVE_METHOD_SAVE_AS_TABLE:
      decoded.method = Method::kSaveAsTable;
      break;
    case proto::WriteOperation::SaveTable::TABLE_SAVE_METHOD_INSERT_INTO:
      decoded.method = Method::kInsertInto;
      break;
    default:
      ThrowInvalidEnumValue(table.save_method());
  }
  decoded.name = context.parse_identifier(table.table_name());
  return decoded;
}

}  // namespace

plan::WriteOperation DecodeWriteOperation(const proto::WriteOperation& write, const DecodeContext& context) {
  plan::WriteOperation node;
  node.input = DecodeRelation(write.input(), context);
  node.mode = ModeOf(write.mode());
  node.options = DecodeOptions(write.options());
  node.sort_columns = DecodeStrings(write.sort_column_names());
  node.partitioning_columns = DecodeStrings(write.partitioning_columns());
  if (write.has_bucket_by()) {
    const auto& bucket_by = write.bucket_by();
    if (bucket_by.num_buckets() <= 0 || bucket_by.bucket_column_names().empty()) {
      ThrowInvalidPlan("ASSERTION_FAILURE", {{"message", "BucketBy must specify a bucket count > 0, received " +
                                                             std::to_string(bucket_by.num_buckets()) + " instead."}});
    }
    node.bucket_by =
        plan::WriteOperation::BucketBy{DecodeStrings(bucket_by.bucket_column_names()), bucket_by.num_buckets()};
  }
  node.clustering_columns = DecodeStrings(write.clustering_columns());
  if (write.has_source()) node.source = write.source();
  switch (write.save_type_case()) {
    case proto::WriteOperation::kPath:
      node.path = write.path();
      break;
    case proto::WriteOperation::kTable:
      node.table = DecodeTable(write.table(), context);
      break;
    case proto::WriteOperation::SAVE_TYPE_NOT_SET:
      break;
  }
  node.with_schema_evolution = write.with_schema_evolution();
  return node;
}

plan::WriteOperationV2 DecodeWriteOperationV2(const proto::WriteOperationV2& write, const DecodeContext& context) {
  plan::WriteOperationV2 node;
  node.input = DecodeRelation(write.input(), context);
  node.table = context.parse_identifier(write.table_name());
  if (write.has_provider()) node.provider = write.provider();
  node.mode = ModeOf(write.mode());
  node.partitioning = DecodeExpressions(write.partitioning_columns(), context);
  node.clustering_columns = DecodeStrings(write.clustering_columns());
  node.options = DecodeOptions(write.options());
  node.table_properties = DecodeOptions(write.table_properties());
  if (write.has_overwrite_condition()) {
    node.overwrite_condition = DecodeExpression(write.overwrite_condition(), context);
  }
  node.with_schema_evolution = write.with_schema_evolution();
  return node;
}

plan::CatalogCommand DecodeMergeIntoTable(const proto::MergeIntoTableCommand& merge, const DecodeContext& context) {
  if (merge.match_actions().empty() && merge.not_matched_actions().empty() &&
      merge.not_matched_by_source_actions().empty()) {
    throw QueryError("NO_MERGE_ACTION_SPECIFIED", {}, nullptr, ErrorClass::kRuntime);
  }
  plan::RowChange change;
  change.kind = plan::RowChange::Kind::kMerge;
  change.name = context.parse_identifier(merge.target_table_name());
  return {std::move(change)};
}

}  // namespace firesteel::connect
