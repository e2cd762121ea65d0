#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace firesteel::gateway {

/// SHA-256 of a token: what is kept and compared in its place.
using TokenDigest = std::array<uint8_t, 32>;

TokenDigest DigestOf(std::string_view token);

}  // namespace firesteel::gateway
