#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firesteel::gateway {

/// Appends fields of a protobuf message to a string.
class WireWriter {
 public:
  /// `out` outlives the writer.
  explicit WireWriter(std::string* out) : out_(out) {}

  void Int(uint32_t field, uint64_t value) {
    Varint(uint64_t{field} << 3);
    Varint(value);
  }
  /// Texts, bytes and whole messages.
  void Bytes(uint32_t field, std::string_view bytes) {
    Varint(uint64_t{field} << 3 | 2);
    Varint(bytes.size());
    out_->append(bytes);
  }
  /// As serializers do with a field that has no presence: left out where it is empty.
  void Text(uint32_t field, std::string_view text) {
    if (!text.empty()) Bytes(field, text);
  }

 private:
  void Varint(uint64_t value) {
    while (value >= 0x80) {
      out_->push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_->push_back(static_cast<char>(value));
  }

  std::string* out_;
};

}  // namespace firesteel::gateway
