#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analyzer.h"
#include "bound/relation.h"
#include "engine/engine.h"
#include "lowering/lowering.h"
#include "session/cache/plan_cache.h"
#include "session/python/python_files.h"
#include "session/python/python_options.h"
#include "session/query_environment.h"
#include "session/query_runner.h"
#include "session/show_string.h"
#include "udf/runtime.h"

namespace firesteel::session {

/// The QueryRunner over the embedded engine: the only place where analyzer, optimizer, lowering and engine meet.
class EngineQueryRunner : public QueryRunner {
 public:
  /// Opens nothing: the engine starts at the first need, or by Warm().
  explicit EngineQueryRunner(engine::EngineOptions options, PythonOptions python = {});

  /// Opens the engine if it is not open. Thread-safe; safe to call from a background thread after listening.
  void Warm();

  Schema AnalyzeSchema(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) override;
  void Execute(const plan::RelationPtr& plan, SessionState& state, ResultSink& sink,
               const CancelTokenPtr& cancel) override;
  CommandResult RunCommand(const plan::Command& command, SessionState& state, const CancelTokenPtr& cancel) override;
  std::string Explain(const plan::RelationPtr& plan, ExplainMode mode, SessionState& state,
                      const CancelTokenPtr& cancel) override;
  bool IsLocal(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) override;
  bool IsStreaming(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) override;
  std::vector<std::string> InputFiles(const plan::RelationPtr& plan, SessionState& state,
                                      const CancelTokenPtr& cancel) override;
  bool SameSemantics(const plan::RelationPtr& left, const plan::RelationPtr& right, SessionState& state,
                     const CancelTokenPtr& cancel) override;
  int32_t SemanticHash(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) override;
  void Persist(const plan::RelationPtr& plan, StorageLevel level, SessionState& state,
               const CancelTokenPtr& cancel) override;
  void Unpersist(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) override;
  StorageLevel StorageLevelOf(const plan::RelationPtr& plan, SessionState& state,
                              const CancelTokenPtr& cancel) override;
  void ReleaseSession(SessionState& state) override;

 private:
  friend class CatalogCommands;

  engine::Engine& engine();
  bound::RelationPtr Analyze(const plan::RelationPtr& plan, SessionState& state,
                             const bound::SessionSettings& settings);
  /// Optimizes, lowers and runs; every batch goes to `sink`.
  void Run(const bound::RelationPtr& bound, const bound::SessionSettings& settings, const CancelTokenPtr& cancel,
           const std::function<bool(engine::ArrowBatch)>& sink);
  /// All rows of a small result, as constants.
  std::vector<std::vector<Value>> RowsOf(const bound::RelationPtr& bound, const bound::SessionSettings& settings,
                                         const CancelTokenPtr& cancel);
  /// What an analysis runs queries by; `settings` must outlive it.
  QueryEnvironment::Runs RowsRunner(SessionState& state, const bound::SessionSettings& settings);

  /// Asks a program of PySpark's in a worker of the session.
  std::string AskPython(udf::Question question, SessionState& state, const CancelTokenPtr& cancel);
  /// The session's files for its workers, up to date.
  PythonFiles::State PythonFilesOf(SessionState& state);
  /// The plan with the rows of its Python stages in their places: runs them. The plan itself when it has no Python.
  /// `unfinished`: see PythonStages::Context.
  bound::RelationPtr WithoutPython(const bound::RelationPtr& bound, SessionState& state,
                                   const bound::SessionSettings& settings, const CancelTokenPtr& cancel,
                                   std::vector<SharedBytes>* unfinished = nullptr);
  /// The plan whose Python data sources were shown the conditions above them (python/source_filters.cc).
  bound::RelationPtr WithSourceFilters(const bound::RelationPtr& bound, SessionState& state,
                                       const bound::SessionSettings& settings, const CancelTokenPtr& cancel);

  // ---- cache/cached_plans.cc ----
  /// A plan without Python that reads cached data where it can, and the data, which must live as long as the plan runs.
  struct CachedPlan {
    bound::RelationPtr plan;
    std::vector<PlanCache::Table> tables;
  };
  /// Fills what is cached and has no data yet, and runs the Python functions.
  CachedPlan WithCache(const bound::RelationPtr& bound, SessionState& state, const bound::SessionSettings& settings,
                       const CancelTokenPtr& cancel);
  /// The plan as WithCache would have it, for people: it cannot be run.
  bound::RelationPtr ShowCache(const bound::RelationPtr& bound, SessionState& state,
                               const bound::SessionSettings& settings);
  static std::string DigestOf(const bound::RelationPtr& bound, const bound::SessionSettings& settings);
  /// cache/checkpoints.cc
  CommandResult MakeCheckpoint(const plan::Checkpoint& checkpoint, SessionState& state, const CancelTokenPtr& cancel);
  /// A view goes or gets another query: what was cached of it goes, too.
  void UncacheView(const std::vector<std::string>& name, SessionState& state);
  /// Calls of spark.catalog and statements about the cache; nothing for others.
  std::optional<CommandResult> RunCacheCall(const plan::CatalogCall& call, SessionState& state,
                                            const CancelTokenPtr& cancel);
  std::optional<CommandResult> RunCacheStatement(const plan::ShowStatement& statement, SessionState& state,
                                                 const CancelTokenPtr& cancel, const OriginPtr& origin);

