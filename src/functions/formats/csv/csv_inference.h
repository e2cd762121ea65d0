#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "functions/formats/csv/csv_options.h"
#include "functions/formats/datetime_reader.h"
#include "types/data_type.h"

namespace firesteel::functions {

/// Types of CSV columns from their texts (Spark's CSVInferSchema). Not thread-safe.
class CsvInference {
 public:
  CsvInference(const CsvOptions& options, const FormatOptions& all_options, std::string_view session_time_zone,
               int64_t now_micros, bool timestamp_ntz, size_t columns);

  /// Learns from one record; fields beyond the columns are not looked at.
  void Add(const std::vector<std::string_view>& fields);
  /// Adds what another has learned of the same columns.
  void Merge(const CsvInference& other);
  /// What was learned; columns without a value are strings.
  std::vector<DataType> Types() const;

 private:
  DataType TypeOf(const DataType& so_far, std::string_view field) const;
  DataType TryLong(std::string_view field) const;
  DataType TryDecimal(std::string_view field) const;
  DataType TryDouble(std::string_view field) const;
  DataType TryDate(std::string_view field) const;
  DataType TryTimestampNtz(std::string_view field) const;
  DataType TryTimestamp(std::string_view field) const;

  const CsvOptions& options_;
  DatetimeReader datetimes_;
  const bool timestamp_ntz_;
  std::vector<DataType> types_;
};

/// Names of columns: the header's with numbers where they are empty or repeat, or _c0, _c1, … Throws nothing.
std::vector<std::string> CsvColumnNames(const std::vector<std::string_view>& first_row, const CsvOptions& options,
                                        bool case_sensitive);

}  // namespace firesteel::functions
