#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/cancel_token.h"
#include "functions/kernel.h"
#include "sources/file_scan.h"
#include "storage/output_file.h"
#include "types/data_type.h"

/// The embedded engine (DuckDB). Nothing outside src/engine sees a DuckDB type.
namespace firesteel::engine {

struct EngineOptions {
  int64_t memory_limit_bytes = 0;  ///< for all queries together; 0: the engine's own default
  std::string temp_directory;      ///< spill files; empty: no spilling
  int32_t threads = 0;             ///< 0: cores
};

/// Client data to be visible to a query as a table.
struct InputTable {
  std::string table_name;
  SharedBytes arrow_ipc;
  std::vector<DataType> types;
  /// A second stream whose columns follow those of the first, row by row; null if none.
  SharedBytes more_columns = {};
};

/// Files of a text format to be visible to a query as fs_scan(i): columns v0, v1, ….
struct ScanTable {
  struct Column {
    bool is_partition = false;  ///< a text, from partition_values
    size_t index = 0;           ///< into the scan's schema, or of the partition column
  };
  sources::FileScan scan;
  std::vector<Column> columns;
  std::vector<std::vector<std::optional<std::string>>> partition_values;  ///< per file
};

/// What one operator of a query that ended has done.
struct OperatorProfile {
  std::string name;     ///< the engine's
  int64_t parent = -1;  ///< index of the operator that reads it; -1: none does
  int64_t rows = 0;     ///< given to the parent
  double seconds = 0;   ///< spent in it, of all threads together
};

struct QuerySpec {
  std::string sql;
  Schema schema;  ///< Spark's types of the result columns, position by position
  std::vector<std::shared_ptr<const functions::KernelCall>> kernels;
  std::vector<InputTable> tables;
  std::vector<std::shared_ptr<const ScanTable>> scans;
  std::vector<std::string> files;  ///< what the query reads; for the texts of errors
  std::string time_zone;           ///< shown in the Arrow schema of timestamps
  /// A batch ends once its Arrow body is as large; what the engine gives at a time comes on top. The default keeps the
  /// messages of usual rows below 4 MiB, which is all that gRPC's libraries take by themselves (the Go client does).
  int64_t max_batch_bytes = (4 << 20) / 10 * 7;
  int64_t max_batch_rows = 1 << 20;  ///< 0: unlimited
  /// Called now and then while the query runs, on a thread of the engine's: how much is done, 0 to 1, where the engine
  /// can tell. Must not wait and must not throw. Not called any more once Run has returned.
  std::function<void(double)> on_progress;
  std::chrono::milliseconds progress_interval{2'000};
  /// Called once by Run when all rows have been computed, before the sink gets the last of them: the operators, parents
  /// before their children. Not called for a run that was stopped early. Without it nothing is counted.
  std::function<void(std::vector<OperatorProfile>)> on_profile;
  /// Columns from this one on go into ArrowBatch::beside, the others into its slices. Unset: none do.
  std::optional<size_t> beside_from;
  /// How many rows of `beside` there are for those of a group.
  enum class Beside : uint8_t { kEveryRow, kFirstOfGroup };
  Beside beside = Beside::kEveryRow;
  bool as_struct = false;  ///< the columns of the slices become the fields of one struct
  /// The last column is a 32-bit integer that goes into no batch: rows with the same number follow one another and are
  /// a group, and no batch holds rows of two.
  bool has_groups = false;
};

/// One Arrow IPC stream (schema, one record batch, end): slices of bytes kept alive by their owners.
struct ArrowBatch {
  int64_t rows = 0;
  std::vector<std::shared_ptr<const std::string>> slices;
  /// The columns beside, as a stream of its own: those of the same rows, or of the first rows of many groups, which
  /// come when there are enough of them. No slices: none with this batch.
  int64_t beside_rows = 0;
  std::vector<std::shared_ptr<const std::string>> beside = {};
  int32_t group = 0;  ///< of all its rows, with QuerySpec::has_groups
};

/// The texts that name a row's folder, one a partition column; none: null.
using FolderValues = std::vector<std::optional<std::string>>;

/// Rows of a query as files of data. The query's columns are `folder_columns` texts, by which its rows are ordered,
/// then the columns of the files: for Parquet with the names and types that the file shall have, for lines one text.
struct FileWrite {
  enum class Format : uint8_t { kNothing, kParquet, kLines };  ///< kNothing: the query runs, and that is all
  QuerySpec query;
  Format format = Format::kParquet;
  size_t folder_columns = 0;
  int64_t max_rows_per_file = 0;  ///< 0: unlimited
  int32_t file_count = 1;         ///< rows are dealt out to so many files; counts without folders only
  /// Where to make the next file: the folder's values, the number of the file among `file_count`, and how many files of
  /// that folder and number there are already. Called on the writing thread.
  std::function<std::string(const FolderValues& folder, int32_t part, int32_t counter)> new_file;

