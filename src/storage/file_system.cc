#include "storage/file_system.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

namespace firesteel::storage {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Throw(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

/// What a file system answers that does not know the operation, or not for these paths.
bool IsRefusal(int error) {
  return error == EINVAL || error == ENOSYS || error == EXDEV || error == EBUSY || error == EPERM || error == EACCES ||
         error == EOPNOTSUPP || error == ENOTDIR || error == EMLINK;
}

}  // namespace

void WriteAll(const Descriptor& file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) Throw("writing " + path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

Descriptor OpenFolder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 && errno != ENOENT) Throw("opening " + path);
  return Descriptor(fd);
}

void LockFolder(const Descriptor& folder) {
  while (::flock(folder.get(), LOCK_EX) != 0) {
    if (errno != EINTR) Throw("locking a folder");
  }
}

bool TryLockFolder(const Descriptor& folder) { return ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0; }

bool IsSameFile(const Descriptor& folder, const std::string& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(folder.get(), &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

void Sync(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0) Throw("syncing " + path);
}

void SyncTree(const std::string& folder, Below below) {
  constexpr size_t kMost = 64;
  std::vector<std::string> paths{folder};
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_symlink() || (below == Below::kFolders && !entry.is_directory())) continue;
    paths.push_back(entry.path().string());
    if (paths.size() > kMost) {
      const Descriptor open = OpenFolder(folder);
      if (!open.is_open() || ::syncfs(open.get()) != 0) Throw("syncing " + folder);
      return;
    }
  }
  for (const std::string& path : paths) Sync(path);
}

std::vector<std::string> MakeFolders(const std::string& path) {
  std::vector<std::string> missing;
  fs::path at = path;
  std::error_code ignored;
  while (!fs::exists(at, ignored) && at.has_relative_path()) {
    missing.push_back(at.string());
    at = at.parent_path();
  }
  std::reverse(missing.begin(), missing.end());
  std::vector<std::string> made;
  for (const std::string& folder : missing) {
    if (::mkdir(folder.c_str(), 0777) == 0) {
      made.push_back(folder);
      Sync(fs::path(folder).parent_path().string());
    } else if (errno != EEXIST) {
      Throw("making " + folder);
    }
  }
  return made;
}

void RemoveTree(const std::string& path) noexcept {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

bool RenameNew(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST || errno == ENOTEMPTY) return false;
  if (errno != EINVAL && errno != ENOSYS) Throw("renaming to " + to);
  // A file system without the flag: the caller holds a lock, so that looking first is as good.
  struct stat there {};
  if (::lstat(to.c_str(), &there) == 0) return false;
  if (::rename(from.c_str(), to.c_str()) != 0) Throw("renaming to " + to);
  return true;
}

bool Exchange(const std::string& a, const std::string& b) {
  if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (IsRefusal(errno)) return false;
  Throw("exchanging with " + b);
}

bool LinkTree(const std::string& from, const std::string& to, const std::function<bool(const std::string&)>& skip) {
  for (auto it = fs::recursive_directory_iterator(from); it != fs::recursive_directory_iterator(); ++it) {
    const std::string relative = fs::path(it->path()).lexically_relative(from).string();
    if (skip(relative)) {
      if (it->is_directory() && !it->is_symlink()) it.disable_recursion_pending();
      continue;
    }
    const std::string copy = to + "/" + relative;
    if (it->is_directory() && !it->is_symlink()) {
      struct stat info {};
      if (::stat(it->path().c_str(), &info) != 0) Throw("reading " + it->path().string());
      if (::mkdir(copy.c_str(), 0777) != 0 && errno != EEXIST) Throw("making " + copy);
      if (::chmod(copy.c_str(), info.st_mode & 07777) != 0 && errno != EPERM) Throw("making " + copy);
    } else if (::linkat(AT_FDCWD, it->path().c_str(), AT_FDCWD, copy.c_str(), 0) != 0 && errno != EEXIST) {
      if (IsRefusal(errno)) return false;
      Throw("linking " + copy);
    }
  }
  return true;
}

}  // namespace firesteel::storage
