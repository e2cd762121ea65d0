#include "storage/publication_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include "storage/file_system.h"

namespace firesteel::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "/journal";
constexpr const char* kEnd = "end";

// Entries end with NUL, which no path holds: "move", from, to, "remove", path, "end".
void Append(std::string& text, const std::string& entry) {
  text += entry;
  text += '\0';
}

[[noreturn]] void ThrowWriting(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), "writing " + path);
}

}  // namespace

void PublicationJournal::Write(const std::string& staging_folder) const {
  std::string text;
  for (const auto& [from, to] : moves) {
    Append(text, "move");
    Append(text, from);
    Append(text, to);
  }
  for (const std::string& path : removals) {
    Append(text, "remove");
    Append(text, path);
  }
  Append(text, kEnd);
  const std::string path = staging_folder + kName;
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.is_open()) ThrowWriting(path);
  WriteAll(file, text, path);
  if (::fsync(file.get()) != 0) ThrowWriting(path);
  Sync(staging_folder);
}

std::optional<PublicationJournal> PublicationJournal::Read(const std::string& staging_folder) {
  std::ifstream file(staging_folder + kName, std::ios::binary);
  if (!file) return std::nullopt;
  const std::string text(std::istreambuf_iterator<char>(file), {});
  PublicationJournal journal;
  size_t at = 0;
  auto next = [&]() -> std::optional<std::string> {
    const size_t end = text.find('\0', at);
    if (end == std::string::npos) return std::nullopt;
    std::string entry = text.substr(at, end - at);
    at = end + 1;
    return entry;
  };
  while (std::optional<std::string> kind = next()) {
    if (*kind == kEnd) return journal;
    std::optional<std::string> first = next();
    if (!first) return std::nullopt;
    if (*kind == "move") {
      std::optional<std::string> second = next();
      if (!second) return std::nullopt;
      journal.moves.emplace_back(std::move(*first), std::move(*second));
    } else {
      journal.removals.push_back(std::move(*first));
    }
  }
  return std::nullopt;
}

void PublicationJournal::Apply() const {
  std::set<std::string> folders;
  for (const auto& [from, to] : moves) {
    const std::string folder = fs::path(to).parent_path().string();
    if (folders.insert(folder).second) MakeFolders(folder);
    // Moved already: the second of two tries.
    if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
      throw std::system_error(errno, std::generic_category(), "renaming to " + to);
    }
  }
  for (const std::string& path : removals) {
    RemoveTree(path);
    folders.insert(fs::path(path).parent_path().string());
  }
  for (const std::string& folder : folders) {
    if (fs::exists(folder)) Sync(folder);
  }
}

}  // namespace firesteel::storage
