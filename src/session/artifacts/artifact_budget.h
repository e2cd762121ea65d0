#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

namespace firesteel::session {

/// What the artifacts of one session may take on disk, together with those that are on their way and with what archives
/// unpack to. Thread-safe.
class ArtifactBudget {
 public:
  struct Limits {
    // Room for several local relations of the largest size that Spark's clients send (3 GiB) and for the packed Python
    // environments that people ship. Without a limit one session could fill the disk of all.
    int64_t max_bytes = int64_t{16} << 30;
    // A local relation is some 200 artifacts; a file each, so that many small ones do not use up the file system.
    int64_t max_artifacts = 100'000;
  };

  explicit ArtifactBudget(Limits limits) : limits_(limits) {}

  /// One artifact's part of the budget; given back when dropped.
  class Share {
   public:
    explicit Share(std::shared_ptr<ArtifactBudget> budget);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// Throws QueryError UNSUPPORTED_FEATURE.FIRESTEEL, which names the limit.
    void Grow(int64_t bytes);
    int64_t bytes() const { return bytes_; }

   private:
    const std::shared_ptr<ArtifactBudget> budget_;
    int64_t bytes_ = 0;
  };

  int64_t used_bytes() const;
  int64_t free_bytes() const { return limits_.max_bytes - used_bytes(); }
  [[noreturn]] void ThrowExceeded() const;

 private:
  void Take(int64_t bytes, int64_t artifacts);
  void Return(int64_t bytes);

  const Limits limits_;
  mutable std::mutex mutex_;
  int64_t bytes_ = 0;      // guarded by mutex_
  int64_t artifacts_ = 0;  // guarded by mutex_
};

}  // namespace firesteel::session
