#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bound/relation.h"
#include "plan/catalog_command.h"
#include "session/catalog/catalogs.h"
#include "session/engine_query_runner.h"

namespace firesteel::session {

/// Statements about tables, persistent views and databases, for one session and one statement. Every change of a
/// catalog is one commit; what was written before a failure is never seen.
class CatalogCommands {
 public:
  CatalogCommands(EngineQueryRunner& runner, SessionState& state, CancelTokenPtr cancel, OriginPtr origin)
      : runner_(runner),
        state_(state),
        settings_(state.Settings()),
        cancel_(std::move(cancel)),
        origin_(std::move(origin)) {}

  CommandResult Run(const plan::CatalogCommand& command);

  // ---- DataFrame writes (data_frame_write.cc)
  /// df.write.saveAsTable and df.write.insertInto.
  void Write(const plan::WriteOperation& write);
  /// df.writeTo(table).…
  void Write(const plan::WriteOperationV2& write);

  // ---- persistent views (view.cc)
  CommandResult CreateView(const plan::CreateView& view);
  CommandResult DropView(const plan::DropView& drop);

  // ---- looking (show.cc, describe.cc)
  /// Nothing when the statement is about something else.
  std::optional<CommandResult> Show(const plan::ShowStatement& show);

  // ---- spark.catalog (calls.cc)
  /// Nothing for calls about something else.
  std::optional<CommandResult> Call(const plan::CatalogCall& call);

 private:
  using Names = std::vector<std::string>;
  using Rows = std::vector<std::vector<Value>>;

  // ---- names
  TableName Resolve(const Names& parts) const { return ResolveTableName(parts, settings_, state_.configuration()); }
  CatalogPtr CatalogOf(const std::string& name) { return state_.catalogs().Require(name, state_.configuration()); }
  std::pair<std::string, std::string> ResolveDatabase(const Names& parts) const {
    return ResolveDatabaseName(parts, settings_, state_.configuration());
  }
  catalog::Database RequireDatabase(const std::pair<std::string, std::string>& name);
  /// A temporary view of that name (or session.name, global_temp.name) stands before tables.
  bool IsTemporaryView(const Names& parts);
  std::optional<catalog::Table> Find(const TableName& name);
  /// TABLE_OR_VIEW_NOT_FOUND; `with_functions`: the longer search path that relations have.
  [[noreturn]] void ThrowNotFound(const Names& parts, const OriginPtr& origin, bool with_functions = false) const;
  /// A table, not a view. `operation` is for the error; empty: a view is not found, either.
  std::pair<TableName, catalog::Table> RequireTable(const Names& parts, const OriginPtr& origin,
                                                    const std::string& operation, bool with_functions = false);
  [[noreturn]] static void ThrowExists(const TableName& name);
  [[noreturn]] static void ThrowNoOperation(const TableName& name, const std::string& operation,
                                            ErrorClass error_class = ErrorClass::kAnalysis);

  // ---- statements (create_table.cc, insert.cc, alter_table.cc, database.cc)
  void Execute(const plan::CreateTable& create);
  void Execute(const plan::CreateTableLike& create);
  void Execute(const plan::InsertInto& insert);
  void Execute(const plan::DropTable& drop);
  void Execute(const plan::TruncateTable& truncate);
  void Execute(const plan::RowChange& change);
  void Execute(const plan::AlterTable& alter);
  void Execute(const plan::CreateDatabase& create);
  void Execute(const plan::DropDatabase& drop);
  void Execute(const plan::AlterDatabase& alter);
  void Execute(const plan::CommentOn& comment);
  void Execute(const plan::AnalyzeTable& analyze);

  // ---- altering (alter_table.cc): one overload a change
  void RenameTemporaryView(const Names& name, const plan::RenameTo& to);
  void Save(const catalog::Table& table, const TableName& name);
  void Change(catalog::Table& table, const TableName& name, const plan::RenameTo& rename);
  void Change(catalog::Table& table, const TableName& name, const plan::SetProperties& set);
  void Change(catalog::Table& table, const TableName& name, const plan::UnsetProperties& unset);
  void Change(catalog::Table& table, const TableName& name, const plan::AddColumns& add);
  void Change(catalog::Table& table, const TableName& name, const plan::DropColumns& drop);
  void Change(catalog::Table& table, const TableName& name, const plan::RenameColumn& rename);
  void Change(catalog::Table& table, const TableName& name, const plan::AlterColumn& change);
  void Change(catalog::Table& table, const TableName& name, const plan::ReplaceColumns& replace);
  void Change(catalog::Table& table, const TableName& name, const plan::SetLocation& set);
  void Change(catalog::Table& table, const TableName& name, const plan::ChangePartitions& change);
  void Change(catalog::Table& table, const TableName& name, const plan::SetViewQuery& query);
  [[noreturn]] void ThrowRecursive(const TableName& name, const std::vector<Names>& read);

  // ---- creating (create_table.cc)
  /// Columns, partitioning, properties of a new table; `statement` is for errors of defaults.
  catalog::Table NewTable(const TableName& name, Schema columns, const plan::TableClauses& clauses);
  void SetBuckets(catalog::Table& table, const TableName& name, const Schema& columns, const plan::Buckets& buckets);
  Schema StoredColumns(const std::vector<plan::ColumnDefinition>& columns, const TableName& name,
                       const std::string& statement);
  StructField WithDefault(StructField column, const DataType& type, const std::string& text,
                          const plan::ExpressionPtr& value, const std::string& statement);
  /// Makes the table with the query's rows. `overwrite`: what stands at its place goes. `replaced`: the table whose
  /// place it takes.
  void CreateAs(catalog::Table table, const TableName& name, const bound::RelationPtr& query, bool if_not_exists,
                bool overwrite, std::optional<int64_t> replaced);

