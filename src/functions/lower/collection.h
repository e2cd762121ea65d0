#pragma once

#include <string>
#include <string_view>

#include "functions/lower/lower.h"

/// Engine SQL of rows on arrays and maps that lower.h does not name.
namespace firesteel::functions {

/// element_at, get, and the items of arrays and maps.
std::string LowerElement(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerArrayFunction(const bound::ExpressionPtr& call, SqlWriter& writer);  ///< array, arrays_zip, shuffle
std::string LowerMapFunction(const bound::ExpressionPtr& call, SqlWriter& writer);    ///< rows of MapKernel
/// The kernel that makes the map of a row (map, map_from_arrays, map_from_entries, map_concat), after the session's
/// policy for keys that repeat.
const Kernel& MapKernel(std::string_view name, const bound::SessionSettings& settings);

}  // namespace firesteel::functions
