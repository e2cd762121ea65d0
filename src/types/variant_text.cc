#include "types/variant_text.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "base/base64.h"
#include "base/java_text.h"
#include "base/json_text.h"
#include "base/large_values.h"
#include "types/calendar.h"
#include "types/datetime_text.h"
#include "types/variant/variant.h"

namespace firesteel {
namespace {

std::string OffsetText(int32_t seconds) {
  const int32_t minutes = std::abs(seconds) / 60;
  auto two = [](int32_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return (seconds < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

class Printer {
 public:
  Printer(const TimeZone& zone, VariantWalk& walk) : zone_(zone), walk_(walk) {}

  void Print(const Variant& value, int depth) {
    switch (const VariantType type = value.type()) {
      case VariantType::kObject:
      case VariantType::kArray:
        walk_.Visit(depth);
        return PrintParts(value, type == VariantType::kObject, depth);
      default:
        walk_.Visit(depth, value.exact().size());
        return PrintScalar(value, type);
    }
  }

  std::string out;

 private:
  void PrintScalar(const Variant& value, VariantType type) {
    switch (type) {
      case VariantType::kNull:
        out += "null";
        break;
      case VariantType::kBoolean:
        out += value.boolean() ? "true" : "false";
        break;
      case VariantType::kLong:
        out += std::to_string(value.integer());
        break;
      case VariantType::kDouble:
        AppendNumber(value.real(), JavaDoubleText(value.real()));
        break;
      case VariantType::kFloat:
        AppendNumber(value.real(), JavaFloatText(static_cast<float>(value.real())));
        break;
      case VariantType::kDecimal: {
        const VariantDecimal decimal = value.decimal();
        out += DecimalPlainText(decimal.unscaled, decimal.scale);
        break;
      }
      case VariantType::kDate:
        AppendJsonText(DateText(value.integer()), false, out);
        break;
      case VariantType::kTimestamp: {
        const int64_t micros = value.integer();
        AppendJsonText(
            TimestampText(micros, zone_) + OffsetText(zone_.OffsetAtInstant(FloorDiv(micros, kMicrosPerSecond))), false,
            out);
        break;
      }
      case VariantType::kTimestampNtz:
        AppendJsonText(TimestampNtzText(value.integer()), false, out);
        break;
      case VariantType::kBinary:
        AppendJsonText(Base64Text(value.bytes()), false, out);
        break;
      case VariantType::kUuid:
        AppendJsonText(UuidText(value.bytes()), false, out);
        break;
      default:
        AppendJsonText(value.bytes(), false, out);
    }
  }

  void AppendNumber(double number, const std::string& text) {
    if (std::isfinite(number)) {
      out += text;
    } else {
      AppendJsonText(text, false, out);
    }
  }

  void PrintParts(const Variant& value, bool is_object, int depth) {
    const size_t count = value.size();
    out += is_object ? '{' : '[';
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out += ',';
      if (is_object) {
        const Variant::Field field = value.field(i);
        AppendJsonText(field.key, false, out);
        out += ':';
        Print(field.value, depth + 1);
      } else {
        Print(value.element(i), depth + 1);
      }
      // A long key stands once in the metadata and any number of times in the text.
      if (out.size() - checked_ > memory::kLargeBytes) {
        memory::Require(out.size());
        checked_ = out.size();
        if (out.size() > INT32_MAX) throw std::bad_alloc();  // beyond any text of Java's
      }
    }
    out += is_object ? '}' : ']';
  }

  const TimeZone& zone_;
  VariantWalk& walk_;
  size_t checked_ = 0;
};

}  // namespace

std::string UuidText(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char c : bytes) {
    if (text.size() == 8 || text.size() == 13 || text.size() == 18 || text.size() == 23) text += '-';
    text += kHex[c >> 4];
    text += kHex[c & 15];
  }
  return text;
}

std::string VariantJsonText(const Variant& variant, const TimeZone& zone, int depth, VariantWalk& walk) {
  Printer printer(zone, walk);
  printer.Print(variant, depth);
  return std::move(printer.out);
}

std::string VariantJsonText(const Variant& variant, const TimeZone& zone) {
  VariantWalk walk(variant.encoded());
  return VariantJsonText(variant, zone, 0, walk);
}

std::string VariantJsonText(std::string_view value, std::string_view metadata, std::string_view time_zone) {
  TimeZonePtr zone = TimeZone::Find(time_zone);
  if (!zone) zone = TimeZone::Utc();
  return VariantJsonText(Variant(value, metadata), *zone);
}

}  // namespace firesteel
