#include "session/artifact_store.h"

#include <utility>

namespace firesteel::session {

void ArtifactStore::PutCached(const std::string& hash, std::string bytes) {
  const auto added = static_cast<int64_t>(bytes.size());
  SharedBytes blob = Bytes::Of(std::move(bytes));
  std::lock_guard lock(mutex_);
  if (cached_.emplace(hash, std::move(blob)).second) size_ += added;
}

ArtifactStore::Blob ArtifactStore::FindCached(const std::string& hash) const {
  std::lock_guard lock(mutex_);
  auto it = cached_.find(hash);
  return it == cached_.end() ? nullptr : it->second;
}

int64_t ArtifactStore::size() const {
  std::lock_guard lock(mutex_);
  return size_;
}

void ArtifactStore::Clear() {
  std::lock_guard lock(mutex_);
  cached_.clear();
  size_ = 0;
}

void ArtifactStore::CopyFrom(const ArtifactStore& other) {
  std::map<std::string, Blob> copy;
  int64_t size = 0;
  {
    std::lock_guard lock(other.mutex_);
    copy = other.cached_;
    size = other.size_;
  }
  std::lock_guard lock(mutex_);
  cached_ = std::move(copy);
  size_ = size;
}

}  // namespace firesteel::session
