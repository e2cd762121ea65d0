#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.h"

namespace firesteel::gateway {

/// Reads an object of JSON that others shall not be able to read differently: members named twice, bytes behind the
/// object and nesting deeper than 16 are errors. The error completes "the header …" and quotes nothing of the text.
Result<nlohmann::json> ParseStrictObject(std::string_view text);

}  // namespace firesteel::gateway
