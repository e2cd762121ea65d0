#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace firesteel {

class Bytes;
using SharedBytes = std::shared_ptr<const Bytes>;

/// Bytes that never change and may be many: those of a text, of a file mapped into memory, or a part of either. Whoever
/// holds them keeps them alive. Thread-safe.
class Bytes {
 public:
  Bytes(std::shared_ptr<const void> owner, std::string_view view, bool is_mapped)
      : owner_(std::move(owner)), view_(view), is_mapped_(is_mapped) {}

  std::string_view view() const { return view_; }
  size_t size() const { return view_.size(); }

  /// Gives the memory of a mapped file back; who reads on gets it from the file again. Nothing for bytes of a text.
  void ReleasePages() const;

  static SharedBytes Of(std::string text);
  /// A part of the bytes, which it keeps alive.
  static SharedBytes Part(const SharedBytes& whole, std::string_view part);
  /// The file from byte `begin` to its end. Nobody may shorten it meanwhile; it may be removed. Throws
  /// std::system_error.
  static SharedBytes MapFile(const std::string& path, size_t begin = 0);

 private:
  const std::shared_ptr<const void> owner_;
  const std::string_view view_;
  const bool is_mapped_;
};

}  // namespace firesteel
