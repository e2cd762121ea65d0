#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "firesteel/types.h"

/// Single values as Spark has them. All are values of their own: copy them and use them in any thread.
namespace firesteel::client {

/// Bytes; a type of their own keeps them apart from text.
struct Binary {
  std::string bytes;
  auto operator<=>(const Binary&) const = default;
};

/// A decimal number: an integer of up to 38 digits, `scale` of them behind the point.
///
///     Decimal price = *Decimal::parse("12.50");   // unscaled 1250, scale 2, precision 4
class Decimal {
 public:
  Decimal() = default;
  Decimal(int64_t unscaled, int scale) : low_(static_cast<uint64_t>(unscaled)), high_(unscaled < 0 ? -1 : 0) {
    scale_ = static_cast<int8_t>(scale);
  }
  /// The two halves of the unscaled number, two's complement.
  static Decimal from_parts(int64_t high, uint64_t low, int scale) {
    Decimal decimal;
    decimal.high_ = high;
    decimal.low_ = low;
    decimal.scale_ = static_cast<int8_t>(scale);
    return decimal;
  }
  /// "-12.50", "3", "1.5e3". kInvalidArgument for other text and for more than 38 digits.
  static Result<Decimal> parse(std::string_view text);

  int scale() const { return scale_; }
  /// Digits of the unscaled number, at least scale() and 1.
  int precision() const;
  int64_t high() const { return high_; }
  uint64_t low() const { return low_; }
  double to_double() const;
  std::string to_string() const;  ///< with all digits of the scale: "12.50"

  /// Of the number and its scale: 1.0 and 1.00 differ, as texts do.
  bool operator==(const Decimal&) const = default;

 private:
  uint64_t low_ = 0;
  int64_t high_ = 0;
  int8_t scale_ = 0;
};

/// A day of the proleptic Gregorian calendar.
struct Date {
  int32_t days = 0;  ///< since 1970-01-01
  static Date from_ymd(int year, int month, int day);
  static Result<Date> parse(std::string_view text);  ///< "2020-01-02"
  std::string to_string() const;
  auto operator<=>(const Date&) const = default;
};

/// An instant.
struct Timestamp {
  int64_t micros = 0;  ///< since 1970-01-01 00:00:00 UTC
  /// "2020-01-02 03:04:05.123" with a zone ("Z", "+02:00", "Europe/Paris"); without one it is local to `time_zone`.
  static Result<Timestamp> parse(std::string_view text, std::string_view time_zone = "UTC");
  /// In a zone: "2020-01-02 03:04:05.1". A zone that does not exist counts as UTC.
  std::string to_string(std::string_view time_zone = "UTC") const;
  auto operator<=>(const Timestamp&) const = default;
};

/// A date and a time of day without a zone.
struct TimestampNtz {
  int64_t micros = 0;  ///< since 1970-01-01 00:00:00
  static Result<TimestampNtz> parse(std::string_view text);
  std::string to_string() const;
  auto operator<=>(const TimestampNtz&) const = default;
};

/// TIMESTAMP_LTZ(7..9): an instant, to the nanosecond.
struct TimestampNanos {
  int64_t micros = 0;  ///< since 1970-01-01 00:00:00 UTC
  int16_t nanos = 0;   ///< within the microsecond, 0..999
  auto operator<=>(const TimestampNanos&) const = default;
};

/// TIMESTAMP_NTZ(7..9).
struct TimestampNtzNanos {
  int64_t micros = 0;
  int16_t nanos = 0;
  auto operator<=>(const TimestampNtzNanos&) const = default;
};

/// A time of day.
struct Time {
  int64_t nanos = 0;                                 ///< since midnight
  static Result<Time> parse(std::string_view text);  ///< "03:04:05.123"
  std::string to_string() const;
  auto operator<=>(const Time&) const = default;
};

struct YearMonthInterval {
  int32_t months = 0;
  auto operator<=>(const YearMonthInterval&) const = default;
};

struct DayTimeInterval {
  int64_t micros = 0;
  auto operator<=>(const DayTimeInterval&) const = default;
};

/// Three counts that are never turned into each other.
struct CalendarInterval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t micros = 0;
  auto operator<=>(const CalendarInterval&) const = default;
};

