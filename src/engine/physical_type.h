#pragma once

#include "duckdb/common/types.hpp"
#include "types/data_type.h"

namespace firesteel::engine {

/// The engine's type of a Spark type, as functions/kernel.h and docs/adr describe it: TIMESTAMP is TIMESTAMPTZ,
/// TIMESTAMP_NTZ is TIMESTAMP, TIME is BIGINT nanoseconds, year-month intervals are INTEGER, day-time intervals BIGINT,
/// struct fields are named f0 … fn. lowering/type_sql.h prints the same types as SQL text.
duckdb::LogicalType PhysicalType(const DataType& type);

/// Whether a column of the engine's type `actual` can be read as `type` without a cast: equal to PhysicalType, but that
/// decimals may have another width and struct fields other names.
bool ReadableAs(const duckdb::LogicalType& actual, const DataType& type);

/// A table of the engine has at least one column: gives one that is never read to a table without columns.
void EnsureColumn(duckdb::vector<duckdb::LogicalType>& types, duckdb::vector<duckdb::string>& names);

}  // namespace firesteel::engine
