#pragma once

#include <string>
#include <string_view>

namespace firesteel {

/// The alphabet of RFC 4648, section 4.
inline constexpr std::string_view kBase64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes in base 64 with padding, without line breaks.
std::string Base64Text(std::string_view bytes);

}  // namespace firesteel
