#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "session/artifacts/artifact_budget.h"
#include "session/artifacts/artifact_name.h"
#include "session/artifacts/staged_artifact.h"

namespace firesteel::session {

/// What a client sent with AddArtifacts for its session: files in a folder of the session's own, made at the first
/// need and removed when the store is closed or dropped. Thread-safe. What the disk refuses is a JavaError
/// java.io.IOException; a closed store throws INVALID_HANDLE.SESSION_CLOSED.
///
/// The folder: `stored/` holds artifacts under their names, `cache/` the data of local relations under numbers,
/// `unpacked/` a folder an archive, `staging/` what is being sent.
class ArtifactStore {
 public:
  /// The session's folder is made in `parent`, which is made with it; empty: the system's folder for temporary files.
  ArtifactStore(std::string parent, std::string session_id, ArtifactBudget::Limits limits = {},
                std::shared_ptr<ArtifactBudget> whole = nullptr);
  ~ArtifactStore();
  ArtifactStore(const ArtifactStore&) = delete;
  ArtifactStore& operator=(const ArtifactStore&) = delete;

  /// A place for an artifact that is about to be sent. Throws as StagedArtifact, too.
  std::unique_ptr<StagedArtifact> Stage(ArtifactName name);

  /// Takes over what has been sent, one after the other, as Spark does: a name that is there with the same contents
  /// changes nothing; with other contents the others are taken and then ARTIFACT_ALREADY_EXISTS is thrown. Archives
  /// that cannot be unpacked, and names that need a folder where a file is or the other way round, are refused before
  /// anything is taken. Throws JavaError, INVALID_ARTIFACT_PATH, SERVER_LIMIT_EXCEEDED, and
  /// UNSUPPORTED_FEATURE.FIRESTEEL for archives of too many files.
  void Commit(std::vector<std::unique_ptr<StagedArtifact>> artifacts);

  /// The data that was sent as cache/<hash>: mapped from its file, not read. Null when there is none.
  SharedBytes FindCached(const std::string& hash) const;
  bool HasCached(const std::string& hash) const;

  /// Paths of the Python files (pyfiles/: .py, .zip, .egg, .jar), in the order in which they came.
  std::vector<std::string> python_files() const;
  /// The folder with the unpacked archives, each under its alias or its name; empty when there is none yet.
  std::string unpacked_folder() const;

  /// The folder with what was sent but data and classes, under the artifacts' names; empty when there is none yet.
  std::string stored_folder() const;
  /// Grows with every artifact that is kept under its name.
  int64_t version() const;

  /// Bytes on disk, of what is being sent as well.
  int64_t size() const { return budget_->used_bytes(); }

  /// Removes everything; nothing is taken from then on. Queries that read data meanwhile go on.
  void Close();
  /// Takes over all contents of `other`; this one is empty. Later changes of either do not show in the other.
  void CopyFrom(const ArtifactStore& other);

 private:
  struct Cached {
    std::string file;  // in the folder
    size_t begin = 0;  // where the data begins in it
    std::shared_ptr<ArtifactBudget::Share> share;
    mutable std::weak_ptr<const Bytes> mapped;  // for queries that read it at the same time
  };
  using Shares = std::vector<std::unique_ptr<ArtifactBudget::Share>>;

  std::string Folder();  // makes it
  std::string StoredPath(const ArtifactName& name) const;
  /// Refuses names that need a folder where another has a file.
  void CheckPlaces(const std::vector<std::unique_ptr<StagedArtifact>>& artifacts) const;
  void Unpack(StagedArtifact& artifact);
  void Take(StagedArtifact& artifact);
  void TakeCached(StagedArtifact& artifact);
  void TakeUnpacked(StagedArtifact& artifact);
  void RequireOpen() const;  // with mutex_ held

  const std::string parent_;
  const std::string session_id_;
  const std::shared_ptr<ArtifactBudget> budget_;

  /// One at a time changes what is stored. Taken before mutex_.
  mutable std::mutex commit_mutex_;
  Shares shares_;  // guarded by commit_mutex_; of what is stored and unpacked

  mutable std::mutex mutex_;
  bool is_closed_ = false;                 // guarded by mutex_
  std::string folder_;                     // guarded by mutex_ until set, then constant; empty: not made
  int64_t next_file_ = 0;                  // guarded by mutex_
  int64_t version_ = 0;                    // guarded by mutex_
  std::map<std::string, Cached> cached_;   // guarded by mutex_; by hash
  std::vector<std::string> python_files_;  // guarded by mutex_; paths of artifacts
};

}  // namespace firesteel::session
