#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plan/catalog_command.h"
#include "plan/relation.h"

namespace firesteel::plan {

/// A SQL statement that is a query.
struct Query {
  RelationPtr relation;
};

/// spark.sql(text, args) sent as a command: parsed and run at once; a query comes back as a relation.
struct SqlCommand {
  SqlQuery query;
};

/// createOrReplaceTempView, createGlobalTempView, and CREATE [OR REPLACE] [GLOBAL] TEMPORARY VIEW … AS query.
struct CreateView {
  std::vector<std::string> name;
  RelationPtr query;
  std::vector<std::pair<std::string, std::string>> column_aliases_and_comments;
  std::string comment;
  Options properties;
  bool is_temporary = true;
  bool is_global = false;
  bool replace = false;
  bool if_not_exists = false;
  std::string sql_text;     ///< text of the query, for persistent views
  std::string schema_mode;  ///< WITH SCHEMA …: BINDING, COMPENSATION, TYPE EVOLUTION, EVOLUTION; empty: none
};

/// CREATE TEMPORARY VIEW v USING format OPTIONS (…).
struct CreateViewUsing {
  std::vector<std::string> name;
  DataSource source;
  bool is_global = false;
  bool replace = false;
};

struct DropView {
  std::vector<std::string> name;
  bool if_exists = false;
};

/// SET; SET key; SET key = value; SET TIME ZONE …
struct SetConfig {
  std::optional<std::string> key;
  std::optional<std::string> value;
  bool verbose = false;  ///< SET -v
};
struct ResetConfig {
  std::optional<std::string> key;
};

struct ExplainQuery {
  std::string mode;  ///< "", extended, codegen, cost, formatted
  RelationPtr query;
};

/// SHOW FUNCTIONS, DESCRIBE FUNCTION, DESCRIBE QUERY, SHOW TABLES/VIEWS/COLUMNS …: by statement name and arguments.
struct ShowStatement {
  std::string statement;
  std::vector<std::pair<std::string, std::string>> arguments;
  RelationPtr query;
  OriginPtr name_origin = {};  ///< of the table's name, if one is named
};

/// DataFrameWriter: df.write.….save(path), .saveAsTable(name), .insertInto(name). What was not said stays unset, for
/// Spark's checks tell it from its default.
struct WriteOperation {
  enum class Mode : uint8_t { kUnspecified, kAppend, kOverwrite, kErrorIfExists, kIgnore };
  struct Table {
    enum class Method : uint8_t { kSaveAsTable, kInsertInto };
    std::vector<std::string> name;
    Method method = Method::kSaveAsTable;
  };
  struct BucketBy {
    std::vector<std::string> columns;
    int32_t count = 0;  ///< at least 1
  };
  RelationPtr input;
  std::optional<std::string> source;  ///< format; nothing: spark.sql.sources.default
  Mode mode = Mode::kUnspecified;     ///< kUnspecified means kErrorIfExists
  std::optional<std::string> path;    ///< save(path); neither path nor table: save()
  std::optional<Table> table;
  std::vector<std::string> sort_columns;
  std::vector<std::string> partitioning_columns;
  std::optional<BucketBy> bucket_by;
  std::vector<std::string> clustering_columns;
  Options options;
  bool with_schema_evolution = false;
};

/// DataFrameWriterV2: df.writeTo(name).….create(), .append(), …
struct WriteOperationV2 {
  enum class Mode : uint8_t { kCreate, kReplace, kCreateOrReplace, kAppend, kOverwrite, kOverwritePartitions };
  RelationPtr input;
  std::vector<std::string> table;
  std::optional<std::string> provider;
  Mode mode = Mode::kCreate;
  std::vector<ExpressionPtr> partitioning;  ///< columns and transforms (years(c), bucket(8, c), …)
  std::vector<std::string> clustering_columns;
  Options options;
  Options table_properties;
  ExpressionPtr overwrite_condition;  ///< kOverwrite; null when the client sent none
  bool with_schema_evolution = false;
};

/// A session variable as a statement names it.
struct VariableName {
  std::vector<std::string> parts;
  OriginPtr origin;
};

/// DECLARE [OR REPLACE] [VARIABLE] names [type] [DEFAULT value].
struct DeclareVariables {
  std::vector<VariableName> names;
  std::optional<DataType> type;  ///< nothing: the default's
  ExpressionPtr default_value;   ///< null: NULL
  bool replace = false;
};

/// SET VARIABLE a = value, b = DEFAULT; or SET VARIABLE (a, b) = (query).
struct SetVariables {
  std::vector<VariableName> names;
  std::vector<ExpressionPtr> values;  ///< one a name, null for DEFAULT; empty: `query`
  RelationPtr query;
};

struct DropVariable {
  VariableName name;
  bool if_exists = false;
};

/// EXECUTE IMMEDIATE text [INTO variables] [USING arguments].
struct ExecuteImmediate {
  ExpressionPtr text;
  std::vector<VariableName> into;
  std::vector<ExpressionPtr> arguments;
  std::vector<std::string> argument_names;  ///< one an argument, empty for those without AS
};

/// DataFrame.checkpoint, localCheckpoint: the rows are computed once and kept under a name that the client gets.
struct Checkpoint {
  RelationPtr input;
  bool local = false;  ///< without a folder of checkpoints
  bool eager = true;   ///< now, not when they are first read
};
/// The client needs a checkpoint no more.
struct ForgetCheckpoint {
  std::string relation_id;
};

/// spark.udf.register, spark.udtf.register, spark.dataSource.register: Python code under a name of the session's.
struct RegisterPython {
  enum class Kind : uint8_t { kFunction, kTableFunction, kDataSource };
  Kind kind = Kind::kFunction;
  PythonCodePtr code;
};

/// merge, streaming, …: known, not built yet.
struct UnsupportedCommand {
  std::string what;
};

struct Command {
  using Node =
      std::variant<Query, SqlCommand, CreateView, CreateViewUsing, DropView, SetConfig, ResetConfig, ExplainQuery,
                   ShowStatement, CatalogCommand, WriteOperation, WriteOperationV2, DeclareVariables, SetVariables,
                   DropVariable, ExecuteImmediate, Checkpoint, ForgetCheckpoint, RegisterPython, UnsupportedCommand>;
  Node node;
  OriginPtr origin;

  template <class T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
};

}  // namespace firesteel::plan
