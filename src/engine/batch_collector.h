#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "arrow/record_batch_writer.h"
#include "duckdb/common/types/data_chunk.hpp"
#include "engine/engine.h"

namespace firesteel::engine {

/// Collects rows into batches of the wanted size, each of one group. Used by one thread.
class BatchCollector {
 public:
  /// Both must outlive it.
  BatchCollector(const QuerySpec& query, const std::function<bool(ArrowBatch)>& sink);

  /// False when the sink wants no more.
  bool Add(duckdb::DataChunk& chunk);
  /// Gives what is left, and a batch without rows when there was none.
  void Finish();

 private:
  /// Rows of one group, which it begins when it is another than that of the rows before.
  bool AddOfGroup(duckdb::DataChunk& chunk, size_t begin, size_t count, int32_t group);
  bool Append(duckdb::DataChunk& chunk, size_t begin, size_t count);
  bool Flush();
  bool IsBesideFull() const;

  const QuerySpec& query_;
  const std::function<bool(ArrowBatch)>& sink_;
  Schema schema_;         // of the columns in the batches
  Schema beside_schema_;  // of those beside
  arrow::RecordBatchWriter writer_;
  std::optional<arrow::RecordBatchWriter> beside_;
  int64_t rows_ = 0;
  int64_t beside_rows_ = 0;
  std::optional<int32_t> group_;
  bool has_sent_ = false;
  bool is_last_ = false;
};

}  // namespace firesteel::engine
