#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace firesteel::gateway {

/// A file that only grows, and that others may move away (logrotate): then a new one is begun under the same name.
/// Blocks on the disk. Not thread-safe.
class AppendFile {
 public:
  explicit AppendFile(std::string path) : path_(std::move(path)) {}
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// Opens the file, or the new one where it was moved. Made with mode 0640. Errors name the file.
  Status Open();
  /// Whole lines; after an error, what was written of them is closed by a newline before the next ones.
  Status Write(std::string_view lines);
  /// To the disk itself.
  void Sync();

 private:
  bool IsInPlace() const;
  void Close();

  const std::string path_;
  int file_ = -1;
  dev_t device_ = 0;  // of the open file
  ino_t inode_ = 0;
  bool is_line_open_ = false;
};

}  // namespace firesteel::gateway
