#pragma once

#include "arrow/column_builder.h"
#include "firesteel/types.h"
#include "firesteel/value.h"

namespace firesteel::client {

/// Appends the value to a column of the type; false, with the column in disorder, when it does not fit. Integers fit
/// wider integers, floating-point numbers and decimals that hold them; floats fit doubles; decimals any scale that
/// holds all their digits.
bool AppendValue(const Value& value, const DataType& type, arrow::ColumnBuilder& out);

/// The type that holds the values of both: the wider number, the null type's other; nothing when there is none.
std::optional<DataType> CommonType(const DataType& a, const DataType& b);

}  // namespace firesteel::client