  /// Measures what the plan's observations ask for and tells it, if there are any.
  void SendMetrics(const bound::RelationPtr& bound, SessionState& state, const bound::SessionSettings& settings,
                   const CancelTokenPtr& cancel, ResultSink& sink);
  engine::QuerySpec Spec(const bound::RelationPtr& bound, const bound::SessionSettings& settings);
  static engine::QuerySpec Spec(lowering::LoweredQuery lowered, const bound::SessionSettings& settings);

  /// Texts of at most `limit` rows of `plan` as show() prints them, with the schema of the rows.
  std::pair<Schema, CellRows> PrettyRows(const plan::RelationPtr& plan, int64_t limit, SessionState& state,
                                         const CancelTokenPtr& cancel);

  /// Rows of constant texts, lists of texts and booleans as a command's answer.
  static CommandResult Rows(const Schema& schema, const std::vector<std::vector<Value>>& rows,
                            const bound::SessionSettings& settings);
  /// A call of spark.catalog; nothing for calls that are not built yet.
  static std::optional<CommandResult> RunCatalogCall(const plan::CatalogCall& call, SessionState& state);
  CommandResult RunStatement(const plan::Command& command, SessionState& state, const CancelTokenPtr& cancel,
                             bool from_sql);
  CommandResult CreateView(const plan::CreateView& view, SessionState& state, bool from_sql, const OriginPtr& origin);
  CommandResult CreateViewUsing(const plan::CreateViewUsing& view, SessionState& state, const OriginPtr& origin);
  /// DataFrameWriter: files here (write_command.cc), tables by WriteTable.
  CommandResult Write(const plan::WriteOperation& write, SessionState& state, const CancelTokenPtr& cancel,
                      const OriginPtr& origin);
  /// `replaced`: folders whose contents go besides; the mode is then to overwrite folders.
  void WriteFiles(const bound::RelationPtr& input, const std::string& format, const plan::WriteOperation& write,
                  SessionState& state, const CancelTokenPtr& cancel, const std::vector<std::string>& replaced = {});
  /// The source noop: runs the query only.
  void WriteNothing(const bound::RelationPtr& input, const plan::WriteOperation& write,
                    const bound::SessionSettings& settings, const CancelTokenPtr& cancel);
  /// A data source in Python (python/write_source.cc).
  void WriteSource(const plan::PythonCode& source, const plan::WriteOperation& write, const bound::RelationPtr& input,
                   SessionState& state, const CancelTokenPtr& cancel);
  /// saveAsTable and insertInto; write.table is set (table_write.cc).
  CommandResult WriteTable(const plan::WriteOperation& write, SessionState& state, const CancelTokenPtr& cancel,
                           const OriginPtr& origin);
  /// DataFrameWriterV2, whose target is always a table (table_write.cc).
  CommandResult WriteTableV2(const plan::WriteOperationV2& write, SessionState& state, const CancelTokenPtr& cancel,
                             const OriginPtr& origin);
  // ---- variable_commands.cc ----
  CommandResult Declare(const plan::DeclareVariables& declare, SessionState& state, const OriginPtr& origin);
  CommandResult SetVariables(const plan::SetVariables& set, SessionState& state, const OriginPtr& origin);
  CommandResult DropVariable(const plan::DropVariable& drop, SessionState& state);
  CommandResult Execute(const plan::ExecuteImmediate& execute, SessionState& state, const CancelTokenPtr& cancel,
                        bool from_sql);
  /// Puts the values of a query's only row into variables, each cast to the variable's type at `origin`.
  void AssignRow(const std::vector<plan::VariableName>& names, const plan::RelationPtr& query, SessionState& state,
                 const OriginPtr& origin);
  CommandResult Set(const plan::SetConfig& set, SessionState& state);
  CommandResult Reset(const plan::ResetConfig& reset, SessionState& state);
  CommandResult Show(const plan::ShowStatement& show, SessionState& state, const OriginPtr& origin);
  CommandResult DescribeTable(const plan::ShowStatement& show, SessionState& state, const OriginPtr& origin);
  Schema TableSchema(const std::vector<std::string>& name, SessionState& state, const OriginPtr& origin);

  const engine::EngineOptions options_;
  const PythonOptions python_options_;
  const std::unique_ptr<udf::Runtime> python_;
  std::mutex open_mutex_;
  std::unique_ptr<engine::Engine> engine_;  // guarded by open_mutex_ until set, then constant
};

}  // namespace firesteel::session
