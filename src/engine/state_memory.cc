#include "engine/state_memory.h"

#include <algorithm>

namespace firesteel::engine {

StateMemory::~StateMemory() {
  if (reserved_ > 0) buffers_.FreeReservedMemory(reserved_);
}

void StateMemory::Grow(uint64_t bytes) {
  std::lock_guard lock(mutex_);
  used_ += bytes;
  if (used_ <= reserved_) return;
  const uint64_t wanted = (used_ - reserved_ + kPiece - 1) / kPiece * kPiece;
  buffers_.ReserveMemory(wanted);
  reserved_ += wanted;
}

void StateMemory::Shrink(uint64_t bytes) noexcept {
  std::lock_guard lock(mutex_);
  used_ -= std::min(used_, bytes);
  const uint64_t spare = (reserved_ - used_) / kPiece * kPiece;
  // A piece is kept: states come and go.
  if (spare <= kPiece) return;
  buffers_.FreeReservedMemory(spare - kPiece);
  reserved_ -= spare - kPiece;
}

}  // namespace firesteel::engine
