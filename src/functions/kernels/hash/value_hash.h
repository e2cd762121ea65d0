#pragma once

#include <cstdint>
#include <string_view>

namespace firesteel::functions {

/// Spark's Murmur3 of bytes with its seed 42: hash() of a text, and the hash code that its hash maps use.
int32_t TextHash(std::string_view bytes);
/// The same with another seed.
int32_t BytesHash(std::string_view bytes, int32_t seed);

}  // namespace firesteel::functions
