#include "engine/chunk_writer.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "base/int128.h"
#include "duckdb/common/types/interval.hpp"
#include "duckdb/common/types/string_type.hpp"
#include "duckdb/common/types/vector.hpp"
#include "engine/physical_type.h"
#include "types/geospatial.h"
#include "types/interval_text.h"

namespace firesteel::engine {
namespace {

using arrow::ColumnBuilder;
using duckdb::UnifiedVectorFormat;

/// Which elements of a vector to append: `index[i]` for i < count, or begin + i when there is no index.
struct Rows {
  const uint32_t* index = nullptr;
  size_t begin = 0;
  size_t count = 0;
  size_t operator[](size_t i) const { return index ? index[i] : begin + i; }
  /// Number of elements that the vector must have.
  size_t Limit() const {
    if (!index) return begin + count;
    size_t limit = 0;
    for (size_t i = 0; i < count; ++i) limit = std::max<size_t>(limit, index[i] + 1);
    return limit;
  }
};

void Append(duckdb::Vector& vector, const DataType& type, const Rows& rows, ColumnBuilder& column);

/// Rows resolved to positions in a vector's data. Empty `positions`: they are begin, begin + 1, …
struct Source {
  UnifiedVectorFormat format;
  std::vector<uint32_t> positions;
  size_t begin = 0;
  size_t count = 0;
  bool contiguous() const { return positions.empty(); }
  size_t operator[](size_t i) const { return contiguous() ? begin + i : positions[i]; }
  template <class T>
  const T* data() const {
    return reinterpret_cast<const T*>(format.data);
  }
  bool IsValid(size_t i) const { return format.validity.RowIsValid((*this)[i]); }
};

Source Resolve(duckdb::Vector& vector, const Rows& rows) {
  Source source;
  vector.ToUnifiedFormat(rows.Limit(), source.format);
  source.begin = rows.begin;
  source.count = rows.count;
  const duckdb::SelectionVector& selection = *source.format.sel;
  if (rows.count > 0 && (rows.index != nullptr || selection.data() != nullptr)) {
    source.positions.resize(rows.count);
    for (size_t i = 0; i < rows.count; ++i) {
      source.positions[i] = static_cast<uint32_t>(selection.get_index(rows[i]));
    }
  }
  return source;
}

void AppendValidity(const Source& source, ColumnBuilder& column) {
  const auto count = static_cast<int64_t>(source.count);
  if (source.format.validity.AllValid()) {
    column.AppendAllValid(count);
    return;
  }
  if (source.contiguous() && source.begin % 64 == 0) {
    column.AppendValidity(source.format.validity.GetData() + source.begin / 64, count);
    return;
  }
  std::vector<uint64_t> bits((source.count + 63) / 64);
  for (size_t i = 0; i < source.count; ++i) bits[i / 64] |= static_cast<uint64_t>(source.IsValid(i)) << (i % 64);
  column.AppendValidity(bits.data(), count);
}

template <class T>
void AppendFixed(const Source& source, ColumnBuilder& column) {
  const auto count = static_cast<int64_t>(source.count);
  if (source.contiguous()) {
    column.AppendFixed(source.data<T>() + source.begin, count);
    return;
  }
  // Elements of 16 bytes may lie at any address within the builder's bytes.
  char* to = static_cast<char*>(column.AppendFixed(count));
  const T* from = source.data<T>();
  for (size_t i = 0; i < source.count; ++i) std::memcpy(to + i * sizeof(T), from + source.positions[i], sizeof(T));
}

template <class T>
void AppendWidened(const Source& source, ColumnBuilder& column) {
  char* to = static_cast<char*>(column.AppendFixed(static_cast<int64_t>(source.count)));
  const T* from = source.data<T>();
  for (size_t i = 0; i < source.count; ++i) {
    const int128_t wide = from[source[i]];
    std::memcpy(to + i * sizeof wide, &wide, sizeof wide);
  }
}

void AppendDecimals(const Source& source, duckdb::PhysicalType physical, ColumnBuilder& column) {
  switch (physical) {
    case duckdb::PhysicalType::INT16:
      return AppendWidened<int16_t>(source, column);
    case duckdb::PhysicalType::INT32:
      return AppendWidened<int32_t>(source, column);
    case duckdb::PhysicalType::INT64:
      return AppendWidened<int64_t>(source, column);
    default:
      return AppendFixed<duckdb::hugeint_t>(source, column);
  }
}

void AppendIntervals(const Source& source, ColumnBuilder& column) {
  struct ArrowInterval {
    int32_t months;
    int32_t days;
    int64_t nanoseconds;
  };
  static_assert(sizeof(ArrowInterval) == 16);
  char* to = static_cast<char*>(column.AppendFixed(static_cast<int64_t>(source.count)));
  for (size_t i = 0; i < source.count; ++i) {
    ArrowInterval interval{0, 0, 0};
    if (source.IsValid(i)) {
      const duckdb::interval_t& from = source.data<duckdb::interval_t>()[source[i]];
      interval.months = from.months;
      interval.days = from.days;
      if (__builtin_mul_overflow(from.micros, int64_t{1000}, &interval.nanoseconds)) {
        const CalendarIntervalValue value{from.months, from.days, from.micros};
        throw QueryError("DATETIME_OVERFLOW",
                         {{"operation", "write the interval value " + CalendarIntervalText(value) +
                                            " as Arrow IntervalMonthDayNano nanoseconds (the microseconds component "
                                            "must be in +/-(Long.MaxValue / 1000), roughly +/-292 years)"}},
                         nullptr, ErrorClass::kArithmetic);
      }
    }
    std::memcpy(to + i * sizeof interval, &interval, sizeof interval);
  }
}

/// Number of the reference system and WKB, which the engine keeps as one string of bytes.
void AppendGeospatial(const Source& source, ColumnBuilder& column) {
  const auto* values = source.data<duckdb::string_t>();
  for (size_t i = 0; i < source.count; ++i) {
    std::string_view value;
    if (source.IsValid(i)) {
      const duckdb::string_t& bytes = values[source[i]];
      value = std::string_view(bytes.GetData(), bytes.GetSize());
    }
    column.child(0).AppendAllValid(1);
    *column.child(0).AppendFixedAs<int32_t>(1) = SridOfValue(value);
    column.child(1).AppendAllValid(1);
    column.child(1).AppendBytes(WkbOfValue(value));
  }
}

/// Microseconds, and the nanoseconds beyond them.
void AppendNanos(const Source& source, ColumnBuilder& column) {
  for (size_t i = 0; i < source.count; ++i) {
    int128_t nanos = 0;
    if (source.IsValid(i)) std::memcpy(&nanos, source.data<duckdb::hugeint_t>() + source[i], sizeof nanos);
    int128_t rest = nanos % 1000;
    if (rest < 0) rest += 1000;
    const auto micros = static_cast<int64_t>((nanos - rest) / 1000);
    const auto beyond = static_cast<int16_t>(rest);
    column.child(0).AppendAllValid(1);
    column.child(0).AppendFixed(&micros, 1);
    column.child(1).AppendAllValid(1);
    column.child(1).AppendFixed(&beyond, 1);
  }
}

void AppendBooleans(const Source& source, ColumnBuilder& column) {
  if (source.contiguous()) {
    column.AppendBooleans(source.data<uint8_t>() + source.begin, static_cast<int64_t>(source.count));
    return;
  }
  std::vector<uint8_t> bytes(source.count);
  for (size_t i = 0; i < source.count; ++i) bytes[i] = source.data<uint8_t>()[source.positions[i]];
  column.AppendBooleans(bytes.data(), static_cast<int64_t>(source.count));
}

void AppendText(const Source& source, ColumnBuilder& column) {
  const auto* strings = source.data<duckdb::string_t>();
  const bool all_valid = source.format.validity.AllValid();
  for (size_t i = 0; i < source.count; ++i) {
    if (all_valid || source.IsValid(i)) {
      const duckdb::string_t& text = strings[source[i]];
      column.AppendBytes(std::string_view(text.GetData(), text.GetSize()));
    } else {
      column.AppendBytes({});
    }
  }
}

void AppendLists(duckdb::Vector& vector, const Source& source, const DataType& element, ColumnBuilder& column) {
  const auto* lists = source.data<duckdb::list_entry_t>();
  std::vector<uint32_t> elements;
  for (size_t i = 0; i < source.count; ++i) {
    const duckdb::list_entry_t list = source.IsValid(i) ? lists[source[i]] : duckdb::list_entry_t(0, 0);
    column.AppendList(static_cast<int64_t>(list.length));
    for (duckdb::idx_t e = 0; e < list.length; ++e) elements.push_back(static_cast<uint32_t>(list.offset + e));
  }
  Append(duckdb::ListVector::GetEntry(vector), element, Rows{elements.data(), 0, elements.size()}, column.child(0));
}

void AppendStructs(duckdb::Vector& vector, const Source& source, const std::vector<DataType>& types,
                   ColumnBuilder& column) {
  auto& entries = duckdb::StructVector::GetEntries(vector);
  Rows rows{nullptr, source.begin, source.count};
  if (!source.contiguous()) rows = Rows{source.positions.data(), 0, source.count};
  for (size_t i = 0; i < types.size(); ++i) Append(*entries[i], types[i], rows, column.child(i));
}

void Append(duckdb::Vector& vector, const DataType& type, const Rows& rows, ColumnBuilder& column) {
  if (type.Is(TypeKind::kNull)) {
    column.AppendAllNull(static_cast<int64_t>(rows.count));
    return;
  }
  const Source source = Resolve(vector, rows);
  AppendValidity(source, column);
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return AppendBooleans(source, column);
    case TypeKind::kDecimal:
      return AppendDecimals(source, vector.GetType().InternalType(), column);
    case TypeKind::kCalendarInterval:
      return AppendIntervals(source, column);
    case TypeKind::kArray:
      return AppendLists(vector, source, type.element_type(), column);
    case TypeKind::kMap:
      return AppendLists(
          vector, source,
          DataType::Struct({StructField{"key", type.key_type(), false}, StructField{"value", type.value_type()}}),
          column);
    case TypeKind::kStruct: {
      std::vector<DataType> types;
      for (const StructField& field : type.fields()) types.push_back(field.type);
      return AppendStructs(vector, source, types, column);
    }
    case TypeKind::kVariant:
      return AppendStructs(vector, source, {DataType::Binary(), DataType::Binary()}, column);
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return AppendGeospatial(source, column);
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return AppendNanos(source, column);
    default:
      break;
  }
  if (column.layout() == arrow::ColumnLayout::kBytes) return AppendText(source, column);
  switch (column.width()) {
    case 1:
      return AppendFixed<int8_t>(source, column);
    case 2:
      return AppendFixed<int16_t>(source, column);
    case 4:
      return AppendFixed<int32_t>(source, column);
    case 8:
      return AppendFixed<int64_t>(source, column);
    default:
      throw InternalError("a column layout that the engine does not have");
  }
}

}  // namespace

void AppendRows(duckdb::DataChunk& chunk, size_t begin, size_t count, const Schema& schema,
                std::vector<arrow::ColumnBuilder>& columns, size_t first) {
  for (size_t i = 0; i < schema.size(); ++i) {
    Append(chunk.data[first + i], schema[i].type, Rows{nullptr, begin, count}, columns[i]);
  }
}

uint64_t TextBytes(duckdb::DataChunk& chunk) {
  uint64_t bytes = 0;
  for (duckdb::Vector& vector : chunk.data) {
    if (vector.GetType().InternalType() != duckdb::PhysicalType::VARCHAR) continue;
    UnifiedVectorFormat format;
    vector.ToUnifiedFormat(chunk.size(), format);
    const auto* strings = UnifiedVectorFormat::GetData<duckdb::string_t>(format);
    for (duckdb::idx_t row = 0; row < chunk.size(); ++row) {
      const duckdb::idx_t i = format.sel->get_index(row);
      if (format.validity.RowIsValid(i)) bytes += strings[i].GetSize();
    }
  }
  return bytes;
}

}  // namespace firesteel::engine
