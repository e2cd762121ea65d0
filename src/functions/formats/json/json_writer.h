#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "functions/formats/datetime_writer.h"
#include "functions/kernel.h"

namespace firesteel::functions {

/// Values as JSON text, as Spark's to_json and its JSON files write them (JacksonGenerator). Honours the options
/// ignoreNullFields, pretty, writeNonAsciiCharacterAsCodePoint and those of DatetimeWriter. Immutable, thread-safe.
class JsonWriter {
 public:
  JsonWriter(const FormatOptions& options, std::string_view session_time_zone);

  /// The element of row `row` (VectorView::IndexOf's argument); "null" when it is null.
  void Append(const DataType& type, const VectorView& view, size_t row, std::string& out) const {
    AppendElement(type, view, row, 0, out);
  }

 private:
  void AppendElement(const DataType& type, const VectorView& view, size_t row, int depth, std::string& out) const;
  void AppendValid(const DataType& type, const VectorView& view, size_t row, int depth, std::string& out) const;
  void AppendStruct(const DataType& type, const VectorView& view, size_t row, int depth, std::string& out) const;
  void AppendArray(const DataType& type, const VectorView& view, size_t row, int depth, std::string& out) const;
  void AppendMap(const DataType& type, const VectorView& view, size_t row, int depth, std::string& out) const;
  void BeginMember(bool is_first, std::string_view name, int depth, std::string& out) const;
  /// The members' numbers in the order to be written; `name` gives a member's name.
  template <class Name>
  std::vector<size_t> MemberOrder(size_t count, const Name& name) const;
  void EndObject(bool is_empty, int depth, std::string& out) const;

  DatetimeWriter datetimes_;
  std::string session_time_zone_;
  bool ignore_nulls_;
  bool pretty_;
  bool ascii_only_;
  bool sorts_keys_;
};

}  // namespace firesteel::functions
