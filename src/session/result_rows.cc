#include "session/result_rows.h"

#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "arrow/ipc_reader.h"
#include "base/error.h"
#include "types/geospatial.h"

namespace firesteel::session {
namespace {

template <class T>
T Element(const ArrowArray& array, int64_t i) {
  T value;
  std::memcpy(&value, static_cast<const char*>(array.buffers[1]) + static_cast<size_t>(i) * sizeof(T), sizeof(T));
  return value;
}

bool BitAt(const void* bits, int64_t i) { return (static_cast<const uint8_t*>(bits)[i / 8] >> (i % 8)) & 1; }

std::string BytesAt(const ArrowArray& array, int64_t i) {
  const auto begin = Element<int32_t>(array, i);
  const auto end = Element<int32_t>(array, i + 1);
  return std::string(static_cast<const char*>(array.buffers[2]) + begin, static_cast<size_t>(end - begin));
}

// The layouts are those that arrow::ColumnBuilder describes.
Value ValueAt(const ArrowArray& array, const DataType& type, int64_t row) {
  if (type.Is(TypeKind::kNull)) return {};
  const int64_t i = array.offset + row;
  if (array.null_count != 0 && array.buffers[0] && !BitAt(array.buffers[0], i)) return {};
  switch (type.kind()) {
    case TypeKind::kNull:
      return {};
    case TypeKind::kBoolean:
      return Value{BitAt(array.buffers[1], i)};
    case TypeKind::kByte:
      return Value{int64_t{Element<int8_t>(array, i)}};
    case TypeKind::kShort:
      return Value{int64_t{Element<int16_t>(array, i)}};
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return Value{int64_t{Element<int32_t>(array, i)}};
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
    case TypeKind::kDayTimeInterval:
      return Value{Element<int64_t>(array, i)};
    case TypeKind::kFloat:
      return Value{double{Element<float>(array, i)}};
    case TypeKind::kDouble:
      return Value{Element<double>(array, i)};
    case TypeKind::kDecimal:
      return Value{Element<int128_t>(array, i)};
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return Value{BytesAt(array, i)};
    case TypeKind::kBinary:
      return Value{BinaryValue{BytesAt(array, i)}};
    case TypeKind::kCalendarInterval: {
      struct Stored {
        int32_t months;
        int32_t days;
        int64_t nanoseconds;
      };
      const auto stored = Element<Stored>(array, i);
      return Value{CalendarIntervalValue{stored.months, stored.days, stored.nanoseconds / 1000}};
    }
    case TypeKind::kArray: {
      ValueList items;
      for (auto k = Element<int32_t>(array, i); k < Element<int32_t>(array, i + 1); ++k) {
        items.push_back(ValueAt(*array.children[0], type.element_type(), k));
      }
      return Value::List(std::move(items));
    }
    case TypeKind::kMap: {
      ValueList items;
      for (auto k = Element<int32_t>(array, i); k < Element<int32_t>(array, i + 1); ++k) {
        const ArrowArray& entries = *array.children[0];
        items.push_back(ValueAt(*entries.children[0], type.key_type(), entries.offset + k));
        items.push_back(ValueAt(*entries.children[1], type.value_type(), entries.offset + k));
      }
      return Value::List(std::move(items));
    }
    case TypeKind::kStruct: {
      ValueList items;
      for (size_t f = 0; f < type.fields().size(); ++f) {
        items.push_back(ValueAt(*array.children[f], type.fields()[f].type, i));
      }
      return Value::List(std::move(items));
    }
    case TypeKind::kUserDefined:
      return ValueAt(array, type.user_storage(), row);
    case TypeKind::kVariant:
      return Value{VariantValue{BytesAt(*array.children[0], array.children[0]->offset + i),
                                BytesAt(*array.children[1], array.children[1]->offset + i)}};
    case TypeKind::kGeometry:
    case TypeKind::kGeography: {
      const ArrowArray& srid = *array.children[0];
      const ArrowArray& wkb = *array.children[1];
      return Value{BinaryValue{GeospatialValue(Element<int32_t>(srid, srid.offset + i), BytesAt(wkb, wkb.offset + i))}};
    }
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos: {
      const ArrowArray& micros = *array.children[0];
      const ArrowArray& beyond = *array.children[1];
      return Value{int128_t{Element<int64_t>(micros, micros.offset + i)} * 1000 +
                   Element<int16_t>(beyond, beyond.offset + i)};
    }
  }
  throw InternalError("a value of no type");
}

}  // namespace

void AppendRows(const engine::ArrowBatch& batch, const Schema& schema, std::vector<std::vector<Value>>& rows) {
  if (schema.empty()) {
    rows.resize(rows.size() + static_cast<size_t>(batch.rows));
    return;
  }
  std::string ipc;
  for (const auto& slice : batch.slices) ipc += *slice;
  const std::unique_ptr<arrow::IpcReader> reader = arrow::IpcReader::Open(Bytes::Of(std::move(ipc)));
  for (auto array = reader->Next(); !array.empty(); array = reader->Next()) {
    for (int64_t r = 0; r < array.get()->length; ++r) {
      std::vector<Value> row;
      for (size_t c = 0; c < schema.size(); ++c) {
        row.push_back(ValueAt(*array.get()->children[c], schema[c].type, r));
      }
      rows.push_back(std::move(row));
    }
  }
}

}  // namespace firesteel::session
