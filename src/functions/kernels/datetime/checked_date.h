#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "functions/kernels/row_kernel.h"

/// Fields of dates and times that must exist; their errors give NULL where ANSI is off.
namespace firesteel::functions {

std::nullopt_t FailField(Row& row, std::string_view field, std::string_view range, int64_t value);
/// Days since 1970.
std::optional<int64_t> CheckedDate(Row& row, int32_t year, int32_t month, int32_t day);

}  // namespace firesteel::functions
