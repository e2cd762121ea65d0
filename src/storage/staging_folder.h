#pragma once

#include <string>
#include <vector>

#include "storage/file_system.h"

namespace firesteel::storage {

/// A hidden folder of one writer, `<place>/.firesteel-staging/<uuid>`, locked for as long as its writer lives. Dropped:
/// removed with all that is in it.
class StagingFolder {
 public:
  /// `place` exists. Throws std::system_error.
  explicit StagingFolder(const std::string& place);
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  ~StagingFolder();

  const std::string& path() const { return path_; }
  /// Leaves the folder as a dying writer would.
  void Abandon() { is_abandoned_ = true; }

  /// Finishes or drops what dead writers left in `place`: a publication that was decided is carried out, anything else
  /// is removed. Never throws: what cannot be cleaned stays for the next. Cheap when there is nothing (one access).
  static void Recover(const std::string& place) noexcept;

 private:
  std::string path_;
  Descriptor lock_;
  bool is_abandoned_ = false;
};

}  // namespace firesteel::storage
