#pragma once

#include <optional>
#include <string_view>

#include "functions/formats/datetime_reader.h"
#include "functions/formats/json/json_tokenizer.h"
#include "types/data_type.h"

namespace firesteel::functions {

/// The type of JSON records (Spark's JsonInferSchema). Not thread-safe.
class JsonInference {
 public:
  JsonInference(const JsonOptions& options, const FormatOptions& all_options, std::string_view session_time_zone,
                int64_t now_micros, bool timestamp_ntz);

  /// The type of one text, null types where nothing is known. Nothing when it is malformed.
  std::optional<DataType> TypeOf(std::string_view text);
  /// Learns from one record; nothing: from a malformed one. Throws MALFORMED_RECORD_IN_PARSING… when FAILFAST meets a
  /// malformed one.
  void Add(std::optional<std::string_view> text);
  /// Adds what another has learned.
  void Merge(const JsonInference& other);
  /// Fields in order of their names, null types replaced.
  Schema Result() const;
  /// The type with null types made strings (or their fields dropped) and empty structs dropped; nothing if all of it
  /// goes.
  std::optional<DataType> Canonical(const DataType& type) const;

 private:
  std::optional<DataType> TypeOfValue();
  DataType MergeRoots(const DataType& a, const DataType& b) const;
  DataType WithCorruptField(const DataType& type) const;

  const JsonOptions& options_;
  DatetimeReader datetimes_;
  const bool timestamp_ntz_;
  JsonTokenizer tokenizer_;
  DataType root_;
};

}  // namespace firesteel::functions
