#pragma once

#include <algorithm>
#include <cstddef>
#include <new>
#include <vector>

/// How vectors of results grow. Internal to the library.
namespace firesteel::client::internal {

/// Room for so many rows more. How many will come nobody knows: large vectors grow in large steps, for memory that is
/// never touched costs addresses only, but rows that are moved cost time.
template <class T>
void MakeRoom(std::vector<T>& out, size_t more) {
  constexpr size_t kLarge = (size_t{16} << 20) / sizeof(T);
  const size_t needed = out.size() + more;
  if (needed <= out.capacity()) return;
  try {
    out.reserve(std::max(needed, out.capacity() * (out.capacity() < kLarge ? 2 : 8)));
  } catch (const std::bad_alloc&) {
    out.reserve(needed);  // systems that count addresses as memory
  }
}

}  // namespace firesteel::client::internal
