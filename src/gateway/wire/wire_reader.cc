#include "gateway/wire/wire_reader.h"

namespace firesteel::gateway {

bool WireReader::SkipGroup(uint32_t number) {
  OpenGroups groups;
  if (!groups.Open(number, depth_)) return Fault();
  while (!groups.empty()) {
    uint64_t value;
    WireKey key;
    if (!Varint(kMaxKeyBytes, &value)) return false;
    if (!WireKey::Of(value, &key)) return Fault();
    switch (key.type) {
      case WireType::kVarint:
        if (!Varint(kMaxVarintBytes, &value)) return false;
        break;
      case WireType::kFixed64:
        if (!Skip(8)) return false;
        break;
      case WireType::kFixed32:
        if (!Skip(4)) return false;
        break;
      case WireType::kBytes:
        if (!Varint(kMaxKeyBytes, &value)) return false;
        if (value > kMaxLength || !Skip(value)) return Fault();
        break;
      case WireType::kGroup:
        if (!groups.Open(key.number, depth_)) return Fault();
        break;
      case WireType::kEndGroup:
        if (!groups.Close(key.number)) return Fault();
        break;
    }
  }
  return true;
}

}  // namespace firesteel::gateway
