#include "base/temporary_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace firesteel {

std::string MakeTemporaryFolder(const std::string& parent, std::string_view prefix) {
  std::string path = parent.empty() ? std::filesystem::temp_directory_path().string() : parent;
  path += "/" + std::string(prefix) + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "making a folder " + path);
  }
  return path;
}

}  // namespace firesteel
