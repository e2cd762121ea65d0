// Arrow IPC that clients send: checked, then every value read as the engine reads a local relation
// (engine::FillVector).

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "arrow/ipc_reader.h"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "engine/arrow_to_vector.h"
#include "engine/physical_type.h"
#include "outcome.h"

namespace {

using firesteel::InternalError;
using firesteel::fuzz::Accepts;
namespace arrow = firesteel::arrow;
namespace engine = firesteel::engine;

/// Reads rows [begin, begin + count) of a column into an engine vector. Hashing looks at every byte of every value.
void ReadColumn(const ArrowSchema& schema, const engine::SharedBatch& batch, size_t column, int64_t begin,
                int64_t count, const firesteel::DataType& type) {
  const auto rows = static_cast<duckdb::idx_t>(count);
  duckdb::Vector vector(engine::PhysicalType(type));
  engine::FillVector(*schema.children[column], *(*batch)->children[column], (*batch)->offset + begin, count, type,
                     batch, vector);
  duckdb::Vector hashes(duckdb::LogicalType::HASH);
  duckdb::VectorOperations::Hash(vector, hashes, rows);
}

void ReadBatch(const arrow::IpcReader& reader, const engine::SharedBatch& batch) {
  const int64_t rows = (*batch)->length;
  for (int64_t begin = 0; begin < rows; begin += STANDARD_VECTOR_SIZE) {
    const int64_t count = std::min<int64_t>(rows - begin, STANDARD_VECTOR_SIZE);
    for (size_t column = 0; column < reader.schema().size(); ++column) {
      ReadColumn(reader.arrow_schema(), batch, column, begin, count, reader.schema()[column].type);
    }
  }
}

int64_t ReadAll(arrow::IpcReader& reader) {
  int64_t rows = 0;
  for (auto next = reader.Next(); !next.empty(); next = reader.Next()) {
    const auto batch = std::make_shared<const arrow::Owned<ArrowArray>>(std::move(next));
    ReadBatch(reader, batch);
    rows += (*batch)->length;
  }
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Not copied: a read behind the fuzzer's own bytes is found.
  const auto ipc = std::make_shared<const firesteel::Bytes>(
      nullptr, std::string_view(reinterpret_cast<const char*>(data), size), false);
  int64_t counted = -1;
  Accepts([&] { counted = arrow::CountRows(ipc); });
  Accepts([&] {
    const std::unique_ptr<arrow::IpcReader> reader = arrow::IpcReader::Open(ipc);
    const int64_t rows = ReadAll(*reader);
    if (rows != counted) throw InternalError("the batches do not have the rows that their headers tell");
    reader->Rewind();
    if (ReadAll(*reader) != rows) throw InternalError("another number of rows after a rewind");
  });
  return 0;
}
