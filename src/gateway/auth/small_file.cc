#include "gateway/auth/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace firesteel::gateway {
namespace {

Status Failure(const std::string& path, int error) {
  return Status::Error("cannot read " + path + ": " + std::generic_category().message(error));
}

struct CloseFile {
  explicit CloseFile(int file) : file(file) {}
  ~CloseFile() { close(file); }
  CloseFile(const CloseFile&) = delete;
  CloseFile& operator=(const CloseFile&) = delete;
  const int file;
};

}  // namespace

Result<std::string> ReadSmallFile(const std::string& path) {
  // Not blocking: a named pipe in the file's place must not hold the caller.
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return Failure(path, errno);
  const CloseFile close_file(file);
  struct stat status {};
  if (fstat(file, &status) != 0) return Failure(path, errno);
  if (!S_ISREG(status.st_mode)) return Status::Error("cannot read " + path + ": it is not a regular file");
  std::string text(kMostListBytes + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(file, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failure(path, errno);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  if (size > kMostListBytes) return Status::Error("cannot read " + path + ": it is larger than 1 MiB");
  text.resize(size);
  return text;
}

}  // namespace firesteel::gateway
