#pragma once

#include <string>
#include <string_view>

namespace firesteel::functions {

/// Digests as lower-case hexadecimal text.
std::string Md5Text(std::string_view bytes);
std::string Sha1Text(std::string_view bytes);
/// `bits`: 224, 256, 384 or 512.
std::string Sha2Text(std::string_view bytes, int bits);

}  // namespace firesteel::functions
