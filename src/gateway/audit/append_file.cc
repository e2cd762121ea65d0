#include "gateway/audit/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace firesteel::gateway {
namespace {

std::string ErrorText(int error) { return std::generic_category().message(error); }

}  // namespace

AppendFile::~AppendFile() { Close(); }

void AppendFile::Close() {
  if (file_ >= 0) close(file_);
  file_ = -1;
}

bool AppendFile::IsInPlace() const {
  struct stat status {};
  return file_ >= 0 && stat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

Status AppendFile::Open() {
  if (IsInPlace()) return Status::Ok();
  const int file = open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  struct stat status {};
  if (file < 0 || fstat(file, &status) != 0) {
    const int error = errno;
    if (file >= 0) close(file);
    return Status::Error("cannot open " + path_ + " for appending: " + ErrorText(error));
  }
  Close();
  file_ = file;
  device_ = status.st_dev;
  inode_ = status.st_ino;
  is_line_open_ = false;
  return Status::Ok();
}

Status AppendFile::Write(std::string_view lines) {
  if (lines.empty()) return Status::Ok();
  std::string closed;
  if (is_line_open_) {
    closed = "\n";
    closed += lines;
    lines = closed;
  }
  while (!lines.empty()) {
    const ssize_t count = write(file_, lines.data(), lines.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Status::Error("cannot write to " + path_ + ": " + ErrorText(errno));
    if (count == 0) return Status::Error("cannot write to " + path_);
    is_line_open_ = lines[static_cast<size_t>(count) - 1] != '\n';
    lines.remove_prefix(static_cast<size_t>(count));
  }
  return Status::Ok();
}

void AppendFile::Sync() {
  if (file_ >= 0) fdatasync(file_);
}

}  // namespace firesteel::gateway
