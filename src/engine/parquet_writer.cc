#include "engine/parquet_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/uuid.h"
#include "duckdb/common/types/value.hpp"
#include "duckdb/main/materialized_query_result.hpp"
#include "engine/engine_error.h"
#include "engine/operation.h"
#include "engine/physical_type.h"
#include "engine/quote.h"

namespace firesteel::engine {
namespace {

namespace fs = std::filesystem;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;

/// The engine's type with the names that struct fields have in files.
LogicalType FileType(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return LogicalType::LIST(FileType(type.element_type()));
    case TypeKind::kMap:
      return LogicalType::MAP(FileType(type.key_type()), FileType(type.value_type()));
    case TypeKind::kVariant:
      return LogicalType::STRUCT({{"value", LogicalType::BLOB}, {"metadata", LogicalType::BLOB}});
    case TypeKind::kStruct: {
      if (type.fields().empty()) return PhysicalType(type);
      duckdb::child_list_t<LogicalType> children;
      for (const StructField& field : type.fields()) children.emplace_back(field.name, FileType(field.type));
      return LogicalType::STRUCT(std::move(children));
    }
    default:
      return PhysicalType(type);
  }
}

/// `name: 3` or `name: {__duckdb_field_id: 3, child: 4}`.
std::string FieldIds(const std::string& name, const LogicalType& type, int32_t& next) {
  const std::string id = std::to_string(next++);
  std::string children;
  switch (type.id()) {
    case LogicalTypeId::STRUCT:
      for (const auto& [child, child_type] : duckdb::StructType::GetChildTypes(type)) {
        children += ", " + FieldIds(child, child_type, next);
      }
      break;
    case LogicalTypeId::LIST:
      children += ", " + FieldIds("element", duckdb::ListType::GetChildType(type), next);
      break;
    case LogicalTypeId::MAP:
      children += ", " + FieldIds("key", duckdb::MapType::KeyType(type), next);
      children += ", " + FieldIds("value", duckdb::MapType::ValueType(type), next);
      break;
    default:
      return Quote(name, '"') + ": " + id;
  }
  return Quote(name, '"') + ": {__duckdb_field_id: " + id + children + "}";
}

/// `name`: how the names of all files of this write begin.
std::string CopyStatement(const ParquetWrite& write, const std::string& name) {
  std::string selected;
  std::string given;
  std::string ids;
  for (size_t i = 0; i < write.names.size(); ++i) {
    const std::string column = "c" + std::to_string(i);
    const DataType& type = write.query.schema[i].type;
    const LogicalType file_type = FileType(type);
    const std::string separator = i == 0 ? "" : ", ";
    given += separator + column;
    selected += separator;
    selected += type.IsNested() || type.Is(TypeKind::kVariant)
                    ? "fs_as(" + column + "::" + PhysicalType(type).ToString() + ", NULL::" + file_type.ToString() + ")"
                    : column + "::" + file_type.ToString();
    selected += " AS " + Quote(write.names[i], '"');
    if (write.field_ids.empty()) continue;
    int32_t next = write.field_ids[i];
    ids += separator + FieldIds(write.names[i], file_type, next);
  }
  std::string sql = "COPY (SELECT " + selected + " FROM (" + write.query.sql + ") AS q(" + given + ")) TO ";
  if (write.partition_columns.empty()) {
    sql += Quote(write.folder + "/" + name + ".parquet", '\'') + " (FORMAT parquet";
  } else {
    std::string columns;
    for (size_t index : write.partition_columns) {
      columns += (columns.empty() ? "" : ", ") + Quote(write.names[index], '"');
    }
    sql += Quote(write.folder, '\'') + " (FORMAT parquet, PARTITION_BY (" + columns +
           "), OVERWRITE_OR_IGNORE true, FILENAME_PATTERN " + Quote(name + "_{i}", '\'') +
           ", WRITE_PARTITION_COLUMNS " + (write.field_ids.empty() ? "false" : "true");
  }
  if (!ids.empty()) sql += ", FIELD_IDS {" + ids + "}";
  return sql + ", COMPRESSION " + write.compression + ", RETURN_STATS true)";
}

void Flush(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool flushed = file >= 0 && fsync(file) == 0;
  const int error = errno;
  if (file >= 0) close(file);
  if (!flushed) throw std::system_error(error, std::generic_category(), "syncing " + path);
}

/// Rows of RETURN_STATS: filename, count, file_size_bytes, footer_size_bytes, column_statistics, partition_keys.
std::vector<WrittenFile> ReadStatistics(duckdb::QueryResult& result, const ParquetWrite& write) {
  std::vector<WrittenFile> files;
  while (auto chunk = result.Fetch()) {
    for (duckdb::idx_t row = 0; row < chunk->size(); ++row) {
      WrittenFile file;
      file.path = chunk->GetValue(0, row).ToString();
      file.rows = chunk->GetValue(1, row).GetValue<int64_t>();
      file.bytes = chunk->GetValue(2, row).GetValue<int64_t>();
      file.footer_bytes = chunk->GetValue(3, row).GetValue<int64_t>();
      if (file.rows == 0) {
        std::error_code ignored;
        fs::remove(file.path, ignored);
        continue;
      }
      if (!write.partition_columns.empty()) {
        std::map<std::string, std::optional<std::string>> keys;
        const duckdb::Value entries = chunk->GetValue(5, row);  // the children live in it
        for (const duckdb::Value& entry : duckdb::MapValue::GetChildren(entries)) {
          const auto& pair = duckdb::StructValue::GetChildren(entry);
          keys[pair[0].ToString()] = pair[1].IsNull() ? std::nullopt : std::optional<std::string>(pair[1].ToString());
        }
        for (size_t index : write.partition_columns) file.partition_values.push_back(keys[write.names[index]]);
      }
      Flush(file.path);
      Flush(fs::path(file.path).parent_path().string());
      files.push_back(std::move(file));
    }
  }
  return files;
}

std::vector<WrittenFile> RunCopy(duckdb::Connection& connection, const QuerySpec& copy, const ParquetWrite& write,
                                 Operation& operation) {
  try {
    auto result = connection.Query(copy.sql);
    if (result->HasError()) FailWrite(result->GetErrorObject(), operation, copy);
    return ReadStatistics(*result, write);
  } catch (const duckdb::Exception& error) {
    FailWrite(duckdb::ErrorData(error), operation, copy);
  }
}

/// What a write that failed left behind would fill the disk for nothing.
void RemoveFiles(const std::string& folder, const std::string& name) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->path().filename().string().starts_with(name)) fs::remove(it->path(), ignored);
  }
}

}  // namespace

std::vector<WrittenFile> WriteParquetFiles(Instance& instance, CancelWatcher& watcher, const ParquetWrite& write,
                                           const CancelTokenPtr& cancel) {
  auto operation = duckdb::make_shared_ptr<Operation>(write.query, cancel);
  if (operation->cancelled()) throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql);
  fs::create_directories(write.folder);
  Instance::Lease connection = instance.Connect();
  OperationScope scope(*connection, operation);
  CancelWatcher::Watch watch(watcher, cancel, connection->context);
  QuerySpec named = write.query;
  const std::string name = "part-" + NewUuid();
  named.sql = CopyStatement(write, name);
  try {
    return RunCopy(*connection, named, write, *operation);
  } catch (...) {
    RemoveFiles(write.folder, name);
    throw;
  }
}

}  // namespace firesteel::engine
