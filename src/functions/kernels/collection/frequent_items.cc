#include "functions/kernels/collection/frequent_items.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "functions/kernels/collection/nested_value.h"
#include "functions/kernels/hash/value_hash.h"

namespace firesteel::functions {
namespace {

int32_t FoldLong(int64_t value) {
  return static_cast<int32_t>(static_cast<uint64_t>(value) ^ (static_cast<uint64_t>(value) >> 32));
}

int32_t LongHash(int64_t value) {
  const auto narrow = static_cast<int32_t>(value);
  return narrow == value ? narrow : FoldLong(value);
}

/// Scala's hash of a double: that of the integer or float that equals it, if there is one.
int32_t DoubleHash(double value) {
  if (std::abs(value) < 9e18) {
    const auto whole = static_cast<int64_t>(value);
    if (static_cast<double>(whole) == value) return LongHash(whole);
  }
  const auto narrow = static_cast<float>(value);
  if (static_cast<double>(narrow) == value) {
    int32_t bits = 0;
    std::memcpy(&bits, &narrow, sizeof bits);
    return bits;
  }
  int64_t bits = 0x7FF8000000000000;  // Java's one NaN
  if (!std::isnan(value)) std::memcpy(&bits, &value, sizeof bits);
  return FoldLong(bits);
}

int32_t JavaHash(const DataType& type, const Element& element) {
  if (element.is_null()) return 0;
  const VectorView& view = *element.view;
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return view.Get<bool>(element.row) ? 1231 : 1237;
    case TypeKind::kByte:
      return view.Get<int8_t>(element.row);
    case TypeKind::kShort:
      return view.Get<int16_t>(element.row);
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return view.Get<int32_t>(element.row);
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
    case TypeKind::kDayTimeInterval:
      return LongHash(view.Get<int64_t>(element.row));
    case TypeKind::kFloat:
      return DoubleHash(static_cast<double>(view.Get<float>(element.row)));
    case TypeKind::kDouble:
      return DoubleHash(view.Get<double>(element.row));
    case TypeKind::kDecimal:
      return DoubleHash(static_cast<double>(view.Get<int128_t>(element.row)) * std::pow(10.0, -type.scale()));
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return TextHash(view.Text(element.row));
    default:
      return 0;
  }
}

/// Counts of at most `most` values, in a table whose order is that of Scala's mutable HashMap: by bucket, then by hash.
/// When a value finds no room, the smallest count is taken from all (R. Karp, S. Shenker, C. Papadimitriou, "A Simple
/// Algorithm for Finding Frequent Elements in Streams and Bags", 2003, as Spark has it).
class Counter {
 public:
  Counter(const DataType& type, size_t most) : type_(type), most_(most) {}

  void Add(const Element& element) {
    const int32_t hash = Improved(JavaHash(type_, element));
    for (Entry& entry : entries_) {
      if (entry.hash != hash || !Same(entry.element, element)) continue;
      Grow();
      ++entry.count;
      return;
    }
    if (entries_.size() < most_) {
      Grow();
      entries_.push_back({element, hash, 1});
      return;
    }
    int64_t least = entries_.empty() ? 0 : entries_[0].count;
    for (const Entry& entry : entries_) least = std::min(least, entry.count);
    if (least > 1) {
      for (Entry& entry : entries_) --entry.count;
      return;
    }
    Grow();
    entries_.push_back({element, hash, 1});
    std::erase_if(entries_, [&](const Entry& entry) { return entry.count <= least; });
    for (Entry& entry : entries_) entry.count -= least;
  }

  std::vector<Element> InOrder() {
    const auto bucket = [&](const Entry& entry) { return static_cast<uint32_t>(entry.hash) & (buckets_ - 1); };
    std::stable_sort(entries_.begin(), entries_.end(), [&](const Entry& a, const Entry& b) {
      return bucket(a) != bucket(b) ? bucket(a) < bucket(b) : a.hash < b.hash;
    });
    std::vector<Element> elements;
    for (const Entry& entry : entries_) elements.push_back(entry.element);
    return elements;
  }

 private:
  struct Entry {
    Element element;
    int32_t hash;
    int64_t count;
  };

  static int32_t Improved(int32_t hash) {
    return static_cast<int32_t>(static_cast<uint32_t>(hash) ^ (static_cast<uint32_t>(hash) >> 16));
  }
  bool Same(const Element& a, const Element& b) const {
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
    return CompareElements(type_, a, b) == 0;
  }
  void Grow() {
    if (entries_.size() + 1 >= buckets_ / 4 * 3) buckets_ *= 2;
  }

  const DataType& type_;
  const size_t most_;
  std::vector<Entry> entries_;
  uint32_t buckets_ = 16;
};

/// (array of structs of one field, most) → array of the field's values
void FrequentItems(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().argument_types[0].element_type().fields()[0].type;
  const VectorView& structs = arguments[0].children[0];
  for (size_t row = 0; row < rows; ++row) {
    Counter counter(type, static_cast<size_t>(std::max(arguments[1].Get<int32_t>(row), 0)));
    const ListSlot slot = arguments[0].IsValid(row) ? arguments[0].Get<ListSlot>(row) : ListSlot{0, 0};
    for (uint64_t i = 0; i < slot.length; ++i) {
      counter.Add(Element{&structs.children[0], structs.IndexOf(slot.offset + i)});
      if (i % 4096 == 0 && context.cancelled()) return;
    }
    const std::vector<Element> items = counter.InOrder();
    const uint64_t offset = result.AppendList(row, items.size());
    for (size_t i = 0; i < items.size(); ++i) CopyElement(type, items[i], result.Child(0), offset + i);
  }
}

}  // namespace

const Kernel kFrequentItems{FrequentItems};

}  // namespace firesteel::functions
