#include "functions/formats/json/json_inference.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/utf8.h"
#include "functions/formats/text_value.h"
#include "functions/kernels/cast/caster.h"
#include "types/coercion.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

/// Java's String.compareTo: by UTF-16 units, whose order differs from that of bytes only where U+E000 to U+FFFF meet
/// what has two units.
bool Before(const std::string& a, const std::string& b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() || in_b == b.end()) return in_a == a.end() && in_b != b.end();
  const auto first = static_cast<unsigned char>(*in_a);
  const auto second = static_cast<unsigned char>(*in_b);
  return first < 0xEE || second < 0xEE ? first < second : Utf16FromUtf8(a) < Utf16FromUtf8(b);
}

DataType DecimalOf(std::string_view text, bool& is_decimal) {
  is_decimal = false;
  const std::optional<ParsedDecimal> parsed = ParseDecimalText(text);
  if (!parsed) return DataType::Double();
  const int64_t scale = -parsed->exponent;
  const int64_t precision = std::max<int64_t>(static_cast<int64_t>(parsed->digits.size()), 1);
  const int64_t wide = std::max(precision, scale);
  if (wide > 38 || scale < 0) return DataType::Double();
  is_decimal = true;
  return DataType::Decimal(static_cast<int>(wide), static_cast<int>(scale));
}

DataType MergeTypes(const DataType& a, const DataType& b);

DataType MergeStructs(const DataType& a, const DataType& b) {
  std::vector<StructField> fields;
  size_t i = 0;
  size_t j = 0;
  const auto& left = a.fields();
  const auto& right = b.fields();
  while (i < left.size() && j < right.size()) {
    if (left[i].name == right[j].name) {
      fields.push_back({left[i].name, MergeTypes(left[i].type, right[j].type), true, ""});
      ++i;
      ++j;
    } else if (Before(left[i].name, right[j].name)) {
      fields.push_back(left[i++]);
    } else {
      fields.push_back(right[j++]);
    }
  }
  fields.insert(fields.end(), left.begin() + static_cast<std::ptrdiff_t>(i), left.end());
  fields.insert(fields.end(), right.begin() + static_cast<std::ptrdiff_t>(j), right.end());
  return DataType::Struct(std::move(fields));
}

/// JsonInferSchema.compatibleType.
DataType MergeTypes(const DataType& a, const DataType& b) {
  if (a.Is(TypeKind::kStruct) && b.Is(TypeKind::kStruct)) return a == b ? a : MergeStructs(a, b);
  if (a.Is(TypeKind::kArray) && b.Is(TypeKind::kArray)) {
    return DataType::Array(MergeTypes(a.element_type(), b.element_type()), a.contains_null() || b.contains_null());
  }
  if (a.Is(TypeKind::kNull)) return b;
  if (b.Is(TypeKind::kNull)) return a;
  if (!a.IsNested() && !b.IsNested()) {
    if (const auto common = TightestCommonType(a, b, false)) return *common;
  }
  const bool decimal_a = a.Is(TypeKind::kDecimal);
  const bool decimal_b = b.Is(TypeKind::kDecimal);
  if ((a.Is(TypeKind::kDouble) && decimal_b) || (decimal_a && b.Is(TypeKind::kDouble))) return DataType::Double();
  if (decimal_a && decimal_b) {
    const int scale = std::max(a.scale(), b.scale());
    const int range = std::max(a.precision() - a.scale(), b.precision() - b.scale());
    return range + scale > 38 ? DataType::Double() : DataType::Decimal(range + scale, scale);
  }
  if (a.IsIntegral() && decimal_b) return MergeTypes(DecimalForIntegral(a.kind()), b);
  if (decimal_a && b.IsIntegral()) return MergeTypes(a, DecimalForIntegral(b.kind()));
  const auto is_timestamp = [](const DataType& type) {
    return type.Is(TypeKind::kTimestamp) || type.Is(TypeKind::kTimestampNtz);
  };
  if (is_timestamp(a) && is_timestamp(b)) return DataType::Timestamp();
  return DataType::String();
}

}  // namespace

JsonInference::JsonInference(const JsonOptions& options, const FormatOptions& all_options,
                             std::string_view session_time_zone, int64_t now_micros, bool timestamp_ntz)
    : options_(options),
      datetimes_(all_options, session_time_zone, now_micros),
      timestamp_ntz_(timestamp_ntz),
      tokenizer_(options, true) {}

