#include "types/variant_text.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "base/base64.h"
#include "base/error.h"
#include "base/int128.h"
#include "base/java_text.h"
#include "base/json_text.h"
#include "types/calendar.h"
#include "types/datetime_text.h"
#include "types/time_zone.h"

namespace firesteel {
namespace {

// Values nest; deeper ones are refused instead of overflowing the stack.
constexpr int kMaxDepth = 1000;

[[noreturn]] void Malformed() { throw QueryError("MALFORMED_VARIANT", {}, nullptr, ErrorClass::kRuntime); }

uint64_t LittleEndian(std::string_view bytes, size_t position, size_t size) {
  if (position > bytes.size() || size > bytes.size() - position) Malformed();
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = (value << 8) | static_cast<uint8_t>(bytes[position + i]);
  return value;
}

int64_t SignedLittleEndian(std::string_view bytes, size_t position, size_t size) {
  const uint64_t value = LittleEndian(bytes, position, size);
  const int shift = static_cast<int>(64 - 8 * size);
  return static_cast<int64_t>(value << shift) >> shift;
}

std::string_view Slice(std::string_view bytes, size_t position, size_t size) {
  if (position > bytes.size() || size > bytes.size() - position) Malformed();
  return bytes.substr(position, size);
}

std::string OffsetText(int32_t seconds) {
  const int32_t minutes = std::abs(seconds) / 60;
  auto two = [](int32_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return (seconds < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

class Printer {
 public:
  Printer(std::string_view metadata, std::string_view time_zone) : metadata_(metadata) {
    zone_ = TimeZone::Find(time_zone);
    if (!zone_) zone_ = TimeZone::Utc();
    if (metadata_.empty() || (metadata_[0] & 0x0F) != 1) Malformed();
    offset_size_ = ((static_cast<uint8_t>(metadata_[0]) >> 6) & 3) + 1u;
    key_count_ = LittleEndian(metadata_, 1, offset_size_);
  }

  void Print(std::string_view value, int depth) {
    if (value.empty() || depth > kMaxDepth) Malformed();
    const uint8_t header = static_cast<uint8_t>(value[0]);
    const uint8_t info = header >> 2;
    switch (header & 3) {
      case 0:
        return PrintPrimitive(value, info);
      case 1:
        return AppendJsonText(Slice(value, 1, info), false, out);
      case 2:
        return PrintObject(value, info, depth);
      default:
        return PrintArray(value, info, depth);
    }
  }

  std::string out;

 private:
  std::string_view Key(uint64_t id) const {
    if (id >= key_count_) Malformed();
    const size_t begin = LittleEndian(metadata_, 1 + (id + 1) * offset_size_, offset_size_);
    const size_t end = LittleEndian(metadata_, 1 + (id + 2) * offset_size_, offset_size_);
    if (end < begin) Malformed();
    return Slice(metadata_, 1 + (key_count_ + 2) * offset_size_ + begin, end - begin);
  }

  void PrintPrimitive(std::string_view value, uint8_t type) {
    switch (type) {
      case 0:
        out += "null";
        break;
      case 1:
        out += "true";
        break;
      case 2:
        out += "false";
        break;
      case 3:
      case 4:
      case 5:
      case 6:
        out += std::to_string(SignedLittleEndian(value, 1, size_t{1} << (type - 3)));
        break;
      case 7:
        AppendNumber(std::bit_cast<double>(LittleEndian(value, 1, 8)), false);
        break;
      case 8:
      case 9:
      case 10: {
        const int scale = static_cast<int>(LittleEndian(value, 1, 1));
        if (scale > 38) Malformed();
        int128_t unscaled = 0;
        if (type == 10) {
          unscaled = static_cast<int128_t>((static_cast<uint128_t>(LittleEndian(value, 10, 8)) << 64) |
                                           LittleEndian(value, 2, 8));
        } else {
          unscaled = SignedLittleEndian(value, 2, type == 8 ? 4 : 8);
        }
        out += DecimalPlainText(unscaled, scale);
        break;
      }
      case 11:
        AppendJsonText(DateText(SignedLittleEndian(value, 1, 4)), false, out);
        break;
      case 12: {
        const int64_t micros = SignedLittleEndian(value, 1, 8);
        AppendJsonText(
            TimestampText(micros, *zone_) + OffsetText(zone_->OffsetAtInstant(FloorDiv(micros, kMicrosPerSecond))),
            false, out);
        break;
      }
      case 13:
        AppendJsonText(TimestampNtzText(SignedLittleEndian(value, 1, 8)), false, out);
        break;
      case 14:
        AppendNumber(std::bit_cast<float>(static_cast<uint32_t>(LittleEndian(value, 1, 4))), true);
        break;
      case 15:
        AppendJsonText(Base64Text(Slice(value, 5, LittleEndian(value, 1, 4))), false, out);
        break;
      case 16:
        AppendJsonText(Slice(value, 5, LittleEndian(value, 1, 4)), false, out);
        break;
      case 20: {
        constexpr char kHex[] = "0123456789abcdef";
        std::string text;
        for (unsigned char c : Slice(value, 1, 16)) {
          if (text.size() == 8 || text.size() == 13 || text.size() == 18 || text.size() == 23) text += '-';
          text += kHex[c >> 4];
          text += kHex[c & 15];
        }
        AppendJsonText(text, false, out);
        break;
      }
      default:
        Malformed();
    }
  }

  void AppendNumber(double number, bool is_float) {
    const std::string text = is_float ? JavaFloatText(static_cast<float>(number)) : JavaDoubleText(number);
    if (std::isfinite(number)) {
      out += text;
    } else {
      AppendJsonText(text, false, out);
    }
  }

  void PrintObject(std::string_view value, uint8_t info, int depth) {
    const size_t offset_size = (info & 3) + 1u;
    const size_t id_size = ((info >> 2) & 3) + 1u;
    const size_t count_size = (info >> 4) & 1 ? 4 : 1;
    const size_t count = LittleEndian(value, 1, count_size);
    const size_t ids = 1 + count_size;
    const size_t offsets = ids + count * id_size;
    const size_t data = offsets + (count + 1) * offset_size;
    if (data > value.size()) Malformed();
    out += '{';
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out += ',';
      AppendJsonText(Key(LittleEndian(value, ids + i * id_size, id_size)), false, out);
      out += ':';
      const size_t offset = LittleEndian(value, offsets + i * offset_size, offset_size);
      if (offset >= value.size() - data) Malformed();
      Print(value.substr(data + offset), depth + 1);
    }
    out += '}';
  }

  void PrintArray(std::string_view value, uint8_t info, int depth) {
    const size_t offset_size = (info & 3) + 1u;
    const size_t count_size = (info >> 2) & 1 ? 4 : 1;
    const size_t count = LittleEndian(value, 1, count_size);
    const size_t offsets = 1 + count_size;
    const size_t data = offsets + (count + 1) * offset_size;
    if (data > value.size()) Malformed();
    out += '[';
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out += ',';
      const size_t offset = LittleEndian(value, offsets + i * offset_size, offset_size);
      if (offset >= value.size() - data) Malformed();
      Print(value.substr(data + offset), depth + 1);
    }
    out += ']';
  }

  std::string_view metadata_;
  TimeZonePtr zone_;
  size_t offset_size_ = 1;
  uint64_t key_count_ = 0;
};

}  // namespace

std::string VariantJsonText(std::string_view value, std::string_view metadata, std::string_view time_zone) {
  Printer printer(metadata, time_zone);
  printer.Print(value, 0);
  return std::move(printer.out);
}

}  // namespace firesteel
