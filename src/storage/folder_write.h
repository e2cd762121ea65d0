#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/staging_folder.h"

namespace firesteel::storage {

/// One write of files into a folder of data, all or nothing: files are made in a hidden folder beside the target and
/// appear in it together, in one step of the file system, by Commit. Until then, and when the writer fails or dies,
/// nothing of it is visible. docs/adr/0004 says how and what is guaranteed where. For one thread; any number of writes,
/// also of other processes, may go to one target.
///
///     FolderWrite write("/data/t");
///     … make the file write.NewFile("p=1/part-0") …
///     write.Commit(FolderWrite::Mode::kAppend);
///
/// Everything throws std::system_error for what the file system refuses.
class FolderWrite {
 public:
  enum class Mode : uint8_t {
    kCreate,            ///< only where nothing is
    kAppend,            ///< beside what is there
    kOverwrite,         ///< instead of all that is there
    kOverwriteFolders,  ///< instead of what is there in the folders that get new files
  };
  /// For tests: which steps to do without, as on file systems that lack them.
  struct Limits {
    bool can_exchange = true;
  };

  /// Cleans up behind dead writers, and makes the folders above the target. `target` is absolute; links in it are
  /// followed.
  explicit FolderWrite(const std::string& target) : FolderWrite(target, Limits()) {}
  FolderWrite(const std::string& target, Limits limits);
  ~FolderWrite();

  /// Where to make the file that shall be `<target>/<relative>`. The folder above it is made.
  std::string NewFile(const std::string& relative);

  /// With kOverwriteFolders: what is in this folder goes, too. After all files are made.
  void Replace(const std::string& relative) { folders_.insert(relative); }

  /// Publishes. False, without any change, when the mode is kCreate and there is something now. Call once.
  bool Commit(Mode mode);

  /// Finishes or drops what dead writers of the target left. Cheap when there is nothing.
  static void Recover(const std::string& target) noexcept;

 private:
  bool PublishNew();
  void PublishInto(Mode mode);
  bool PublishByExchange(Mode mode);
  void PublishByJournal(Mode mode);
  bool IsReplaced(const std::string& relative) const;

  const std::string target_;
  const std::string parent_;
  const Limits limits_;
  std::vector<std::string> made_parents_;
  std::unique_ptr<StagingFolder> staging_;
  std::string new_;                 ///< the folder of the new files, in the staging folder
  std::vector<std::string> files_;  ///< relative
  std::set<std::string> folders_;   ///< relative, those that hold new files; "" is the target itself
  bool committed_ = false;
};

}  // namespace firesteel::storage
