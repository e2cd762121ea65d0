#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "types/data_type.h"

/// What a catalog knows: databases, tables, persistent views. Plain values.
namespace firesteel::catalog {

using Properties = std::map<std::string, std::string>;

struct Database {
  std::string name;
  std::string comment;
  std::string location;  ///< absolute path
  std::string owner;
  Properties properties;
};

enum class TableKind : uint8_t { kManaged, kExternal, kView };
/// As DESCRIBE shows it: MANAGED, EXTERNAL, VIEW.
std::string_view KindName(TableKind kind);

/// The query of a persistent view and what its names meant when it was made.
struct ViewQuery {
  std::string text;
  std::vector<std::string> columns;                ///< names of the query's own columns
  std::vector<std::string> catalog_and_namespace;  ///< current ones when the view was made
  std::string schema_mode = "COMPENSATION";        ///< how the view follows its query: WITH SCHEMA …
  Properties settings;                             ///< configuration keys and values under which it was analyzed
};

struct Table {
  int64_t id = 0;  ///< never used again for another table of the catalog
  std::string database;
  std::string name;
  TableKind kind = TableKind::kManaged;
  std::string provider;  ///< lower case: parquet, csv, …; empty for views
  /// Every column, nullable as Spark shows it; comments and defaults stand in the metadata; char and varchar are
  /// strings with __CHAR_VARCHAR_TYPE_STRING.
  Schema schema;
  std::vector<int32_t> field_ids;  ///< managed tables: of each column in the data files; nested ones follow it
  int32_t next_field_id = 1;
  std::vector<std::string> partition_columns;
  /// ADD PARTITION: values of partitions that may have no rows.
  std::vector<std::vector<std::optional<std::string>>> empty_partitions;
  /// What CLUSTERED BY said. Rows do not lie in buckets: nothing but Spark's own planning asks for it.
  std::vector<std::string> bucket_columns;
  std::vector<std::string> bucket_sort_columns;
  int32_t bucket_count = 0;
  std::optional<std::string> comment;
  Properties properties;
  Properties options;
  std::string location;  ///< absolute path or URL; empty for views
  std::string owner;
  std::string created_by;
  int64_t created_micros = 0;
  std::optional<ViewQuery> view;
};

/// How many field ids a column of this type takes: its own and one for every nested field, element, key and value.
int32_t FieldCount(const DataType& type);

/// One immutable Parquet file of a managed table.
struct DataFile {
  std::string path;  ///< absolute
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t footer_bytes = 0;
  std::vector<std::optional<std::string>> partition_values;  ///< texts, in the order of the partition columns
};

/// A database as JSON text and back; the name stands outside.
std::string ToJson(const Database& database);
Database DatabaseFromJson(std::string_view json);
/// A table as JSON text and back; id, database and name stand outside.
std::string ToJson(const Table& table);
Table TableFromJson(std::string_view json);

}  // namespace firesteel::catalog
