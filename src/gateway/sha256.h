#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace firesteel::gateway {

using Sha256Digest = std::array<uint8_t, 32>;

Sha256Digest Sha256Of(std::string_view text);
/// In lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view text);

}  // namespace firesteel::gateway
