#include "functions/kernels/sketch/key_hash.h"

#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "datasketches/MurmurHash3.h"
#include "datasketches/common_defs.hpp"

namespace firesteel::functions {
namespace {

uint64_t Hash(const void* bytes, size_t length) {
  if (length == 0) return 0;
  HashState hash;
  MurmurHash3_x64_128(bytes, length, datasketches::DEFAULT_SEED, hash);
  return hash.h1 >> 1;
}

uint64_t HashLong(int64_t value) { return Hash(&value, sizeof(value)); }

/// Both zeros are one key, and all NaNs.
uint64_t HashDouble(double value) {
  if (value == 0) value = 0.0;
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return Hash(&value, sizeof(value));
}

/// A null element counts as 0.
template <class T>
uint64_t HashArray(const VectorView& arrays, size_t row) {
  const ListSlot slot = arrays.Get<ListSlot>(row);
  const VectorView& elements = arrays.children[0];
  std::vector<T> values(slot.length);
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t place = slot.offset + i;
    values[i] = elements.IsValid(place) ? elements.Get<T>(place) : T{0};
  }
  return Hash(values.data(), values.size() * sizeof(T));
}

}  // namespace

uint64_t SketchKeyHash(const VectorView& keys, const DataType& type, size_t row) {
  switch (type.kind()) {
    case TypeKind::kInt:
      return HashLong(keys.Get<int32_t>(row));
    case TypeKind::kLong:
      return HashLong(keys.Get<int64_t>(row));
    case TypeKind::kFloat:
      return HashDouble(keys.Get<float>(row));
    case TypeKind::kDouble:
      return HashDouble(keys.Get<double>(row));
    case TypeKind::kArray:
      return type.element_type().Is(TypeKind::kInt) ? HashArray<int32_t>(keys, row) : HashArray<int64_t>(keys, row);
    default: {
      const std::string_view bytes = keys.Text(row);
      return Hash(bytes.data(), bytes.size());
    }
  }
}

}  // namespace firesteel::functions
