#include "functions/kernels/collection/nested_value.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/java_text.h"
#include "types/interval_text.h"

namespace firesteel::functions {

namespace {

template <class T>
int Order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

template <class T>
int OrderReal(T a, T b) {
  if (std::isnan(a) || std::isnan(b)) return Order<int>(std::isnan(a), std::isnan(b));
  return Order(a, b);
}

int OrderInterval(const CalendarIntervalValue& a, const CalendarIntervalValue& b) {
  if (a.months != b.months) return Order(a.months, b.months);
  if (a.days != b.days) return Order(a.days, b.days);
  return Order(a.microseconds, b.microseconds);
}

template <class T>
int OrderOf(const VectorView& a, size_t a_row, const VectorView& b, size_t b_row) {
  return Order(a.Get<T>(a_row), b.Get<T>(b_row));
}

int CompareParts(const DataType& type, const VectorView& a, size_t a_row, const VectorView& b, size_t b_row) {
  return CompareElements(type, Element{&a, a_row}, Element{&b, b_row});
}

int CompareLists(const DataType& element, const VectorView& a, size_t a_row, const VectorView& b, size_t b_row) {
  const ListSlot left = a.Get<ListSlot>(a_row);
  const ListSlot right = b.Get<ListSlot>(b_row);
  const uint64_t common = std::min(left.length, right.length);
  for (uint64_t i = 0; i < common; ++i) {
    int order = CompareParts(element, a.children[0], left.offset + i, b.children[0], right.offset + i);
    if (order != 0) return order;
  }
  return Order(left.length, right.length);
}

DataType EntryType(const DataType& map) {
  return DataType::Struct({{"key", map.key_type(), false, ""}, {"value", map.value_type(), true, ""}});
}

uint64_t Mix(uint64_t seed, uint64_t value) {
  seed ^= value + 0x9E3779B97F4A7C15ULL + (seed << 6) + (seed >> 2);
  return seed * 0xFF51AFD7ED558CCDULL;
}

uint64_t HashReal(double value) {
  if (std::isnan(value)) return 1;
  if (value == 0) return 2;
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return Mix(3, bits);
}

template <class T>
void CopyFixed(const VectorView& view, size_t row, ResultVector& out, size_t out_row) {
  out.Data<T>()[out_row] = view.Get<T>(row);
}

void CopyList(const DataType& element, const VectorView& view, size_t row, ResultVector& out, size_t out_row) {
  const ListSlot slot = view.Get<ListSlot>(row);
  const uint64_t offset = out.AppendList(out_row, slot.length);
  ResultVector& child = out.Child(0);
  for (uint64_t i = 0; i < slot.length; ++i) CopyValue(element, view.children[0], slot.offset + i, child, offset + i);
}

}  // namespace

int CompareElements(const DataType& type, const Element& a, const Element& b) {
  const bool a_null = a.is_null();
  const bool b_null = b.is_null();
  if (a_null || b_null) return Order<int>(b_null, a_null);
  return CompareValues(type, *a.view, a.row, *b.view, b.row);
}

int CompareValues(const DataType& type, const VectorView& a, size_t a_row, const VectorView& b, size_t b_row) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return 0;
    case TypeKind::kBoolean:
      return OrderOf<bool>(a, a_row, b, b_row);
    case TypeKind::kByte:
      return OrderOf<int8_t>(a, a_row, b, b_row);
    case TypeKind::kShort:
      return OrderOf<int16_t>(a, a_row, b, b_row);
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return OrderOf<int32_t>(a, a_row, b, b_row);
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
    case TypeKind::kDayTimeInterval:
      return OrderOf<int64_t>(a, a_row, b, b_row);
    case TypeKind::kFloat:
      return OrderReal(a.Get<float>(a_row), b.Get<float>(b_row));
    case TypeKind::kDouble:
      return OrderReal(a.Get<double>(a_row), b.Get<double>(b_row));
    case TypeKind::kDecimal:
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return OrderOf<int128_t>(a, a_row, b, b_row);
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return Order(a.Text(a_row).compare(b.Text(b_row)), 0);
    case TypeKind::kCalendarInterval:
      return OrderInterval(a.Get<CalendarIntervalValue>(a_row), b.Get<CalendarIntervalValue>(b_row));
    case TypeKind::kArray:
      return CompareLists(type.element_type(), a, a_row, b, b_row);
    case TypeKind::kMap:
      return CompareLists(EntryType(type), a, a_row, b, b_row);
    case TypeKind::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        int order =
            CompareParts(type.fields()[i].type, a.children[i], a.IndexOf(a_row), b.children[i], b.IndexOf(b_row));
        if (order != 0) return order;
      }
      return 0;
    case TypeKind::kVariant:
      for (size_t i = 0; i < 2; ++i) {
        int order = a.children[i].Text(a.IndexOf(a_row)).compare(b.children[i].Text(b.IndexOf(b_row)));
        if (order != 0) return order;
      }
      return 0;
    case TypeKind::kUserDefined:
      return CompareValues(type.user_storage(), a, a_row, b, b_row);
  }
  return 0;
}

