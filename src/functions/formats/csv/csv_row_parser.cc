#include "functions/formats/csv/csv_row_parser.h"

#include <limits>

#include "base/error.h"
#include "base/utf8.h"
#include "functions/formats/text_value.h"
#include "types/interval_text.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

template <class T>
bool SetInteger(std::string_view text, ParsedValue& value) {
  const auto parsed = ParseJavaInteger(text, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
  if (!parsed) return false;
  value.integer = *parsed;
  return true;
}

template <class T>
bool SetOptional(const std::optional<T>& parsed, int64_t& target) {
  if (!parsed) return false;
  target = *parsed;
  return true;
}

}  // namespace

bool IsCsvType(const DataType& type) {
  return !type.IsNested() && !type.Is(TypeKind::kNull) && !type.Is(TypeKind::kVariant);
}

CsvRowParser::CsvRowParser(const CsvOptions& options, const FormatOptions& all_options, Schema schema,
                           std::vector<size_t> required, std::string_view session_time_zone, int64_t now_micros)
    : options_(options),
      schema_(std::move(schema)),
      required_(std::move(required)),
      datetimes_(all_options, session_time_zone, now_micros) {
  for (const size_t column : required_) {
    const DataType& type = schema_[column].type;
    if (IsCsvType(type)) continue;
    throw QueryError("UNSUPPORTED_DATATYPE", {{"typeName", "\"" + SqlTypeName(type) + "\""}}, nullptr,
                     ErrorClass::kUnsupported);
  }
}

bool CsvRowParser::ConvertField(std::string_view text, const DataType& type, ParsedValues& values,
                                uint32_t node) const {
  ParsedValue& value = values[node];
  if (text == options_.null_value) return true;
  bool ok = false;
  switch (type.kind()) {
    case TypeKind::kByte:
      ok = SetInteger<int8_t>(text, value);
      break;
    case TypeKind::kShort:
      ok = SetInteger<int16_t>(text, value);
      break;
    case TypeKind::kInt:
      ok = SetInteger<int32_t>(text, value);
      break;
    case TypeKind::kLong:
      ok = SetInteger<int64_t>(text, value);
      break;
    case TypeKind::kFloat:
    case TypeKind::kDouble: {
      ok = true;
      if (text == options_.nan_value) {
        value.real = std::numeric_limits<double>::quiet_NaN();
      } else if (text == options_.negative_infinity) {
        value.real = -std::numeric_limits<double>::infinity();
      } else if (text == options_.positive_infinity) {
        value.real = std::numeric_limits<double>::infinity();
      } else if (auto parsed = ParseJavaReal(text, type.Is(TypeKind::kFloat))) {
        value.real = *parsed;
      } else {
        ok = false;
      }
      break;
    }
    case TypeKind::kBoolean: {
      const std::optional<bool> parsed = ParseJavaBoolean(text);
      ok = parsed.has_value();
      if (ok) value.boolean = *parsed;
      break;
    }
    case TypeKind::kDecimal: {
      const auto parsed = ParseJavaDecimal(text, type.precision(), type.scale(), true);
      ok = parsed.has_value();
      if (ok) value.decimal = *parsed;
      break;
    }
    case TypeKind::kDate:
      ok = SetOptional(datetimes_.Date(text), value.integer);
      break;
    case TypeKind::kTimestamp:
      ok = SetOptional(datetimes_.Timestamp(text), value.integer);
      break;
    case TypeKind::kTimestampNtz:
      ok = SetOptional(datetimes_.TimestampNtz(text), value.integer);
      break;
    case TypeKind::kTime:
      ok = SetOptional(datetimes_.Time(text), value.integer);
      break;
    case TypeKind::kYearMonthInterval:
      ok = SetOptional(ParseYearMonthInterval(text, type.start_field(), type.end_field()), value.integer);
      break;
    case TypeKind::kDayTimeInterval:
      ok = SetOptional(ParseDayTimeInterval(text, type.start_field(), type.end_field()), value.integer);
      break;
    case TypeKind::kCalendarInterval: {
      const auto parsed = ParseCalendarInterval(text);
      if (!parsed) return true;  // null, and no error
      value.interval = *parsed;
      ok = true;
      break;
    }
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
      value.SetText(text);
      return true;
    default:
      break;
  }
  value.valid = ok;
  return ok;
}

bool CsvRowParser::Convert(const std::vector<std::string_view>& fields, bool check_count, ParsedValues& values,
                           uint32_t first) const {
  bool ok = !check_count || fields.size() == schema_.size();
  for (size_t i = 0; i < required_.size(); ++i) {
    const size_t column = required_[i];
    if (column >= fields.size()) continue;
    ok &= ConvertField(fields[column], schema_[column].type, values, first + static_cast<uint32_t>(i));
  }
  return ok;
}

}  // namespace firesteel::functions
