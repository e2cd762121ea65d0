#pragma once

#include "types/data_type.h"

namespace firesteel {

/// The type with every nested part nullable (Spark's asNullable).
DataType AsNullable(const DataType& type);

}  // namespace firesteel
