#include "session/artifacts/artifact_name.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "session/error/java_exception.h"

namespace firesteel::session {
namespace {

// Of a path below the session's folder and of one name in it: what Linux's file systems allow, with room for the
// folder.
constexpr size_t kMaxPath = 3000;
constexpr size_t kMaxPart = 255;

constexpr std::array<std::pair<std::string_view, ArtifactKind>, 7> kKinds{{
    {"cache", ArtifactKind::kCache},
    {"classes", ArtifactKind::kClass},
    {"jars", ArtifactKind::kJar},
    {"pyfiles", ArtifactKind::kPythonFile},
    {"archives", ArtifactKind::kArchive},
    {"files", ArtifactKind::kFile},
    {"forward_to_fs", ArtifactKind::kForward},
}};

/// The normal form of a path that stays below its folder; nothing for any other.
std::optional<std::string> NormalPath(const std::string& text) {
  // A backslash separates names on other systems, and Spark takes it for a slash after the name has been checked.
  constexpr std::string_view kNever("\0\\", 2);
  if (text.empty() || text.size() > kMaxPath || text.find_first_of(kNever) != std::string::npos) return std::nullopt;
  if (text.front() == '/' || text.back() == '/') return std::nullopt;
  const std::filesystem::path path = std::filesystem::path(text).lexically_normal();
  const std::string first = path.begin()->string();
  if (first == ".." || first == "." || !path.has_filename()) return std::nullopt;
  for (const auto& part : path) {
    if (part.native().size() > kMaxPart) return std::nullopt;
  }
  return path.string();
}

}  // namespace

ArtifactName ParseArtifactName(const std::string& sent) {
  ArtifactName name;
  name.sent = sent;
  std::string text = sent;
  std::optional<std::string> alias = "";
  if (sent.starts_with("archives/")) {
    // As Java's split: what is empty at the end does not count.
    while (text.ends_with('#')) text.pop_back();
    if (std::count(text.begin(), text.end(), '#') > 1) {
      throw JavaError("java.lang.AssertionError",
                      "assertion failed: '#' in the path is not supported for adding an archive.");
    }
    if (const size_t at = text.find('#'); at != std::string::npos) {
      alias = NormalPath(text.substr(at + 1));
      text.resize(at);
    }
  }
  const std::optional<std::string> path = NormalPath(text);
  bool is_valid = path && alias;
  if (is_valid) {
    const std::string first = path->substr(0, path->find('/'));
    for (const auto& [folder, kind] : kKinds) {
      if (first == folder) name.kind = kind;
    }
    // A file of that name would stand in the way of all others of the kind.
    is_valid = name.kind == ArtifactKind::kOther || first.size() < path->size();
  }
  if (!is_valid) ThrowInvalidName(sent);
  name.path = *path;
  name.alias = *alias;
  return name;
}

void ThrowInvalidName(const std::string& sent) {
  throw QueryError("INVALID_ARTIFACT_PATH", {{"name", sent}}, nullptr, ErrorClass::kRuntime);
}

}  // namespace firesteel::session
