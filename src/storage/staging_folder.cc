#include "storage/staging_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/log.h"
#include "base/uuid.h"
#include "storage/publication_journal.h"

namespace firesteel::storage {
namespace {

namespace fs = std::filesystem;

std::string StagingIn(const std::string& place) { return place + "/.firesteel-staging"; }

void RecoverOne(const std::string& folder) {
  const Descriptor lock = OpenFolder(folder);
  // Locked: its writer is alive.
  if (!lock.is_open() || !TryLockFolder(lock)) return;
  if (const std::optional<PublicationJournal> journal = PublicationJournal::Read(folder)) {
    log::Warn("finishing the publication that a dead writer left in {}", folder);
    journal->Apply();
  }
  RemoveTree(folder);
}

}  // namespace

StagingFolder::StagingFolder(const std::string& place) {
  const std::string root = StagingIn(place);
  while (true) {
    if (::mkdir(root.c_str(), 0777) != 0 && errno != EEXIST) {
      throw std::system_error(errno, std::generic_category(), "making " + root);
    }
    path_ = root + "/" + NewUuid();
    if (::mkdir(path_.c_str(), 0777) != 0) {
      if (errno == ENOENT) continue;  // the last writer before took the root away
      throw std::system_error(errno, std::generic_category(), "making " + path_);
    }
    lock_ = OpenFolder(path_);
    // Another writer may have taken it for a dead one's before it was locked.
    if (lock_.is_open() && TryLockFolder(lock_) && IsSameFile(lock_, path_)) return;
  }
}

StagingFolder::~StagingFolder() {
  if (is_abandoned_) return;
  RemoveTree(path_);
  ::rmdir(fs::path(path_).parent_path().c_str());  // fails while there are others
}

void StagingFolder::Recover(const std::string& place) noexcept {
  const std::string root = StagingIn(place);
  if (::access(root.c_str(), F_OK) != 0) return;
  std::error_code error;
  for (fs::directory_iterator it(root, error), end; !error && it != end; it.increment(error)) {
    try {
      RecoverOne(it->path().string());
    } catch (const std::exception& failure) {
      log::Warn("{} cannot be recovered: {}", it->path().string(), failure.what());
    }
  }
  ::rmdir(root.c_str());
}

}  // namespace firesteel::storage
