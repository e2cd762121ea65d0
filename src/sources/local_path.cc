#include "sources/local_path.h"

#include <filesystem>

#include "base/error.h"

namespace firesteel::sources {

namespace fs = std::filesystem;

std::string LocalPath(const std::string& given, std::string_view purpose) {
  std::string path = given;
  const size_t colon = path.find(':');
  const size_t slash = path.find('/');
  if (colon != std::string::npos && colon > 0 && (slash == std::string::npos || colon < slash)) {
    const std::string scheme = path.substr(0, colon);
    if (scheme != "file") ThrowUnsupported(std::string(purpose) + " " + scheme + ":// (only local files yet)");
    path.erase(0, colon + 1);
    if (path.rfind("//", 0) == 0) {
      const size_t begin = path.find('/', 2);
      path = begin == std::string::npos ? "/" : path.substr(begin);
    }
  }
  if (path.empty()) throw QueryError("INVALID_EMPTY_LOCATION", {{"location", given}});
  std::string absolute = fs::absolute(path).lexically_normal().string();
  while (absolute.size() > 1 && absolute.back() == '/') absolute.pop_back();
  return absolute;
}

std::string DisplayPath(std::string_view path) {
  return path.rfind("/", 0) == 0 ? "file:" + std::string(path) : std::string(path);
}

}  // namespace firesteel::sources
