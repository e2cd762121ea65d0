#pragma once

#include <string>

#include "sources/parquet/footer.h"
#include "types/data_type.h"

namespace firesteel::sources::parquet {

/// The columns of a Parquet file as Spark reads them (ParquetFileFormat.inferSchema): the schema that Spark itself
/// wrote beside the data, else the file's own types after Spark's rules. Everything is nullable, as in every file
/// source. Throws QueryError PARQUET_TYPE_ILLEGAL, PARQUET_TYPE_NOT_SUPPORTED, PARQUET_TYPE_NOT_RECOGNIZED.
Schema SparkSchema(const Footer& footer);

/// How Parquet keeps a column of the type: "INT32", "BINARY", ….
std::string PhysicalName(const DataType& type);

}  // namespace firesteel::sources::parquet
