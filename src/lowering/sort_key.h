#pragma once

#include <string>

#include "types/data_type.h"

namespace firesteel::lowering {

/// The text to order by for values of a type. Nulls inside of arrays and structs are the smallest to Spark and the
/// largest to the engine: each part is preceded by whether it is there.
std::string SortKeySql(const std::string& sql, const DataType& type);

}  // namespace firesteel::lowering
