#pragma once

#include <memory>

#include "arrow/c_data.h"
#include "duckdb/common/types/vector.hpp"
#include "types/data_type.h"

namespace firesteel::engine {

/// A record batch that vectors may point into.
using SharedBatch = std::shared_ptr<const arrow::Owned<ArrowArray>>;

/// Copies `count` elements of an Arrow array, from `begin` on, into a flat vector of PhysicalType(type), converting
/// units and widths. Strings are not copied: the vector keeps `batch` alive. The array is trusted (arrow::IpcReader
/// checked it). Throws duckdb::OutOfRangeException for what the type cannot hold.
void FillVector(const ArrowSchema& schema, const ArrowArray& array, int64_t begin, int64_t count, const DataType& type,
                const SharedBatch& batch, duckdb::Vector& vector);

}  // namespace firesteel::engine
