#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace firesteel::gateway {

/// The body of a GET. Only https, its certificate verified with the system's authorities; plain http from this machine
/// alone, because whoever can change keys on their way can make tokens. No redirects. Blocks for up to about 15 s.
/// Errors say what is wrong without the server's words.
Result<std::string> FetchUrl(const std::string& url, size_t most_bytes);

}  // namespace firesteel::gateway
