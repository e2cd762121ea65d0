#pragma once

#include <memory>
#include <vector>

#include "arrow/c_data.h"
#include "arrow/ipc_reader.h"
#include "client/result/value_reader.h"
#include "firesteel/result.h"

namespace firesteel::client {

struct RecordBatch::Data {
  std::shared_ptr<arrow::IpcReader> reader;  // owns what array and arrow_schema point into
  arrow::Owned<ArrowArray> array;
  arrow::Owned<ArrowSchema> own_schema;  // without a reader
  const ArrowSchema* arrow_schema = nullptr;
  std::shared_ptr<const Schema> schema;
  std::vector<ValueReader> columns;
};

/// A copy of the schema that owns all its parts.
void CopySchema(const ArrowSchema& from, ArrowSchema* to);
/// An array over the same memory, which `keep` owns.
void ShareArray(const ArrowArray& from, const std::shared_ptr<const void>& keep, ArrowArray* to);

}  // namespace firesteel::client
