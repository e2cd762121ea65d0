#include "functions/formats/csv/csv_variant.h"

#include <limits>

#include "functions/formats/text_value.h"
#include "functions/formats/variant_decimal.h"

namespace firesteel::functions {
namespace {

bool AppendAs(CsvVariantKind kind, std::string_view text, const CsvOptions& options, const DatetimeReader& datetimes,
              bool timestamp_ntz, VariantBuilder& builder) {
  switch (kind) {
    case CsvVariantKind::kLong: {
      const auto parsed =
          ParseJavaInteger(text, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max());
      if (parsed) builder.AppendLong(*parsed);
      return parsed.has_value();
    }
    case CsvVariantKind::kDecimal:
      return AppendDecimalText(text, builder);
    case CsvVariantKind::kDate: {
      const auto days = options.prefer_date ? datetimes.StrictDate(text) : std::nullopt;
      if (days) builder.AppendDate(static_cast<int32_t>(*days));
      return days.has_value();
    }
    case CsvVariantKind::kTimestampNtz: {
      const auto micros = timestamp_ntz ? datetimes.TimestampNtz(text) : std::nullopt;
      if (micros) builder.AppendTimestampNtz(*micros);
      return micros.has_value();
    }
    case CsvVariantKind::kTimestamp: {
      const auto micros = datetimes.Timestamp(text);
      if (micros) builder.AppendTimestamp(*micros);
      return micros.has_value();
    }
    case CsvVariantKind::kBoolean: {
      const auto word = ParseJavaBoolean(text);
      if (word) builder.AppendBoolean(*word);
      return word.has_value();
    }
    case CsvVariantKind::kString:
      break;
  }
  builder.AppendString(text);
  return true;
}

}  // namespace

void AppendCsvVariant(std::string_view text, const CsvOptions& options, const DatetimeReader& datetimes,
                      bool timestamp_ntz, CsvVariantKind& kind, VariantBuilder& builder) {
  if (text == options.null_value) return builder.AppendNull();
  while (!AppendAs(kind, text, options, datetimes, timestamp_ntz, builder)) {
    kind = static_cast<CsvVariantKind>(static_cast<uint8_t>(kind) + 1);
  }
}

}  // namespace firesteel::functions
