#pragma once

#include <cstdint>
#include <string>

namespace firesteel::arrow {

/// Appends `count` bits (bit i of word i/64, least significant first) to a bitmap of `length` bits; bits behind the end
/// stay zero. Returns how many of them are zero.
int64_t AppendBits(std::string& bitmap, int64_t length, const uint64_t* bits, int64_t count);

/// Appends `count` equal bits.
void AppendEqualBits(std::string& bitmap, int64_t length, bool bit, int64_t count);

}  // namespace firesteel::arrow
