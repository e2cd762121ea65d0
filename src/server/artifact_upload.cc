#include "server/artifact_upload.h"

#include <filesystem>
#include <string_view>
#include <utility>

#include "server/answer.h"
#include "server/crc32.h"
#include "session/error/java_exception.h"

namespace firesteel::server {

namespace proto = ::spark::connect;
using proto::AddArtifactsRequest;

namespace {

constexpr std::string_view kCache = "cache/";
// Spark's own limit for local relations is 3 GiB; nothing else is kept.
constexpr int64_t kMaxBytes = 4LL << 30;

[[noreturn]] void ThrowRequirement() {
  throw session::JavaError("java.lang.IllegalArgumentException", "requirement failed");
}

/// Relative, and never out of its folder.
void CheckName(const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(name).lexically_normal();
  if (name.empty() || path.is_absolute() || path.begin()->string() == "..") {
    throw QueryError("INVALID_ARTIFACT_PATH", {{"name", name}});
  }
  if (!name.starts_with(kCache)) {
    ThrowUnsupported("sending '" + name + "' with addArtifact (files, Python modules, JARs)");
  }
}

}  // namespace

void ArtifactUpload::Append(Artifact* artifact, const AddArtifactsRequest::ArtifactChunk& chunk) {
  if (static_cast<int64_t>(artifact->bytes.size() + chunk.data().size()) > kMaxBytes) ThrowRequirement();
  artifact->is_whole = artifact->is_whole && static_cast<int64_t>(Crc32(chunk.data())) == chunk.crc();
  artifact->bytes += chunk.data();
}

void ArtifactUpload::BeginChunked(const AddArtifactsRequest::BeginChunkedArtifact& begin) {
  CheckName(begin.name());
  if (begin.num_chunks() < 1 || begin.total_bytes() < 0 || begin.total_bytes() > kMaxBytes) ThrowRequirement();
  Artifact& artifact = artifacts_.emplace_back();
  artifact.name = begin.name();
  expected_bytes_ = begin.total_bytes();
  missing_chunks_ = begin.num_chunks() - 1;
  Append(&artifact, begin.initial_chunk());
}

void ArtifactUpload::TakeChunk(const AddArtifactsRequest::ArtifactChunk& chunk) {
  if (missing_chunks_ == 0) ThrowRequirement();
  --missing_chunks_;
  Append(&artifacts_.back(), chunk);
  if (missing_chunks_ == 0 && static_cast<int64_t>(artifacts_.back().bytes.size()) != expected_bytes_) {
    ThrowRequirement();
  }
}

void ArtifactUpload::Take(const AddArtifactsRequest& request) {
  if (session_ == nullptr) session_ = OpenSession(services_, request);
  if (missing_chunks_ > 0 && !request.has_chunk()) ThrowRequirement();
  switch (request.payload_case()) {
    case AddArtifactsRequest::kBatch:
      for (const auto& single : request.batch().artifacts()) {
        CheckName(single.name());
        Artifact& artifact = artifacts_.emplace_back();
        artifact.name = single.name();
        Append(&artifact, single.data());
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
  if (missing_chunks_ > 0) ThrowRequirement();
  Identify(*session_, response);
  for (Artifact& artifact : artifacts_) {
    auto* summary = response->add_artifacts();
    summary->set_name(artifact.name);
    summary->set_is_crc_successful(artifact.is_whole);
    if (artifact.is_whole) {
      session_->state().artifacts().PutCached(artifact.name.substr(kCache.size()), std::move(artifact.bytes));
    }
  }
  artifacts_.clear();
}

}  // namespace firesteel::server
