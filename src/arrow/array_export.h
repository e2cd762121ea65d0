#pragma once

#include "arrow/c_data.h"
#include "arrow/column_builder.h"

namespace firesteel::arrow {

/// Turns what the columns collected into a struct array that owns the buffers; the columns are empty afterwards.
Owned<ArrowArray> ExportColumns(std::vector<ColumnBuilder>& columns, int64_t rows);

/// One column.
Owned<ArrowArray> ExportColumn(ColumnBuilder& column);

}  // namespace firesteel::arrow
