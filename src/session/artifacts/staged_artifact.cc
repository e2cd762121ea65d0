#include "session/artifacts/staged_artifact.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "session/error/java_exception.h"

namespace firesteel::session {
namespace {

/// Where the data lies in the message of a LocalRelation, which older clients send as one artifact: after the field's
/// tag and a length of up to ten bytes. 0 for anything else.
size_t DataOffset(std::string_view bytes) {
  constexpr char kDataTag = 0x0a;
  if (bytes.empty() || bytes.front() != kDataTag) return 0;
  for (size_t i = 1; i < std::min<size_t>(bytes.size(), 11); ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0x80) == 0) return i + 1;
  }
  return 0;
}

}  // namespace

StagedArtifact::StagedArtifact(ArtifactName name, std::string path, std::shared_ptr<ArtifactBudget> budget)
    : name_(std::move(name)),
      path_(std::move(path)),
      share_(std::make_unique<ArtifactBudget::Share>(std::move(budget))),
      // Readable only: a program that is given the file shall not change what other sessions may share.
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400)) {
  if (!file_.is_open()) throw std::system_error(errno, std::generic_category(), "making " + path_);
}

StagedArtifact::~StagedArtifact() {
  ::unlink(path_.c_str());
  if (name_.kind == ArtifactKind::kArchive) storage::RemoveTree(UnpackedPath());
}

void StagedArtifact::Append(std::string_view bytes) {
  share_->Grow(static_cast<int64_t>(bytes.size()));
  if (size_ == 0 && name_.kind == ArtifactKind::kCache) {
    // The reader of Arrow data wants it at a multiple of eight bytes, also when the file is mapped into memory; data
    // that lies elsewhere would be copied, perhaps a gigabyte.
    lead_ = static_cast<int64_t>((8 - DataOffset(bytes) % 8) % 8);
    Write(std::string_view("\0\0\0\0\0\0\0", static_cast<size_t>(lead_)));
  }
  Write(bytes);
  size_ += static_cast<int64_t>(bytes.size());
}

void StagedArtifact::Write(std::string_view bytes) {
  try {
    storage::WriteAll(file_, bytes, path_);
  } catch (const std::system_error& error) {
    throw JavaError("java.io.IOException", error.code().message());
  }
}

}  // namespace firesteel::session
