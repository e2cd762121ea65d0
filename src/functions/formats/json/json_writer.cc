#include "functions/formats/json/json_writer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/base64.h"
#include "base/error.h"
#include "base/java_text.h"
#include "base/json_text.h"
#include "functions/kernels/collection/nested_value.h"
#include "types/datetime_text.h"
#include "types/interval_text.h"
#include "types/type_text.h"
#include "types/variant_text.h"

namespace firesteel::functions {
namespace {

// Numbers that JSON has no form for are quoted.
void AppendReal(const std::string& text, bool is_finite, std::string& out) {
  if (!is_finite) out += '"';
  out += text;
  if (!is_finite) out += '"';
}

}  // namespace

JsonWriter::JsonWriter(const FormatOptions& options, std::string_view session_time_zone)
    : datetimes_(options, session_time_zone),
      session_time_zone_(session_time_zone),
      ignore_nulls_(options.Flag("ignoreNullFields", true)),
      pretty_(options.Flag("pretty", false)),
      ascii_only_(options.Flag("writeNonAsciiCharacterAsCodePoint", false)),
      sorts_keys_(options.Flag("sortKeys", false)) {}

void JsonWriter::BeginMember(bool is_first, std::string_view name, int depth, std::string& out) const {
  if (!is_first) out += ',';
  if (pretty_) out += '\n' + std::string(static_cast<size_t>(depth) * 2, ' ');
  AppendJsonText(name, ascii_only_, out);
  out += pretty_ ? " : " : ":";
}

template <class Name>
std::vector<size_t> JsonWriter::MemberOrder(size_t count, const Name& name) const {
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  if (sorts_keys_) std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return name(a) < name(b); });
  return order;
}

void JsonWriter::EndObject(bool is_empty, int depth, std::string& out) const {
  if (pretty_) out += is_empty ? " " : '\n' + std::string(static_cast<size_t>(depth) * 2, ' ');
  out += '}';
}

void JsonWriter::AppendStruct(const DataType& type, const VectorView& view, size_t row, int depth,
                              std::string& out) const {
  const size_t index = view.IndexOf(row);
  bool is_first = true;
  out += '{';
  const auto name = [&](size_t i) -> const std::string& { return type.fields()[i].name; };
  for (size_t i : MemberOrder(type.fields().size(), name)) {
    const StructField& field = type.fields()[i];
    const bool is_null = field.type.Is(TypeKind::kNull) || !view.children[i].IsValid(index);
    if (is_null && ignore_nulls_) continue;
    BeginMember(is_first, field.name, depth + 1, out);
    AppendElement(field.type, view.children[i], index, depth + 1, out);
    is_first = false;
  }
  EndObject(is_first, depth, out);
}

void JsonWriter::AppendMap(const DataType& type, const VectorView& view, size_t row, int depth,
                           std::string& out) const {
  const ListSlot slot = view.Get<ListSlot>(row);
  const VectorView& entries = view.children[0];
  out += '{';
  const auto name = [&](size_t i) {
    const size_t entry = entries.IndexOf(slot.offset + i);
    const VectorView& keys = entries.children[0];
    const bool is_interval = type.key_type().Is(TypeKind::kCalendarInterval);
    return is_interval ? CalendarIntervalText(keys.Get<CalendarIntervalValue>(entry))
                       : InternalText(type.key_type(), keys, entry);
  };
  bool is_first = true;
  for (size_t i : MemberOrder(slot.length, name)) {
    BeginMember(is_first, name(i), depth + 1, out);
    AppendElement(type.value_type(), entries.children[1], entries.IndexOf(slot.offset + i), depth + 1, out);
    is_first = false;
  }
  EndObject(slot.length == 0, depth, out);
}

void JsonWriter::AppendArray(const DataType& type, const VectorView& view, size_t row, int depth,
                             std::string& out) const {
  const ListSlot slot = view.Get<ListSlot>(row);
  out += '[';
  for (uint64_t i = 0; i < slot.length; ++i) {
    if (i > 0) out += ',';
    if (pretty_) out += ' ';
    AppendElement(type.element_type(), view.children[0], slot.offset + i, depth, out);
  }
  if (pretty_) out += ' ';
  out += ']';
}

