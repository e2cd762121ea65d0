#pragma once

#include <string>

#include "types/data_type.h"

namespace firesteel::lowering {

/// The engine's type of a Spark type as SQL text; the same mapping as engine/physical_type.h.
std::string TypeSql(const DataType& type);

/// The type that the engine gives a Parquet column of this Spark type when it is told to cast: as TypeSql, but structs
/// keep the field names of the file.
std::string FileTypeSql(const DataType& type);

/// A double-quoted identifier.
std::string QuoteName(std::string_view name);
/// A single-quoted text without NUL.
std::string QuoteText(std::string_view text);

}  // namespace firesteel::lowering
