#pragma once

#include <cstddef>
#include <string_view>

#include "base/bytes.h"

namespace firesteel::session {

/// Bytes that grow in place: what is there is never copied, and large ones lie in large pages where the system has
/// them, because a fault for each small page costs more than the bytes that go into it. Not thread-safe.
class GrowingBlock {
 public:
  GrowingBlock() = default;
  ~GrowingBlock();
  GrowingBlock(const GrowingBlock&) = delete;
  GrowingBlock& operator=(const GrowingBlock&) = delete;

  /// Adds bytes; there will be at most `most` in all. False, and nothing is added, where the process has no memory.
  bool Append(std::string_view bytes, size_t most);
  std::string_view view() const { return {data_, size_}; }
  size_t size() const { return size_; }
  /// Forgets the bytes; the room for up to `kept` of them stays.
  void Clear(size_t kept);
  /// The bytes; the block is empty then.
  SharedBytes Take();

 private:
  bool MakeRoom(size_t size, size_t most);
  bool Map(size_t bytes);
  void Free();

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t room_ = 0;      // bytes that memory was asked for
  size_t reserved_ = 0;  // bytes of addresses; 0: the room is malloc's
};

}  // namespace firesteel::session
