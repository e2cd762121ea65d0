#include "engine/file_write.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "duckdb/main/materialized_query_result.hpp"
#include "duckdb/main/pending_query_result.hpp"
#include "duckdb/main/query_result.hpp"
#include "engine/engine_error.h"
#include "engine/operation.h"
#include "engine/quote.h"
#include "engine/row_file.h"

namespace firesteel::engine {
namespace {

[[noreturn]] void Fail(const duckdb::ErrorData& error, Operation& operation, const FileWrite& write) {
  if (write.format == FileWrite::Format::kNothing) FailQuery(error, operation, write.query);
  FailWrite(error, operation, write.query);
}

/// A connection that only writes: it has a transaction for as long as it is held, which the lease rolls back.
class WriterConnection {
 public:
  explicit WriterConnection(Instance& instance) : lease_(instance.Connect()) { lease_->BeginTransaction(); }
  duckdb::Connection& operator*() { return *lease_; }

 private:
  Instance::Lease lease_;
};

/// Puts the rows of a result into their files: a new file for each folder (rows come ordered by it) and for each
/// `max_rows_per_file` rows, or, without folders, row by row into `file_count` files.
class RowSorter {
 public:
  RowSorter(const FileWrite& write, RowFileFactory& files, duckdb::vector<duckdb::LogicalType> types)
      : write_(write), files_(files), types_(std::move(types)) {
    open_.resize(static_cast<size_t>(std::max(1, write.file_count)));
  }

  void Add(duckdb::DataChunk& chunk) {
    result_.rows += static_cast<int64_t>(chunk.size());
    if (open_.size() > 1) return DealOut(chunk);
    for (duckdb::idx_t i = 0; i < write_.folder_columns; ++i) chunk.data[i].Flatten(chunk.size());
    for (duckdb::idx_t begin = 0; begin < chunk.size();) {
      if (write_.folder_columns > 0) EnterFolder(chunk, begin);
      duckdb::idx_t end = begin + 1;
      while (end < chunk.size() && SameFolder(chunk, begin, end)) ++end;
      Append(open_[0], chunk, begin, end);
      begin = end;
    }
  }

  FileWriteResult Finish() {
    // A write without rows leaves one file that tells the columns, but no folders.
    if (result_.rows == 0 && write_.folder_columns == 0) Open(open_[0]);
    for (OpenFile& open : open_) Close(open);
    return result_;
  }

 private:
  struct OpenFile {
    std::unique_ptr<RowFile> file;
    int64_t rows = 0;
    int32_t counter = 0;  // of files in this folder so far
  };

  void Open(OpenFile& open) {
    const auto part = static_cast<int32_t>(&open - open_.data());
    open.file = files_.Create(write_.new_file(folder_.value_or(FolderValues()), part, open.counter++));
    open.rows = 0;
    ++result_.files;
  }

  static void Close(OpenFile& open) {
    if (open.file) open.file->Finish();
    open.file.reset();
  }

  bool SameFolder(duckdb::DataChunk& chunk, duckdb::idx_t a, duckdb::idx_t b) const {
    for (size_t i = 0; i < write_.folder_columns; ++i) {
      const duckdb::Vector& values = chunk.data[i];
      const bool is_null = duckdb::FlatVector::IsNull(values, a);
      if (is_null != duckdb::FlatVector::IsNull(values, b)) return false;
      const auto* texts = duckdb::FlatVector::GetData<duckdb::string_t>(values);
      if (!is_null && texts[a] != texts[b]) return false;
    }
    return true;
  }

  void EnterFolder(duckdb::DataChunk& chunk, duckdb::idx_t row) {
    FolderValues values;
    for (size_t i = 0; i < write_.folder_columns; ++i) {
      if (duckdb::FlatVector::IsNull(chunk.data[i], row)) {
        values.emplace_back();
      } else {
        values.emplace_back(duckdb::FlatVector::GetData<duckdb::string_t>(chunk.data[i])[row].GetString());
      }
    }
    if (folder_ && *folder_ == values) return;
    Close(open_[0]);
    open_[0].counter = 0;
    folder_ = std::move(values);
  }

  void Append(OpenFile& open, duckdb::DataChunk& chunk, duckdb::idx_t begin, duckdb::idx_t end) {
    while (begin < end) {
      if (open.file && write_.max_rows_per_file > 0 && open.rows >= write_.max_rows_per_file) Close(open);
      if (!open.file) Open(open);
      duckdb::idx_t count = end - begin;
      if (write_.max_rows_per_file > 0) {
        count = std::min(count, static_cast<duckdb::idx_t>(write_.max_rows_per_file - open.rows));
      }
      duckdb::DataChunk rows;
      rows.InitializeEmpty(types_);
      for (size_t i = 0; i < types_.size(); ++i) {
        rows.data[i].Slice(chunk.data[write_.folder_columns + i], begin, begin + count);
      }
      rows.SetCardinality(count);
      open.file->Write(rows);
      open.rows += static_cast<int64_t>(count);
      begin += count;
    }
  }