  std::string parquet_codec = "snappy";                         ///< as the engine names it
  std::vector<std::pair<std::string, std::string>> key_values;  ///< metadata of a Parquet file

  std::string line_end = "\n";
  bool skip_null_lines = false;       ///< else a null is an empty line
  std::optional<std::string> header;  ///< first line of every file
  storage::Codec line_codec = storage::Codec::kNone;
};

struct FileWriteResult {
  int64_t rows = 0;
  int64_t files = 0;
};

/// Rows that the engine keeps as a table, until the last reference goes.
class StoredTable {
 public:
  StoredTable(std::string table, std::vector<std::string> column_names)
      : table_(std::move(table)), column_names_(std::move(column_names)) {}
  virtual ~StoredTable() = default;
  StoredTable(const StoredTable&) = delete;
  StoredTable& operator=(const StoredTable&) = delete;

  const std::string& table() const { return table_; }  ///< as engine SQL names it
  const std::vector<std::string>& column_names() const { return column_names_; }

 private:
  const std::string table_;
  const std::vector<std::string> column_names_;
};

/// Rows of a query as Parquet files of a table. Columns are written under `names`, which differ in more than case, with
/// Parquet field ids: column i has field_ids[i], what is nested in it the numbers after that, depth first. Without
/// field ids the partition columns stand in the names of folders only, as Hive and Spark lay files out.
struct ParquetWrite {
  QuerySpec query;
  std::vector<std::string> names;
  std::vector<int32_t> field_ids;
  std::vector<size_t> partition_columns;  ///< indices of columns: one file (at least) for each of their values
  std::string folder;                     ///< absolute; made when it is not there
  std::string compression = "snappy";     ///< as the engine names it
};

/// A file that was written, under a name that no other file has or had.
struct WrittenFile {
  std::string path;
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t footer_bytes = 0;
  std::vector<std::optional<std::string>> partition_values;  ///< as texts of the folder's name; none: null
};

class Engine {
 public:
  static std::unique_ptr<Engine> Open(const EngineOptions& options);
  virtual ~Engine() = default;

  /// Runs a query to its end; `sink` gets each batch in order (at least one, which may have no rows) and may block.
  /// It returns false to stop early. Thread-safe. Throws QueryError; a set `cancel` gives OPERATION_CANCELED.
  virtual void Run(const QuerySpec& query, const CancelTokenPtr& cancel,
                   const std::function<bool(ArrowBatch)>& sink) = 0;

  /// Runs a query into a table of the engine's own. Thread-safe. Throws as Run does.
  virtual std::shared_ptr<const StoredTable> Store(const QuerySpec& query, const CancelTokenPtr& cancel) = 0;
  /// False when the table's rows were lost with an engine that a fatal error closed.
  virtual bool Holds(const StoredTable& table) const = 0;

  /// Schema of Parquet files as Spark reads them (types, Spark's own metadata, no nullability). Cached by path, size
  /// and modification time. Throws UNABLE_TO_INFER_SCHEMA, FAILED_READ_FILE.….
  virtual Schema ParquetSchema(const std::vector<std::string>& files) = 0;
  /// Whether a Parquet file can be read from its beginning to its end. Reads it, once for each of its versions.
  virtual bool CanRead(const std::string& parquet_file) = 0;
  /// Runs a query and writes its rows, in bounded memory. Files are complete when it returns, but perhaps not yet on
  /// disk; after an error some may be left behind. Throws as Run, and std::system_error for files that cannot be made.
  virtual FileWriteResult WriteFiles(const FileWrite& write, const CancelTokenPtr& cancel) = 0;
  /// Writes a query's rows; files are complete and on disk when it returns, and none has no rows. After an error none
  /// is left behind. Throws as Run, and std::system_error for files that cannot be made.
  virtual std::vector<WrittenFile> WriteParquet(const ParquetWrite& write, const CancelTokenPtr& cancel) = 0;
  /// The engine's plan of a query, as text.
  virtual std::string Explain(const QuerySpec& query) = 0;
};

}  // namespace firesteel::engine
