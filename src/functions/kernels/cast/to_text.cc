#include <algorithm>
#include <charconv>

#include "base/hex_text.h"
#include "base/java_text.h"
#include "functions/kernels/cast/caster.h"
#include "functions/kernels/cast/user_type_text.h"
#include "functions/kernels/datetime/zone.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/string/room_text.h"
#include "types/datetime_text.h"
#include "types/geospatial.h"
#include "types/interval_text.h"
#include "types/variant_text.h"

namespace firesteel::functions {

namespace {

class ToTextCaster : public Caster {
 public:
  using Caster::Caster;

 protected:
  void ConvertValid(CastState& state, const VectorView& in, size_t row, ResultVector& out,
                    size_t out_row) const override {
    std::string text;
    AppendText(state, from(), in, row, {.plain_decimal = !state.legacy()}, text);
    out.SetText(out_row, text);
  }

  void ConvertAll(CastState& state, const VectorView& in, size_t rows, ResultVector& out) const override {
    switch (from().kind()) {
      case TypeKind::kByte:
        return WriteAll<int8_t>(in, rows, out, WriteInteger);
      case TypeKind::kShort:
        return WriteAll<int16_t>(in, rows, out, WriteInteger);
      case TypeKind::kInt:
        return WriteAll<int32_t>(in, rows, out, WriteInteger);
      case TypeKind::kLong:
        return WriteAll<int64_t>(in, rows, out, WriteInteger);
      case TypeKind::kFloat:
        return WriteAll<float>(in, rows, out, WriteJavaFloat);
      case TypeKind::kDouble:
        return WriteAll<double>(in, rows, out, WriteJavaDouble);
      case TypeKind::kDecimal:
        if (state.legacy()) break;
        return WriteAll<int128_t>(in, rows, out, [scale = from().scale()](int128_t value, char* text) {
          return WriteDecimal(value, scale, text);
        });
      case TypeKind::kDate:
        return WriteAll<int32_t>(in, rows, out, WriteDate);
      case TypeKind::kTimestamp:
        return WriteAll<int64_t>(in, rows, out, [&zone = state.zone()](int64_t value, char* text) {
          return WriteTimestamp(value, zone, text);
        });
      case TypeKind::kTimestampNtz:
        return WriteAll<int64_t>(in, rows, out, WriteTimestampNtz);
      case TypeKind::kYearMonthInterval:
        return WriteAll<int32_t>(in, rows, out, [&type = from()](int32_t value, char* text) {
          return WriteYearMonthInterval(value, type.start_field(), type.end_field(), text);
        });
      case TypeKind::kDayTimeInterval:
        return WriteAll<int64_t>(in, rows, out, [&type = from()](int64_t value, char* text) {
          return WriteDayTimeInterval(value, type.start_field(), type.end_field(), text);
        });
      case TypeKind::kCalendarInterval:
        return WriteAll<CalendarIntervalValue>(in, rows, out, WriteCalendarInterval);
      default:
        break;
    }
    std::string text;
    for (state.row = 0; state.row < rows; ++state.row) {
      if (!in.IsValid(state.row)) {
        out.SetNull(state.row);
        continue;
      }
      text.clear();
      AppendText(state, from(), in, state.row, {.plain_decimal = !state.legacy()}, text);
      out.SetText(state.row, text);
    }
  }

 private:
  static constexpr size_t kIntegerRoom = 20;  // a sign and 19 digits
  static size_t WriteInteger(int64_t value, char* text) {
    return static_cast<size_t>(std::to_chars(text, text + kIntegerRoom, value).ptr - text);
  }

  static constexpr size_t kRoom =
      std::max({kLeastRoom, kIntegerRoom, kJavaNumberRoom, kDecimalRoom, kTimestampRoom, kIntervalRoom});

