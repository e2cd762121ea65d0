#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firesteel::gateway {

/// The bytes of base64url without padding (RFC 7515, section 2), or nothing. Only the one canonical form of any bytes
/// is read: no padding, no blanks, no other alphabet, unused bits zero. So nobody can make a second token of one.
std::optional<std::string> FromBase64Url(std::string_view text);

}  // namespace firesteel::gateway
