#pragma once

#include "arrow/c_data.h"
#include "arrow/column_builder.h"
#include "types/data_type.h"

namespace firesteel::arrow {

/// Whether an array of this schema already lies as ColumnBuilder lays the type out (no dictionary, 32-bit offsets,
/// microseconds, …), its children included.
bool IsCanonical(const ArrowSchema& schema, const DataType& type);

/// Copies a validated array element by element into a builder of `type`, converting units, widths, offsets and
/// dictionaries. Values that the type cannot hold (a decimal of 39 digits, a date outside 32 bits) throw QueryError.
void CopyElements(const ArrowSchema& schema, const ArrowArray& array, const DataType& type, ColumnBuilder& out);

}  // namespace firesteel::arrow
