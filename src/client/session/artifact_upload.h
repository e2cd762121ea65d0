#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "client/session/session_state.h"
#include "firesteel/session.h"

namespace firesteel::client {

/// What is sent under a name: "pyfiles/module.py", "cache/<hash>".
struct Artifact {
  std::string name;
  SharedBytes bytes;
};

/// A local path or file:// URI as PySpark's addArtifacts takes it, an archive with "#name" behind it.
Result<Artifact> ArtifactOfPath(const std::string& path, Session::ArtifactKind kind);
/// A file under a name that is given.
Result<Artifact> ArtifactOfFile(const std::string& name, const std::string& path);

/// Sends them in messages of about 32 KiB with checksums, large ones in pieces. All in one call.
Result<void> UploadArtifacts(SessionState& state, const std::vector<Artifact>& artifacts);

/// Sends those of the blobs that the session's server does not have yet; the SHA-256 of each, in hexadecimal digits.
Result<std::vector<std::string>> CacheBlobs(SessionState& state, const std::vector<SharedBytes>& blobs);

}  // namespace firesteel::client
