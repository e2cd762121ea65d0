#include "session/cache/plan_cache.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"

namespace firesteel::session {
namespace {

bool IsUnder(const std::string& file, const std::string& path) {
  if (!file.starts_with(path)) return false;
  return file.size() == path.size() || path.ends_with('/') || file[path.size()] == '/';
}

bool Reads(const std::vector<std::string>& files, const std::string& path) {
  return std::any_of(files.begin(), files.end(),
                     [&](const std::string& file) { return IsUnder(file, path) || IsUnder(path, file); });
}

}  // namespace

bool PlanCache::Add(const std::string& digest, StorageLevel level, std::vector<std::string> files) {
  auto entry = std::make_shared<Entry>();
  entry->level = level;
  entry->files = std::move(files);
  std::lock_guard lock(mutex_);
  return entries_.emplace(digest, std::move(entry)).second;
}

bool PlanCache::Remove(const std::string& digest) {
  EntryPtr dropped;  // its table is freed outside of the lock
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(digest);
  if (found == entries_.end()) return false;
  dropped = std::move(found->second);
  entries_.erase(found);
  changed_.notify_all();
  return true;
}

std::optional<StorageLevel> PlanCache::Find(const std::string& digest) const {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(digest);
  if (found == entries_.end()) return std::nullopt;
  return found->second->level;
}

void PlanCache::Clear() {
  std::map<std::string, EntryPtr> dropped;
  std::lock_guard lock(mutex_);
  dropped.swap(entries_);
  changed_.notify_all();
}

bool PlanCache::empty() const {
  std::lock_guard lock(mutex_);
  return entries_.empty();
}

void PlanCache::RemoveFiles(const std::string& path) {
  std::vector<EntryPtr> dropped;  // freed outside of the lock
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) {
    const bool reads = Reads(entry.second->files, path);
    if (reads) dropped.push_back(entry.second);
    return reads;
  });
  changed_.notify_all();
}

void PlanCache::InvalidateFiles(const std::string& path) {
  std::vector<Table> dropped;
  std::lock_guard lock(mutex_);
  for (auto& [digest, entry] : entries_) {
    if (!Reads(entry->files, path)) continue;
    ++entry->version;
    dropped.push_back(std::move(entry->table));
    entry->table = nullptr;
  }
}

void PlanCache::InvalidateAll() {
  std::vector<Table> dropped;
  std::lock_guard lock(mutex_);
  for (auto& [digest, entry] : entries_) {
    ++entry->version;
    dropped.push_back(std::move(entry->table));
    entry->table = nullptr;
  }
}

PlanCache::Table PlanCache::Use(const std::string& digest, const bound::RelationPtr& plan, const engine::Engine& engine,
                                const CancelTokenPtr& cancel, const Fill& fill) {
  constexpr auto kLook = std::chrono::milliseconds(20);  // how soon a waiting reader sees that it was cancelled
  EntryPtr entry;
  int64_t version = 0;
  {
    std::unique_lock lock(mutex_);
    const auto found = entries_.find(digest);
    if (found == entries_.end()) return nullptr;
    entry = found->second;
    while (entry->is_filling) {
      changed_.wait_for(lock, kLook);
      if (cancel && cancel->cancelled()) throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql);
    }
    if (entry->table && engine.Holds(*entry->table)) return entry->table;
    entry->is_filling = true;
    version = entry->version;
  }
  Table table;
  const auto finish = [&] {
    std::lock_guard lock(mutex_);
    entry->is_filling = false;
    if (table && version == entry->version) entry->table = table;
    changed_.notify_all();
  };
  try {
    table = fill(plan);
  } catch (...) {
    finish();
    throw;
  }
  finish();
  return table;
}

}  // namespace firesteel::session
