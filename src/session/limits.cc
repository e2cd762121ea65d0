#include "session/limits.h"

#include "base/error.h"

namespace firesteel::session {

void ThrowLimitExceeded(const std::string& what, const std::string& limit, std::string_view key) {
  throw QueryError("SERVER_LIMIT_EXCEEDED", {{"what", what}, {"limit", limit}, {"key", std::string(key)}}, nullptr,
                   ErrorClass::kSpark);
}

}  // namespace firesteel::session
