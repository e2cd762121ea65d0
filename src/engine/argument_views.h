#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "duckdb/common/types/data_chunk.hpp"
#include "functions/kernel.h"

namespace firesteel::engine {

/// Kernel views of the columns of one chunk. Nothing is copied but narrow decimals, which become 128 bits wide.
/// Valid as long as the chunk and this object.
class ArgumentViews {
 public:
  /// `types[i]` is the Spark type of column i; `rows` is 1 when all columns are constant.
  ArgumentViews(duckdb::DataChunk& chunk, const std::vector<DataType>& types, size_t rows)
      : ArgumentViews(chunk.data.data(), types, rows) {}
  /// Of columns[0] … columns[types.size() - 1].
  ArgumentViews(duckdb::Vector* columns, const std::vector<DataType>& types, size_t rows);
  const std::vector<functions::VectorView>& views() const { return views_; }

 private:
  functions::VectorView View(duckdb::Vector& vector, const DataType& type, size_t rows);
  void Widen(functions::VectorView& view, duckdb::PhysicalType physical, size_t rows);

  std::deque<duckdb::UnifiedVectorFormat> formats_;
  std::deque<duckdb::Vector> flattened_;
  std::vector<std::unique_ptr<int128_t[]>> widened_;
  std::vector<functions::VectorView> views_;
};

}  // namespace firesteel::engine
