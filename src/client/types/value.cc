#include "firesteel/value.h"

#include <cmath>
#include <type_traits>

#include "base/java_text.h"
#include "base/overloaded.h"
#include "firesteel/row.h"
#include "types/calendar.h"
#include "types/datetime_text.h"
#include "types/interval_text.h"
#include "types/time_zone.h"
#include "types/variant_text.h"

namespace firesteel::client {
namespace {

TimeZonePtr ZoneOf(std::string_view id) {
  TimeZonePtr zone = TimeZone::Find(id);
  return zone ? zone : TimeZone::Utc();
}

Error NoSuchText(std::string_view text, const char* kind) {
  return Error::Invalid("'" + std::string(text.substr(0, 100)) + "' is no " + kind + ".");
}

int128_t NanosOf(int64_t micros, int16_t nanos) { return static_cast<int128_t>(micros) * 1000 + nanos; }

std::string NestedText(const Value& value, std::string_view time_zone) {
  return value.is_null() ? "null" : value.to_string(time_zone);
}

std::string ArrayText(const Array& elements, std::string_view time_zone) {
  std::string text = "[";
  for (const Value& element : elements) {
    if (text.size() > 1) text += ", ";
    text += NestedText(element, time_zone);
  }
  return text + "]";
}

std::string MapText(const MapEntries& entries, std::string_view time_zone) {
  std::string text = "{";
  for (const auto& [key, value] : entries) {
    if (text.size() > 1) text += ", ";
    text += NestedText(key, time_zone) + " -> " + NestedText(value, time_zone);
  }
  return text + "}";
}

std::string StructText(const Row& row, std::string_view time_zone) {
  std::string text = "{";
  for (const Value& value : row) {
    if (text.size() > 1) text += ", ";
    text += NestedText(value, time_zone);
  }
  return text + "}";
}

bool SameNumber(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

DataType ArrayTypeOf(const Array& elements) {
  for (const Value& element : elements) {
    if (!element.is_null()) return DataType::array(element.type());
  }
  return DataType::array(DataType::null());
}

DataType MapTypeOf(const MapEntries& entries) {
  DataType key;
  DataType value;
  for (const auto& entry : entries) {
    if (key.is(TypeKind::kNull)) key = entry.first.type();
    if (value.is(TypeKind::kNull)) value = entry.second.type();
  }
  return DataType::map(key, value);
}

DataType StructTypeOf(const Row& row) {
  std::vector<StructField> fields;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row.schema() && i < row.schema()->size()) {
      fields.push_back((*row.schema())[i]);
    } else {
      fields.push_back({"_" + std::to_string(i + 1), row[i].type()});
    }
  }
  return DataType::struct_(std::move(fields));
}

}  // namespace

Date Date::from_ymd(int year, int month, int day) {
  return Date{static_cast<int32_t>(DaysFromCivil(year, month, day))};
}

Result<Date> Date::parse(std::string_view text) {
  const std::optional<int64_t> days = ParseDate(text);
  if (!days) return NoSuchText(text, "date");
  return Date{static_cast<int32_t>(*days)};
}

std::string Date::to_string() const { return DateText(days); }

Result<Timestamp> Timestamp::parse(std::string_view text, std::string_view time_zone) {
  const TimeZonePtr zone = TimeZone::Find(time_zone);
  if (!zone) return NoSuchText(time_zone, "time zone");
  // A time of day alone would be today's: no moment that this text names.
  if (!ParseTimestampNtz(text)) return NoSuchText(text, "timestamp");
  const std::optional<int64_t> micros = ParseTimestamp(text, *zone, 0);
  if (!micros) return NoSuchText(text, "timestamp");
  return Timestamp{*micros};
}

std::string Timestamp::to_string(std::string_view time_zone) const { return TimestampText(micros, *ZoneOf(time_zone)); }

Result<TimestampNtz> TimestampNtz::parse(std::string_view text) {
  const std::optional<int64_t> micros = ParseTimestampNtz(text, /*allow_time_zone=*/false);
  if (!micros) return NoSuchText(text, "timestamp without a time zone");
  return TimestampNtz{*micros};
}

std::string TimestampNtz::to_string() const { return TimestampNtzText(micros); }

Result<Time> Time::parse(std::string_view text) {
  const std::optional<int64_t> nanos = ParseTime(text);
  if (!nanos) return NoSuchText(text, "time of day");
  return Time{*nanos};
}

std::string Time::to_string() const { return TimeText(nanos); }

Result<std::string> Variant::to_json(std::string_view time_zone) const {
  try {
    return VariantJsonText(value, metadata, time_zone);
  } catch (const std::exception&) {
    return Error::Invalid("These bytes are no variant in Spark's encoding.");
  }
}

