#pragma once

#include <string>

#include "types/data_type.h"
#include "types/value.h"

namespace firesteel::session {

/// The value as Python's pickle (protocol 3) of what PySpark's types take as their internal form: dates as days,
/// timestamps as microseconds, rows as pyspark.sql.Row. Throws UNSUPPORTED_FEATURE for types that have none.
std::string Pickle(const Value& value, const DataType& type);

}  // namespace firesteel::session
