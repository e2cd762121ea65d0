#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plan/relation.h"

/// Statements about tables, persistent views and databases. Names are as the user wrote them, of one part or more.
namespace firesteel::plan {

using Name = std::vector<std::string>;

/// One column of CREATE TABLE, ADD COLUMNS or REPLACE COLUMNS.
struct ColumnDefinition {
  StructField field;                        ///< comment in the metadata
  Name name;                                ///< ALTER TABLE: may be a nested column
  std::optional<std::string> default_text;  ///< of DEFAULT, as written
  ExpressionPtr default_value;
  bool is_generated = false;  ///< GENERATED ALWAYS AS (…)
  bool is_identity = false;   ///< GENERATED … AS IDENTITY
  bool is_first = false;      ///< FIRST
  std::string after;          ///< AFTER column
};

/// CLUSTERED BY (columns) SORTED BY (sort_columns) INTO count BUCKETS; no columns: none.
struct Buckets {
  std::vector<std::string> columns;
  std::vector<std::string> sort_columns;
  int32_t count = 0;
};

/// What may stand behind the columns of CREATE TABLE.
struct TableClauses {
  std::optional<std::string> provider;  ///< USING
  Options options;
  Options properties;
  std::vector<std::string> partition_columns;
  std::vector<StructField> partition_definitions;  ///< PARTITIONED BY (name type): columns that were not named before
  Buckets buckets;
  std::string transform;        ///< the first of those that Spark's own tables do not have
  bool has_transforms = false;  ///< PARTITIONED BY (years(c)), …
  std::optional<std::string> comment;
  std::optional<std::string> location;
};

struct CreateTable {
  Name name;
  std::vector<ColumnDefinition> columns;
  TableClauses clauses;
  RelationPtr query;  ///< AS query
  bool if_not_exists = false;
  bool or_replace = false;  ///< CREATE OR REPLACE, REPLACE
  bool is_external = false;
  bool has_constraint = false;  ///< PRIMARY KEY, CHECK, …
};

struct CreateTableLike {
  Name name;
  Name source;
  OriginPtr source_origin;
  TableClauses clauses;
  bool if_not_exists = false;
};

/// PARTITION (a = 1, b): a column with a value, or one whose values come with the rows.
using PartitionSpec = std::vector<std::pair<std::string, ExpressionPtr>>;

struct InsertInto {
  Name name;
  OriginPtr name_origin;
  RelationPtr query;
  PartitionSpec partition;
  std::vector<std::string> columns;  ///< INSERT INTO t (a, b)
  bool by_name = false;
  bool overwrite = false;
  bool if_not_exists = false;  ///< INSERT OVERWRITE … PARTITION (…) IF NOT EXISTS
};

struct DropTable {
  Name name;
  bool if_exists = false;
};

struct TruncateTable {
  Name name;
  OriginPtr name_origin;
  PartitionSpec partition;
};

/// DELETE, UPDATE, MERGE, INSERT … REPLACE WHERE: Spark's own tables take none of them.
struct RowChange {
  enum class Kind : uint8_t { kDelete, kUpdate, kMerge, kReplaceWhere };
  Kind kind = Kind::kDelete;
  Name name;
  OriginPtr name_origin;
};

struct RenameTo {
  Name name;
};
struct SetProperties {
  Options properties;
};
struct UnsetProperties {
  std::vector<std::string> keys;
  bool if_exists = false;
};
struct AddColumns {
  std::vector<ColumnDefinition> columns;
  bool plural = false;  ///< ADD COLUMNS, not ADD COLUMN
};
struct DropColumns {
  std::vector<Name> columns;
  bool if_exists = false;
};
struct RenameColumn {
  Name column;
  std::string name;
};
/// ALTER COLUMN: exactly one of the changes.
struct AlterColumn {
  Name column;
  std::optional<DataType> type;
  std::optional<bool> nullable;
  std::optional<std::string> comment;
  std::optional<std::string> default_text;
  ExpressionPtr default_value;
  bool drop_default = false;
  bool move = false;
};
struct ReplaceColumns {
  std::vector<ColumnDefinition> columns;
};
struct SetLocation {
  std::string location;
  bool of_partition = false;
};
struct ChangePartitions {
  enum class Kind : uint8_t { kAdd, kDrop, kRename, kRecover };
  Kind kind = Kind::kAdd;
  std::vector<PartitionSpec> partitions;
  bool if_exists = false;  ///< IF [NOT] EXISTS
};
struct SetViewQuery {
  RelationPtr query;
  std::string text;
};

struct AlterTable {
  Name name;
  OriginPtr name_origin;
  bool is_view = false;
  std::variant<RenameTo, SetProperties, UnsetProperties, AddColumns, DropColumns, RenameColumn, AlterColumn,
               ReplaceColumns, SetLocation, ChangePartitions, SetViewQuery>
      change;
};

struct CreateDatabase {
  Name name;
  bool if_not_exists = false;
  std::optional<std::string> comment;
  std::optional<std::string> location;
  Options properties;
};
struct DropDatabase {
  Name name;
  bool if_exists = false;
  bool cascade = false;
};
struct AlterDatabase {
  Name name;
  std::variant<SetProperties, UnsetProperties, SetLocation> change;
};
struct CommentOn {
  enum class Kind : uint8_t { kDatabase, kTable };
  Kind kind = Kind::kTable;
  Name name;
  OriginPtr name_origin;
  std::string comment;  ///< NULL: empty
};
struct AnalyzeTable {
  Name name;
  OriginPtr name_origin;
  std::vector<std::string> columns;  ///< FOR COLUMNS
};

struct CatalogCommand {
  std::variant<CreateTable, CreateTableLike, InsertInto, DropTable, TruncateTable, RowChange, AlterTable,
               CreateDatabase, DropDatabase, AlterDatabase, CommentOn, AnalyzeTable>
      node;
};

}  // namespace firesteel::plan
