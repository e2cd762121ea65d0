#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "session/artifacts/artifact_store.h"

namespace firesteel::session {

/// The folder in which a session's Python workers find what its client sent: files and Python files under their names,
/// archives unpacked under theirs. A copy, for workers may change it. Removed when dropped. Thread-safe.
class PythonFiles {
 public:
  PythonFiles() = default;
  ~PythonFiles();
  PythonFiles(const PythonFiles&) = delete;
  PythonFiles& operator=(const PythonFiles&) = delete;

  struct State {
    std::string folder;                 ///< empty while the client has sent nothing
    std::vector<std::string> includes;  ///< names of the Python files, to be put on the workers' path
    bool has_changed = false;           ///< since the last call
  };
  /// Brings the folder up to date; it is made in `parent`. Throws std::system_error.
  State Update(const ArtifactStore& artifacts, const std::string& parent);

 private:
  std::mutex mutex_;
  std::string folder_;   // guarded by mutex_; empty: not made
  int64_t version_ = 0;  // guarded by mutex_; of the artifacts that it holds
};

}  // namespace firesteel::session
