#pragma once

#include <cstdint>
#include <mutex>

#include "duckdb/storage/buffer_manager.hpp"

namespace firesteel::engine {

/// What the states of one aggregate call hold outside of the engine's buffers, counted against its memory limit.
/// Thread-safe.
class StateMemory {
 public:
  explicit StateMemory(duckdb::BufferManager& buffers) : buffers_(buffers) {}
  ~StateMemory();
  StateMemory(const StateMemory&) = delete;
  StateMemory& operator=(const StateMemory&) = delete;

  /// The states hold so many bytes more. Throws duckdb::OutOfMemoryException when the limit does not allow that, even
  /// with what can be spilled out of the way.
  void Grow(uint64_t bytes);
  void Shrink(uint64_t bytes) noexcept;

 private:
  /// The engine is asked for pieces of this size, so that small groups do not ask for each row.
  static constexpr uint64_t kPiece = 1 << 20;

  duckdb::BufferManager& buffers_;
  std::mutex mutex_;
  uint64_t used_ = 0;
  uint64_t reserved_ = 0;
};

}  // namespace firesteel::engine
