#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/column_builder.h"
#include "types/data_type.h"

namespace firesteel::arrow {

/// One complete Arrow IPC stream (schema message, one record batch, end-of-stream mark), as every
/// ExecutePlanResponse.arrow_batch.data holds. The slices are the column buffers themselves, in order.
struct EncodedBatch {
  int64_t rows = 0;
  std::vector<std::shared_ptr<const std::string>> slices;
};

/// Writes the batches of one result. Fill columns(), then Finish; the columns are empty again. Not thread-safe.
class RecordBatchWriter {
 public:
  /// Throws QueryError when a type has no Arrow form. User-defined types are written as what they are kept as.
  /// `as_struct`: the batches have one column, a struct without nulls
  /// whose fields are the columns.
  RecordBatchWriter(const Schema& schema, std::string_view time_zone, bool as_struct = false);

  std::vector<ColumnBuilder>& columns() { return columns_; }
  /// Bytes collected so far.
  int64_t ByteSize() const;
  /// Encodes the `rows` rows that every column holds. Throws InternalError when a column holds another number.
  EncodedBatch Finish(int64_t rows);
  /// Drops what the columns hold.
  void Clear();

 private:
  const bool as_struct_;
  std::vector<ColumnBuilder> columns_;
  std::shared_ptr<const std::string> schema_message_;  // encoded once for all batches
};

}  // namespace firesteel::arrow
