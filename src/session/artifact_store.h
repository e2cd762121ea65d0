#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/bytes.h"

namespace firesteel::session {

/// Data that a client sent with AddArtifacts. Only `cache/<sha256>` is kept so far: local relations too large for a
/// plan. In memory, counted. Thread-safe; contents are immutable and shared.
class ArtifactStore {
 public:
  using Blob = SharedBytes;

  /// Keeps `bytes` under the hash; the same hash again changes nothing.
  void PutCached(const std::string& hash, std::string bytes);
  /// Null when there is none.
  Blob FindCached(const std::string& hash) const;
  bool HasCached(const std::string& hash) const { return FindCached(hash) != nullptr; }
  /// Bytes held now.
  int64_t size() const;
  void Clear();
  /// Takes over all contents of `other` in place of its own.
  void CopyFrom(const ArtifactStore& other);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Blob> cached_;  // guarded by mutex_
  int64_t size_ = 0;                    // guarded by mutex_
};

}  // namespace firesteel::session
