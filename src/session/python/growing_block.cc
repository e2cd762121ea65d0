#include "session/python/growing_block.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "base/large_values.h"

namespace firesteel::session {
namespace {

constexpr size_t kFirstRoom = 1 << 12;
constexpr size_t kMapped = 1 << 20;  // larger blocks are mapped
constexpr size_t kLargePage = 2 << 20;

size_t RoundUp(size_t bytes) { return (bytes + kLargePage - 1) / kLargePage * kLargePage; }

}  // namespace

GrowingBlock::~GrowingBlock() { Free(); }

void GrowingBlock::Free() {
  if (reserved_ > 0) {
    ::munmap(data_, reserved_);
  } else {
    std::free(data_);
  }
  data_ = nullptr;
  size_ = room_ = reserved_ = 0;
}

bool GrowingBlock::Append(std::string_view bytes, size_t most) {
  if (room_ - size_ < bytes.size() && !MakeRoom(size_ + bytes.size(), most)) return false;
  if (!bytes.empty()) std::memcpy(data_ + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
  return true;
}

bool GrowingBlock::MakeRoom(size_t size, size_t most) {
  const size_t room = std::max({size, room_ * 2, kFirstRoom});
  try {
    if (room >= memory::kLargeBytes) memory::Require(room - room_);
  } catch (const memory::Exhausted&) {
    return false;
  }
  if (room > kMapped && size > reserved_ && !Map(std::max(most, size))) return false;
  if (reserved_ == 0) {
    char* grown = static_cast<char*>(std::realloc(data_, room));
    if (grown == nullptr) return false;
    data_ = grown;
  }
  room_ = reserved_ > 0 ? std::min(room, reserved_) : room;
  return true;
}

bool GrowingBlock::Map(size_t bytes) {
  // Only addresses: pages come as they are written.
  const size_t reserved = RoundUp(bytes) + kLargePage;
  void* mapped = ::mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return false;
  auto* begin = static_cast<char*>(mapped);
  const size_t before = RoundUp(reinterpret_cast<uintptr_t>(begin)) - reinterpret_cast<uintptr_t>(begin);
  if (before > 0) ::munmap(begin, before);
  if (before < kLargePage) ::munmap(begin + reserved - (kLargePage - before), kLargePage - before);
  begin += before;
  ::madvise(begin, reserved - kLargePage, MADV_HUGEPAGE);  // a hint
  if (size_ > 0) std::memcpy(begin, data_, size_);
  const size_t size = size_;
  Free();
  data_ = begin;
  size_ = size;
  reserved_ = reserved - kLargePage;
  return true;
}

void GrowingBlock::Clear(size_t kept) {
  size_ = 0;
  if (room_ > kept) Free();
}

SharedBytes GrowingBlock::Take() {
  auto whole = std::make_shared<GrowingBlock>();
  // The addresses behind the last page go back.
  if (const size_t used = RoundUp(size_); reserved_ > used && used > 0) {
    ::munmap(data_ + used, reserved_ - used);
    reserved_ = used;
  }
  std::swap(whole->data_, data_);
  std::swap(whole->size_, size_);
  std::swap(whole->room_, room_);
  std::swap(whole->reserved_, reserved_);
  const std::string_view all = whole->view();
  return std::make_shared<const Bytes>(std::move(whole), all, false);
}

}  // namespace firesteel::session
