#include "storage/archive_unpacking.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include "base/ascii_case.h"
#include "base/utf8.h"
#include "storage/file_system.h"

namespace firesteel::storage {
namespace {

// As the kernel: links that lead through more links than this lead in a circle.
constexpr int kMaxLinksOnAPath = 40;

[[noreturn]] void ThrowErrno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), MakeValidUtf8(what));
}

/// The names of a path one by one; "." and empty ones apart.
std::vector<std::string> Parts(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0 && path.substr(0, end) != ".") parts.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

/// The library gives names in the encoding of the thread's locale, and no name at all where that lacks its letters.
class Utf8Names {
 public:
  Utf8Names() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) before_ = ::uselocale(locale_);
  }
  ~Utf8Names() {
    if (locale_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  const locale_t locale_;
  locale_t before_ = nullptr;
};

class Unpacking {
 public:
  Unpacking(const std::string& path, std::string_view name, const std::string& folder, const UnpackLimits& limits)
      : path_(path), folder_(folder), limits_(limits), archive_(::archive_read_new(), &::archive_read_free) {
    if (archive_ == nullptr) throw std::bad_alloc();
    const std::string lower = AsciiLower(name);
    if (lower.ends_with(".zip") || lower.ends_with(".jar")) {
      ::archive_read_support_format_zip_seekable(archive_.get());
    } else {
      ::archive_read_support_format_tar(archive_.get());
      ::archive_read_support_format_empty(archive_.get());
      if (lower.ends_with("gz")) ::archive_read_support_filter_gzip(archive_.get());
    }
  }

  Unpacked Run() {
    constexpr size_t kBlock = size_t{64} << 10;
    Check(::archive_read_open_filename(archive_.get(), path_.c_str(), kBlock));
    while (true) {
      archive_entry* entry = nullptr;
      const int code = ::archive_read_next_header(archive_.get(), &entry);
      if (code == ARCHIVE_EOF) break;
      // A warning is about a name that is no UTF-8, which does not matter here.
      if (code != ARCHIVE_WARN) Check(code);
      if (++unpacked_.entries > limits_.max_entries) {
        throw ArchiveTooLarge("more than " + std::to_string(limits_.max_entries) + " entries");
      }
      Take(entry);
    }
    MakeLinks();
    return unpacked_;
  }

 private:
  struct Link {
    std::vector<std::string> place;
    std::string target;
  };

  void Check(int code) {
    if (code == ARCHIVE_OK) return;
    const char* text = ::archive_error_string(archive_.get());
    throw ArchiveError(MakeValidUtf8(text != nullptr ? text : "the archive cannot be read"));
  }

  [[noreturn]] static void Refuse(const std::string& name) {
    throw ArchiveError("expanding " + MakeValidUtf8(name) + " would create file outside of the archive's folder");
  }

  static std::string First(const char* utf8, const char* raw) {
    if (utf8 != nullptr) return utf8;
    return raw != nullptr ? raw : "";
  }

  /// The place below the folder that a name means.
  std::vector<std::string> PlaceOf(const std::string& name) const {
    std::vector<std::string> parts = Parts(name);
    const bool leaves = std::find(parts.begin(), parts.end(), "..") != parts.end();
    if (name.empty() || name.front() == '/' || leaves) Refuse(name);
    if (static_cast<int64_t>(parts.size()) > limits_.max_depth_of_names) {
      throw ArchiveTooLarge("more than " + std::to_string(limits_.max_depth_of_names) + " folders in each other");
    }
    return parts;
  }

  std::string PathOf(const std::vector<std::string>& place) const {
    std::string path = folder_;
    for (const std::string& part : place) path += "/" + part;
    return path;
  }

  /// Symbolic links are made last, so until then whatever is a folder here is one of ours.
  void MakeFolder(const std::vector<std::string>& place) {
    std::string path = folder_;
    for (const std::string& part : place) {
      path += "/" + part;
      if (::mkdir(path.c_str(), 0755) == 0) {
        // A name of a hundred folders is one entry of the archive.
        if (++folders_ > limits_.max_entries) {
          throw ArchiveTooLarge("more than " + std::to_string(limits_.max_entries) + " folders");
        }
        continue;
      }
      struct stat info {};
      if (errno != EEXIST || ::lstat(path.c_str(), &info) != 0) ThrowErrno("making " + path);
      if (!S_ISDIR(info.st_mode)) throw ArchiveError(MakeValidUtf8(part) + " is a file and a folder");
    }
  }

  void Take(archive_entry* entry) {
    const std::string name = First(::archive_entry_pathname_utf8(entry), ::archive_entry_pathname(entry));
    const std::vector<std::string> place = PlaceOf(name);
    const auto type = ::archive_entry_filetype(entry);
    const char* hard = ::archive_entry_hardlink(entry);
    const bool is_folder = hard == nullptr && (type == AE_IFDIR || (type != AE_IFLNK && name.ends_with('/')));
    if (is_folder) {
      MakeFolder(place);
      return;
    }
    if (place.empty()) Refuse(name);
    MakeFolder({place.begin(), place.end() - 1});
    if (hard != nullptr) {
      LinkHard(place, First(::archive_entry_hardlink_utf8(entry), hard));
    } else if (type == AE_IFLNK) {
      links_.push_back({place, First(::archive_entry_symlink_utf8(entry), ::archive_entry_symlink(entry))});
    } else if (type == AE_IFREG || type == 0) {
      WriteFile(entry, place);
    } else {
      throw ArchiveError(MakeValidUtf8(name) + " is neither a file nor a folder nor a link");
    }
  }

  /// The last entry of a name counts.
  void RemoveFile(const std::string& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return;
    if (errno == EISDIR) throw ArchiveError(MakeValidUtf8(path.substr(folder_.size() + 1)) + " is a file and a folder");
    ThrowErrno("replacing " + path);
  }

  void LinkHard(const std::vector<std::string>& place, const std::string& target) {
    const std::string existing = PathOf(PlaceOf(target));
    const std::string path = PathOf(place);
    struct stat info {};
    if (::lstat(existing.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
      throw ArchiveError("a link to " + MakeValidUtf8(target) + ", which is not there");
    }
    if (existing == path) return;
    RemoveFile(path);
    if (::link(existing.c_str(), path.c_str()) != 0) ThrowErrno("linking " + path);
  }

  /// Counts the bytes from the old to the new size of the file that is being written.
  void Grow(int64_t* size, int64_t new_size) {
    if (new_size < 0 || new_size - *size > limits_.max_bytes - unpacked_.bytes) {
      throw ArchiveTooLarge("more than " + std::to_string(limits_.max_bytes) + " bytes", true);
    }
    if (new_size <= *size) return;
    unpacked_.bytes += new_size - *size;
    *size = new_size;
  }

  void WriteFile(archive_entry* entry, const std::vector<std::string>& place) {
    const std::string path = PathOf(place);
    RemoveFile(path);
    const mode_t mode = (::archive_entry_perm(entry) & 0755) | 0600;
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!file.is_open()) ThrowErrno("making " + path);
    int64_t size = 0;
    while (true) {
      const void* data = nullptr;
      size_t bytes = 0;
      la_int64_t offset = 0;
      const int code = ::archive_read_data_block(archive_.get(), &data, &bytes, &offset);
      if (code == ARCHIVE_EOF) break;
      Check(code);
      if (offset < 0 || static_cast<int64_t>(bytes) > limits_.max_bytes - offset) Grow(&size, -1);
      Grow(&size, offset + static_cast<int64_t>(bytes));
      if (::lseek(file.get(), offset, SEEK_SET) < 0) ThrowErrno("writing " + path);
      WriteAll(file, {static_cast<const char*>(data), bytes}, path);
    }
    // A hole at the end of a sparse file comes with no data.
    const int64_t told = ::archive_entry_size_is_set(entry) != 0 ? ::archive_entry_size(entry) : 0;
    if (told > size) {
      Grow(&size, told);
      if (::ftruncate(file.get(), told) != 0) ThrowErrno("writing " + path);
    }
  }

  void MakeLinks() {
    for (const Link& link : links_) {
      if (link.target.empty() || link.target.front() == '/') Refuse(link.target);
      const std::string path = PathOf(link.place);
      // A link of before may have taken the place of its folder.
      if (!IsBelowRealFolders(link.place)) Refuse(link.target);
      RemoveFile(path);
      if (::symlink(link.target.c_str(), path.c_str()) != 0) ThrowErrno("linking " + path);
    }
    for (const Link& link : links_) {
      std::vector<std::string> place(link.place.begin(), link.place.end() - 1);
      int links = 0;
      if (!Follow(place, link.target, &links)) Refuse(link.target);
    }
  }

  bool IsBelowRealFolders(const std::vector<std::string>& place) const {
    std::string path = folder_;
    struct stat info {};
    for (size_t i = 0; i + 1 < place.size(); ++i) {
      path += "/" + place[i];
      if (::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return false;
    }
    return true;
  }

  /// Goes from `place` where `target` leads, as the kernel would; false when that is out of the folder or in circles.
  bool Follow(std::vector<std::string>& place, const std::string& target, int* links) const {
    if (++*links > kMaxLinksOnAPath || target.front() == '/') return false;
    for (const std::string& part : Parts(target)) {
      if (part == "..") {
        if (place.empty()) return false;
        place.pop_back();
        continue;
      }
      place.push_back(part);
      std::array<char, 4097> next{};
      const ssize_t size = ::readlink(PathOf(place).c_str(), next.data(), next.size() - 1);
      if (size <= 0) continue;  // no link, or nothing at all
      place.pop_back();
      if (!Follow(place, std::string(next.data(), static_cast<size_t>(size)), links)) return false;
    }
    return true;
  }

  const std::string& path_;
  const std::string& folder_;
  const UnpackLimits& limits_;
  const std::unique_ptr<archive, int (*)(archive*)> archive_;
  Unpacked unpacked_;
  int64_t folders_ = 0;  // made
  std::vector<Link> links_;
};

}  // namespace

bool IsArchiveName(std::string_view name) {
  const std::string lower = AsciiLower(name);
  return lower.ends_with(".zip") || lower.ends_with(".jar") || lower.ends_with(".tar") || lower.ends_with(".tar.gz") ||
         lower.ends_with(".tgz");
}

Unpacked UnpackArchive(const std::string& path, std::string_view name, const std::string& folder,
                       const UnpackLimits& limits) {
  const Utf8Names utf8_names;
  return Unpacking(path, name, folder, limits).Run();
}

}  // namespace firesteel::storage
