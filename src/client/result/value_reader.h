#pragma once

#include <memory>
#include <vector>

#include "firesteel/typed_rows.h"
#include "firesteel/types.h"
#include "firesteel/value.h"

namespace firesteel::client {

/// Makes values of a column of one type, which lies as RecordBatch says. Thread-safe.
class ValueReader {
 public:
  explicit ValueReader(const DataType& type);

  /// The value of row `i`, null included.
  Value Read(const internal::ColumnView& column, int64_t i) const;

 private:
  Value ReadList(const internal::ColumnView& column, int64_t i) const;
  Value ReadMap(const internal::ColumnView& column, int64_t i) const;
  Value ReadStruct(const internal::ColumnView& column, int64_t i) const;

  TypeKind kind_;
  std::shared_ptr<const Schema> fields_;  // of a struct
  std::vector<ValueReader> children_;
};

}  // namespace firesteel::client
