#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/formats/datetime_reader.h"
#include "functions/formats/xml/xml_cursor.h"
#include "functions/formats/xml/xml_options.h"
#include "types/data_type.h"

namespace firesteel::functions {

/// The type of XML records (Spark's XmlInferSchema). Immutable, thread-safe.
class XmlInference {
 public:
  struct Settings {
    bool case_sensitive = false;
    bool timestamp_ntz = false;  ///< timestamps without a zone are TIMESTAMP_NTZ
  };
  XmlInference(const XmlOptions& options, const FormatOptions& all_options, Settings settings,
               std::string_view session_time_zone, int64_t now_micros);

  /// The type of one record, null types where nothing is known. Nothing when it is malformed.
  std::optional<DataType> TypeOf(const XmlDocument& document) const;
  /// The type with null types made strings and structs without fields dropped; nothing if all of it goes.
  static std::optional<DataType> Canonical(const DataType& type);
  /// The type of values of both types (compatibleType).
  DataType Merge(const DataType& a, const DataType& b) const;

 private:
  /// Fields of an element by name, the first name of those that are the same; null where the record is malformed.
  using Names = std::map<std::string, std::pair<std::string, DataType>>;

  std::string Key(const std::string& name) const;
  void Put(Names& names, const std::string& name, const DataType& type) const;
  std::optional<DataType> TypeOfField(XmlCursor& cursor) const;
  std::optional<DataType> TypeOfObject(XmlCursor& cursor, const XmlEvent* root) const;
  DataType WithAttributes(const DataType& type, const XmlDocument& document, const XmlEvent& start) const;
  DataType TypeOfText(std::string_view text) const;
  DataType TypeOfDatetime(std::string_view text) const;
  DataType MergeStructs(const DataType& a, const DataType& b) const;
  DataType MergeValueTag(const DataType& with_tag, const DataType& value, bool value_first) const;

  const XmlOptions options_;
  const Settings settings_;
  DatetimeReader datetimes_;
};

}  // namespace firesteel::functions