/// A variant in Spark's binary encoding.
struct Variant {
  std::string value;
  std::string metadata;
  /// As JSON text; kInvalidArgument when the bytes are no variant.
  Result<std::string> to_json(std::string_view time_zone = "UTC") const;
  auto operator<=>(const Variant&) const = default;
};

/// A geometry or geography in well-known binary.
struct Geospatial {
  int32_t srid = 0;
  std::string wkb;
  auto operator<=>(const Geospatial&) const = default;
};

class Value;
class Row;

/// Elements of an array, in order.
using Array = std::vector<Value>;
/// Entries of a map, in order.
using MapEntries = std::vector<std::pair<Value, Value>>;

/// Any value of Spark's, null included: a cell of a Row, a parameter of a statement, a literal.
/// Copies are cheap except for texts: arrays, maps and structs are shared and immutable.
///
///     Value value = 42;                       // integer; int64_t makes a long
///     value.get_if<int32_t>();                // → 42, or null pointer when it holds something else
///     Value list = Array{Value(1), Value(2), Value()};
class Value {
 public:
  using ArrayPtr = std::shared_ptr<const Array>;
  using MapPtr = std::shared_ptr<const MapEntries>;
  using StructPtr = std::shared_ptr<const Row>;
  using Data =
      std::variant<std::monostate, bool, int8_t, int16_t, int32_t, int64_t, float, double, Decimal, std::string, Binary,
                   Date, Timestamp, TimestampNtz, Time, YearMonthInterval, DayTimeInterval, CalendarInterval, ArrayPtr,
                   MapPtr, StructPtr, Variant, Geospatial, TimestampNanos, TimestampNtzNanos>;

  Value() = default;  ///< null
  Value(std::nullopt_t) {}
  Value(bool value) : data_(value) {}
  Value(int8_t value) : data_(value) {}
  Value(int16_t value) : data_(value) {}
  Value(int32_t value) : data_(value) {}
  Value(int64_t value) : data_(value) {}
  Value(long long value) : data_(static_cast<int64_t>(value)) {}
  Value(float value) : data_(value) {}
  Value(double value) : data_(value) {}
  Value(Decimal value) : data_(value) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(const void*) = delete;  // pointers would become bool
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(Binary value) : data_(std::move(value)) {}
  Value(Date value) : data_(value) {}
  Value(Timestamp value) : data_(value) {}
  Value(TimestampNtz value) : data_(value) {}
  Value(Time value) : data_(value) {}
  Value(YearMonthInterval value) : data_(value) {}
  Value(DayTimeInterval value) : data_(value) {}
  Value(CalendarInterval value) : data_(value) {}
  Value(Variant value) : data_(std::move(value)) {}
  Value(Geospatial value) : data_(std::move(value)) {}
  Value(TimestampNanos value) : data_(value) {}
  Value(TimestampNtzNanos value) : data_(value) {}
  Value(Array elements) : data_(std::make_shared<const Array>(std::move(elements))) {}
  Value(MapEntries entries) : data_(std::make_shared<const MapEntries>(std::move(entries))) {}
  Value(Row row);
  template <class T>
  Value(std::optional<T> value) {
    if (value) *this = Value(*std::move(value));
  }

  bool is_null() const { return data_.index() == 0; }
  const Data& data() const { return data_; }
  /// The value when it is exactly of this type, else null. Array, MapEntries and Row look into nested values.
  template <class T>
  const T* get_if() const {
    if constexpr (std::is_same_v<T, Array> || std::is_same_v<T, MapEntries> || std::is_same_v<T, Row>) {
      const auto* shared = std::get_if<std::shared_ptr<const T>>(&data_);
      return shared ? shared->get() : nullptr;
    } else {
      return std::get_if<T>(&data_);
    }
  }
  /// Any of the four integer types.
  std::optional<int64_t> integer() const;
  /// Any number, rounded where a double is too narrow.
  std::optional<double> number() const;

  /// The type that this value has by itself: the precision of a decimal is the number's own, an array's element type is
  /// that of its first element that is not null, a struct's that of its Row.
  DataType type() const;
  /// As Spark's CAST(… AS STRING) writes it: "NULL", "[1, 2]", "{a -> 1}"; timestamps in `time_zone`.
  std::string to_string(std::string_view time_zone = "UTC") const;

  /// Deep; values of different types are never equal, NaN equals NaN.
  bool operator==(const Value& other) const;

 private:
  Data data_;
};

}  // namespace firesteel::client
