#pragma once

#include <cstdint>
#include <string>

namespace firesteel::session {

/// What an artifact is for: the first part of its name says it.
enum class ArtifactKind : uint8_t {
  kCache,       ///< cache/<hash>: data of a local relation
  kClass,       ///< classes/…: may be sent anew
  kJar,         ///< jars/…
  kPythonFile,  ///< pyfiles/…
  kArchive,     ///< archives/…: is unpacked
  kFile,        ///< files/…
  kForward,     ///< forward_to_fs/…: to be copied to that place of the server's file system
  kOther,       ///< anything else is kept and nothing more, as in Spark
};

/// The name that a client gives an artifact: safe to be a path below a folder of the session.
struct ArtifactName {
  std::string sent;   ///< as the client wrote it
  std::string path;   ///< relative, in normal form, without the alias: "archives/a.zip"
  std::string alias;  ///< "b" of "archives/a.zip#b": what its folder is called; empty if there is none
  ArtifactKind kind = ArtifactKind::kOther;

  /// The path below the folder of its kind: "a.zip".
  std::string rest() const { return path.substr(path.find('/') + 1); }
};

/// Throws QueryError INVALID_ARTIFACT_PATH, and JavaError for an archive with two aliases. Refused are names that are
/// empty, absolute, lead out of the folder, contain NUL or a backslash, end with a slash, are too long for a file
/// system, or are no more than the name of a kind ("files").
ArtifactName ParseArtifactName(const std::string& sent);

/// INVALID_ARTIFACT_PATH.
[[noreturn]] void ThrowInvalidName(const std::string& sent);

}  // namespace firesteel::session