  /// write(value, text) answers how many bytes it wrote; kRoom is enough.
  template <class T, class Write>
  static void WriteAll(const VectorView& in, size_t rows, ResultVector& out, const Write& write) {
    for (size_t row = 0; row < rows; ++row) {
      if (!in.IsValid(row)) {
        out.SetNull(row);
        continue;
      }
      char* const room = out.Room(kRoom);
      CommitRoom(out, row, room, write(in.Get<T>(row), room));
    }
  }
};

void AppendElement(CastState& state, const DataType& type, const VectorView& in, size_t row, const TextStyle& style,
                   std::string& text) {
  if (in.IsValid(row)) {
    AppendText(state, type, in, row, style, text);
  } else {
    text += style.null_text;
  }
}

void AppendArray(CastState& state, const DataType& type, const VectorView& in, size_t row, const TextStyle& style,
                 std::string& text) {
  const ListSlot& slot = in.Get<ListSlot>(row);
  text += '[';
  for (uint64_t i = 0; i < slot.length; ++i) {
    if (i) text += ", ";
    AppendElement(state, type.element_type(), in.children[0], slot.offset + i, style, text);
  }
  text += ']';
}

void AppendMap(CastState& state, const DataType& type, const VectorView& in, size_t row, const TextStyle& style,
               std::string& text) {
  const ListSlot& slot = in.Get<ListSlot>(row);
  const VectorView& entries = in.children[0];
  text += '{';
  for (uint64_t i = 0; i < slot.length; ++i) {
    if (i) text += ", ";
    size_t entry = entries.IndexOf(slot.offset + i);
    AppendElement(state, type.key_type(), entries.children[0], entry, style, text);
    text += " -> ";
    AppendElement(state, type.value_type(), entries.children[1], entry, style, text);
  }
  text += '}';
}

void AppendStruct(CastState& state, const DataType& type, const VectorView& in, size_t row, const TextStyle& style,
                  std::string& text) {
  size_t index = in.IndexOf(row);
  text += '{';
  for (size_t i = 0; i < type.fields().size(); ++i) {
    if (i) text += ", ";
    AppendElement(state, type.fields()[i].type, in.children[i], index, style, text);
  }
  text += '}';
}

}  // namespace

void AppendText(CastState& state, const DataType& type, const VectorView& in, size_t row, const TextStyle& style,
                std::string& text) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
      text += in.Get<bool>(row) ? "true" : "false";
      break;
    case TypeKind::kByte:
      text += std::to_string(in.Get<int8_t>(row));
      break;
    case TypeKind::kShort:
      text += std::to_string(in.Get<int16_t>(row));
      break;
    case TypeKind::kInt:
      text += std::to_string(in.Get<int32_t>(row));
      break;
    case TypeKind::kLong:
      text += std::to_string(in.Get<int64_t>(row));
      break;
    case TypeKind::kFloat:
      text += JavaFloatText(in.Get<float>(row));
      break;
    case TypeKind::kDouble:
      text += JavaDoubleText(in.Get<double>(row));
      break;
    case TypeKind::kDecimal:
      // ANSI prints decimals plainly; without it Java's scientific form stays.
      text += style.plain_decimal ? DecimalPlainText(in.Get<int128_t>(row), type.scale())
                                  : DecimalText(in.Get<int128_t>(row), type.scale());
      break;
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      text += in.Text(row);
      break;
    case TypeKind::kBinary:
      if (style.hex_binary) {
        AppendSpacedHex(in.Text(row), text);
      } else {
        text += in.Text(row);
      }
      break;
    case TypeKind::kDate:
      text += DateText(in.Get<int32_t>(row));
      break;
    case TypeKind::kTimestamp:
      text += TimestampText(in.Get<int64_t>(row), state.zone());
      break;
    case TypeKind::kTimestampNtz:
      text += TimestampNtzText(in.Get<int64_t>(row));
      break;
    case TypeKind::kTime:
      text += TimeText(in.Get<int64_t>(row));
      break;
    case TypeKind::kYearMonthInterval:
      text += YearMonthIntervalText(in.Get<int32_t>(row), type.start_field(), type.end_field());
      break;
    case TypeKind::kDayTimeInterval:
      text += DayTimeIntervalText(in.Get<int64_t>(row), type.start_field(), type.end_field());
      break;
    case TypeKind::kCalendarInterval:
      text += CalendarIntervalText(in.Get<CalendarIntervalValue>(row));
      break;
    case TypeKind::kArray:
      AppendArray(state, type, in, row, style, text);
      break;
    case TypeKind::kMap:
      AppendMap(state, type, in, row, style, text);
      break;
    case TypeKind::kStruct:
      AppendStruct(state, type, in, row, style, text);
      break;
    case TypeKind::kNull:
      text += "null";
      break;
    case TypeKind::kTimestampNanos:
      text += TimestampNanosText(in.Get<int128_t>(row), state.zone());
      break;
    case TypeKind::kTimestampNtzNanos:
      text += TimestampNtzNanosText(in.Get<int128_t>(row));
      break;
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      AppendSpacedHex(WkbOfValue(in.Text(row)), text);  // only shown: Spark has no such cast
      break;
    case TypeKind::kUserDefined:
      if (AppendUserTypeText(type, in, row, text)) return;
      return AppendText(state, type.user_storage(), in, row, style, text);
    case TypeKind::kVariant:
      // As Java prints the object, which knows no session: timestamps in UTC.
      text += VariantJsonText(in.children[0].Text(in.IndexOf(row)), in.children[1].Text(in.IndexOf(row)), "UTC");
      break;
  }
}

namespace {

/// What show() prints; never null.
void RunPretty(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  CastState state(context, *context.prepared<CallZone>().zone);
  const TextStyle style{.null_text = "NULL", .hex_binary = true, .plain_decimal = true};
  std::string text;
  for (state.row = 0; state.row < rows; ++state.row) {
    text.clear();
    AppendElement(state, context.call().argument_types[0], arguments[0], state.row, style, text);
    result.SetText(state.row, text);
  }
}

std::shared_ptr<const void> PreparePretty(const KernelCall& call) {
  auto prepared = std::make_shared<CallZone>();
  prepared->zone = TimeZone::Find(call.time_zone);
  if (!prepared->zone) prepared->zone = TimeZone::Utc();
  return prepared;
}

}  // namespace

const Kernel kToPrettyString{RunPretty, PreparePretty, false};

CasterPtr MakeToTextCaster(const DataType& from, const DataType& to) {
  if (!to.IsStringLike() || from.IsStringLike() || from.Is(TypeKind::kVariant)) return nullptr;
  return std::make_unique<ToTextCaster>(from, to);
}

}  // namespace firesteel::functions
