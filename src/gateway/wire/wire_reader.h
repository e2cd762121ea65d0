#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "gateway/wire/open_groups.h"

namespace firesteel::gateway {

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kGroup = 3, kEndGroup = 4, kFixed32 = 5 };

/// Keys and lengths are 32 bits in at most 5 bytes, other varints 64 bits in at most 10 (what the tenth has too much is
/// dropped). More is a fault, where lenient parsers differ: what two could read differently must not pass.
inline constexpr int kMaxKeyBytes = 5;
inline constexpr int kMaxVarintBytes = 10;
inline constexpr uint64_t kMaxKey = std::numeric_limits<uint32_t>::max();
inline constexpr uint64_t kMaxLength = std::numeric_limits<int32_t>::max();

/// A key split into field number and type.
struct WireKey {
  uint32_t number = 0;
  WireType type = WireType::kVarint;

  /// False where no message has such a key.
  static bool Of(uint64_t key, WireKey* result) {
    if (key > kMaxKey || key >> 3 == 0 || (key & 7) > 5) return false;
    *result = {.number = static_cast<uint32_t>(key >> 3), .type = static_cast<WireType>(key & 7)};
    return true;
  }
};

/// Walks over the fields of one protobuf message without copying. Never reads beyond the view, never recurses.
///
///     WireReader reader(message);
///     while (reader.Next()) {
///       if (reader.IsBytes(1)) ... reader.bytes() ...
///     }
///     return reader.ok();
class WireReader {
 public:
  /// The bytes outlive the reader.
  explicit WireReader(std::string_view message) : WireReader(message, kMaxWireDepth) {}

  /// Moves to the next field, a whole group being one. False at the end and at a fault.
  bool Next() { return NextKey() && ReadValue(); }

  /// The two halves of Next(), for messages whose end is not there yet.
  bool NextKey();
  bool ReadValue();

  /// Whether all that was walked over is as a message should be.
  bool ok() const { return ok_; }

  uint32_t number() const { return key_.number; }
  WireType type() const { return key_.type; }
  /// A field of another type than its schema's is an unknown one: so one asks for both.
  bool IsBytes(uint32_t number) const { return key_.number == number && key_.type == WireType::kBytes; }
  bool IsVarint(uint32_t number) const { return key_.number == number && key_.type == WireType::kVarint; }

  std::string_view bytes() const { return bytes_; }  ///< of a field of bytes
  uint64_t varint() const { return varint_; }        ///< of a varint
  /// The field with its key, as it stands in the message.
  std::string_view field() const { return message_.substr(begin_, position_ - begin_); }
  size_t position() const { return position_; }  ///< behind what was read

  /// A reader of the message that this field of bytes is.
  WireReader Nested() const { return WireReader(bytes_, depth_ - 1); }

 private:
  WireReader(std::string_view message, int depth) : message_(message), depth_(depth), ok_(depth >= 0) {}

  bool Varint(int most_bytes, uint64_t* value);
  bool Skip(size_t count);
  bool SkipGroup(uint32_t number);
  bool Fault() {
    ok_ = false;
    return false;
  }

  std::string_view message_;
  size_t position_ = 0;
  size_t begin_ = 0;
  std::string_view bytes_;
  uint64_t varint_ = 0;
  WireKey key_;
  int depth_;
  bool ok_;
};

inline bool WireReader::Varint(int most_bytes, uint64_t* value) {
  // Nearly all keys and lengths are one byte.
  if (position_ < message_.size() && static_cast<uint8_t>(message_[position_]) < 0x80) {
    *value = static_cast<uint8_t>(message_[position_++]);
    return true;
  }
  uint64_t result = 0;
  for (int i = 0; i < most_bytes && position_ < message_.size(); ++i) {
    const auto byte = static_cast<uint8_t>(message_[position_++]);
    result |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      *value = result;
      return true;
    }
  }
  return Fault();
}

inline bool WireReader::NextKey() {
  if (!ok_ || position_ == message_.size()) return false;
  begin_ = position_;
  uint64_t key;
  if (!Varint(kMaxKeyBytes, &key)) return false;
  if (!WireKey::Of(key, &key_) || key_.type == WireType::kEndGroup) return Fault();
  return true;
}

inline bool WireReader::Skip(size_t count) {
  if (count > message_.size() - position_) return Fault();
  position_ += count;
  return true;
}

inline bool WireReader::ReadValue() {
  switch (key_.type) {
    case WireType::kVarint:
      return Varint(kMaxVarintBytes, &varint_);
    case WireType::kFixed64:
      return Skip(8);
    case WireType::kFixed32:
      return Skip(4);
    case WireType::kBytes: {
      uint64_t length;
      if (!Varint(kMaxKeyBytes, &length)) return false;
      if (length > kMaxLength || !Skip(length)) return Fault();
      bytes_ = message_.substr(position_ - length, length);
      return true;
    }
    case WireType::kGroup:
      return SkipGroup(key_.number);
    case WireType::kEndGroup:
      break;
  }
  return Fault();
}

}  // namespace firesteel::gateway
