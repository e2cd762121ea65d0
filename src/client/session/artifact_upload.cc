#include "client/session/artifact_upload.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace firesteel::client {
namespace {

constexpr size_t kChunkBytes = 32 * 1024;

bool EndsWithOneOf(std::string_view name, std::initializer_list<std::string_view> endings) {
  for (std::string_view ending : endings) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

void SetChunk(std::string_view bytes, proto::AddArtifactsRequest::ArtifactChunk* chunk) {
  chunk->set_data(bytes.data(), bytes.size());
  chunk->set_crc(
      static_cast<int64_t>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()))));
}

/// The requests of one upload: small artifacts together, large ones in pieces.
class RequestSequence {
 public:
  explicit RequestSequence(std::shared_ptr<const std::vector<Artifact>> artifacts) : artifacts_(std::move(artifacts)) {}

  bool Next(proto::AddArtifactsRequest& request) {
    if (next_ == artifacts_->size()) return false;
    const Artifact& artifact = (*artifacts_)[next_];
    if (artifact.bytes->size() > kChunkBytes) {
      NextPiece(artifact, request);
      return true;
    }
    size_t bytes = 0;
    while (next_ < artifacts_->size()) {
      const Artifact& small = (*artifacts_)[next_];
      const size_t size = small.bytes->size();
      if (size > kChunkBytes || (bytes > 0 && bytes + size > kChunkBytes)) break;
      auto* added = request.mutable_batch()->add_artifacts();
      added->set_name(small.name);
      SetChunk(small.bytes->view(), added->mutable_data());
      bytes += size;
      ++next_;
    }
    return true;
  }

 private:
  void NextPiece(const Artifact& artifact, proto::AddArtifactsRequest& request) {
    const std::string_view whole = artifact.bytes->view();
    const std::string_view piece = whole.substr(sent_, kChunkBytes);
    if (sent_ == 0) {
      auto* begin = request.mutable_begin_chunk();
      begin->set_name(artifact.name);
      begin->set_total_bytes(static_cast<int64_t>(whole.size()));
      begin->set_num_chunks(static_cast<int64_t>((whole.size() + kChunkBytes - 1) / kChunkBytes));
      SetChunk(piece, begin->mutable_initial_chunk());
    } else {
      SetChunk(piece, request.mutable_chunk());
    }
    sent_ += piece.size();
    if (sent_ < whole.size()) return;
    sent_ = 0;
    ++next_;
  }

  const std::shared_ptr<const std::vector<Artifact>> artifacts_;
  size_t next_ = 0;
  size_t sent_ = 0;  // of a large one
};

std::string Sha256Hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kHex[digest[i] >> 4];
    text += kHex[digest[i] & 15];
  }
  return text;
}

}  // namespace

Result<Artifact> ArtifactOfFile(const std::string& name, const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) return Error::Invalid("There is no file " + path + " to send.");
  try {
    return Artifact{name, Bytes::MapFile(path)};
  } catch (const std::system_error& error) {
    return Error::Invalid("The file " + path + " cannot be read: " + error.code().message() + ".");
  }
}

Result<Artifact> ArtifactOfPath(const std::string& path, Session::ArtifactKind kind) {
  std::string local = path;
  if (local.starts_with("file://")) {
    local.erase(0, 7);
  } else if (local.find("://") != std::string::npos) {
    return Error::Invalid("Only local files can be sent, not " + path + ".");
  }
  std::string fragment;
  if (const size_t hash = local.rfind('#'); kind == Session::ArtifactKind::kArchive && hash != std::string::npos) {
    fragment = local.substr(hash);
    local.erase(hash);
  }
  const std::string name = std::filesystem::path(local).filename().string();
  switch (kind) {
    case Session::ArtifactKind::kPython:
      if (!EndsWithOneOf(name, {".py", ".zip", ".egg", ".jar"})) break;
      return ArtifactOfFile("pyfiles/" + name, local);
    case Session::ArtifactKind::kArchive:
      if (!EndsWithOneOf(name, {".zip", ".jar", ".tar.gz", ".tgz", ".tar"})) break;
      return ArtifactOfFile("archives/" + name + fragment, local);
    case Session::ArtifactKind::kFile:
      return ArtifactOfFile("files/" + name, local);
    case Session::ArtifactKind::kJar:
      if (!EndsWithOneOf(name, {".jar"})) break;
      return ArtifactOfFile("jars/" + name, local);
  }
  return Error::Invalid("The file " + path + " is not of a kind that can be sent as this artifact.");
}

Result<void> UploadArtifacts(SessionState& state, const std::vector<Artifact>& artifacts) {
  if (artifacts.empty()) return {};
  auto shared = std::make_shared<const std::vector<Artifact>>(artifacts);
  return state.Upload([shared]() -> UploadRequests {
    auto requests = std::make_shared<RequestSequence>(shared);
    return [requests](proto::AddArtifactsRequest& request) { return requests->Next(request); };
  });
}

Result<std::vector<std::string>> CacheBlobs(SessionState& state, const std::vector<SharedBytes>& blobs) {
  std::vector<std::string> hashes;
  std::set<std::string> names;
  for (const SharedBytes& blob : blobs) {
    hashes.push_back(Sha256Hex(blob->view()));
    names.insert("cache/" + hashes.back());
  }
  Result<std::set<std::string>> existing = state.ExistingArtifacts({names.begin(), names.end()});
  if (!existing) return existing.error();
  std::vector<Artifact> missing;
  for (size_t i = 0; i < blobs.size(); ++i) {
    const std::string name = "cache/" + hashes[i];
    if (existing->contains(name) || names.erase(name) == 0) continue;
    missing.push_back({name, blobs[i]});
  }
  Result<void> uploaded = UploadArtifacts(state, missing);
  if (!uploaded) return uploaded.error();
  return hashes;
}

}  // namespace firesteel::client
