#include "session/artifacts/artifact_budget.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "base/size_text.h"

namespace firesteel::session {

ArtifactBudget::Share::Share(std::shared_ptr<ArtifactBudget> budget) : budget_(std::move(budget)) {
  budget_->Take(0, 1);
}

ArtifactBudget::Share::~Share() { budget_->Return(bytes_); }

void ArtifactBudget::Share::Grow(int64_t bytes) {
  budget_->Take(bytes, 0);
  bytes_ += bytes;
}

int64_t ArtifactBudget::used_bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

void ArtifactBudget::ThrowExceeded() const {
  ThrowUnsupported("keeping more than " + ByteSizeText(limits_.max_bytes) + " or " +
                   std::to_string(limits_.max_artifacts) +
                   " artifacts in one session (added files, unpacked archives, local relations)");
}

void ArtifactBudget::Take(int64_t bytes, int64_t artifacts) {
  std::lock_guard lock(mutex_);
  if (bytes > limits_.max_bytes - bytes_ || artifacts > limits_.max_artifacts - artifacts_) ThrowExceeded();
  bytes_ += bytes;
  artifacts_ += artifacts;
}

void ArtifactBudget::Return(int64_t bytes) {
  std::lock_guard lock(mutex_);
  bytes_ -= bytes;
  --artifacts_;
}

}  // namespace firesteel::session
