#pragma once

#include <string>

#include "types/data_type.h"

namespace firesteel {

/// DataType.toString: "IntegerType", "DecimalType(10,2)", "ArrayType(StringType,true)". Some messages show it.
std::string ScalaTypeText(const DataType& type);

}  // namespace firesteel