  void DealOut(duckdb::DataChunk& chunk) {
    const size_t count = open_.size();
    for (size_t part = 0; part < count; ++part) {
      duckdb::SelectionVector selection(chunk.size());
      duckdb::idx_t selected = 0;
      for (size_t row = (part + count - next_part_) % count; row < chunk.size(); row += count) {
        selection.set_index(selected++, row);
      }
      if (selected == 0) continue;
      duckdb::DataChunk rows;
      rows.InitializeEmpty(types_);
      rows.Slice(chunk, selection, selected);
      Append(open_[part], rows, 0, selected);
    }
    next_part_ = (next_part_ + chunk.size()) % count;
  }

  const FileWrite& write_;
  RowFileFactory& files_;
  const duckdb::vector<duckdb::LogicalType> types_;
  std::vector<OpenFile> open_;
  std::optional<FolderValues> folder_;
  size_t next_part_ = 0;
  FileWriteResult result_;
};

/// One Parquet file by COPY, which compresses on all threads.
FileWriteResult CopyToFile(duckdb::Connection& connection, const FileWrite& write, Operation& operation) {
  std::string metadata;
  for (const auto& [key, value] : write.key_values) {
    metadata += (metadata.empty() ? "" : ", ") + Quote(key, '\'') + ": " + Quote(value, '\'');
  }
  std::string sql = "COPY (" + write.query.sql + ") TO " + Quote(write.new_file({}, 0, 0), '\'') +
                    " (FORMAT parquet, COMPRESSION " + Quote(write.parquet_codec, '\'');
  if (!metadata.empty()) sql += ", KV_METADATA {" + metadata + "}";
  auto result = connection.Query(sql + ")");
  if (result->HasError()) Fail(result->GetErrorObject(), operation, write);
  return {result->GetValue(0, 0).GetValue<int64_t>(), 1};
}

FileWriteResult Stream(Instance& instance, duckdb::Connection& connection, const FileWrite& write,
                       Operation& operation) {
  auto pending = connection.PendingQuery(write.query.sql, duckdb::QueryParameters(/*allow_streaming=*/true));
  if (pending->HasError()) Fail(pending->GetErrorObject(), operation, write);
  auto result = pending->Execute();
  if (result->HasError()) Fail(result->GetErrorObject(), operation, write);

  const auto first = static_cast<std::ptrdiff_t>(write.folder_columns);
  const duckdb::vector<std::string> names(result->names.begin() + first, result->names.end());
  const duckdb::vector<duckdb::LogicalType> types(result->types.begin() + first, result->types.end());
  std::optional<WriterConnection> writer;
  std::unique_ptr<RowFileFactory> files;
  std::optional<RowSorter> sorter;
  if (write.format == FileWrite::Format::kParquet) {
    writer.emplace(instance);
    files = ParquetFiles(**writer, write, names, types);
  } else if (write.format == FileWrite::Format::kLines) {
    files = LineFiles(write);
  }
  if (files) sorter.emplace(write, *files, types);
  FileWriteResult counts;
  while (true) {
    auto chunk = result->Fetch();
    if (!chunk || chunk->size() == 0) break;
    if (operation.cancelled()) throw duckdb::InterruptException();
    if (sorter) {
      sorter->Add(*chunk);
    } else {
      counts.rows += static_cast<int64_t>(chunk->size());
    }
  }
  if (result->HasError()) Fail(result->GetErrorObject(), operation, write);
  if (operation.cancelled()) throw duckdb::InterruptException();
  return sorter ? sorter->Finish() : counts;
}

}  // namespace

FileWriteResult WriteQueryFiles(Instance& instance, CancelWatcher& watcher, const FileWrite& write,
                                const CancelTokenPtr& cancel) {
  auto operation = duckdb::make_shared_ptr<Operation>(write.query, cancel);
  if (operation->cancelled()) throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql);
  Instance::Lease connection = instance.Connect();
  OperationScope scope(*connection, operation);
  CancelWatcher::Watch watch(watcher, cancel, connection->context);
  const bool is_one_parquet_file = write.format == FileWrite::Format::kParquet && write.folder_columns == 0 &&
                                   write.max_rows_per_file == 0 && write.file_count <= 1;
  try {
    return is_one_parquet_file ? CopyToFile(*connection, write, *operation)
                               : Stream(instance, *connection, write, *operation);
  } catch (const QueryError&) {
    throw;
  } catch (const InternalError&) {
    throw;
  } catch (const std::system_error&) {
    throw;
  } catch (const duckdb::Exception& error) {
    Fail(duckdb::ErrorData(error), *operation, write);
  }
}

}  // namespace firesteel::engine
