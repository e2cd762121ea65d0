#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/cancel_token.h"
#include "plan/command.h"
#include "plan/relation.h"
#include "session/byte_slice.h"
#include "session/cache/storage_level.h"
#include "session/result_sink.h"
#include "session/session_state.h"
#include "types/data_type.h"

namespace firesteel::session {

/// What a command gave.
struct CommandResult {
  /// The command was a query sent as spark.sql(text): it is analyzed but not run; the caller hands the relation back.
  bool is_query = false;
  /// Else its rows: one complete Arrow IPC stream with one record batch, also for no rows and for no columns.
  ByteSlices ipc;
  int64_t row_count = 0;
  Schema schema;  ///< of the rows, with the metadata that Arrow does not carry
  /// A checkpoint: the name of the relation that the client reads from now on.
  std::string remote_relation;
};

/// How much of a plan EXPLAIN shows.
enum class ExplainMode : uint8_t { kSimple, kExtended, kCodegen, kCost, kFormatted };

/// The way from an unresolved plan to its answer: analyze, optimize, lower, run. Implemented over the engine in
/// session/engine_query_runner.h and by fakes in tests. Thread-safe; one instance serves all sessions. Every function
/// runs on a thread with a 64 MiB stack, throws QueryError for the user's errors, and leaves soon after `cancel` is
/// set (with OPERATION_CANCELED or whatever the engine says: the operation knows that it was cancelled).
class QueryRunner {
 public:
  virtual ~QueryRunner() = default;

  /// Names, types and nullability of the result, without running it.
  virtual Schema AnalyzeSchema(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) = 0;

  /// Runs the plan and pushes the result.
  virtual void Execute(const plan::RelationPtr& plan, SessionState& state, ResultSink& sink,
                       const CancelTokenPtr& cancel) = 0;

  /// Runs a command at once. SqlCommand: parses the text, binds its arguments; a query is analyzed (so that its
  /// errors appear now) and reported as is_query, anything else is run.
  virtual CommandResult RunCommand(const plan::Command& command, SessionState& state, const CancelTokenPtr& cancel) = 0;

  virtual std::string Explain(const plan::RelationPtr& plan, ExplainMode mode, SessionState& state,
                              const CancelTokenPtr& cancel) = 0;

  /// Dataset.isLocal: collect() needs no run (local data only).
  virtual bool IsLocal(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) = 0;
  virtual bool IsStreaming(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) = 0;

  /// Files that the plan reads, as URLs (file:///…), without repetition.
  virtual std::vector<std::string> InputFiles(const plan::RelationPtr& plan, SessionState& state,
                                              const CancelTokenPtr& cancel) = 0;

  virtual bool SameSemantics(const plan::RelationPtr& left, const plan::RelationPtr& right, SessionState& state,
                             const CancelTokenPtr& cancel) = 0;
  virtual int32_t SemanticHash(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) = 0;

  /// DataFrame.persist: the plan's rows are kept when it is first run, and any later plan that holds it reads them. A
  /// plan that is cached already keeps its level.
  virtual void Persist(const plan::RelationPtr& plan, StorageLevel level, SessionState& state,
                       const CancelTokenPtr& cancel) = 0;
  virtual void Unpersist(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr& cancel) = 0;
  /// Nothing set when the plan is not cached.
  virtual StorageLevel StorageLevelOf(const plan::RelationPtr& plan, SessionState& state,
                                      const CancelTokenPtr& cancel) = 0;

  /// The session is over: its cached data and stage results can go.
  virtual void ReleaseSession(SessionState& state) = 0;
};

}  // namespace firesteel::session
