#include "functions/kernels/aggregate/hash_map_order.h"

#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "functions/kernels/hash/value_hash.h"

namespace firesteel::functions {

namespace {

uint32_t FoldLong(uint64_t value) { return static_cast<uint32_t>(value ^ (value >> 32)); }

/// hashCode() of the value in Java.
std::optional<uint32_t> JavaHashCode(const DataType& type, const Element& element) {
  const VectorView& view = *element.view;
  const size_t row = element.row;
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return view.Get<bool>(row) ? 1231 : 1237;
    case TypeKind::kByte:
      return static_cast<uint32_t>(view.Get<int8_t>(row));
    case TypeKind::kShort:
      return static_cast<uint32_t>(view.Get<int16_t>(row));
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return static_cast<uint32_t>(view.Get<int32_t>(row));
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
    case TypeKind::kDayTimeInterval:
      return FoldLong(static_cast<uint64_t>(view.Get<int64_t>(row)));
    case TypeKind::kFloat: {
      const float value = view.Get<float>(row);
      return std::bit_cast<uint32_t>(std::isnan(value) ? std::numeric_limits<float>::quiet_NaN() : value);
    }
    case TypeKind::kDouble: {
      const double value = view.Get<double>(row);
      return FoldLong(std::bit_cast<uint64_t>(std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value));
    }
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return static_cast<uint32_t>(TextHash(view.Text(row)));
    case TypeKind::kBinary: {
      uint32_t hash = 1;  // java.util.Arrays.hashCode
      for (const char byte : view.Text(row)) hash = 31 * hash + static_cast<uint32_t>(static_cast<signed char>(byte));
      return hash;
    }
    default:
      return std::nullopt;
  }
}

/// Murmur3 of one integer with the seed 0 (A. Appleby), by which the map spreads hash codes.
uint32_t Spread(uint32_t code) {
  uint32_t hash = std::rotl(std::rotl(code * 0xCC9E2D51U, 15) * 0x1B873593U, 13) * 5 + 0xE6546B64U;
  hash ^= 4;
  hash ^= hash >> 16;
  hash *= 0x85EBCA6BU;
  hash ^= hash >> 13;
  hash *= 0xC2B2AE35U;
  return hash ^ (hash >> 16);
}

/// An open table of 64 places that doubles when more than 7 of 10 are taken; a taken place sends on by 1, 2, 3, … more.
class OpenTable {
 public:
  void Put(size_t index, uint32_t hash) {
    Place(index, hash);
    ++size_;
    if (static_cast<double>(size_) <= kLoad * static_cast<double>(places_.size())) return;
    std::vector<Entry> old(places_.size() * 2);
    old.swap(places_);
    for (const Entry& entry : old) {
      if (entry.index != kFree) Place(entry.index, entry.hash);
    }
  }
  std::vector<size_t> Order() const {
    std::vector<size_t> order;
    for (const Entry& entry : places_) {
      if (entry.index != kFree) order.push_back(entry.index);
    }
    return order;
  }

 private:
  static constexpr size_t kFree = static_cast<size_t>(-1);
  static constexpr double kLoad = 0.7;
  struct Entry {
    size_t index = kFree;
    uint32_t hash = 0;
  };
  void Place(size_t index, uint32_t hash) {
    const size_t mask = places_.size() - 1;
    size_t at = hash & mask;
    for (size_t step = 1; places_[at].index != kFree; ++step) at = (at + step) & mask;
    places_[at] = {index, hash};
  }

  std::vector<Entry> places_ = std::vector<Entry>(64);
  size_t size_ = 0;
};

}  // namespace

std::vector<size_t> HashMapOrder(const DataType& type, const std::vector<Element>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::vector<uint32_t> hashes;
  for (const Element& value : values) {
    const std::optional<uint32_t> code = JavaHashCode(type, value);
    if (!code) return order;
    hashes.push_back(Spread(*code));
  }
  // A partial result is written out in its map's order, read into another map and merged into a third.
  for (int pass = 0; pass < 3; ++pass) {
    OpenTable table;
    for (size_t index : order) table.Put(index, hashes[index]);
    order = table.Order();
  }
  return order;
}

}  // namespace firesteel::functions