uint64_t HashOfValue(const DataType& type, const VectorView& view, size_t row) {
  auto part = [](const DataType& of, const VectorView& in, size_t at) -> uint64_t {
    return in.IsValid(at) ? HashOfValue(of, in, at) : 0;
  };
  switch (type.kind()) {
    case TypeKind::kNull:
      return 0;
    case TypeKind::kBoolean:
      return Mix(3, view.Get<bool>(row));
    case TypeKind::kByte:
      return Mix(3, static_cast<uint64_t>(view.Get<int8_t>(row)));
    case TypeKind::kShort:
      return Mix(3, static_cast<uint64_t>(view.Get<int16_t>(row)));
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return Mix(3, static_cast<uint64_t>(view.Get<int32_t>(row)));
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
    case TypeKind::kDayTimeInterval:
      return Mix(3, static_cast<uint64_t>(view.Get<int64_t>(row)));
    case TypeKind::kFloat:
      return HashReal(view.Get<float>(row));
    case TypeKind::kDouble:
      return HashReal(view.Get<double>(row));
    case TypeKind::kDecimal:
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos: {
      const auto bits = static_cast<uint128_t>(view.Get<int128_t>(row));
      return Mix(Mix(3, static_cast<uint64_t>(bits)), static_cast<uint64_t>(bits >> 64));
    }
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return std::hash<std::string_view>()(view.Text(row));
    case TypeKind::kCalendarInterval: {
      const CalendarIntervalValue& value = view.Get<CalendarIntervalValue>(row);
      return Mix(Mix(Mix(3, static_cast<uint64_t>(value.months)), static_cast<uint64_t>(value.days)),
                 static_cast<uint64_t>(value.microseconds));
    }
    case TypeKind::kArray:
    case TypeKind::kMap: {
      const ListSlot slot = view.Get<ListSlot>(row);
      const DataType element = type.Is(TypeKind::kMap) ? EntryType(type) : type.element_type();
      uint64_t hash = slot.length;
      for (uint64_t i = 0; i < slot.length; ++i) hash = Mix(hash, part(element, view.children[0], slot.offset + i));
      return hash;
    }
    case TypeKind::kStruct: {
      uint64_t hash = 5;
      for (size_t i = 0; i < type.fields().size(); ++i) {
        hash = Mix(hash, part(type.fields()[i].type, view.children[i], view.IndexOf(row)));
      }
      return hash;
    }
    case TypeKind::kVariant:
      return std::hash<std::string_view>()(view.children[0].Text(view.IndexOf(row)));
    case TypeKind::kUserDefined:
      return HashOfValue(type.user_storage(), view, row);
  }
  return 0;
}

void CopyValue(const DataType& type, const VectorView& view, size_t row, ResultVector& out, size_t out_row) {
  const bool is_list = type.Is(TypeKind::kArray) || type.Is(TypeKind::kMap);
  if (!view.IsValid(row) || type.Is(TypeKind::kNull)) {
    if (is_list) out.SetList(out_row, 0, 0);
    out.SetNull(out_row);
    return;
  }
  switch (type.kind()) {
    case TypeKind::kNull:
      return;
    case TypeKind::kBoolean:
    case TypeKind::kByte:
      return CopyFixed<int8_t>(view, row, out, out_row);
    case TypeKind::kShort:
      return CopyFixed<int16_t>(view, row, out, out_row);
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return CopyFixed<int32_t>(view, row, out, out_row);
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
    case TypeKind::kDayTimeInterval:
      return CopyFixed<int64_t>(view, row, out, out_row);
    case TypeKind::kFloat:
      return CopyFixed<float>(view, row, out, out_row);
    case TypeKind::kDouble:
      return CopyFixed<double>(view, row, out, out_row);
    case TypeKind::kDecimal:
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return CopyFixed<int128_t>(view, row, out, out_row);
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return out.SetText(out_row, view.Text(row));
    case TypeKind::kCalendarInterval:
      return CopyFixed<CalendarIntervalValue>(view, row, out, out_row);
    case TypeKind::kArray:
      return CopyList(type.element_type(), view, row, out, out_row);
    case TypeKind::kMap:
      return CopyList(EntryType(type), view, row, out, out_row);
    case TypeKind::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        CopyValue(type.fields()[i].type, view.children[i], view.IndexOf(row), out.Child(i), out_row);
      }
      return;
    case TypeKind::kVariant:
      for (size_t i = 0; i < 2; ++i) {
        CopyValue(DataType::Binary(), view.children[i], view.IndexOf(row), out.Child(i), out_row);
      }
      return;
    case TypeKind::kUserDefined:
      return CopyValue(type.user_storage(), view, row, out, out_row);
  }
}

