#pragma once

#include <string>
#include <string_view>

namespace firesteel::sources {

/// The absolute path, without a trailing slash, that a user's path means: absolute, relative to the process's folder,
/// or a `file:` URL. Throws INVALID_EMPTY_LOCATION, and an unsupported-feature error for other file systems, which says
/// what was asked ("reading from").
std::string LocalPath(const std::string& given, std::string_view purpose);

/// The path as Spark's messages show it: "file:/tmp/x".
std::string DisplayPath(std::string_view path);

}  // namespace firesteel::sources
