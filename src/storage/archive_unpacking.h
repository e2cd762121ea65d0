#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace firesteel::storage {

/// An archive that is not unpacked: broken, or with entries that have no place in a folder of their own (absolute
/// names, "..", links that lead out of the folder, devices). The text names the entry; it is UTF-8.
class ArchiveError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An archive that would take more than its limits.
class ArchiveTooLarge : public ArchiveError {
 public:
  explicit ArchiveTooLarge(const std::string& text, bool by_bytes = false) : ArchiveError(text), by_bytes_(by_bytes) {}
  /// The limit of bytes, none of those of entries and names.
  bool by_bytes() const { return by_bytes_; }

 private:
  bool by_bytes_;
};

struct UnpackLimits {
  int64_t max_bytes = 0;             ///< of all files together, holes included
  int64_t max_entries = 100'000;     ///< files, folders and links, and as many folders that are not told
  int64_t max_depth_of_names = 100;  ///< folders in each other
};

struct Unpacked {
  int64_t bytes = 0;
  int64_t entries = 0;
};

/// Whether a file of this name is an archive: .zip, .jar, .tar, .tar.gz or .tgz in any case, as Spark decides.
bool IsArchiveName(std::string_view name);

/// Unpacks the archive at `path` into `folder`, which exists and is empty. What kind of archive it is says `name`, for
/// which IsArchiveName is true. Nothing is ever written outside of the folder, and no link that leads out of it is
/// left. Symbolic links inside are kept. After an error parts may be left in the folder. Throws ArchiveError and
/// std::system_error (a full disk is ENOSPC). Bounded memory.
Unpacked UnpackArchive(const std::string& path, std::string_view name, const std::string& folder,
                       const UnpackLimits& limits);

}  // namespace firesteel::storage
