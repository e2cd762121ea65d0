#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/int128.h"
#include "types/data_type.h"

namespace firesteel {

/// Spark's CalendarInterval: three counts that are never normalised into each other.
struct CalendarIntervalValue {
  int32_t months = 0;
  int32_t days = 0;
  int64_t microseconds = 0;
  bool operator==(const CalendarIntervalValue&) const = default;
};

struct Value;
using ValueList = std::vector<Value>;

/// Binary and variant payloads are bytes; a distinct type keeps them apart from text.
struct BinaryValue {
  std::string bytes;
  bool operator==(const BinaryValue&) const = default;
};

struct VariantValue {
  std::string value;
  std::string metadata;
  bool operator==(const VariantValue&) const = default;
};

/// A constant; its DataType stands beside it. The alternative follows from the type:
///   null: monostate (of any type) · boolean: bool · byte, short, int, long: int64_t · float, double: double
///   decimal: int128_t, unscaled, at the type's scale · string, char, varchar: std::string (UTF-8; may be invalid)
///   binary: BinaryValue · date: int64_t days since 1970-01-01 · timestamp, timestamp_ntz: int64_t microseconds
///   time: int64_t NANOseconds since midnight · year-month interval: int64_t months · day-time: int64_t microseconds
///   calendar interval: CalendarIntervalValue · array: ValueList · struct: ValueList (by position)
///   map: ValueList of alternating keys and values, in order · variant: VariantValue
///   timestamps of nanoseconds: int128_t nanoseconds · geometry, geography: BinaryValue (see types/geospatial.h)
struct Value {
  std::variant<std::monostate, bool, int64_t, double, int128_t, std::string, BinaryValue, CalendarIntervalValue,
               std::shared_ptr<const ValueList>, VariantValue>
      data;

  bool is_null() const { return std::holds_alternative<std::monostate>(data); }
  static Value List(ValueList items) { return Value{std::make_shared<const ValueList>(std::move(items))}; }
  const ValueList& list() const { return *std::get<std::shared_ptr<const ValueList>>(data); }
  int64_t integer() const { return std::get<int64_t>(data); }
  const std::string& text() const { return std::get<std::string>(data); }

  /// Deep equality; NaN equals NaN.
  bool operator==(const Value& other) const;
};

/// A constant with its type.
struct TypedValue {
  DataType type;
  Value value;
  bool operator==(const TypedValue&) const = default;
};

}  // namespace firesteel
