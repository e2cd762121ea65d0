#pragma once

#include <memory>
#include <string>

#include "arrow/c_data.h"
#include "base/bytes.h"
#include "types/data_type.h"

namespace firesteel::arrow {

/// Reads an Arrow IPC stream that a client sent: bytes that nobody may trust. Everything is checked (offsets, lengths,
/// UTF-8, dictionary indices, nesting) before a batch is given out: bad bytes throw QueryError, never crash.
/// Bodies compressed with LZ4 or ZSTD are decompressed. Every batch has the layout that ColumnBuilder describes for the
/// types of schema(), whatever the client sent: no dictionaries, 32-bit offsets, timestamps and day-time intervals in
/// microseconds, times in nanoseconds, decimals of 128 bits, offset 0. Columns that lie so already share the stream's
/// bytes, others are copied. Not thread-safe.
class IpcReader {
 public:
  /// Reads the schema. `ipc` stays alive as long as the reader or any of its batches does.
  static std::unique_ptr<IpcReader> Open(SharedBytes ipc);
  virtual ~IpcReader() = default;

  /// Spark's types of the columns (see SchemaFromArrow).
  virtual const Schema& schema() const = 0;
  /// The columns as they lie in the batches; a struct. Valid as long as the reader.
  virtual const ArrowSchema& arrow_schema() const = 0;
  /// The next batch, a struct array of the columns; an empty one at the end.
  virtual Owned<ArrowArray> Next() = 0;
  /// Back to the first batch.
  virtual void Rewind() = 0;
};

/// Exports the batches as a C stream; errors become its error code and text. The schema's struct fields, at every
/// depth, keep their names.
Owned<ArrowArrayStream> ExportStream(std::unique_ptr<IpcReader> reader);

/// Rows of the whole stream, by the batches' headers only (not validated further).
int64_t CountRows(const SharedBytes& ipc);

}  // namespace firesteel::arrow
