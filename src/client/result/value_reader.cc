#include "client/result/value_reader.h"

#include <string_view>
#include <utility>

namespace firesteel::client {
namespace {

using internal::BytesAt;
using internal::Cell;
using internal::ColumnView;

template <class T>
Value ReadAs(const ColumnView& column, int64_t i) {
  T value{};
  Cell<T>::Read(column, i, value);
  return Value(std::move(value));
}

/// The child of this name, of the structs that stand for one value.
ColumnView ChildNamed(const ColumnView& column, std::string_view name) {
  for (int64_t child = 0; child < column.schema->n_children; ++child) {
    if (name == column.schema->children[child]->name) return column.Child(child);
  }
  return column.Child(0);
}

}  // namespace

ValueReader::ValueReader(const DataType& type) : kind_(type.kind()) {
  switch (type.kind()) {
    case TypeKind::kArray:
      children_.emplace_back(type.element_type());
      break;
    case TypeKind::kMap:
      children_.emplace_back(type.key_type());
      children_.emplace_back(type.value_type());
      break;
    case TypeKind::kStruct:
      fields_ = std::make_shared<const Schema>(type.fields());
      for (const StructField& field : type.fields()) children_.emplace_back(field.type);
      break;
    case TypeKind::kUserDefined:
      *this = ValueReader(type.storage_type());
      break;
    default:
      break;
  }
}

Value ValueReader::ReadList(const ColumnView& column, int64_t i) const {
  const auto* offsets = column.Buffer<int32_t>(1);
  const ColumnView elements = column.Child(0);
  Array values;
  values.reserve(static_cast<size_t>(offsets[i + 1] - offsets[i]));
  for (int64_t place = offsets[i]; place < offsets[i + 1]; ++place)
    values.push_back(children_[0].Read(elements, place));
  return values;
}

Value ValueReader::ReadMap(const ColumnView& column, int64_t i) const {
  const auto* offsets = column.Buffer<int32_t>(1);
  const ColumnView entries = column.Child(0);
  MapEntries values;
  values.reserve(static_cast<size_t>(offsets[i + 1] - offsets[i]));
  for (int64_t place = offsets[i]; place < offsets[i + 1]; ++place) {
    const int64_t entry = place + entries.array->offset;
    values.emplace_back(children_[0].Read(entries.Child(0), entry), children_[1].Read(entries.Child(1), entry));
  }
  return values;
}

Value ValueReader::ReadStruct(const ColumnView& column, int64_t i) const {
  std::vector<Value> values;
  values.reserve(children_.size());
  for (size_t child = 0; child < children_.size(); ++child) {
    values.push_back(children_[child].Read(column.Child(static_cast<int64_t>(child)), i + column.array->offset));
  }
  return Row(fields_, std::move(values));
}

Value ValueReader::Read(const ColumnView& column, int64_t i) const {
  if (column.IsNull(i)) return {};
  switch (kind_) {
    case TypeKind::kNull:
    case TypeKind::kUnparsed:
    case TypeKind::kUserDefined:
      return {};
    case TypeKind::kBoolean:
      return ReadAs<bool>(column, i);
    case TypeKind::kByte:
      return ReadAs<int8_t>(column, i);
    case TypeKind::kShort:
      return ReadAs<int16_t>(column, i);
    case TypeKind::kInteger:
      return ReadAs<int32_t>(column, i);
    case TypeKind::kLong:
      return ReadAs<int64_t>(column, i);
    case TypeKind::kFloat:
      return ReadAs<float>(column, i);
    case TypeKind::kDouble:
      return ReadAs<double>(column, i);
    case TypeKind::kDecimal:
      return ReadAs<Decimal>(column, i);
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return BytesAt(column, i);
    case TypeKind::kBinary:
      return ReadAs<Binary>(column, i);
    case TypeKind::kDate:
      return ReadAs<Date>(column, i);
    case TypeKind::kTimestamp:
      return ReadAs<Timestamp>(column, i);
    case TypeKind::kTimestampNtz:
      return ReadAs<TimestampNtz>(column, i);
    case TypeKind::kTime:
      return ReadAs<Time>(column, i);
    case TypeKind::kYearMonthInterval:
      return ReadAs<YearMonthInterval>(column, i);
    case TypeKind::kDayTimeInterval:
      return ReadAs<DayTimeInterval>(column, i);
    case TypeKind::kCalendarInterval:
      return ReadAs<CalendarInterval>(column, i);
    case TypeKind::kArray:
      return ReadList(column, i);
    case TypeKind::kMap:
      return ReadMap(column, i);
    case TypeKind::kStruct:
      return ReadStruct(column, i);
    case TypeKind::kVariant:
      return ReadAs<Variant>(column, i);
    case TypeKind::kGeometry:
    case TypeKind::kGeography: {
      const int64_t place = i + column.array->offset;
      return Geospatial{ChildNamed(column, "srid").Buffer<int32_t>(1)[place],
                        std::string(BytesAt(ChildNamed(column, "wkb"), place))};
    }
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos: {
      const int64_t place = i + column.array->offset;
      const int64_t micros = ChildNamed(column, "epochMicros").Buffer<int64_t>(1)[place];
      const int16_t nanos = ChildNamed(column, "nanosWithinMicro").Buffer<int16_t>(1)[place];
      if (kind_ == TypeKind::kTimestampNanos) return TimestampNanos{micros, nanos};
      return TimestampNtzNanos{micros, nanos};
    }
  }
  return {};
}

}  // namespace firesteel::client
