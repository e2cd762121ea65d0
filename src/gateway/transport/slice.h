#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace firesteel::gateway {

/// Some bytes of a shared block: what was read once is queued and written without being copied. A value; the bytes do
/// not change while a slice names them. A block lives as long as its last slice.
class Slice {
 public:
  Slice() = default;
  Slice(std::shared_ptr<const void> block, std::string_view bytes) : block_(std::move(block)), bytes_(bytes) {}

  /// Takes the text over.
  static Slice Of(std::string text) {
    auto block = std::make_shared<const std::string>(std::move(text));
    const std::string_view bytes = *block;
    return {std::move(block), bytes};
  }

  std::string_view bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

  /// The first `size` bytes, which leave this slice.
  Slice Take(size_t size) {
    Slice taken(block_, bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return taken;
  }

 private:
  std::shared_ptr<const void> block_;
  std::string_view bytes_;
};

}  // namespace firesteel::gateway
