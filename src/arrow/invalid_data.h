#pragma once

#include <string>

namespace firesteel::arrow {

/// Client data that is not what it says: CONNECT_INVALID_PLAN.ASSERTION_FAILURE with the reason.
[[noreturn]] void ThrowInvalidArrow(const std::string& reason);

}  // namespace firesteel::arrow
