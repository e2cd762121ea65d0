#include "server/artifact_upload.h"

#include <string>
#include <utility>

#include "server/answer.h"
#include "server/crc32.h"
#include "session/error/java_exception.h"

namespace firesteel::server {

namespace proto = ::spark::connect;
using proto::AddArtifactsRequest;

namespace {

[[noreturn]] void ThrowRequirement() {
  throw session::JavaError("java.lang.IllegalArgumentException", "requirement failed");
}

/// Whether clients may write files on the server: only its operator can allow it.
void RequireForwarding(const session::SessionState& state) {
  if (state.configuration().GetBoolean("spark.sql.artifact.copyFromLocalToFs.allowDestLocal")) return;
  throw QueryError("_LEGACY_ERROR_TEMP_3161", {}, nullptr, ErrorClass::kUnsupported);
}

}  // namespace

ArtifactUpload::Artifact& ArtifactUpload::Begin(const std::string& name) {
  session::ArtifactName parsed = session::ParseArtifactName(name);
  session::SessionState& state = session_->state();
  if (parsed.kind == session::ArtifactKind::kForward) RequireForwarding(state);
  return artifacts_.emplace_back(Artifact{state.artifacts().Stage(std::move(parsed))});
}

void ArtifactUpload::Append(Artifact* artifact, const AddArtifactsRequest::ArtifactChunk& chunk) {
  artifact->is_whole = artifact->is_whole && static_cast<int64_t>(Crc32(chunk.data())) == chunk.crc();
  // What is broken is not kept, so its rest needs no room.
  if (artifact->is_whole) artifact->staged->Append(chunk.data());
}

void ArtifactUpload::BeginChunked(const AddArtifactsRequest::BeginChunkedArtifact& begin) {
  if (chunked_) ThrowRequirement();
  Begin(begin.name());
  chunked_ = Chunked{artifacts_.size() - 1, begin.num_chunks(), begin.total_bytes()};
  if (begin.num_chunks() == 0) {
    throw session::JavaError("java.lang.RuntimeException",
                             "Excessive data chunks for artifact: " + begin.name() +
                                 ", expected 0 chunks in total. Processed 0 bytes out of " +
                                 std::to_string(begin.total_bytes()) + " bytes.");
  }
  TakeChunk(begin.initial_chunk());
}

void ArtifactUpload::TakeChunk(const AddArtifactsRequest::ArtifactChunk& chunk) {
  if (!chunked_) ThrowRequirement();
  Artifact& artifact = artifacts_[chunked_->artifact];
  Append(&artifact, chunk);
  chunked_->processed += static_cast<int64_t>(chunk.data().size());
  if (++chunked_->received != chunked_->chunks) return;
  if (chunked_->processed != chunked_->bytes) {
    const std::string chunks = std::to_string(chunked_->chunks);
    throw session::JavaError("java.lang.RuntimeException",
                             "Missing data chunks for artifact: " + artifact.staged->name().sent + ". Expected " +
                                 chunks + " chunks and received " + chunks + " chunks. Processed " +
                                 std::to_string(chunked_->processed) + " bytes out of " +
                                 std::to_string(chunked_->bytes) + " bytes.");
  }
  artifact.staged->Seal();
  chunked_.reset();
}

void ArtifactUpload::Take(const AddArtifactsRequest& request) {
  if (session_ == nullptr) session_ = OpenSession(services_, request);
  session_->Touch();  // a long upload is use
  switch (request.payload_case()) {
    case AddArtifactsRequest::kBatch:
      for (const auto& single : request.batch().artifacts()) {
        Artifact& artifact = Begin(single.name());
        Append(&artifact, single.data());
        artifact.staged->Seal();
      }
      return;
    case AddArtifactsRequest::kBeginChunk:
      BeginChunked(request.begin_chunk());
      return;
    case AddArtifactsRequest::kChunk:
      TakeChunk(request.chunk());
      return;
    case AddArtifactsRequest::PAYLOAD_NOT_SET:
      throw session::JavaError("java.lang.UnsupportedOperationException",
                               "Unsupported data transfer request: " + request.ShortDebugString());
  }
}

void ArtifactUpload::Finish(proto::AddArtifactsResponse* response) {
  if (chunked_) ThrowRequirement();
  Identify(*session_, response);
  std::vector<std::unique_ptr<session::StagedArtifact>> whole;
  for (Artifact& artifact : artifacts_) {
    auto* summary = response->add_artifacts();
    summary->set_name(artifact.staged->name().sent);
    summary->set_is_crc_successful(artifact.is_whole);
    if (artifact.is_whole) whole.push_back(std::move(artifact.staged));
  }
  artifacts_.clear();
  session_->state().artifacts().Commit(std::move(whole));
}

}  // namespace firesteel::server