void CopyElement(const DataType& type, const Element& element, ResultVector& out, size_t out_row) {
  if (element.view) return CopyValue(type, *element.view, element.row, out, out_row);
  if (type.Is(TypeKind::kArray) || type.Is(TypeKind::kMap)) out.SetList(out_row, 0, 0);
  out.SetNull(out_row);
}

std::string InternalText(const DataType& type, const VectorView& view, size_t row) {
  if (!view.IsValid(row)) return "null";
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return view.Get<bool>(row) ? "true" : "false";
    case TypeKind::kByte:
      return std::to_string(view.Get<int8_t>(row));
    case TypeKind::kShort:
      return std::to_string(view.Get<int16_t>(row));
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return std::to_string(view.Get<int32_t>(row));
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
    case TypeKind::kDayTimeInterval:
      return std::to_string(view.Get<int64_t>(row));
    case TypeKind::kFloat:
      return JavaFloatText(view.Get<float>(row));
    case TypeKind::kDouble:
      return JavaDoubleText(view.Get<double>(row));
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return DecimalText(view.Get<int128_t>(row), 0);
    case TypeKind::kDecimal:
      return DecimalText(view.Get<int128_t>(row), type.scale());
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return std::string(view.Text(row));
    case TypeKind::kArray: {
      const ListSlot slot = view.Get<ListSlot>(row);
      std::string text = "[";
      for (uint64_t i = 0; i < slot.length; ++i) {
        text += (i > 0 ? "," : "") + InternalText(type.element_type(), view.children[0], slot.offset + i);
      }
      return text + "]";
    }
    case TypeKind::kStruct: {
      std::string text = "[";
      for (size_t i = 0; i < type.fields().size(); ++i) {
        text += (i > 0 ? "," : "") + InternalText(type.fields()[i].type, view.children[i], view.IndexOf(row));
      }
      return text + "]";
    }
    case TypeKind::kMap: {
      const ListSlot slot = view.Get<ListSlot>(row);
      const VectorView& entries = view.children[0];
      std::string keys;
      std::string values;
      for (uint64_t i = 0; i < slot.length; ++i) {
        const size_t entry = entries.IndexOf(slot.offset + i);
        keys += (i > 0 ? ", " : "") + InternalText(type.key_type(), entries.children[0], entry);
        values += (i > 0 ? ", " : "") + InternalText(type.value_type(), entries.children[1], entry);
      }
      return "keys: [" + keys + "], values: [" + values + "]";
    }
    case TypeKind::kCalendarInterval:
      return CalendarIntervalText(view.Get<CalendarIntervalValue>(row));
    default:
      return {};
  }
}

size_t ElementSet::Find(const Element& element) const {
  if (by_hash_.empty()) {
    for (size_t i = 0; i < elements_.size(); ++i) {
      if (CompareElements(type_, elements_[i], element) == 0) return i;
    }
    return kNone;
  }
  auto [begin, end] = by_hash_.equal_range(Hash(element));
  for (auto it = begin; it != end; ++it) {
    if (CompareElements(type_, elements_[it->second], element) == 0) return it->second;
  }
  return kNone;
}

bool ElementSet::Insert(const Element& element) {
  if (Find(element) != kNone) return false;
  elements_.push_back(element);
  if (!by_hash_.empty()) {
    by_hash_.emplace(Hash(element), elements_.size() - 1);
  } else if (elements_.size() > kScanned) {
    for (size_t i = 0; i < elements_.size(); ++i) by_hash_.emplace(Hash(elements_[i]), i);
  }
  return true;
}

void ElementSet::Clear() {
  elements_.clear();
  by_hash_.clear();
}

}  // namespace firesteel::functions
