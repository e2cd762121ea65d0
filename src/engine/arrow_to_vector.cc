#include "engine/arrow_to_vector.h"

#include <cmath>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "base/int128.h"
#include "types/type_text.h"

namespace firesteel::engine {
namespace {

/// Keeps a record batch as long as a vector has strings in it.
class BatchBuffer : public duckdb::VectorBuffer {
 public:
  explicit BatchBuffer(SharedBatch batch)
      : duckdb::VectorBuffer(duckdb::VectorBufferType::OPAQUE_BUFFER), batch_(std::move(batch)) {}

 private:
  SharedBatch batch_;
};

[[noreturn]] void RefuseFormat(const char* format) {
  throw duckdb::InvalidInputException("Arrow data of the format '%s' cannot be read", format);
}

[[noreturn]] void RefuseValue() { throw duckdb::OutOfRangeException("a value of the client's data is too large"); }

void FillValidity(const ArrowArray& array, int64_t begin, int64_t count, duckdb::Vector& vector) {
  if (array.n_buffers == 0 || array.null_count == 0 || array.buffers[0] == nullptr) return;
  const auto* bits = static_cast<const uint8_t*>(array.buffers[0]);
  for (int64_t row = 0; row < count; ++row) {
    const int64_t i = array.offset + begin + row;
    if (((bits[i / 8] >> (i % 8)) & 1) == 0) duckdb::FlatVector::SetNull(vector, static_cast<duckdb::idx_t>(row), true);
  }
}

template <class T>
const T* Elements(const ArrowArray& array, int64_t begin) {
  return static_cast<const T*>(array.buffers[1]) + array.offset + begin;
}

template <class To, class From>
void Copy(const ArrowArray& array, int64_t begin, int64_t count, duckdb::Vector& vector) {
  To* to = duckdb::FlatVector::GetData<To>(vector);
  const From* from = Elements<From>(array, begin);
  if constexpr (std::is_same_v<To, From>) {
    std::memcpy(to, from, static_cast<size_t>(count) * sizeof(To));
  } else {
    for (int64_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
  }
}

/// Integers of the Arrow type `format` as To.
template <class To>
void CopyIntegers(const ArrowSchema& schema, const ArrowArray& array, int64_t begin, int64_t count,
                  duckdb::Vector& vector) {
  switch (schema.format[0]) {
    case 'c':
      return Copy<To, int8_t>(array, begin, count, vector);
    case 'C':
      return Copy<To, uint8_t>(array, begin, count, vector);
    case 's':
      return Copy<To, int16_t>(array, begin, count, vector);
    case 'S':
      return Copy<To, uint16_t>(array, begin, count, vector);
    case 'i':
      return Copy<To, int32_t>(array, begin, count, vector);
    case 'I':
      return Copy<To, uint32_t>(array, begin, count, vector);
    case 'l':
      return Copy<To, int64_t>(array, begin, count, vector);
    default:
      RefuseFormat(schema.format);
  }
}

/// Counts of one unit as counts of another: times `multiplier` or, rounded down, divided by `divisor`.
template <class From>
void Scale(const ArrowArray& array, int64_t begin, int64_t count, int64_t multiplier, int64_t divisor,
           duckdb::Vector& vector) {
  auto* to = duckdb::FlatVector::GetData<int64_t>(vector);
  const From* from = Elements<From>(array, begin);
  const auto& validity = duckdb::FlatVector::Validity(vector);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t value = from[i];
    if (divisor != 1) {
      to[i] = value / divisor - (value % divisor < 0 ? 1 : 0);
    } else if (__builtin_mul_overflow(value, multiplier, &to[i]) &&
               validity.RowIsValid(static_cast<duckdb::idx_t>(i))) {
      RefuseValue();
    }
  }
}

/// Seconds, milliseconds, microseconds or nanoseconds ('s', 'm', 'u', 'n') as counts of `per_second`.
void CopyUnits(char unit, bool is_narrow, int64_t per_second, const ArrowArray& array, int64_t begin, int64_t count,
               duckdb::Vector& vector) {
  const int64_t source = unit == 's' ? 1 : unit == 'm' ? 1000 : unit == 'u' ? 1000000 : 1000000000;
  const int64_t multiplier = source <= per_second ? per_second / source : 1;
  const int64_t divisor = source > per_second ? source / per_second : 1;
  if (is_narrow) return Scale<int32_t>(array, begin, count, multiplier, divisor, vector);
  if (multiplier == 1 && divisor == 1) return Copy<int64_t, int64_t>(array, begin, count, vector);
  Scale<int64_t>(array, begin, count, multiplier, divisor, vector);
}

void CopyDates(const ArrowSchema& schema, const ArrowArray& array, int64_t begin, int64_t count,
               duckdb::Vector& vector) {
  if (std::string_view(schema.format) == "tdD") return Copy<int32_t, int32_t>(array, begin, count, vector);
  constexpr int64_t kMillisPerDay = 86400000;
  auto* to = duckdb::FlatVector::GetData<int32_t>(vector);
  const auto* from = Elements<int64_t>(array, begin);
  for (int64_t i = 0; i < count; ++i) {
    to[i] = static_cast<int32_t>(from[i] / kMillisPerDay - (from[i] % kMillisPerDay < 0 ? 1 : 0));
  }
}

void CopyFloats(const ArrowSchema& schema, const ArrowArray& array, int64_t begin, int64_t count,
                duckdb::Vector& vector) {
  if (schema.format[0] == 'f') return Copy<float, float>(array, begin, count, vector);
  auto* to = duckdb::FlatVector::GetData<float>(vector);
  const auto* from = Elements<uint16_t>(array, begin);
  for (int64_t i = 0; i < count; ++i) {
    const int exponent = (from[i] >> 10) & 31;
    const int fraction = from[i] & 1023;
    float value = exponent == 31  ? (fraction != 0 ? NAN : INFINITY)
                  : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                                  : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
    to[i] = (from[i] & 0x8000) != 0 ? -value : value;
  }
}

template <class To>
void NarrowDecimals(const int128_t* values, int64_t count, duckdb::Vector& vector) {
  To* to = duckdb::FlatVector::GetData<To>(vector);
  for (int64_t i = 0; i < count; ++i) to[i] = static_cast<To>(values[i]);
}

void CopyDecimals(const ArrowSchema& schema, const ArrowArray& array, int64_t begin, int64_t count,
                  duckdb::Vector& vector) {
  std::vector<int128_t> values(static_cast<size_t>(count));
  const std::string_view format = schema.format;
  if (format == "L") {
    for (int64_t i = 0; i < count; ++i) values[static_cast<size_t>(i)] = Elements<uint64_t>(array, begin)[i];
  } else if (format.ends_with(",32") && format.find(',') != format.rfind(',')) {
    for (int64_t i = 0; i < count; ++i) values[static_cast<size_t>(i)] = Elements<int32_t>(array, begin)[i];
  } else if (format.ends_with(",64") && format.find(',') != format.rfind(',')) {
    for (int64_t i = 0; i < count; ++i) values[static_cast<size_t>(i)] = Elements<int64_t>(array, begin)[i];
  } else {
    // 128 or 256 bits; precisions above 38 were refused with the schema, so that the low half tells all.
    const size_t width = format.ends_with(",256") ? 32 : 16;
    const char* from = static_cast<const char*>(array.buffers[1]) + static_cast<size_t>(array.offset + begin) * width;
    for (int64_t i = 0; i < count; ++i) {
      std::memcpy(&values[static_cast<size_t>(i)], from + static_cast<size_t>(i) * width, sizeof(int128_t));
    }
  }
  switch (vector.GetType().InternalType()) {
    case duckdb::PhysicalType::INT16:
      return NarrowDecimals<int16_t>(values.data(), count, vector);
    case duckdb::PhysicalType::INT32:
      return NarrowDecimals<int32_t>(values.data(), count, vector);
    case duckdb::PhysicalType::INT64:
      return NarrowDecimals<int64_t>(values.data(), count, vector);
    default:
      std::memcpy(duckdb::FlatVector::GetData(vector), values.data(), values.size() * sizeof(int128_t));
  }
}

void CopyBooleans(const ArrowArray& array, int64_t begin, int64_t count, duckdb::Vector& vector) {
  auto* to = duckdb::FlatVector::GetData<bool>(vector);
  const auto* bits = static_cast<const uint8_t*>(array.buffers[1]);
  for (int64_t row = 0; row < count; ++row) {
    const int64_t i = array.offset + begin + row;
    to[row] = ((bits[i / 8] >> (i % 8)) & 1) != 0;
  }
}

template <class Offset>
void ReferenceBytes(const ArrowArray& array, int64_t begin, int64_t count, duckdb::Vector& vector) {
  auto* to = duckdb::FlatVector::GetData<duckdb::string_t>(vector);
  const auto* offsets = Elements<Offset>(array, begin);
  const char* bytes = static_cast<const char*>(array.buffers[2]);
  const auto& validity = duckdb::FlatVector::Validity(vector);
  for (int64_t i = 0; i < count; ++i) {
    if (!validity.RowIsValid(static_cast<duckdb::idx_t>(i))) {
      to[i] = duckdb::string_t(uint32_t{0});
      continue;
    }
    const Offset size = offsets[i + 1] - offsets[i];
    if (size > INT32_MAX) RefuseValue();
    to[i] = duckdb::string_t(bytes + offsets[i], static_cast<uint32_t>(size));
  }
}

void ReferenceStrings(const ArrowSchema& schema, const ArrowArray& array, int64_t begin, int64_t count,
                      const SharedBatch& batch, duckdb::Vector& vector) {
  switch (schema.format[0]) {
    case 'u':
    case 'z':
      ReferenceBytes<int32_t>(array, begin, count, vector);
      break;
    case 'U':
    case 'Z':
      ReferenceBytes<int64_t>(array, begin, count, vector);
      break;
    case 'w': {
      const auto width = static_cast<uint32_t>(std::strtoul(schema.format + 2, nullptr, 10));
      const char* bytes = static_cast<const char*>(array.buffers[1]);
      auto* to = duckdb::FlatVector::GetData<duckdb::string_t>(vector);
      for (int64_t i = 0; i < count; ++i) to[i] = duckdb::string_t(bytes + (array.offset + begin + i) * width, width);
      break;
    }
    default:
      RefuseFormat(schema.format);
  }
  duckdb::StringVector::AddBuffer(vector, duckdb::make_buffer<BatchBuffer>(batch));
}

/// Begin of list `row` among the child's elements.
int64_t ListBegin(const ArrowSchema& schema, const ArrowArray& array, int64_t row) {
  switch (schema.format[1]) {
    case 'L':
      return Elements<int64_t>(array, row)[0];
    case 'w':
      return (array.offset + row) * std::strtol(schema.format + 3, nullptr, 10);
    default:
      return Elements<int32_t>(array, row)[0];
  }
}

void FillLists(const ArrowSchema& schema, const ArrowArray& array, int64_t begin, int64_t count,
               const DataType& element, const SharedBatch& batch, duckdb::Vector& vector) {
  auto* lists = duckdb::FlatVector::GetData<duckdb::list_entry_t>(vector);
  const int64_t first = ListBegin(schema, array, begin);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t from = ListBegin(schema, array, begin + i);
    const int64_t to = ListBegin(schema, array, begin + i + 1);
    lists[i] = duckdb::list_entry_t(static_cast<uint64_t>(from - first), static_cast<uint64_t>(to - from));
  }
  const int64_t elements = ListBegin(schema, array, begin + count) - first;
  duckdb::ListVector::Reserve(vector, static_cast<duckdb::idx_t>(elements));
  FillVector(*schema.children[0], *array.children[0], first, elements, element, batch,
             duckdb::ListVector::GetEntry(vector));
  duckdb::ListVector::SetListSize(vector, static_cast<duckdb::idx_t>(elements));
}

void FillStruct(const ArrowSchema& schema, const ArrowArray& array, int64_t begin, int64_t count,
                const std::vector<DataType>& types, const SharedBatch& batch, duckdb::Vector& vector) {
  auto& entries = duckdb::StructVector::GetEntries(vector);
  for (size_t i = 0; i < types.size(); ++i) {
    FillVector(*schema.children[i], *array.children[i], array.offset + begin, count, types[i], batch, *entries[i]);
  }
}

}  // namespace

