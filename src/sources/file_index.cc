#include "sources/file_index.h"

#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "sources/local_path.h"
#include "sources/partition_discovery.h"
#include "types/datetime_text.h"
#include "types/time_zone.h"

namespace firesteel::sources {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void ThrowPathNotFound(const std::string& path) {
  throw QueryError("PATH_NOT_FOUND", {{"path", DisplayPath(path)}});
}

bool IsGlob(const std::string& path) { return path.find_first_of("{}[]*?\\") != std::string::npos; }

std::vector<std::string> ExpandGlob(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), GLOB_BRACE, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  if (paths.empty()) ThrowPathNotFound(pattern);
  return paths;
}

// HadoopFSUtils.shouldFilterOutPathName: partition folders may begin with _.
bool IsHidden(const std::string& name) {
  if (name.empty()) return true;
  bool exception = name.rfind("_common_metadata", 0) == 0 || name.rfind("_metadata", 0) == 0;
  bool hidden = (name[0] == '_' && name.find('=') == std::string::npos) || name[0] == '.' ||
                (name.size() > 10 && name.ends_with("._COPYING_"));
  return hidden && !exception;
}

/// The option modifiedBefore or modifiedAfter in microseconds; nothing when it is not set.
std::optional<int64_t> ModificationLimit(const std::string& text, const char* name, const std::string& time_zone) {
  if (text.empty()) return std::nullopt;
  const TimeZonePtr zone = TimeZone::Find(time_zone);
  const auto micros = ParseTimestamp(text, zone ? *zone : *TimeZone::Utc(), 0);
  if (micros) return micros;
  throw QueryError("_LEGACY_ERROR_TEMP_1294", {{"strategy", name}, {"timeString", text}});
}

class Lister {
 public:
  Lister(const ListOptions& options, FileListing& listing)
      : options_(options),
        listing_(listing),
        before_(ModificationLimit(options.modified_before, "modifiedbefore", options.time_zone)),
        after_(ModificationLimit(options.modified_after, "modifiedafter", options.time_zone)) {}

  void AddFile(const fs::path& path) {
    std::string name = path.filename().string();
    // Parquet's summary files are no data either.
    if (IsHidden(name) || name == "_metadata" || name == "_common_metadata") return;
    if (!options_.path_glob_filter.empty() && ::fnmatch(options_.path_glob_filter.c_str(), name.c_str(), 0) != 0) {
      listing_.left_out.push_back(path.string());
      return;
    }
    struct stat info {};
    // Pipes and devices have no length and may have no end: as in Spark they have no rows.
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
    const int64_t modified = int64_t{info.st_mtim.tv_sec} * 1000000 + info.st_mtim.tv_nsec / 1000;
    if ((before_ && modified >= *before_) || (after_ && modified <= *after_)) {
      // Its folder still says what it says about partitions.
      listing_.left_out.push_back(path.string());
      return;
    }
    listing_.files.push_back({path.string(), static_cast<int64_t>(info.st_size), modified, {}});
  }

  void AddFolder(const fs::path& folder) {
    // A link to a folder above would be followed for ever.
    struct stat info {};
    const bool is_known = ::stat(folder.c_str(), &info) == 0;
    const Place place{info.st_dev, info.st_ino};
    if (is_known && std::find(above_.begin(), above_.end(), place) != above_.end()) return;
    above_.push_back(place);
    AddEntries(folder);
    above_.pop_back();
  }

 private:
  using Place = std::pair<dev_t, ino_t>;

  void AddEntries(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      entries.push_back(it->path());
    }
    if (error) {
      throw QueryError("FAILED_READ_FILE.NO_HINT", {{"path", DisplayPath(folder.string())}}, nullptr,
                       ErrorClass::kSpark)
          .CausedByIo(folder.string() + ": " + error.message());
    }
    std::sort(entries.begin(), entries.end());
    for (const fs::path& entry : entries) {
      if (IsHidden(entry.filename().string())) continue;
      std::error_code ignored;
      if (fs::is_directory(entry, ignored)) {
        AddFolder(entry);
      } else {
        AddFile(entry);
      }
    }
  }

  const ListOptions& options_;
  FileListing& listing_;
  const std::optional<int64_t> before_;
  const std::optional<int64_t> after_;
  std::vector<Place> above_;  ///< the folders that are being listed, from the root
};

}  // namespace

FileListing ListFiles(const std::vector<std::string>& paths, const ListOptions& options) {
  std::vector<std::string> roots;
  for (const std::string& given : paths) {
    std::string path = LocalPath(given, "reading from");
    if (IsGlob(path)) {
      for (std::string& match : ExpandGlob(path)) roots.push_back(std::move(match));
    } else {
      roots.push_back(std::move(path));
    }
  }
  FileListing listing;
  Lister lister(options, listing);
  std::set<std::string> base_paths;
  if (!options.base_path.empty()) base_paths.insert(LocalPath(options.base_path, "reading from"));
  std::set<std::string> root_folders;
  for (const std::string& root : roots) {
    std::error_code error;
    fs::file_status status = fs::status(root, error);
    if (!fs::exists(status)) ThrowPathNotFound(root);
    bool is_folder = fs::is_directory(status);
    if (is_folder) {
      lister.AddFolder(root);
      root_folders.insert(root);
    } else {
      lister.AddFile(root);
      root_folders.insert(fs::path(root).parent_path().string());
    }
  }
  if (options.recursive) return listing;
  if (base_paths.empty()) base_paths = root_folders;
  if (DiscoverPartitions(listing, base_paths, options)) return listing;
  // Without partition columns only the files directly in the given folders count, as in Spark.
  std::erase_if(listing.files, [&](const FileEntry& file) {
    return !root_folders.contains(fs::path(file.path).parent_path().string());
  });
  return listing;
}

}  // namespace firesteel::sources
