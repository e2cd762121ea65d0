#pragma once

#include <cstring>

#include "functions/kernel.h"
#include "functions/kernels/string/byte_words.h"

namespace firesteel::functions {

/// Bytes that a room for CommitRoom has at least.
inline constexpr size_t kLeastRoom = StringSlot::kMostInlined;

/// CommitText of what was written to `room`, which has kLeastRoom bytes or more: texts that are stored inline, as most
/// numbers are, go there without a call of memcpy.
inline void CommitRoom(ResultVector& result, size_t row, const char* room, size_t length) {
  if (length > StringSlot::kMostInlined) return result.CommitText(row, length);
  uint64_t first = LoadWord(room);
  uint32_t rest = LoadWord<uint32_t>(room + sizeof first);
  if (length < sizeof first) {
    first &= (uint64_t{1} << (8 * length)) - 1;
    rest = 0;
  } else {
    rest &= static_cast<uint32_t>((uint64_t{1} << (8 * (length - sizeof first))) - 1);
  }
  StringSlot& slot = result.Data<StringSlot>()[row];
  slot.inlined.length = static_cast<uint32_t>(length);
  std::memcpy(slot.inlined.bytes, &first, sizeof first);
  std::memcpy(slot.inlined.bytes + sizeof first, &rest, sizeof rest);
}

}  // namespace firesteel::functions
