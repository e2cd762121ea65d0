#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "functions/formats/csv/csv_options.h"
#include "functions/formats/datetime_reader.h"
#include "types/variant/variant_builder.h"

namespace firesteel::functions {

/// What the fields of a column were so far. A field is read as that or as a kind behind it, never as one before: Spark
/// remembers it from row to row, so a number behind a word is a text.
enum class CsvVariantKind : uint8_t { kLong, kDecimal, kDate, kTimestampNtz, kTimestamp, kBoolean, kString };
/// By column; what is missing has not been met. One for each run of rows.
using CsvVariantKinds = std::vector<CsvVariantKind>;

/// Appends a field as a variant: long, decimal, date (option preferDate), timestamp, boolean or string, whichever reads
/// it first; null for the option nullValue. `timestamp_ntz`: spark.sql.timestampType is TIMESTAMP_NTZ.
void AppendCsvVariant(std::string_view text, const CsvOptions& options, const DatetimeReader& datetimes,
                      bool timestamp_ntz, CsvVariantKind& kind, VariantBuilder& builder);

}  // namespace firesteel::functions
