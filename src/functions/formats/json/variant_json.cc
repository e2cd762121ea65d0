#include "functions/formats/json/variant_json.h"

#include <charconv>

#include "base/error.h"
#include "functions/formats/text_value.h"

namespace firesteel::functions {
namespace {

constexpr size_t kMostDigits = 38;

/// Digits with at most a point among them; nothing if they are too many for a decimal.
bool AppendAsDecimal(std::string_view text, VariantBuilder& builder) {
  const bool is_negative = text.starts_with('-');
  int128_t unscaled = 0;
  size_t digits = 0;  // but for leading zeros
  size_t scale = 0;
  bool in_fraction = false;
  for (const char c : text.substr(is_negative ? 1 : 0)) {
    if (c == '.') {
      in_fraction = true;
      continue;
    }
    if (c < '0' || c > '9') return false;  // an exponent
    if (in_fraction) ++scale;
    if (digits > 0 || c != '0') ++digits;
    if (digits > kMostDigits || scale > kMostDigits) return false;
    unscaled = unscaled * 10 + (c - '0');
  }
  builder.AppendDecimal(is_negative ? -unscaled : unscaled, static_cast<int>(scale));
  return true;
}

void AppendNumber(const JsonTokenizer& tokenizer, VariantBuilder& builder) {
  const std::string_view text = tokenizer.text();
  if (tokenizer.current() == JsonToken::kInteger) {
    int64_t integer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (error == std::errc() && end == text.data() + text.size()) return builder.AppendLong(integer);
  }
  if (AppendAsDecimal(text, builder)) return;
  builder.AppendDouble(ParseJavaReal(text, false).value_or(0));
}

bool AppendArray(JsonTokenizer& tokenizer, VariantBuilder& builder) {
  const size_t start = builder.position();
  std::vector<uint32_t> offsets;
  while (tokenizer.Next() != JsonToken::kEndArray) {
    offsets.push_back(builder.OffsetFrom(start));
    if (!AppendJsonAsVariant(tokenizer, builder)) return false;
  }
  builder.FinishArray(start, offsets);
  return true;
}

bool AppendObject(JsonTokenizer& tokenizer, VariantBuilder& builder) {
  const size_t start = builder.position();
  std::vector<VariantBuilder::Field> fields;
  while (tokenizer.Next() != JsonToken::kEndObject) {
    if (tokenizer.current() != JsonToken::kFieldName) return false;
    fields.push_back({builder.AddKey(tokenizer.text()), builder.OffsetFrom(start)});
    tokenizer.Next();
    if (!AppendJsonAsVariant(tokenizer, builder)) return false;
  }
  try {
    builder.FinishObject(start, fields);
    return true;
  } catch (const QueryError&) {
    return false;  // a key that stands twice
  }
}

bool AppendValue(JsonTokenizer& tokenizer, VariantBuilder& builder) {
  switch (tokenizer.current()) {
    case JsonToken::kStartObject:
      return AppendObject(tokenizer, builder);
    case JsonToken::kStartArray:
      return AppendArray(tokenizer, builder);
    case JsonToken::kString:
      if (tokenizer.IsTooLong()) return false;
      builder.AppendString(tokenizer.text());
      return true;
    case JsonToken::kInteger:
    case JsonToken::kReal:
      AppendNumber(tokenizer, builder);
      return true;
    case JsonToken::kTrue:
    case JsonToken::kFalse:
      builder.AppendBoolean(tokenizer.current() == JsonToken::kTrue);
      return true;
    case JsonToken::kNull:
      builder.AppendNull();
      return true;
    default:
      return false;
  }
}

}  // namespace

bool AppendJsonAsVariant(JsonTokenizer& tokenizer, VariantBuilder& builder) {
  return AppendValue(tokenizer, builder) && !tokenizer.has_lone_surrogate();
}

bool ParseJsonAsVariant(JsonTokenizer& tokenizer, std::string_view text, VariantBuilder& builder) {
  builder.Clear();
  tokenizer.Reset(text);
  tokenizer.Next();
  return AppendJsonAsVariant(tokenizer, builder);
}

const JsonOptions& StrictJsonOptions() {
  static const JsonOptions kOptions = [] {
    JsonOptions options(FormatOptions(), "");
    options.allow_comments = false;
    options.allow_unquoted_names = false;
    options.allow_single_quotes = false;
    options.allow_leading_zeros = false;
    options.allow_non_numeric_numbers = false;
    options.allow_any_escape = false;
    options.allow_control_characters = false;
    return options;
  }();
  return kOptions;
}

}  // namespace firesteel::functions
