#include "functions/kernels/collection/element.h"

#include <cmath>
#include <cstring>

namespace firesteel::functions {

namespace {

template <class T>
int CompareValues(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

template <class T>
int CompareFloating(T a, T b) {
  bool a_nan = std::isnan(a);
  bool b_nan = std::isnan(b);
  if (a_nan || b_nan) return a_nan == b_nan ? 0 : a_nan ? 1 : -1;
  return CompareValues(a, b);
}

template <class T>
int CompareAs(const Element& a, const Element& b) {
  return CompareValues(a.column->Get<T>(a.row), b.column->Get<T>(b.row));
}

int CompareNullable(const DataType& type, const Element& a, const Element& b) {
  if (a.IsNull() || b.IsNull()) return a.IsNull() == b.IsNull() ? 0 : a.IsNull() ? -1 : 1;
  return CompareElements(type, a, b);
}

int CompareLists(const DataType& type, const Element& a, const Element& b) {
  Elements left = ElementsOf(*a.column, a.row);
  Elements right = ElementsOf(*b.column, b.row);
  for (size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (int order = CompareNullable(type.element_type(), left[i], right[i])) return order;
  }
  return CompareValues(left.size(), right.size());
}

int CompareStructs(const DataType& type, const Element& a, const Element& b) {
  size_t left = a.column->IndexOf(a.row);
  size_t right = b.column->IndexOf(b.row);
  for (size_t i = 0; i < type.fields().size(); ++i) {
    Element x{&a.column->children[i], left};
    Element y{&b.column->children[i], right};
    if (int order = CompareNullable(type.fields()[i].type, x, y)) return order;
  }
  return 0;
}

template <class T>
void AppendBytes(std::string& key, const T& value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

template <class T>
void AppendFloating(std::string& key, T value) {
  if (std::isnan(value)) value = std::numeric_limits<T>::quiet_NaN();
  if (value == 0) value = 0;
  AppendBytes(key, value);
}

void AppendKey(const DataType& type, const Element& element, std::string& key) {
  if (element.IsNull()) {
    key += '\0';
    return;
  }
  key += '\1';
  const VectorView& column = *element.column;
  size_t row = element.row;
  switch (type.kind()) {
    case TypeKind::kBoolean:
    case TypeKind::kByte:
      return AppendBytes(key, column.Get<int8_t>(row));
    case TypeKind::kShort:
      return AppendBytes(key, column.Get<int16_t>(row));
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return AppendBytes(key, column.Get<int32_t>(row));
    case TypeKind::kFloat:
      return AppendFloating(key, column.Get<float>(row));
    case TypeKind::kDouble:
      return AppendFloating(key, column.Get<double>(row));
    case TypeKind::kDecimal:
      return AppendBytes(key, column.Get<int128_t>(row));
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary: {
      std::string_view text = column.Text(row);
      AppendBytes(key, static_cast<uint32_t>(text.size()));
      key += text;
      return;
    }
    case TypeKind::kCalendarInterval: {
      const auto& value = column.Get<CalendarIntervalValue>(row);
      AppendBytes(key, value.months);
      AppendBytes(key, value.days);
      return AppendBytes(key, value.microseconds);
    }
    case TypeKind::kArray: {
      Elements elements = ElementsOf(column, row);
      AppendBytes(key, static_cast<uint32_t>(elements.size()));
      for (const Element& child : elements) AppendKey(type.element_type(), child, key);
      return;
    }
    case TypeKind::kStruct: {
      size_t index = column.IndexOf(row);
      for (size_t i = 0; i < type.fields().size(); ++i) {
        AppendKey(type.fields()[i].type, {&column.children[i], index}, key);
      }
      return;
    }
    default:
      return AppendBytes(key, column.Get<int64_t>(row));
  }
}

}  // namespace

Elements ElementsOf(const VectorView& array, size_t row) {
  const ListSlot& slot = array.Get<ListSlot>(row);
  Elements elements;
  elements.reserve(slot.length);
  for (uint64_t i = 0; i < slot.length; ++i) elements.push_back({&array.children[0], slot.offset + i});
  return elements;
}

int CompareElements(const DataType& type, const Element& a, const Element& b) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
    case TypeKind::kByte:
      return CompareAs<int8_t>(a, b);
    case TypeKind::kShort:
      return CompareAs<int16_t>(a, b);
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return CompareAs<int32_t>(a, b);
    case TypeKind::kFloat:
      return CompareFloating(a.column->Get<float>(a.row), b.column->Get<float>(b.row));
    case TypeKind::kDouble:
      return CompareFloating(a.column->Get<double>(a.row), b.column->Get<double>(b.row));
    case TypeKind::kDecimal:
      return CompareAs<int128_t>(a, b);
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
      return a.column->Text(a.row).compare(b.column->Text(b.row));
    case TypeKind::kArray:
      return CompareLists(type, a, b);
    case TypeKind::kStruct:
      return CompareStructs(type, a, b);
    case TypeKind::kNull:
      return 0;
    default:
      return CompareAs<int64_t>(a, b);
  }
}

std::string ElementKey(const DataType& type, const Element& element) {
  std::string key;
  AppendKey(type, element, key);
  return key;
}

CasterPtr ElementCopier::MakeCopier(const DataType& type) { return MakeCaster(type, type); }

void ElementCopier::Copy(KernelContext& context, const Element& element, ResultVector& out, size_t out_row) const {
  if (element.IsNull()) {
    out.SetNull(out_row);
    return;
  }
  CastState state(context, *TimeZone::Utc());
  caster_->Convert(state, *element.column, element.row, out, out_row);
}

void ElementCopier::Append(KernelContext& context, const Elements& elements, ResultVector& out, size_t row) const {
  uint64_t offset = out.AppendList(row, elements.size());
  ResultVector& child = out.Child(0);
  for (size_t i = 0; i < elements.size(); ++i) Copy(context, elements[i], child, offset + i);
}

}  // namespace firesteel::functions