void FillVector(const ArrowSchema& schema, const ArrowArray& array, int64_t begin, int64_t count, const DataType& type,
                const SharedBatch& batch, duckdb::Vector& vector) {
  if (type.Is(TypeKind::kNull) || schema.format[0] == 'n') {
    for (int64_t i = 0; i < count; ++i) duckdb::FlatVector::SetNull(vector, static_cast<duckdb::idx_t>(i), true);
    return;
  }
  if (count == 0) return;
  const std::string_view format = schema.format;
  const auto structs = [&](const std::vector<DataType>& types) {
    FillStruct(schema, array, begin, count, types, batch, vector);
  };
  // Nulls of a struct are spread to its fields, which must not be overwritten after that.
  const bool is_struct = type.Is(TypeKind::kStruct) || type.Is(TypeKind::kVariant);
  if (!is_struct) FillValidity(array, begin, count, vector);
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return CopyBooleans(array, begin, count, vector);
    case TypeKind::kByte:
      return CopyIntegers<int8_t>(schema, array, begin, count, vector);
    case TypeKind::kShort:
      return CopyIntegers<int16_t>(schema, array, begin, count, vector);
    case TypeKind::kInt:
      return CopyIntegers<int32_t>(schema, array, begin, count, vector);
    case TypeKind::kLong:
      return CopyIntegers<int64_t>(schema, array, begin, count, vector);
    case TypeKind::kFloat:
      return CopyFloats(schema, array, begin, count, vector);
    case TypeKind::kDouble:
      return Copy<double, double>(array, begin, count, vector);
    case TypeKind::kDecimal:
      return CopyDecimals(schema, array, begin, count, vector);
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
      return ReferenceStrings(schema, array, begin, count, batch, vector);
    case TypeKind::kDate:
      return CopyDates(schema, array, begin, count, vector);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kDayTimeInterval:
      return CopyUnits(format[2], false, 1000000, array, begin, count, vector);
    case TypeKind::kTime:
      return CopyUnits(format[2], format[2] == 's' || format[2] == 'm', 1000000000, array, begin, count, vector);
    case TypeKind::kYearMonthInterval:
      return Copy<int32_t, int32_t>(array, begin, count, vector);
    case TypeKind::kCalendarInterval: {
      struct ArrowInterval {
        int32_t months;
        int32_t days;
        int64_t nanoseconds;
      };
      auto* to = duckdb::FlatVector::GetData<duckdb::interval_t>(vector);
      const auto* from = Elements<ArrowInterval>(array, begin);
      for (int64_t i = 0; i < count; ++i) {
        to[i].months = from[i].months;
        to[i].days = from[i].days;
        to[i].micros = from[i].nanoseconds / 1000;
      }
      return;
    }
    case TypeKind::kArray:
      return FillLists(schema, array, begin, count, type.element_type(), batch, vector);
    case TypeKind::kMap:
      return FillLists(
          schema, array, begin, count,
          DataType::Struct({StructField{"key", type.key_type(), false}, StructField{"value", type.value_type()}}),
          batch, vector);
    case TypeKind::kStruct: {
      std::vector<DataType> types;
      for (const StructField& field : type.fields()) types.push_back(field.type);
      structs(types);
      break;
    }
    case TypeKind::kVariant:
      structs({DataType::Binary(), DataType::Binary()});
      break;
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      ThrowUnsupported("data of type " + SqlTypeName(type) + " from a client");
    case TypeKind::kUserDefined:
      return FillVector(schema, array, begin, count, type.user_storage(), batch, vector);
    case TypeKind::kNull:
      break;
  }
  FillValidity(array, begin, count, vector);
}

}  // namespace firesteel::engine
