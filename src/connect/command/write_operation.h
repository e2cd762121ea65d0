#pragma once

#include "connect/decode_context.h"
#include "plan/command.h"

namespace spark::connect {
class MergeIntoTableCommand;
class WriteOperation;
class WriteOperationV2;
}  // namespace spark::connect

namespace firesteel::connect {

/// DataFrameWriter and DataFrameWriterV2 as the protocol carries them. Throw QueryError for what Spark's planner
/// refuses.
plan::WriteOperation DecodeWriteOperation(const ::spark::connect::WriteOperation& write, const DecodeContext& context);
plan::WriteOperationV2 DecodeWriteOperationV2(const ::spark::connect::WriteOperationV2& write,
                                              const DecodeContext& context);
/// DataFrame.mergeInto: only the table matters, for none takes it. Throws NO_MERGE_ACTION_SPECIFIED.
plan::CatalogCommand DecodeMergeIntoTable(const ::spark::connect::MergeIntoTableCommand& merge,
                                          const DecodeContext& context);

}  // namespace firesteel::connect
