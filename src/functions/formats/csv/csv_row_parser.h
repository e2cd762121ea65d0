#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/formats/csv/csv_tokenizer.h"
#include "functions/formats/csv/csv_variant.h"
#include "functions/formats/datetime_reader.h"
#include "functions/formats/parsed_value.h"

namespace firesteel::functions {

/// Fields of CSV records as values of a schema (Spark's UnivocityParser). Immutable, thread-safe.
class CsvRowParser {
 public:
  /// `schema`: the columns of the file in their order, without the column of corrupt records. `required`: indexes of
  /// those to be read, ascending. `timestamp_ntz`: whether variants hold times without a zone. Throws
  /// UNSUPPORTED_DATATYPE for types that CSV does not have.
  CsvRowParser(const CsvOptions& options, const FormatOptions& all_options, Schema schema, std::vector<size_t> required,
               std::string_view session_time_zone, int64_t now_micros, bool timestamp_ntz);

  /// Converts the fields of a record into values[first + i] for required column i; false when the record is malformed
  /// (columns that could be read have their values all the same). `check_count`: another number of fields than columns
  /// is malformed. `kinds` goes from record to record.
  bool Convert(const std::vector<std::string_view>& fields, bool check_count, ParsedValues& values, uint32_t first,
               CsvVariantKinds& kinds) const;
  /// The whole record as one variant, an object with the fields _c0, _c1, … (the option singleVariantColumn).
  void ConvertRecord(const std::vector<std::string_view>& fields, ParsedValues& values, uint32_t node,
                     CsvVariantKinds& kinds) const;
  const CsvOptions& options() const { return options_; }
  const std::vector<size_t>& required() const { return required_; }
  const Schema& schema() const { return schema_; }

 private:
  bool ConvertField(std::string_view text, const DataType& type, ParsedValues& values, uint32_t node) const;
  void AppendVariant(std::string_view text, size_t column, CsvVariantKinds& kinds, VariantBuilder& builder) const;

  const CsvOptions options_;
  const Schema schema_;
  const std::vector<size_t> required_;
  DatetimeReader datetimes_;
  const bool timestamp_ntz_;
};

/// Whether CSV can hold a type as text (variants are read only).
bool IsCsvType(const DataType& type);

}  // namespace firesteel::functions
