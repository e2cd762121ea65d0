#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/services.h"
#include "spark/connect/base.pb.h"

namespace firesteel::server {

/// One AddArtifacts stream: takes its messages in order, checks every chunk, and keeps what was whole when the stream
/// ends well. Not thread-safe: the transport delivers one message at a time.
class ArtifactUpload {
 public:
  explicit ArtifactUpload(Services& services) : services_(services) {}

  /// Throws QueryError INVALID_ARTIFACT_PATH, INVALID_HANDLE.*, and JavaError for messages out of order.
  void Take(const ::spark::connect::AddArtifactsRequest& request);
  /// Moves what came into the session and tells which were whole.
  void Finish(::spark::connect::AddArtifactsResponse* response);
  /// True when nothing came at all.
  bool empty() const { return session_ == nullptr; }
  session::Session* session() const { return session_.get(); }

 private:
  struct Artifact {
    std::string name;
    std::string bytes;
    bool is_whole = true;
  };
  void Append(Artifact* artifact, const ::spark::connect::AddArtifactsRequest::ArtifactChunk& chunk);
  void BeginChunked(const ::spark::connect::AddArtifactsRequest::BeginChunkedArtifact& begin);
  void TakeChunk(const ::spark::connect::AddArtifactsRequest::ArtifactChunk& chunk);

  Services& services_;
  session::SessionPtr session_;
  std::vector<Artifact> artifacts_;
  int64_t missing_chunks_ = 0;  ///< of the last artifact
  int64_t expected_bytes_ = 0;
};

}  // namespace firesteel::server
