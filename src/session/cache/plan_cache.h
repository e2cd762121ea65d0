#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel_token.h"
#include "bound/relation.h"
#include "engine/engine.h"
#include "session/cache/storage_level.h"

namespace firesteel::session {

/// The plans that a session cached, by digest (bound/canonical.h), and their data. Data comes when a plan is first
/// read: one reader fills, others that need it wait. Dropped data lives until the last query that reads it ends.
/// Thread-safe. Spark's meaning but for this: a cache is its session's own.
class PlanCache {
 public:
  using Table = std::shared_ptr<const engine::StoredTable>;
  /// Computes the rows of a plan into a table of the engine.
  using Fill = std::function<Table(const bound::RelationPtr&)>;

  /// False when the plan is cached already (its level stays). `files`: what the plan reads, for InvalidateFiles.
  bool Add(const std::string& digest, StorageLevel level, std::vector<std::string> files);
  /// False when it was not.
  bool Remove(const std::string& digest);
  std::optional<StorageLevel> Find(const std::string& digest) const;
  void Clear();
  bool empty() const;

  /// A write changed what stands under this path: data read from there is computed anew at the next use.
  void InvalidateFiles(const std::string& path);
  /// What is read under this path is gone: plans that read it are cached no longer.
  void RemoveFiles(const std::string& path);
  /// All data is computed anew at the next use.
  void InvalidateAll();

  /// The data of a cached plan; null when it is not cached. Runs `fill` when there is none yet, or waits for the one
  /// who does (until `cancel` is set: OPERATION_CANCELED). What `fill` throws passes on; the next reader tries again.
  Table Use(const std::string& digest, const bound::RelationPtr& plan, const engine::Engine& engine,
            const CancelTokenPtr& cancel, const Fill& fill);

 private:
  struct Entry {
    StorageLevel level;
    std::vector<std::string> files;
    Table table;
    bool is_filling = false;
    int64_t version = 0;  // of the sources: data filled for an older one is not kept
  };
  using EntryPtr = std::shared_ptr<Entry>;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, EntryPtr> entries_;  // guarded by mutex_, the entries too
};

}  // namespace firesteel::session