std::optional<int64_t> Value::integer() const {
  return std::visit(
      [](const auto& value) -> std::optional<int64_t> {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) return value;
        return std::nullopt;
      },
      data_);
}

std::optional<double> Value::number() const {
  return std::visit(
      [](const auto& value) -> std::optional<double> {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) return static_cast<double>(value);
        if constexpr (std::is_same_v<T, Decimal>) return value.to_double();
        return std::nullopt;
      },
      data_);
}

DataType Value::type() const {
  return std::visit(Overloaded{
                        [](std::monostate) { return DataType::null(); },
                        [](bool) { return DataType::boolean(); },
                        [](int8_t) { return DataType::byte(); },
                        [](int16_t) { return DataType::short_(); },
                        [](int32_t) { return DataType::integer(); },
                        [](int64_t) { return DataType::long_(); },
                        [](float) { return DataType::float_(); },
                        [](double) { return DataType::double_(); },
                        [](const Decimal& decimal) { return DataType::decimal(decimal.precision(), decimal.scale()); },
                        [](const std::string&) { return DataType::string(); },
                        [](const Binary&) { return DataType::binary(); },
                        [](Date) { return DataType::date(); },
                        [](Timestamp) { return DataType::timestamp(); },
                        [](TimestampNtz) { return DataType::timestamp_ntz(); },
                        [](Time) { return DataType::time(); },
                        [](YearMonthInterval) { return DataType::year_month_interval(); },
                        [](DayTimeInterval) { return DataType::day_time_interval(); },
                        [](CalendarInterval) { return DataType::calendar_interval(); },
                        [](const ArrayPtr& elements) { return ArrayTypeOf(*elements); },
                        [](const MapPtr& entries) { return MapTypeOf(*entries); },
                        [](const StructPtr& row) { return StructTypeOf(*row); },
                        [](const Variant&) { return DataType::variant(); },
                        [](const Geospatial& value) { return DataType::geometry(value.srid); },
                        [](TimestampNanos) { return DataType::timestamp_nanos(); },
                        [](TimestampNtzNanos) { return DataType::timestamp_ntz_nanos(); },
                    },
                    data_);
}

std::string Value::to_string(std::string_view time_zone) const {
  using firesteel::IntervalField;
  return std::visit(
      Overloaded{
          [](std::monostate) { return std::string("NULL"); },
          [](bool flag) { return std::string(flag ? "true" : "false"); },
          [](int8_t number) { return std::to_string(number); },
          [](int16_t number) { return std::to_string(number); },
          [](int32_t number) { return std::to_string(number); },
          [](int64_t number) { return std::to_string(number); },
          [](float number) { return JavaFloatText(number); },
          [](double number) { return JavaDoubleText(number); },
          [](const Decimal& decimal) { return decimal.to_string(); },
          [](const std::string& text) { return text; },
          [](const Binary& binary) { return binary.bytes; },
          [](Date date) { return date.to_string(); },
          [&](Timestamp timestamp) { return timestamp.to_string(time_zone); },
          [](TimestampNtz timestamp) { return timestamp.to_string(); },
          [](Time time) { return time.to_string(); },
          [](YearMonthInterval interval) {
            return YearMonthIntervalText(interval.months, IntervalField::kYear, IntervalField::kMonth);
          },
          [](DayTimeInterval interval) {
            return DayTimeIntervalText(interval.micros, IntervalField::kDay, IntervalField::kSecond);
          },
          [](CalendarInterval interval) {
            return CalendarIntervalText({interval.months, interval.days, interval.micros});
          },
          [&](const ArrayPtr& elements) { return ArrayText(*elements, time_zone); },
          [&](const MapPtr& entries) { return MapText(*entries, time_zone); },
          [&](const StructPtr& row) { return StructText(*row, time_zone); },
          [&](const Variant& variant) { return variant.to_json(time_zone).value_or("(malformed variant)"); },
          [](const Geospatial& value) { return "SRID=" + std::to_string(value.srid) + ";" + value.wkb; },
          [&](TimestampNanos time) { return TimestampNanosText(NanosOf(time.micros, time.nanos), *ZoneOf(time_zone)); },
          [](TimestampNtzNanos time) { return TimestampNtzNanosText(NanosOf(time.micros, time.nanos)); },
      },
      data_);
}

bool Value::operator==(const Value& other) const {
  if (data_.index() != other.data_.index()) return false;
  return std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        const T& same = std::get<T>(other.data_);
        if constexpr (std::is_floating_point_v<T>) {
          return SameNumber(value, same);
        } else if constexpr (std::is_same_v<T, ArrayPtr> || std::is_same_v<T, MapPtr> || std::is_same_v<T, StructPtr>) {
          return value == same || *value == *same;
        } else {
          return value == same;
        }
      },
      data_);
}

}  // namespace firesteel::client
