#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "functions/kernel.h"
#include "types/variant/variant_builder.h"

/// Values of a record while it is parsed: a record can turn out malformed at its end, and a field can come twice, so
/// nothing is written into columns before all of it is known.
namespace firesteel::functions {

/// One value; its type stands in the schema. Which member counts follows from the type, as in kernel.h.
struct ParsedValue {
  bool valid = false;
  uint32_t next = 0;  ///< the next element of the same list or map, 0 for the last
  union {
    bool boolean;
    int64_t integer;  ///< integers, dates, times, intervals
    double real;
    int128_t decimal;
    CalendarIntervalValue interval;
    struct {
      const char* data;
      size_t size;
    } text;  ///< strings, binaries
    struct {
      uint32_t first;  ///< struct, variant: fields in a row · list: first element · map: first key (its `next` is the
                       ///< value, whose `next` is the next key)
      uint32_t count;  ///< list, map: elements, entries
    } children;
  };
  ParsedValue() : decimal(0) {}
  std::string_view view() const { return {text.data, text.size}; }
  void SetText(std::string_view value) {
    text = {value.data(), value.size()};
    valid = true;
  }
};

/// The values of one record (or a few). Node 0 is not used. Not thread-safe.
class ParsedValues {
 public:
  ParsedValues() { Clear(); }
  /// `count` null values in a row; references into the arena become invalid.
  uint32_t Add(size_t count) {
    const auto first = static_cast<uint32_t>(nodes_.size());
    nodes_.resize(nodes_.size() + count);
    return first;
  }
  ParsedValue& operator[](uint32_t node) { return nodes_[node]; }
  const ParsedValue& operator[](uint32_t node) const { return nodes_[node]; }
  /// Keeps a text as long as the values.
  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  /// Makes `node` the variant that the builder holds. Throws VariantTooLarge.
  void SetVariant(uint32_t node, const VariantBuilder& builder) {
    const uint32_t first = Add(2);
    nodes_[first].SetText(Keep(std::string(builder.value())));
    nodes_[first + 1].SetText(Keep(builder.Metadata()));
    nodes_[node].children = {first, 2};
    nodes_[node].valid = true;
  }
  void Clear() {
    nodes_.clear();
    nodes_.emplace_back();
    texts_.clear();
  }

  /// Writes a value into row `row` of a column, whose rows up to it exist.
  void Write(const ParsedValue& value, const DataType& type, ResultVector& column, size_t row) const;
  /// Row.toString of Spark's internal row: "[1,abc,null]".
  std::string RowText(const std::vector<StructField>& fields, uint32_t first) const;

 private:
  void WriteList(const ParsedValue& value, const DataType& type, ResultVector& column, size_t row) const;
  std::string InternalText(const ParsedValue& value, const DataType& type) const;

  std::vector<ParsedValue> nodes_;
  std::deque<std::string> texts_;
};

}  // namespace firesteel::functions
