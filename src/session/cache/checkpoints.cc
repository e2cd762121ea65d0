// DataFrame.checkpoint and localCheckpoint.
#include "session/cache/checkpoints.h"

#include <utility>

#include "base/error.h"
#include "base/uuid.h"
#include "session/engine_query_runner.h"

namespace firesteel::session {

std::string Checkpoints::Add(plan::RelationPtr relation) {
  std::string id = NewUuid();
  std::lock_guard lock(mutex_);
  relations_.emplace(id, std::move(relation));
  return id;
}

plan::RelationPtr Checkpoints::Find(const std::string& id) const {
  std::lock_guard lock(mutex_);
  const auto it = relations_.find(id);
  return it == relations_.end() ? nullptr : it->second;
}

void Checkpoints::Remove(const std::string& id) {
  plan::RelationPtr removed;  // its rows go after the lock
  std::lock_guard lock(mutex_);
  const auto it = relations_.find(id);
  if (it == relations_.end()) return;
  removed = std::move(it->second);
  relations_.erase(it);
}

void Checkpoints::Clear() {
  std::map<std::string, plan::RelationPtr> removed;
  std::lock_guard lock(mutex_);
  removed.swap(relations_);
}

CommandResult EngineQueryRunner::MakeCheckpoint(const plan::Checkpoint& checkpoint, SessionState& state,
                                                const CancelTokenPtr& cancel) {
  const bound::SessionSettings settings = state.Settings();
  const bound::RelationPtr bound = Analyze(checkpoint.input, state, settings);
  if (!checkpoint.local) throw QueryError("_LEGACY_ERROR_TEMP_3016", {}, nullptr, ErrorClass::kSpark);
  CommandResult result = Rows({}, {}, settings);
  if (!checkpoint.eager) {
    // Filled when it is first read, as a cached plan is.
    Persist(checkpoint.input, StorageLevel{true, true, false, true, 1}, state, cancel);
    result.remote_relation = state.checkpoints().Add(checkpoint.input);
    return result;
  }
  const CachedPlan cached = WithCache(bound, state, settings, cancel);
  const auto table = engine().Store(Spec(cached.plan, settings), cancel);
  plan::KeptRows rows{bound::OutputSchema(*bound), table->table(), table->column_names(), table};
  plan::CachedRemoteRelation relation{std::make_shared<const plan::KeptRows>(std::move(rows))};
  result.remote_relation = state.checkpoints().Add(plan::MakeRelation(std::move(relation)));
  return result;
}

}  // namespace firesteel::session
