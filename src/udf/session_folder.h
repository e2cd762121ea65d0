#pragma once

#include <cstdint>
#include <string>

namespace firesteel::udf {

/// Makes a session's folder its user's, private to it: the folder itself, and below it what the server's own user has
/// put there (files that an archive marks as private could not be read else). Follows no link and touches nothing of
/// another user or with a second name: the session's code may change the folder meanwhile. Throws QueryError when the
/// folder itself cannot be given.
void GiveFolder(const std::string& folder, uint32_t user);

}  // namespace firesteel::udf
