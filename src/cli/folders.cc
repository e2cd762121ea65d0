#include "cli/folders.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace firesteel::cli {

namespace fs = std::filesystem;

Status MakeWritableFolder(const std::string& what, const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder, error)) {
    return Status::Error(what + ": the folder " + folder +
                         " cannot be made: " + (error ? error.message() : std::string("it is not a directory")));
  }
  // Trying says more than permission bits: read-only file systems, quotas, root.
  std::string probe = folder + "/.firesteel-XXXXXX";
  const int descriptor = mkstemp(probe.data());
  if (descriptor < 0) return Status::Error(what + ": the folder " + folder + " cannot be written");
  close(descriptor);
  unlink(probe.c_str());
  return Status::Ok();
}

ScratchFolder::ScratchFolder(const std::string& parent, const std::string& suffix)
    : path_(parent + "/firesteel-" + std::to_string(getpid()) + suffix) {}

void ScratchFolder::Remove() {
  std::error_code error;
  fs::remove_all(path_, error);
}

}  // namespace firesteel::cli
