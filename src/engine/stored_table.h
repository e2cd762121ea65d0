#pragma once

#include <memory>

#include "engine/cancel_watcher.h"
#include "engine/engine.h"
#include "engine/instance.h"

namespace firesteel::engine {

/// A table of the instance's own in-memory database: buffers of the engine, which spills them to the temporary folder
/// when memory is short. Freed with the last reference.
class InstanceTable final : public StoredTable {
 public:
  InstanceTable(std::weak_ptr<Instance> instance, std::string table, std::vector<std::string> column_names);
  ~InstanceTable() override;
  bool IsOf(const Instance& instance) const { return instance_.lock().get() == &instance; }

 private:
  const std::weak_ptr<Instance> instance_;
};

/// Runs the query into a new table. Throws what Engine::Run throws.
std::shared_ptr<const InstanceTable> StoreQuery(const std::shared_ptr<Instance>& instance, CancelWatcher& watcher,
                                                const QuerySpec& query, const CancelTokenPtr& cancel);

}  // namespace firesteel::engine
