#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "functions/kernels/row_kernel.h"

/// The errors that arithmetic shares. Each gives null where ANSI is off.
namespace firesteel::functions {

/// ARITHMETIC_OVERFLOW; `suggested` is the try_ function to use ("try_add"), or empty.
std::nullopt_t FailOverflow(Row& row, std::string_view message, std::string_view suggested, bool with_origin = true);
std::nullopt_t FailDivideByZero(Row& row);
std::nullopt_t FailRemainderByZero(Row& row);
/// NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION.
std::nullopt_t FailDecimalRange(Row& row, std::string value, int precision, int scale);

}  // namespace firesteel::functions
