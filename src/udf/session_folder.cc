#include "udf/session_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

#include "base/descriptor.h"
#include "udf/worker_error.h"

namespace firesteel::udf {
namespace {

constexpr mode_t kPrivate = 0700;
constexpr int kMaxDepth = 64;

// `folder` is an open folder that is the user's already.
void GiveEntries(Descriptor folder, uint32_t user, int depth) {
  DIR* const entries = ::fdopendir(::dup(folder.get()));
  if (!entries) return;
  while (const dirent* entry = ::readdir(entries)) {
    const std::string_view name = entry->d_name;
    struct stat found {};
    if (name == "." || name == ".." || ::fstatat(folder.get(), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0 ||
        found.st_uid != ::geteuid()) {
      continue;
    }
    if (S_ISDIR(found.st_mode)) {
      Descriptor below(::openat(folder.get(), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!below.is_open() || depth >= kMaxDepth || ::fchown(below.get(), user, user) != 0) continue;
      GiveEntries(std::move(below), user, depth + 1);
    } else if (S_ISREG(found.st_mode) && found.st_nlink == 1) {
      // By descriptor: the name could have become another file's since.
      const Descriptor file(::openat(folder.get(), entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
      struct stat opened {};
      if (file.is_open() && ::fstat(file.get(), &opened) == 0 && opened.st_ino == found.st_ino &&
          opened.st_dev == found.st_dev && opened.st_nlink == 1 && ::fchown(file.get(), user, user) != 0) {
        continue;  // it stays the server's, and may be readable all the same
      }
    }
  }
  ::closedir(entries);
}

}  // namespace

void GiveFolder(const std::string& folder, uint32_t user) {
  Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || ::fchown(opened.get(), user, user) != 0 || ::fchmod(opened.get(), kPrivate) != 0) {
    throw NoInterpreter("cannot give " + folder + " to the workers: " + std::strerror(errno));
  }
  GiveEntries(std::move(opened), user, 0);
}

}  // namespace firesteel::udf
