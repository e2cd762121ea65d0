#pragma once

#include <string>
#include <string_view>

#include "firesteel/types.h"
#include "firesteel/value.h"

namespace firesteel::shell {

/// A value for people, as Spark's show() writes it: NULL, [1, NULL], {a -> 1}, binaries as [61 62]; one line, without
/// control characters. Timestamps in `time_zone`; `type` is what makes intervals "INTERVAL '1' MONTH".
std::string ShownText(const client::Value& value, const client::DataType& type, std::string_view time_zone);

/// A value for a cell of a CSV file, null as nothing: as Spark writes it, nested ones as JSON, binaries as base64.
std::string CsvText(const client::Value& value, const client::DataType& type, std::string_view time_zone);

/// Appends the value as JSON. Nested values are arrays and objects, decimals are numbers, binaries base64, timestamps
/// ISO 8601 in UTC, NaN and the infinities strings; a variant is its own JSON. `type` gives the fields' names.
void AppendJson(std::string& json, const client::Value& value, const client::DataType& type);

}  // namespace firesteel::shell
