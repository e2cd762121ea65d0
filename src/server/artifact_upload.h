#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/services.h"
#include "session/artifacts/staged_artifact.h"
#include "spark/connect/base.pb.h"

namespace firesteel::server {

/// One AddArtifacts stream: takes its messages in order, writes every chunk to disk and checks it, and gives the
/// session what was whole when the stream ends well. Dropped before, nothing of it stays. Not thread-safe: the
/// transport delivers one message at a time.
class ArtifactUpload {
 public:
  explicit ArtifactUpload(Services& services) : services_(services) {}

  /// Throws QueryError INVALID_ARTIFACT_PATH, INVALID_HANDLE.*, SERVER_LIMIT_EXCEEDED,
  /// _LEGACY_ERROR_TEMP_3161 (forward_to_fs/ where it is not allowed), and JavaError for messages out of order, chunks
  /// that do not add up to what was announced, and full disks.
  void Take(const ::spark::connect::AddArtifactsRequest& request);
  /// Moves what came into the session and tells which were whole. Unpacks archives, which may take long: not for the
  /// transport's threads. Throws as Take and ArtifactStore::Commit.
  void Finish(::spark::connect::AddArtifactsResponse* response);
  /// True when nothing came at all.
  bool empty() const { return session_ == nullptr; }
  const session::SessionPtr& session() const { return session_; }

 private:
  struct Artifact {
    std::unique_ptr<session::StagedArtifact> staged;
    bool is_whole = true;  ///< every chunk had the checksum that it told
  };
  /// The artifact whose chunks are coming.
  struct Chunked {
    size_t artifact = 0;  ///< into artifacts_
    int64_t chunks = 0;   ///< as announced
    int64_t bytes = 0;    ///< as announced
    int64_t received = 0;
    int64_t processed = 0;  ///< bytes
  };
  Artifact& Begin(const std::string& name);
  static void Append(Artifact* artifact, const ::spark::connect::AddArtifactsRequest::ArtifactChunk& chunk);
  void BeginChunked(const ::spark::connect::AddArtifactsRequest::BeginChunkedArtifact& begin);
  void TakeChunk(const ::spark::connect::AddArtifactsRequest::ArtifactChunk& chunk);

  Services& services_;
  session::SessionPtr session_;
  std::vector<Artifact> artifacts_;
  std::optional<Chunked> chunked_;
};

}  // namespace firesteel::server
