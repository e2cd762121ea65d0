#pragma once

#include <memory>
#include <vector>

#include "duckdb/common/types/vector.hpp"
#include "functions/kernel.h"

namespace firesteel::engine {

/// A kernel's result column over a flat vector of the engine. Decimals are written 128 bits wide and narrowed by
/// Finish.
class ResultAdapter : public functions::ResultVector {
 public:
  ResultAdapter(duckdb::Vector& vector, DataType type, size_t rows)
      : ResultAdapter(vector, type, rows, nullptr, false) {}

  ResultVector& Child(size_t i) override;
  void Reserve(size_t rows) override;
  void SetSize(size_t rows) override;
  /// Brings what was written into the engine's form; `rows` is the number of rows of this column.
  void Finish(size_t rows);

 protected:
  void MarkNull(size_t row) override { duckdb::FlatVector::SetNull(vector_, row, true); }
  void GrowRoom(size_t least) override;

 private:
  ResultAdapter(duckdb::Vector& vector, DataType type, size_t rows, ResultAdapter* parent, bool is_element);
  /// Takes the data pointers anew, after the vector (of `rows` rows) moved.
  void Attach(size_t rows);

  duckdb::Vector& vector_;
  const DataType type_;
  ResultAdapter* const parent_;  ///< the list, map or struct that this is a part of, or null
  const bool is_element_;        ///< of a list or map (else a field of a struct)
  size_t size_;                  ///< rows written, of an element column
  size_t capacity_ = 0;
  size_t next_room_;            ///< bytes to ask for when the room for texts is used up
  size_t unseen_bytes_ = 0;     ///< of rooms since memory was looked at
  std::vector<int128_t> wide_;  ///< decimals that the engine keeps narrower
  std::vector<std::unique_ptr<ResultAdapter>> children_;
};

}  // namespace firesteel::engine
