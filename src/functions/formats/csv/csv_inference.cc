#include "functions/formats/csv/csv_inference.h"

#include <algorithm>
#include <limits>
#include <map>

#include "base/ascii_case.h"
#include "functions/formats/text_value.h"
#include "functions/kernels/cast/caster.h"
#include "types/coercion.h"

namespace firesteel::functions {
namespace {

/// CSVInferSchema.compatibleType.
DataType MergeTypes(const DataType& a, const DataType& b) {
  const bool has_date = a.Is(TypeKind::kDate) || b.Is(TypeKind::kDate);
  const auto is_timestamp = [](const DataType& type) {
    return type.Is(TypeKind::kTimestamp) || type.Is(TypeKind::kTimestampNtz);
  };
  if (has_date && (is_timestamp(a) || is_timestamp(b))) return DataType::String();
  if (const auto common = TightestCommonType(a, b, false)) return *common;
  if (a.Is(TypeKind::kString) || b.Is(TypeKind::kString)) return DataType::String();
  if (a.IsIntegral() && b.Is(TypeKind::kDecimal)) return MergeTypes(DecimalForIntegral(a.kind()), b);
  if (a.Is(TypeKind::kDecimal) && b.IsIntegral()) return MergeTypes(a, DecimalForIntegral(b.kind()));
  if ((a.Is(TypeKind::kDouble) && b.Is(TypeKind::kDecimal)) || (a.Is(TypeKind::kDecimal) && b.Is(TypeKind::kDouble))) {
    return DataType::Double();
  }
  if (a.Is(TypeKind::kDecimal) && b.Is(TypeKind::kDecimal)) {
    const int scale = std::max(a.scale(), b.scale());
    const int range = std::max(a.precision() - a.scale(), b.precision() - b.scale());
    return range + scale > 38 ? DataType::Double() : DataType::Decimal(range + scale, scale);
  }
  if (is_timestamp(a) && is_timestamp(b)) return DataType::Timestamp();
  return DataType::String();
}

}  // namespace

CsvInference::CsvInference(const CsvOptions& options, const FormatOptions& all_options,
                           std::string_view session_time_zone, int64_t now_micros, bool timestamp_ntz, size_t columns)
    : options_(options),
      datetimes_(all_options, session_time_zone, now_micros),
      timestamp_ntz_(timestamp_ntz),
      types_(columns) {}

DataType CsvInference::TryLong(std::string_view field) const {
  if (ParseJavaInteger(field, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max())) {
    return DataType::Long();
  }
  return TryDecimal(field);
}

/// Only whole numbers become decimals.
DataType CsvInference::TryDecimal(std::string_view field) const {
  const bool has_spaces = TrimAll(field).size() != field.size();
  const std::optional<ParsedDecimal> parsed = has_spaces ? std::nullopt : ParseDecimalText(field);
  // 1e5 has a negative scale, which no decimal type takes.
  if (parsed && parsed->exponent == 0) {
    const size_t precision = std::max<size_t>(parsed->digits.size(), 1);
    if (precision <= 38) return DataType::Decimal(static_cast<int>(precision), 0);
  }
  return TryDouble(field);
}

DataType CsvInference::TryDouble(std::string_view field) const {
  if (field == options_.nan_value || field == options_.negative_infinity || field == options_.positive_infinity ||
      ParseJavaReal(field, false)) {
    return DataType::Double();
  }
  return options_.prefer_date ? TryDate(field) : TryTimestampNtz(field);
}

DataType CsvInference::TryDate(std::string_view field) const {
  return datetimes_.StrictDate(field) ? DataType::Date() : TryTimestampNtz(field);
}

DataType CsvInference::TryTimestampNtz(std::string_view field) const {
  if (datetimes_.TimestampNtz(field)) return timestamp_ntz_ ? DataType::TimestampNtz() : DataType::Timestamp();
  return TryTimestamp(field);
}

DataType CsvInference::TryTimestamp(std::string_view field) const {
  if (datetimes_.Timestamp(field)) return DataType::Timestamp();
  return ParseJavaBoolean(field) ? DataType::Boolean() : DataType::String();
}

DataType CsvInference::TypeOf(const DataType& so_far, std::string_view field) const {
  switch (so_far.kind()) {
    case TypeKind::kNull:
    case TypeKind::kInt:
      if (ParseJavaInteger(field, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max())) {
        return DataType::Int();
      }
      return TryLong(field);
    case TypeKind::kLong:
      return TryLong(field);
    case TypeKind::kDecimal:
      return TryDecimal(field);
    case TypeKind::kDouble:
      return TryDouble(field);
    case TypeKind::kDate:
      return TryDate(field);
    case TypeKind::kTimestampNtz:
      return TryTimestampNtz(field);
    case TypeKind::kTimestamp:
      return TryTimestamp(field);
    case TypeKind::kBoolean:
      return ParseJavaBoolean(field) ? DataType::Boolean() : DataType::String();
    default:
      return DataType::String();
  }
}

void CsvInference::Add(const std::vector<std::string_view>& fields) {
  for (size_t i = 0; i < types_.size() && i < fields.size(); ++i) {
    if (types_[i].Is(TypeKind::kString) || fields[i].empty() || fields[i] == options_.null_value) continue;
    types_[i] = MergeTypes(types_[i], TypeOf(types_[i], fields[i]));
  }
}

void CsvInference::Merge(const CsvInference& other) {
  for (size_t i = 0; i < types_.size(); ++i) types_[i] = MergeTypes(types_[i], other.types_[i]);
}

std::vector<DataType> CsvInference::Types() const {
  std::vector<DataType> types = types_;
  for (DataType& type : types) {
    if (type.Is(TypeKind::kNull)) type = DataType::String();
  }
  return types;
}

std::vector<std::string> CsvColumnNames(const std::vector<std::string_view>& first_row, const CsvOptions& options,
                                        bool case_sensitive) {
  std::vector<std::string> names;
  if (!options.header) {
    for (size_t i = 0; i < first_row.size(); ++i) names.push_back("_c" + std::to_string(i));
    return names;
  }
  const auto key = [&](std::string_view name) {
    return case_sensitive ? std::string(name) : AsciiLower(std::string(name));
  };
  std::map<std::string, int> counts;
  for (const std::string_view name : first_row) ++counts[key(name)];
  for (size_t i = 0; i < first_row.size(); ++i) {
    const std::string_view name = first_row[i];
    if (name.empty() || name == options.null_value) {
      names.push_back("_c" + std::to_string(i));
    } else {
      names.push_back(std::string(name) + (counts[key(name)] > 1 ? std::to_string(i) : ""));
    }
  }
  return names;
}

}  // namespace firesteel::functions
