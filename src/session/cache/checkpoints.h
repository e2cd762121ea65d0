#pragma once

#include <map>
#include <mutex>
#include <string>

#include "plan/relation.h"

namespace firesteel::session {

/// The plans that the server keeps for a session's client under names of its own making (DataFrame.checkpoint).
/// Thread-safe. A plan that names one holds it, so that forgetting it ends no query and no view.
class Checkpoints {
 public:
  /// The new name.
  std::string Add(plan::RelationPtr relation);
  /// Null when there is none.
  plan::RelationPtr Find(const std::string& id) const;
  void Remove(const std::string& id);
  void Clear();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, plan::RelationPtr> relations_;  // guarded by mutex_
};

}  // namespace firesteel::session
