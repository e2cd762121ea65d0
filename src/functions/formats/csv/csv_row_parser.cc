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
                           std::vector<size_t> required, std::string_view session_time_zone, int64_t now_micros,
                           bool timestamp_ntz)
    : options_(options),
      schema_(std::move(schema)),
      required_(std::move(required)),
      datetimes_(all_options, session_time_zone, now_micros),
      timestamp_ntz_(timestamp_ntz) {
  for (const size_t column : required_) {
    const DataType& type = schema_[column].type;
    if (IsCsvType(type) || type.Is(TypeKind::kVariant)) continue;
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

void CsvRowParser::AppendVariant(std::string_view text, size_t column, CsvVariantKinds& kinds,
                                 VariantBuilder& builder) const {
  if (kinds.size() <= column) kinds.resize(column + 1, CsvVariantKind::kLong);
  AppendCsvVariant(text, options_, datetimes_, timestamp_ntz_, kinds[column], builder);
}

bool CsvRowParser::Convert(const std::vector<std::string_view>& fields, bool check_count, ParsedValues& values,
                           uint32_t first, CsvVariantKinds& kinds) const {
  bool ok = !check_count || fields.size() == schema_.size();
  for (size_t i = 0; i < required_.size(); ++i) {
    const size_t column = required_[i];
    if (column >= fields.size()) continue;
    const uint32_t node = first + static_cast<uint32_t>(i);
    if (schema_[column].type.Is(TypeKind::kVariant)) {
      VariantBuilder builder;
      AppendVariant(fields[column], column, kinds, builder);
      values.SetVariant(node, builder);
    } else {
      ok &= ConvertField(fields[column], schema_[column].type, values, node);
    }
  }
  return ok;
}

void CsvRowParser::ConvertRecord(const std::vector<std::string_view>& fields, ParsedValues& values, uint32_t node,
                                 CsvVariantKinds& kinds) const {
  VariantBuilder builder;
  std::vector<VariantBuilder::Field> parts;
  for (size_t i = 0; i < fields.size(); ++i) {
    parts.push_back({builder.AddKey("_c" + std::to_string(i)), builder.OffsetFrom(0)});
    AppendVariant(fields[i], i, kinds, builder);
  }
  builder.FinishObject(0, parts);
  values.SetVariant(node, builder);
}

}  // namespace firesteel::functions
