#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/record_batch_writer.h"
#include "base/bytes.h"
#include "client/session/session_state.h"
#include "firesteel/types.h"

namespace firesteel::client {

/// When data is sent as artifacts instead of inside the plan, and in what portions: the session's configuration.
struct LocalRelationLimits {
  int64_t cache_threshold = 1 << 20;      ///< bytes
  int64_t size_limit = int64_t{3} << 30;  ///< bytes of one DataFrame
  int64_t chunk_rows = 10'000;
  int64_t chunk_bytes = int64_t{16} << 20;
  int64_t upload_bytes = int64_t{512} << 20;  ///< of the chunks that wait for one upload
};

/// Collects the rows of a DataFrame of this program as Arrow messages; sends them when they are many, so that memory
/// stays bounded. Not thread-safe.
class LocalTable {
 public:
  LocalTable(SessionState& state, const Schema& schema);

  /// Fill these by the same number of rows, then call AddRows.
  std::vector<arrow::ColumnBuilder>& columns() { return writer_.columns(); }
  Result<void> AddRows(int64_t rows);

  /// The relation; `with_schema`: the server casts the data to the schema.
  Result<std::function<void(proto::Relation*)>> Finish(bool with_schema);

 private:
  Result<void> FinishChunk();
  Result<void> UploadChunks();
  Result<void> ReadLimits();

  SessionState& state_;
  const Schema schema_;
  arrow::RecordBatchWriter writer_;
  std::optional<LocalRelationLimits> limits_;  // read when the data is large enough to care
  int64_t rows_ = 0;                           // in the writer
  bool cached_ = false;                        // the data goes as artifacts
  int64_t total_bytes_ = 0;
  int64_t waiting_bytes_ = 0;
  std::vector<SharedBytes> waiting_;
  std::vector<std::string> hashes_;
};

}  // namespace firesteel::client