void JsonWriter::AppendElement(const DataType& type, const VectorView& view, size_t row, int depth,
                               std::string& out) const {
  if (type.Is(TypeKind::kNull) || !view.IsValid(row)) {
    out += "null";
  } else {
    AppendValid(type, view, row, depth, out);
  }
}

void JsonWriter::AppendValid(const DataType& type, const VectorView& view, size_t row, int depth,
                             std::string& out) const {
  const auto quoted = [&](auto&& append) {
    std::string text;
    append(text);
    AppendJsonText(text, ascii_only_, out);
  };
  switch (type.kind()) {
    case TypeKind::kBoolean:
      out += view.Get<bool>(row) ? "true" : "false";
      return;
    case TypeKind::kByte:
      out += std::to_string(view.Get<int8_t>(row));
      return;
    case TypeKind::kShort:
      out += std::to_string(view.Get<int16_t>(row));
      return;
    case TypeKind::kInt:
      out += std::to_string(view.Get<int32_t>(row));
      return;
    case TypeKind::kLong:
      out += std::to_string(view.Get<int64_t>(row));
      return;
    case TypeKind::kFloat:
      return AppendReal(JavaFloatText(view.Get<float>(row)), std::isfinite(view.Get<float>(row)), out);
    case TypeKind::kDouble:
      return AppendReal(JavaDoubleText(view.Get<double>(row)), std::isfinite(view.Get<double>(row)), out);
    case TypeKind::kDecimal:
      out += DecimalText(view.Get<int128_t>(row), type.scale());
      return;
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return AppendJsonText(view.Text(row), ascii_only_, out);
    case TypeKind::kBinary:
      out += '"';
      out += Base64Text(view.Text(row));
      out += '"';
      return;
    case TypeKind::kDate:
      return quoted([&](std::string& text) { datetimes_.AppendDate(view.Get<int32_t>(row), text); });
    case TypeKind::kTimestamp:
      return quoted([&](std::string& text) { datetimes_.AppendTimestamp(view.Get<int64_t>(row), text); });
    case TypeKind::kTimestampNtz:
      return quoted([&](std::string& text) { datetimes_.AppendTimestampNtz(view.Get<int64_t>(row), text); });
    case TypeKind::kTime:
      return quoted([&](std::string& text) { datetimes_.AppendTime(view.Get<int64_t>(row), text); });
    case TypeKind::kYearMonthInterval:
      return quoted([&](std::string& text) {
        text = YearMonthIntervalText(view.Get<int32_t>(row), type.start_field(), type.end_field());
      });
    case TypeKind::kDayTimeInterval:
      return quoted([&](std::string& text) {
        text = DayTimeIntervalText(view.Get<int64_t>(row), type.start_field(), type.end_field());
      });
    case TypeKind::kCalendarInterval:
      return quoted([&](std::string& text) { text = CalendarIntervalText(view.Get<CalendarIntervalValue>(row)); });
    case TypeKind::kStruct:
      return AppendStruct(type, view, row, depth, out);
    case TypeKind::kArray:
      return AppendArray(type, view, row, depth, out);
    case TypeKind::kMap:
      return AppendMap(type, view, row, depth, out);
    case TypeKind::kVariant: {
      const size_t index = view.IndexOf(row);
      out += VariantJsonText(view.children[0].Text(index), view.children[1].Text(index), session_time_zone_);
      return;
    }
    case TypeKind::kTimestampNanos:
      return quoted([&](std::string& text) { datetimes_.AppendTimestamp(FloorMicros(view.Get<int128_t>(row)), text); });
    case TypeKind::kTimestampNtzNanos:
      return quoted(
          [&](std::string& text) { datetimes_.AppendTimestampNtz(FloorMicros(view.Get<int128_t>(row)), text); });
    case TypeKind::kUserDefined:
      return AppendValid(type.user_storage(), view, row, depth, out);
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      throw InternalError("a type that JSON does not write");
    case TypeKind::kNull:
      out += "null";
  }
}

}  // namespace firesteel::functions
