#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firesteel/arrow_c_data.h"
#include "firesteel/error.h"
#include "firesteel/generator.h"
#include "firesteel/row.h"
#include "firesteel/typed_rows.h"
#include "firesteel/types.h"

namespace firesteel::client {

/// Some consecutive rows of a result, column by column as Arrow lays them out: strings and binaries with 32-bit
/// offsets, timestamps and day-time intervals in microseconds, times in nanoseconds, decimals of 128 bits, no
/// dictionaries. A handle: copies share the data, which never changes. Thread-safe.
class RecordBatch {
 public:
  RecordBatch() = default;

  int64_t rows() const;
  const Schema& schema() const;
  /// The columns are the children; both are valid as long as the batch.
  const ArrowArray& array() const;
  const ArrowSchema& arrow_schema() const;
  /// Arrow structs of their own over the same memory, to be released by the receiver. Either may be null. Linear in the
  /// number of columns, not of rows.
  Result<void> export_to(ArrowArray* array, ArrowSchema* schema) const;

  /// `index` is below rows(). Costs as much as the row is large.
  Row row(int64_t index) const;
  std::vector<Row> to_rows() const;
  /// Appends the rows as T: see typed_rows.h. kInvalidArgument when the columns do not fit T.
  template <class T>
  Result<void> append_to(std::vector<T>& out) const {
    return internal::AppendTypedRows(array(), arrow_schema(), out);
  }

 private:
  friend class ResultStream;
  struct Data;
  std::shared_ptr<const Data> data_;
};

/// What the server's executions counted for one node of the physical plan.
struct PlanMetric {
  struct Entry {
    std::string name;
    int64_t value = 0;
    std::string type;  ///< "sum", "timing", "nsTiming", "size", "average"
  };
  std::string name;
  int64_t plan_id = 0;
  int64_t parent = 0;
  std::map<std::string, Entry> entries;
};

/// What DataFrame::observe counted.
struct ObservedMetrics {
  std::string name;
  int64_t plan_id = 0;
  std::vector<std::pair<std::string, Value>> values;
  std::optional<Error> error;  ///< why there are no values
};

/// How far an operation is.
struct Progress {
  struct Stage {
    int64_t id = 0;
    int64_t tasks = 0;
    int64_t completed_tasks = 0;
    int64_t bytes_read = 0;
    bool done = false;
  };
  std::string operation_id;
  std::vector<Stage> stages;
  int64_t running_tasks = 0;
  bool done = false;  ///< the operation ended; comes once
};

/// The result of one action while it arrives: at any time the client holds a few batches at most, however many rows
/// there are. To be read once and by one thread; cancel() may come from any.
///
///     Result<ResultStream> stream = df.stream();
///     while (true) {
///       Result<std::optional<RecordBatch>> batch = stream->next();
///       if (!batch) return batch.error();
///       if (!*batch) break;  // the end
///       use(**batch);
///     }
///
/// A stream that is destroyed before its end ends the operation on the server.
class ResultStream {
 public:
  class Source;  // internal
  explicit ResultStream(std::unique_ptr<Source> source);
  ResultStream(ResultStream&&) noexcept;
  ResultStream& operator=(ResultStream&&) noexcept;
  ~ResultStream();

  /// The next batch; nothing at the end, and after the end. Waits for the server. Errors end the stream.
  Result<std::optional<RecordBatch>> next();
  /// Waits until the server has told the schema.
  Result<Schema> schema();
  /// Ends the operation: the next() that waits, or the next one, fails with kCanceled. Thread-safe.
  void cancel();
  const std::string& operation_id() const;

  /// All rows that are left. Memory for all of them.
  Result<std::vector<Row>> rows();
  /// All rows that are left as T, a tuple or a struct without constructors: see typed_rows.h.
  template <class T>
  Result<std::vector<T>> rows_as() {
    // Batch by batch: while the server makes the next one, and in memory that the last one had.
    std::vector<T> out;
    while (true) {
      Result<std::optional<RecordBatch>> batch = next();
      if (!batch) return batch.error();
      if (!*batch) return out;
      Result<void> appended = (*batch)->append_to(out);
      if (!appended) return appended.error();
    }
  }
  /// Calls `use` with every batch that is left, until it gives false.
  Result<void> for_each(const std::function<bool(const RecordBatch&)>& use);
  /// The batches that are left, for a range-based loop; an error is the last element. The stream must outlive it.
  Generator<Result<RecordBatch>> batches();
  /// Moves what is left into an Arrow C stream, which the receiver releases. Its errors are texts.
  static void export_to(ResultStream stream, ArrowArrayStream* out);

  /// What came with the result; complete after the end.
  const std::vector<PlanMetric>& metrics() const;
  const std::vector<ObservedMetrics>& observed_metrics() const;

 private:
  std::unique_ptr<Source> source_;
};

/// All batches of a result: what to_arrow() gives. A value; copies share the batches. Thread-safe to read.
class ArrowTable {
 public:
  ArrowTable(Schema schema, std::vector<RecordBatch> batches)
      : schema_(std::move(schema)), batches_(std::move(batches)) {}

  const Schema& schema() const { return schema_; }
  const std::vector<RecordBatch>& batches() const { return batches_; }
  int64_t rows() const;
  /// A C stream over the batches, which the receiver releases.
  void export_to(ArrowArrayStream* out) const;

 private:
  Schema schema_;
  std::vector<RecordBatch> batches_;
};

}  // namespace firesteel::client
