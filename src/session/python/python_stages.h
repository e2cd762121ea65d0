#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/cancel_token.h"
#include "bound/relation.h"
#include "bound/session_settings.h"
#include "engine/engine.h"
#include "session/python/arrow_output.h"
#include "session/python/feed_options.h"
#include "session/python/python_files.h"
#include "session/session_state.h"
#include "udf/runtime.h"

namespace firesteel::session {

class WorkerFeed;

/// Runs the Python stages of one query, from the leaves up, and puts the rows that each gives in its place. What a
/// stage reads runs in the engine and goes from there to the workers on the thread that calls, so that no thread of the
/// engine ever waits for Python. Used by one thread.
class PythonStages {
 public:
  /// How the rows of a stage's input are wanted; see engine::QuerySpec.
  struct Shape {
    std::optional<size_t> beside_from = {};
    engine::QuerySpec::Beside beside = engine::QuerySpec::Beside::kEveryRow;
    bool has_groups = false;
    bool as_struct = false;
  };
  using BatchSink = std::function<bool(engine::ArrowBatch)>;
  /// Runs a plan without stages and gives its batches.
  using RunQuery = std::function<void(const bound::RelationPtr&, const Shape&, const BatchSink&)>;

  struct Context {
    udf::Runtime& runtime;
    SessionState& state;
    const bound::SessionSettings& settings;
    CancelTokenPtr cancel;
    RunQuery run;
    OutputPlace place;         ///< of results
    PythonFiles::State files;  ///< the session's
    size_t workers = 1;        ///< at one stage; the runtime has so many
    /// Where not null and a mapInArrow fails: what each of its workers had given, null for nothing.
    std::vector<SharedBytes>* unfinished = nullptr;
  };
  explicit PythonStages(Context context) : context_(std::move(context)) {}

  /// The plan without stages. Throws QueryError.
  bound::RelationPtr Run(const bound::RelationPtr& plan);

 private:
  bound::RelationPtr Inside(const bound::RelationPtr& relation);
  bound::RelationPtr RunStage(const bound::Relation& relation, const bound::PythonStage& stage, bool is_of_client);
  /// The definitions of the WITHs around it put before a plan that refers to them.
  bound::RelationPtr WithDefinitions(bound::RelationPtr plan) const;

  /// Runs `input` and gives its batches to the workers, to the end; what stands beside them goes to `beside`, if any.
  void Feed(WorkerFeed& feed, bound::RelationPtr input, const Shape& shape, ArrowOutput* beside = nullptr) const;

  /// Where Spark's partitions are certain and not too many, deals the rows out to workers by them: a function of an
  /// iterator sees the rows of one partition. Changes what is asked of the input accordingly.
  bound::RelationPtr WithPartitions(bound::RelationPtr input, Shape& shape, FeedOptions& options) const;

  /// Whether Python is called on what a recursion gave before (recursion_stage.cc).
  static bool NeedsLevels(const bound::Recursion& node);
  bound::RelationPtr RunRecursion(const bound::Relation& relation, const bound::Recursion& node);

  // One file a kind: eval_stage.cc, map_stage.cc, group_stages.cc, window_stage.cc,
  // table_stage.cc.
  bound::RelationPtr RunEval(const bound::Relation& relation, const bound::PythonStage& stage);
  bound::RelationPtr RunMap(const bound::Relation& relation, const bound::PythonStage& stage, bool is_of_client);
  /// Of a stage with keys, whose groups are small (a data source's partition is one row): a task for each group.
  bound::RelationPtr RunMapOfGroups(const bound::Relation& relation, const bound::PythonStage& stage,
                                    const udf::Task& task, std::vector<bound::Attribute> columns);
  bound::RelationPtr RunGroupMap(const bound::Relation& relation, const bound::PythonStage& stage);
  bound::RelationPtr RunCoGroup(const bound::Relation& relation, const bound::PythonStage& stage);
  bound::RelationPtr RunAggregate(const bound::Relation& relation, const bound::PythonStage& stage);
  bound::RelationPtr RunWindow(const bound::Relation& relation, const bound::PythonStage& stage);
  bound::RelationPtr RunTable(const bound::Relation& relation, const bound::PythonStage& stage);

  const Context context_;
  std::vector<bound::WithCte::Definition> definitions_;  // of the WITHs around, outermost first
};

/// Whether any part of the plan, subqueries included, is a PythonStage.
bool HasPythonStage(const bound::RelationPtr& plan);

}  // namespace firesteel::session
