#include "session/artifacts/artifact_budget.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/size_text.h"
#include "session/limits.h"

namespace firesteel::session {
namespace {

int64_t LimitOf(int64_t limit) { return limit > 0 ? limit : std::numeric_limits<int64_t>::max(); }

}  // namespace

ArtifactBudget::Share::Share(std::shared_ptr<ArtifactBudget> budget) : budget_(std::move(budget)) {
  budget_->Take(0, 1);
}

ArtifactBudget::Share::~Share() { budget_->Return(bytes_, 1); }

void ArtifactBudget::Share::Grow(int64_t bytes) {
  budget_->Take(bytes, 0);
  bytes_ += bytes;
}

int64_t ArtifactBudget::used_bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

int64_t ArtifactBudget::free_bytes() const {
  const int64_t here = LimitOf(limits_.max_bytes) - used_bytes();
  return whole_ == nullptr ? here : std::min(here, whole_->free_bytes());
}

void ArtifactBudget::ThrowFullHere() const {
  ThrowLimitExceeded(
      "what " + std::string(limits_.owner) + " keeps on disk (added files, unpacked archives, local relations)",
      ByteSizeText(limits_.max_bytes), limits_.bytes_key);
}

void ArtifactBudget::ThrowFull() const {
  if (whole_ != nullptr && whole_->free_bytes() < LimitOf(limits_.max_bytes) - used_bytes()) whole_->ThrowFullHere();
  ThrowFullHere();
}

void ArtifactBudget::TakeHere(int64_t bytes, int64_t artifacts) {
  std::lock_guard lock(mutex_);
  if (bytes > LimitOf(limits_.max_bytes) - bytes_) ThrowFullHere();
  if (artifacts > LimitOf(limits_.max_artifacts) - artifacts_) {
    ThrowLimitExceeded("one more artifact of " + std::string(limits_.owner), std::to_string(limits_.max_artifacts),
                       limits_.artifacts_key);
  }
  bytes_ += bytes;
  artifacts_ += artifacts;
}

void ArtifactBudget::Take(int64_t bytes, int64_t artifacts) {
  TakeHere(bytes, artifacts);
  if (whole_ == nullptr) return;
  try {
    whole_->TakeHere(bytes, artifacts);
  } catch (...) {
    std::lock_guard lock(mutex_);
    bytes_ -= bytes;
    artifacts_ -= artifacts;
    throw;
  }
}

void ArtifactBudget::Return(int64_t bytes, int64_t artifacts) {
  {
    std::lock_guard lock(mutex_);
    bytes_ -= bytes;
    artifacts_ -= artifacts;
  }
  if (whole_ != nullptr) whole_->Return(bytes, artifacts);
}

}  // namespace firesteel::session
