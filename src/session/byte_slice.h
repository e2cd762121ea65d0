#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firesteel::session {

/// Bytes that somebody else keeps alive: `owner` holds them as long as a slice exists. A cheap value that is passed
/// down to the transport without copying the bytes. The bytes never change. Thread-safe to read and to copy.
struct ByteSlice {
  std::shared_ptr<const void> owner;
  std::string_view bytes;

  static ByteSlice Of(std::string text) {
    auto owned = std::make_shared<const std::string>(std::move(text));
    std::string_view view = *owned;
    return ByteSlice{std::move(owned), view};
  }
};

/// Pieces of one byte sequence, in order.
using ByteSlices = std::vector<ByteSlice>;

inline size_t TotalSize(const ByteSlices& slices) {
  size_t total = 0;
  for (const ByteSlice& slice : slices) total += slice.bytes.size();
  return total;
}

}  // namespace firesteel::session
