#include <algorithm>
#include <cstdint>
#include <string_view>

#include "gateway/wire/grpc_message.h"
#include "gateway/wire/method_layout.h"
#include "gateway/wire/wire_reader.h"

namespace firesteel::gateway {

bool TailWatch::Feed(std::string_view bytes) {
  while (!fault_ && !bytes.empty()) {
    if (left_ > 0) {
      const uint64_t skipped = std::min<uint64_t>(left_, bytes.size());
      left_ -= skipped;
      bytes.remove_prefix(skipped);
    } else {
      fault_ = !Take(static_cast<uint8_t>(bytes.front()));
      bytes.remove_prefix(1);
    }
  }
  return !fault_;
}

bool TailWatch::Finish() const {
  return !fault_ && left_ == 0 && count_ == 0 && part_ == Part::kKey && groups_.empty();
}

bool TailWatch::Take(uint8_t byte) {
  value_ |= static_cast<uint64_t>(byte & 0x7f) << (7 * count_++);
  if (byte >= 0x80) return count_ < (part_ == Part::kVarint ? kMaxVarintBytes : kMaxKeyBytes);
  bool good = true;
  if (part_ == Part::kKey) {
    good = TakeKey();
  } else {
    if (part_ == Part::kLength) {
      good = value_ <= kMaxLength;
      left_ = value_;
    }
    part_ = Part::kKey;
  }
  value_ = 0;
  count_ = 0;
  return good;
}

bool TailWatch::TakeKey() {
  WireKey key;
  if (!WireKey::Of(value_, &key)) return false;
  switch (key.type) {
    case WireType::kVarint:
      part_ = Part::kVarint;
      return true;
    case WireType::kFixed64:
      left_ = 8;
      return true;
    case WireType::kFixed32:
      left_ = 4;
      return true;
    case WireType::kBytes:
      part_ = Part::kLength;
      return !groups_.empty() || (key.number != kSessionId && key.number != kUserContext);
    case WireType::kGroup:
      return groups_.Open(key.number, kMaxWireDepth);
    case WireType::kEndGroup:
      return groups_.Close(key.number);
  }
  return false;
}

}  // namespace firesteel::gateway
