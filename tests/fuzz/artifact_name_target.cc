// Names of artifacts, and of entries of the archives that they are, as clients send them: nothing may be made outside
// of the folder that it belongs to. The first byte says what the rest is:
//   n   the name of an artifact
//   e   entries of an archive, one a line: type (0 file, 1 hard link, 2 symbolic link, 5 folder), name, a byte 1,
//   target z t g   the bytes of a .zip, a .tar, a .tgz

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

#include "outcome.h"
#include "session/artifacts/artifact_name.h"
#include "session/error/java_exception.h"
#include "storage/archive_unpacking.h"

namespace {

namespace fs = std::filesystem;
using firesteel::InternalError;
using firesteel::fuzz::Accepts;
using firesteel::session::ArtifactName;
namespace storage = firesteel::storage;

constexpr storage::UnpackLimits kLimits{.max_bytes = 1 << 20, .max_entries = 100, .max_depth_of_names = 20};

void RequireInside(const std::string& path, const std::string& what) {
  const fs::path normal = fs::path(path).lexically_normal();
  if (path.empty() || path.front() == '/' || path.find('\0') != std::string::npos ||
      path.find('\\') != std::string::npos || *normal.begin() == ".." || normal.string() != path) {
    throw InternalError("not inside: " + what);
  }
}

void ReadName(const std::string& text) {
  Accepts([&] {
    try {
      const ArtifactName name = firesteel::session::ParseArtifactName(text);
      RequireInside(name.path, name.path);
      if (!name.alias.empty()) RequireInside(name.alias, name.alias);
      if (name.sent != text) throw InternalError("another name");
      const ArtifactName again = firesteel::session::ParseArtifactName(name.path);
      if (again.path != name.path || again.kind != name.kind) throw InternalError("no normal form: " + name.path);
    } catch (const firesteel::session::JavaError&) {
    }
  });
}

/// A header of 512 bytes and what it tells of, as tar has them.
std::string TarEntry(char type, std::string_view name, std::string_view target) {
  constexpr std::string_view kData = "data";
  std::string header(512, '\0');
  const auto put = [&](size_t at, std::string_view text) { text.copy(header.data() + at, text.size()); };
  put(0, name.substr(0, 100));
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, type == '0' ? "00000000004" : "00000000000");
  put(136, "00000000000");
  put(148, "        ");
  header[156] = type;
  put(157, target.substr(0, 100));
  put(257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%06o", sum);
  header.replace(148, 7, text.data(), 7);
  if (type == '0') header += std::string(kData) + std::string(512 - kData.size(), '\0');
  return header;
}

std::string TarOf(std::string_view lines) {
  std::string tar;
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.empty()) continue;
    const std::string_view rest = line.substr(1);
    const size_t cut = std::min(rest.find('\1'), rest.size());
    tar += TarEntry(line.front(), rest.substr(0, cut), rest.substr(std::min(cut + 1, rest.size())));
  }
  return tar + std::string(1024, '\0');
}

/// A folder of this process; what an input leaves in it is removed by the next one.
const fs::path& Place() {
  // Never destroyed: the program removes the folder at its very end.
  static const fs::path& kPlace = *[] {
    std::string path = (fs::temp_directory_path() / "firesteel-fuzz-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) throw InternalError("no folder");
    ::atexit([] { fs::remove_all(Place()); });
    return new fs::path(path);
  }();
  return kPlace;
}

void CheckTree(const fs::path& folder) {
  int64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_symlink()) {
      if (entry.is_regular_file()) bytes += static_cast<int64_t>(entry.file_size());
      continue;
    }
    std::error_code error;
    const fs::path leads = fs::weakly_canonical(entry.path(), error);
    const std::string inside = fs::canonical(folder).string();
    if (error || (leads.string() != inside && !leads.string().starts_with(inside + "/"))) {
      throw InternalError("a link leads out: " + entry.path().string());
    }
  }
  if (bytes > kLimits.max_bytes) throw InternalError("more bytes than allowed");
}

void Unpack(const std::string& bytes, const char* name) {
  for (const auto& entry : fs::directory_iterator(Place())) fs::remove_all(entry.path());
  const fs::path file = Place() / "file";
  const fs::path folder = Place() / "inner" / "folder";
  fs::create_directories(folder);
  std::ofstream(file, std::ios::binary) << bytes;
  bool accepted = false;
  try {
    const storage::Unpacked unpacked = storage::UnpackArchive(file.string(), name, folder.string(), kLimits);
    accepted = true;
    if (unpacked.entries > kLimits.max_entries || unpacked.bytes > kLimits.max_bytes) {
      throw InternalError("more than allowed");
    }
  } catch (const storage::ArchiveError&) {
  } catch (const std::system_error&) {  // a name that the file system does not take
  }
  const auto count = [](const fs::path& where) {
    return std::distance(fs::directory_iterator(where), fs::directory_iterator());
  };
  if (count(Place()) != 2 || count(Place() / "inner") != 1 || fs::file_size(file) != bytes.size()) {
    throw InternalError("something was made or changed outside of the folder");
  }
  if (accepted) CheckTree(folder);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'n':
      ReadName(rest);
      break;
    case 'e':
      Unpack(TarOf(rest), "a.tar");
      break;
    case 'z':
      Unpack(rest, "a.zip");
      break;
    case 't':
      Unpack(rest, "a.tar");
      break;
    case 'g':
      Unpack(rest, "a.tgz");
      break;
    default:
      break;
  }
  return 0;
}