  // ---- DataFrame writes (data_frame_write.cc)
  TableName SaveName(const Names& parts) const;
  void Append(const TableName& name, const catalog::Table& table, const plan::WriteOperation& write);

  // ---- inserting (insert.cc, assignment.cc)
  struct Insert {
    TableName name;
    catalog::Table table;
    plan::RelationPtr query;
    plan::PartitionSpec partition;
    std::vector<std::string> columns;
    bool by_name = false;
    bool overwrite = false;
    bool if_not_exists = false;
  };
  void InsertRows(const Insert& insert);
  bound::RelationPtr AnalyzeQuery(const plan::RelationPtr& query, std::vector<Names>* read = nullptr);
  bound::RelationPtr RowsFor(const Insert& insert);
  bound::ExpressionPtr DefaultOf(const StructField& column);
  bound::ExpressionPtr Constant(const plan::ExpressionPtr& value);
  /// The value as a column of the table, by Spark's store assignment. `path` is the column's name, nested ones dotted.
  bound::ExpressionPtr Assign(bound::ExpressionPtr value, const StructField& column, const Names& path, bool by_name,
                              const Insert& insert);
  void CheckAssignable(const DataType& from, const DataType& to, const Names& path, bool by_name,
                       const Insert& insert) const;
  bound::ExpressionPtr ByName(bound::ExpressionPtr value, const DataType& to);
  plan::RelationPtr WithDefaults(const Insert& insert, const std::vector<size_t>& targets);
  /// Rows into the folder of an external table, all or nothing. `replaced`: folders whose contents go, beside those
  /// that `mode` replaces; `only_folders`: kOverwrite replaces nothing but folders that get new files.
  void WriteExternal(const catalog::Table& table, const bound::RelationPtr& rows, plan::WriteOperation::Mode mode,
                     const std::vector<std::string>& replaced, bool only_folders);
  /// Values of PARTITION (…) as texts of folders, by index of the partition column.
  std::vector<std::pair<size_t, std::optional<std::string>>> FixedPartitions(const catalog::Table& table,
                                                                             const plan::PartitionSpec& spec);
  bool HasPartition(const Insert& insert);
  /// Which partition column a statement names. Throws PARTITIONS_NOT_FOUND.
  size_t PartitionIndex(const TableName& name, const catalog::Table& table, const std::string& column) const;
  /// Throws PARTITIONS_NOT_FOUND unless there is a partition with these texts.
  void CheckPartition(const TableName& name, const catalog::Table& table,
                      const std::vector<std::pair<std::string, std::string>>& partition);
  std::vector<catalog::DataFile> WriteFiles(const catalog::Table& table, const bound::RelationPtr& rows);
  void Commit(const Insert& insert, const bound::RelationPtr& rows);

  // ---- looking
  CommandResult Text(const Schema& schema, const Rows& rows) const {
    return EngineQueryRunner::Rows(schema, rows, settings_);
  }
  CommandResult Nothing() const { return EngineQueryRunner::Rows({}, {}, settings_); }
  CommandResult ShowTables(const plan::ShowStatement& show);
  CommandResult ShowTableExtended(const plan::ShowStatement& show);
  Rows PartitionRows(const plan::ShowStatement& show);
  /// Values of the partition columns of every partition, those without rows too that were added by hand.
  std::set<std::vector<std::optional<std::string>>> PartitionsOf(const TableName& name, const catalog::Table& table);
  Rows CreateStatementRows(const plan::ShowStatement& show);
  Rows PropertyRows(const plan::ShowStatement& show);
  std::optional<CommandResult> DescribeTable(const plan::ShowStatement& show);
  CommandResult DescribeDatabase(const plan::ShowStatement& show);
  CommandResult Use(const plan::ShowStatement& show);
  std::vector<std::pair<std::string, std::string>> Details(const TableName& name, const catalog::Table& table) const;

  /// A cast into a column, known by its place.
  struct Assigned {
    DataType from;
    DataType to;
    std::string name;
  };

  CommandResult DescribeJson(const TableName& name, const catalog::Table& table) const;
  CommandResult DescribeColumn(const catalog::Table& table, const Names& column, bool extended) const;
  std::string CreateStatement(const TableName& name, const catalog::Table& table) const;
  Names ParseName(const std::string& text) const;
  Names NameOf(const std::optional<std::string>& database, const std::string& name) const;
  CommandResult ListTables(const plan::CatalogCall& call);
  CommandResult GetTable(const Names& parts);
  CommandResult ListColumns(const Names& parts);
  CommandResult CreateTableCall(const plan::CatalogCall& call);
  /// Calls that are statements under another name (statement_calls.cc); nothing for others.
  std::optional<CommandResult> StatementCall(const plan::CatalogCall& call);

  EngineQueryRunner& runner_;
  SessionState& state_;
  const bound::SessionSettings settings_;
  const CancelTokenPtr cancel_;
  const OriginPtr origin_;
  std::map<const Origin*, Assigned> assigned_;
  std::vector<OriginPtr> places_;  // of assigned_
};

}  // namespace firesteel::session
