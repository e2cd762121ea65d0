#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firesteel {

/// Appends fields of a protocol buffer message to `out`. For messages whose classes are not at hand (google.rpc) and
/// for envelopes around bytes that must not be copied.
class WireWriter {
 public:
  /// `out` outlives the writer.
  explicit WireWriter(std::string* out) : out_(out) {}

  void Varint(uint64_t value) {
    while (value >= 0x80) {
      out_->push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_->push_back(static_cast<char>(value));
  }
  void Int(uint32_t field, int64_t value) {
    Varint(uint64_t{field} << 3);
    Varint(static_cast<uint64_t>(value));
  }
  /// Tag and length; the caller appends `size` bytes.
  void Header(uint32_t field, size_t size) {
    Varint(uint64_t{field} << 3 | 2);
    Varint(size);
  }
  /// Texts, bytes and whole messages.
  void Bytes(uint32_t field, std::string_view bytes) {
    Header(field, bytes.size());
    out_->append(bytes);
  }
  /// As serializers do with a field that has no presence: left out where it is empty.
  void Text(uint32_t field, std::string_view text) {
    if (!text.empty()) Bytes(field, text);
  }

 private:
  std::string* out_;
};

}  // namespace firesteel
