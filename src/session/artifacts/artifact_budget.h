#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

namespace firesteel::session {

/// What artifacts may take on disk, together with those that are on their way and with what archives unpack to: those
/// of one session, and through the budget above it those of all sessions. Thread-safe.
class ArtifactBudget {
 public:
  struct Limits {
    // Room for several local relations of the largest size that Spark's clients send (3 GiB) and for the packed Python
    // environments that people ship. Without a limit one session could fill the disk of all.
    int64_t max_bytes = int64_t{16} << 30;
    // A local relation is some 200 artifacts; a file each, so that many small ones do not use up the file system.
    int64_t max_artifacts = 100'000;
    std::string_view owner = "one session";  ///< for the refusal, as are the keys
    std::string_view bytes_key = "firesteel.session.maxArtifactSize";
    std::string_view artifacts_key = "firesteel.session.maxArtifacts";
  };

  /// In both limits 0 means none. `whole` is the server's budget, which counts bytes; null: none.
  explicit ArtifactBudget(Limits limits, std::shared_ptr<ArtifactBudget> whole = nullptr)
      : limits_(limits), whole_(std::move(whole)) {}

  /// One artifact's part of the budget; given back when dropped.
  class Share {
   public:
    explicit Share(std::shared_ptr<ArtifactBudget> budget);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// Throws QueryError SERVER_LIMIT_EXCEEDED.
    void Grow(int64_t bytes);
    int64_t bytes() const { return bytes_; }

   private:
    const std::shared_ptr<ArtifactBudget> budget_;
    int64_t bytes_ = 0;
  };

  int64_t used_bytes() const;
  /// What is left, here and above.
  int64_t free_bytes() const;
  /// Throws SERVER_LIMIT_EXCEEDED for bytes: that of the budget which has less left.
  [[noreturn]] void ThrowFull() const;

 private:
  void Take(int64_t bytes, int64_t artifacts);
  void TakeHere(int64_t bytes, int64_t artifacts);
  void Return(int64_t bytes, int64_t artifacts);
  [[noreturn]] void ThrowFullHere() const;

  const Limits limits_;
  const std::shared_ptr<ArtifactBudget> whole_;
  mutable std::mutex mutex_;
  int64_t bytes_ = 0;      // guarded by mutex_
  int64_t artifacts_ = 0;  // guarded by mutex_
};

}  // namespace firesteel::session
