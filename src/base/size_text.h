#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firesteel {

/// Bytes of a text such as "2GB", "512m", "1.5 GiB", "4096"; units are powers of 1024, in any case, with or without
/// "B" or "iB". Nothing on bad text, a negative number or overflow of 63 bits.
std::optional<int64_t> ParseByteSize(std::string_view text);

/// Bytes for people: "1.5 GiB", "512 B".
std::string ByteSizeText(int64_t bytes);

}  // namespace firesteel
