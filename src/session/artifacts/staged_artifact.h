#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "session/artifacts/artifact_budget.h"
#include "session/artifacts/artifact_name.h"
#include "storage/file_system.h"

namespace firesteel::session {

/// An artifact that is being sent: a file that grows piece by piece. Dropped, it is gone with its file; a store may
/// take the file over before. For one thread.
class StagedArtifact {
 public:
  /// Makes the file at `path`, which does not exist. Throws std::system_error and as ArtifactBudget::Share.
  StagedArtifact(ArtifactName name, std::string path, std::shared_ptr<ArtifactBudget> budget);
  ~StagedArtifact();
  StagedArtifact(const StagedArtifact&) = delete;
  StagedArtifact& operator=(const StagedArtifact&) = delete;

  const ArtifactName& name() const { return name_; }
  const std::string& path() const { return path_; }
  /// Bytes of the artifact so far.
  int64_t size() const { return size_; }
  /// Bytes of the file before those of the artifact.
  int64_t lead() const { return lead_; }

  /// Throws JavaError java.io.IOException (a full disk) and, as ArtifactBudget::Share, SERVER_LIMIT_EXCEEDED.
  void Append(std::string_view bytes);
  /// Nothing will be appended: an upload of thousands of artifacts must not keep thousands of files open.
  void Seal() { file_ = Descriptor(); }

  /// What the artifact takes of the session's budget.
  ArtifactBudget::Share& share() { return *share_; }
  /// For who takes the file over.
  std::unique_ptr<ArtifactBudget::Share> TakeShare() { return std::move(share_); }
  /// A folder beside the file, for what an archive unpacks to; goes with the file.
  std::string UnpackedPath() const { return path_ + ".unpacked"; }

 private:
  void Write(std::string_view bytes);

  const ArtifactName name_;
  const std::string path_;
  std::unique_ptr<ArtifactBudget::Share> share_;
  Descriptor file_;
  int64_t size_ = 0;
  int64_t lead_ = 0;
};

}  // namespace firesteel::session
