#pragma once

#include <string>
#include <string_view>

namespace firesteel {

/// Makes a folder that nobody else may read, under a name of its own that begins with `prefix`. `parent` exists; empty:
/// the system's folder for temporary files. Throws std::system_error.
std::string MakeTemporaryFolder(const std::string& parent, std::string_view prefix);

}  // namespace firesteel