std::optional<DataType> JsonInference::TypeOfValue() {
  const std::string_view text = tokenizer_.text();
  switch (tokenizer_.current()) {
    case JsonToken::kEnd:
    case JsonToken::kNull:
      return DataType::Null();
    case JsonToken::kString: {
      if (text.empty()) return DataType::Null();
      if (tokenizer_.IsTooLong()) return std::nullopt;
      bool is_decimal = false;
      if (options_.prefers_decimal && TrimAll(text).size() == text.size()) {
        std::string without(text);
        std::erase(without, ',');
        const DataType decimal = DecimalOf(without, is_decimal);
        if (is_decimal) return decimal;
      }
      if (options_.infer_timestamp) {
        if (datetimes_.TimestampNtz(text)) {
          return timestamp_ntz_ ? DataType::TimestampNtz() : DataType::Timestamp();
        }
        if (datetimes_.Timestamp(text)) return DataType::Timestamp();
      }
      return DataType::String();
    }
    case JsonToken::kStartObject: {
      std::vector<StructField> fields;
      while (tokenizer_.Next() != JsonToken::kEndObject) {
        if (tokenizer_.current() == JsonToken::kError) return std::nullopt;
        std::string name(tokenizer_.text());
        if (tokenizer_.Next() == JsonToken::kError) return std::nullopt;
        std::optional<DataType> type = TypeOfValue();
        if (!type) return std::nullopt;
        fields.push_back({std::move(name), std::move(*type), true, ""});
      }
      std::stable_sort(fields.begin(), fields.end(),
                       [](const StructField& a, const StructField& b) { return Before(a.name, b.name); });
      return DataType::Struct(std::move(fields));
    }
    case JsonToken::kStartArray: {
      DataType element;
      while (tokenizer_.Next() != JsonToken::kEndArray) {
        if (tokenizer_.current() == JsonToken::kError) return std::nullopt;
        std::optional<DataType> type = TypeOfValue();
        if (!type) return std::nullopt;
        element = MergeTypes(element, *type);
      }
      return DataType::Array(std::move(element));
    }
    case JsonToken::kInteger:
    case JsonToken::kReal: {
      if (options_.primitives_as_string) return DataType::String();
      bool is_decimal = false;
      if (tokenizer_.current() == JsonToken::kInteger) {
        if (ParseJavaInteger(text, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max())) {
          return DataType::Long();
        }
        return DecimalOf(text, is_decimal);
      }
      return options_.prefers_decimal ? DecimalOf(text, is_decimal) : DataType::Double();
    }
    case JsonToken::kTrue:
    case JsonToken::kFalse:
      return options_.primitives_as_string ? DataType::String() : DataType::Boolean();
    default:
      return std::nullopt;
  }
}

std::optional<DataType> JsonInference::TypeOf(std::string_view text) {
  tokenizer_.Reset(text);
  tokenizer_.Next();
  return TypeOfValue();
}

DataType JsonInference::WithCorruptField(const DataType& type) const {
  if (options_.mode == ParseMode::kDropMalformed) return type;
  if (options_.mode == ParseMode::kFailFast) {
    throw QueryError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                     {{"badRecord", ""}, {"failFastMode", "FAILFAST"}}, nullptr, ErrorClass::kSpark);
  }
  std::vector<StructField> fields = type.fields();
  const auto same = [&](const StructField& field) { return field.name == options_.corrupt_record_column; };
  if (std::any_of(fields.begin(), fields.end(), same)) return type;
  fields.push_back({options_.corrupt_record_column, DataType::String(), true, ""});
  std::stable_sort(fields.begin(), fields.end(),
                   [](const StructField& a, const StructField& b) { return Before(a.name, b.name); });
  return DataType::Struct(std::move(fields));
}

/// JsonInferSchema.compatibleRootType: arrays at the root count as their elements.
DataType JsonInference::MergeRoots(const DataType& a, const DataType& b) const {
  if (a.Is(TypeKind::kArray)) return MergeRoots(a.element_type(), b);
  if (b.Is(TypeKind::kArray)) return MergeRoots(a, b.element_type());
  const bool struct_a = a.Is(TypeKind::kStruct);
  const bool struct_b = b.Is(TypeKind::kStruct);
  if (struct_a && b.Is(TypeKind::kNull)) return a;
  if (struct_b && a.Is(TypeKind::kNull)) return b;
  if (struct_a && !struct_b) return WithCorruptField(a);
  if (struct_b && !struct_a) return WithCorruptField(b);
  return MergeTypes(a, b);
}

void JsonInference::Add(std::optional<std::string_view> text) {
  std::optional<DataType> type = text ? TypeOf(*text) : std::nullopt;
  if (!type) {
    switch (options_.mode) {
      case ParseMode::kDropMalformed:
        return;
      case ParseMode::kPermissive:
        type = DataType::Struct({{options_.corrupt_record_column, DataType::String(), true, ""}});
        break;
      case ParseMode::kFailFast:
        throw QueryError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                         {{"badRecord", options_.corrupt_record_column}, {"failFastMode", "FAILFAST"}}, nullptr,
                         ErrorClass::kSpark);
    }
  }
  if (root_.Is(TypeKind::kNull)) root_ = DataType::Struct({});
  root_ = MergeRoots(root_, *type);
}

void JsonInference::Merge(const JsonInference& other) {
  if (other.root_.Is(TypeKind::kNull)) return;
  root_ = root_.Is(TypeKind::kNull) ? other.root_ : MergeRoots(root_, other.root_);
}

std::optional<DataType> JsonInference::Canonical(const DataType& type) const {
  if (type.Is(TypeKind::kNull)) {
    return options_.drop_if_all_null ? std::nullopt : std::optional<DataType>(DataType::String());
  }
  if (type.Is(TypeKind::kArray)) {
    std::optional<DataType> element = Canonical(type.element_type());
    if (!element) return std::nullopt;
    return DataType::Array(std::move(*element), type.contains_null());
  }
  if (!type.Is(TypeKind::kStruct)) return type;
  std::vector<StructField> fields;
  for (const StructField& field : type.fields()) {
    if (field.name.empty()) continue;
    if (std::optional<DataType> inner = Canonical(field.type)) {
      fields.push_back({field.name, std::move(*inner), true, ""});
    }
  }
  if (fields.empty()) return std::nullopt;
  return DataType::Struct(std::move(fields));
}

Schema JsonInference::Result() const {
  const std::optional<DataType> type = Canonical(root_);
  return type && type->Is(TypeKind::kStruct) ? type->fields() : Schema();
}

}  // namespace firesteel::functions
