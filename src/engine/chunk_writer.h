#pragma once

#include <cstdint>

#include "arrow/record_batch_writer.h"
#include "duckdb/common/types/data_chunk.hpp"

namespace firesteel::engine {

/// Appends rows [begin, begin + count) of a chunk to the columns of a batch, converting from the engine's layout to
/// Arrow's. `schema` gives Spark's type of each column of the batch, the first of which is column `first` of the chunk.
/// Flat fixed-width columns are copied in bulk.
void AppendRows(duckdb::DataChunk& chunk, size_t begin, size_t count, const Schema& schema,
                std::vector<arrow::ColumnBuilder>& columns, size_t first = 0);

/// Bytes of text in the chunk's string columns (nested ones apart): what may overflow a batch's 32-bit offsets.
uint64_t TextBytes(duckdb::DataChunk& chunk);

}  // namespace firesteel::engine
