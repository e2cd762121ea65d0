#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firesteel::connect {

/// ZSTD frames → bytes. Throws QueryError CONNECT_INVALID_PLAN.CANNOT_PARSE for bad data and
/// CONNECT_INVALID_PLAN.PLAN_SIZE_LARGER_THAN_MAX for more than `max_bytes`, without building more than that.
std::string DecompressZstd(std::string_view data, int64_t max_bytes);

}  // namespace firesteel::connect
