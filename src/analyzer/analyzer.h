#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bound/relation.h"
#include "bound/session_settings.h"
#include "plan/relation.h"

/// Unresolved plan → bound plan: names, types, coercion, Spark's errors. Pure but for the environment it is given.
namespace firesteel::analyzer {

class PythonPlanner;
struct TemporaryView;
/// Temporary views by lower-case name.
using ViewMap = std::map<std::string, std::shared_ptr<const TemporaryView>>;
using ViewMapPtr = std::shared_ptr<const ViewMap>;

/// A view keeps the settings of the moment when it was made. A view made from a DataFrame keeps the views that it read,
/// too; a view made by SQL text finds the views that it names anew at each use (Spark does the same).
struct TemporaryView {
  std::string name;
  plan::RelationPtr query;
  std::vector<std::string> column_aliases;  ///< empty: the query's names
  ViewMapPtr views;                         ///< the views that the query names, as they were then; null: look up anew
  ViewMapPtr read;                          ///< SQL views: what the query named when it was made (for cycle checks)
  bound::SessionSettings settings;
  std::string sql_text;
  /// Persistent views: names of the query's columns that are the view's, and the view's own. Both empty otherwise.
  std::vector<std::string> query_columns;
  Schema schema;
};

/// What a file source looks like, found by reading it.
struct FileSourceInfo {
  std::string format;  ///< short name: "parquet", "csv", "json", "text"
  std::vector<std::string> files;
  Schema schema;                          ///< data columns, then partition columns; all nullable as Spark makes them
  std::vector<std::string> column_names;  ///< of each schema column in the files; empty: not there, all null
  std::vector<int32_t> field_ids;         ///< managed tables: of each schema column (see bound::Scan)
  std::vector<std::string> partition_columns;
  std::vector<std::vector<std::optional<std::string>>> partition_values;
  plan::Options options;  ///< the user's, and what the configuration adds to them
  Schema file_schema;     ///< text formats: all data columns, in the files' order
  std::vector<int64_t> file_sizes;
  std::vector<int64_t> file_times;                         ///< last changed, in microseconds
  std::vector<std::optional<std::string>> missing_values;  ///< managed tables: of each schema column (see bound::Scan)
};

/// A table or persistent view of a catalog.
struct CatalogRelation {
  std::vector<std::string> name;              ///< catalog, database, table: what may stand before its columns
  std::shared_ptr<const TemporaryView> view;  ///< null: a table, whose data are `files` in `format`
  std::string format;
  FileSourceInfo files;
  plan::Options options;
};

/// The switch without which queries may not use the type TIME.
inline constexpr const char* kTimeTypeKey = "spark.sql.timeType.enabled";

/// How the analyzer learns about the world. Implemented by the session.
class Environment {
 public:
  virtual ~Environment() = default;
  /// Files, schema and partitions of paths in a format. Throws PATH_NOT_FOUND, UNABLE_TO_INFER_SCHEMA, …
  virtual FileSourceInfo ResolveFiles(const std::string& format, const std::vector<std::string>& paths,
                                      const plan::Options& options, const std::optional<Schema>& schema,
                                      const OriginPtr& origin) = 0;
  /// Names and types of an Arrow IPC stream that a client sent.
  virtual Schema ArrowSchema(const SharedBytes& arrow_ipc) = 0;
  /// Data that the client sent before (AddArtifacts `cache/<hash>`); the decoder checked that it is there.
  virtual SharedBytes CachedBlock(const std::string& hash) = 0;
  virtual plan::ExpressionPtr ParseExpression(const std::string& text) = 0;
  virtual plan::RelationPtr ParseQuery(const plan::SqlQuery& query) = 0;  ///< parameters bound
  virtual DataType ParseDataType(const std::string& text) = 0;
  virtual Schema ParseSchema(const std::string& text) = 0;  ///< DDL or JSON
  /// A session temporary view by name, or null. The environment remembers which were asked for: when a view is made,
  /// its snapshot (TemporaryView::views) holds just those, so that replaced views are freed. While a view's own query
  /// is analyzed, names are looked up in that snapshot instead.
  virtual std::shared_ptr<const TemporaryView> FindView(const std::string& name) = 0;
  /// A number of the session's configuration that only the analyzer asks for, under Spark's key.
  virtual int64_t NumberSetting(const std::string& key) = 0;
  /// Whether a switch of the session's configuration that only the analyzer asks for is on.
  virtual bool FlagSetting(const std::string&) { return true; }
  /// The keywords of SQL in the order of the alphabet, and whether each is reserved where keywords are.
  virtual std::vector<std::pair<std::string, bool>> Keywords() { return {}; }
  /// The value of a session variable, or nothing.
  virtual std::optional<TypedValue> FindVariable(const std::string&) { return std::nullopt; }
  /// A Python function or table function that the session's client registered under that name, or null.
  virtual plan::PythonCodePtr FindPythonFunction(const std::string&) { return nullptr; }
  virtual plan::PythonCodePtr FindPythonTableFunction(const std::string&) { return nullptr; }
  /// A data source likewise, by the name of its format.
  virtual plan::PythonCodePtr FindPythonDataSource(const std::string&) { return nullptr; }
  /// What asks Python code for columns; null: nothing can.
  virtual PythonPlanner* python_planner() { return nullptr; }
  /// A view of the database global_temp, or null.
  virtual std::shared_ptr<const TemporaryView> FindGlobalView(const std::string& name) = 0;
  /// Runs a query now and gives its rows: for relations whose columns depend on data (pivot without its values,
  /// transpose). The query bounds the number of rows itself.
  virtual std::vector<std::vector<Value>> RunQuery(const bound::RelationPtr& query) = 0;
  /// A table or persistent view by a name of one to three parts, under the current catalog and database of `settings`.
  /// Nothing when there is none; throws REQUIRES_SINGLE_PART_NAMESPACE for what cannot name one.
  virtual std::optional<CatalogRelation> FindTable(const std::vector<std::string>&, const plan::Options&,
                                                   const bound::SessionSettings&, const OriginPtr&) {
    return std::nullopt;
  }
};

/// Resolves the whole tree. Ids are fresh for every occurrence of a relation. Throws QueryError.
/// Cost: linear in the plan for ordinary plans; recursion depth follows the plan's: call it on a thread with a large
/// stack (64 MiB carries 10,000 levels).
bound::RelationPtr Analyze(const plan::RelationPtr& relation, Environment& environment,
                           const bound::SessionSettings& settings);

}  // namespace firesteel::analyzer
