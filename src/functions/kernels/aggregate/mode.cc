#include <algorithm>
#include <bit>
#include <functional>
#include <string_view>
#include <vector>

#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/aggregate/hash_map_order.h"
#include "functions/kernels/aggregate/ordered_bits.h"
#include "functions/kernels/aggregate/pandas.h"
#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/collection/integer_type.h"

namespace firesteel::functions {

namespace {

/// The different values of a list in the order met, with how often each occurs.
struct Counted {
  std::vector<Element> values;
  std::vector<int64_t> counts;
  void Add(const Element& value) {
    values.push_back(value);
    counts.push_back(1);
  }
};

/// Counts by keys that are equal when the values are. `key` gives the element's key, `hash` a key's hash.
template <class Key, class KeyOf, class Hash>
void CountKeys(const VectorView& list, const ListSlot& slot, const KeyOf& key_of, const Hash& hash, Counted& counted) {
  const VectorView& child = list.children[0];
  std::vector<Key> keys;
  std::vector<uint32_t> places(64, 0);  // one more than the index of a key; a power of two of them, half of them free
  const auto place_of = [&](const Key& key) {
    // The upper bits of a product are mixed best.
    size_t place = (hash(key) * 0x9E3779B97F4A7C15u) >> (65 - std::bit_width(places.size()));
    while (places[place] != 0 && keys[places[place] - 1] != key) place = (place + 1) & (places.size() - 1);
    return place;
  };
  for (uint64_t i = slot.offset; i < slot.offset + slot.length; ++i) {
    if (!child.IsValid(i)) continue;
    const Key key = key_of(child, i);
    const size_t place = place_of(key);
    if (places[place] != 0) {
      ++counted.counts[places[place] - 1];
      continue;
    }
    keys.push_back(key);
    counted.Add({&child, i});
    places[place] = static_cast<uint32_t>(keys.size());
    if (keys.size() * 2 < places.size()) continue;
    places.assign(places.size() * 4, 0);
    for (size_t k = 0; k < keys.size(); ++k) places[place_of(keys[k])] = static_cast<uint32_t>(k + 1);
  }
}

template <class T>
void CountNumbers(const VectorView& list, const ListSlot& slot, Counted& counted) {
  const auto key = [](const VectorView& view, size_t row) {
    return static_cast<uint64_t>(static_cast<int64_t>(view.Get<T>(row)));
  };
  CountKeys<uint64_t>(
      list, slot, key, [](uint64_t bits) { return bits; }, counted);
}

template <class T>
void CountReals(const VectorView& list, const ListSlot& slot, Counted& counted) {
  // −0.0 is 0.0, and there is one NaN.
  const auto key = [](const VectorView& view, size_t row) {
    const auto value = static_cast<double>(view.Get<T>(row));
    return OrderedBits(value == 0 ? 0.0 : value);
  };
  CountKeys<uint64_t>(
      list, slot, key, [](uint64_t bits) { return bits ^ (bits >> 32); }, counted);
}

void CountValues(const DataType& type, const VectorView& list, const ListSlot& slot, Counted& counted) {
  const bool is_done = WithIntegerType(type, [&](auto zero) { CountNumbers<decltype(zero)>(list, slot, counted); });
  if (is_done) return;
  switch (type.kind()) {
    case TypeKind::kFloat:
      return CountReals<float>(list, slot, counted);
    case TypeKind::kDouble:
      return CountReals<double>(list, slot, counted);
    case TypeKind::kString:
    case TypeKind::kBinary: {
      const auto key = [](const VectorView& view, size_t row) { return view.Text(row); };
      return CountKeys<std::string_view>(list, slot, key, std::hash<std::string_view>(), counted);
    }
    default:
      break;
  }
  ElementSet known(type);
  for (uint64_t i = 0; i < slot.length; ++i) {
    const Element element{&list.children[0], slot.offset + i};
    if (element.is_null()) continue;
    const size_t place = known.Find(element);
    if (place != ElementSet::kNone) {
      ++counted.counts[place];
      continue;
    }
    known.Insert(element);
    counted.Add(element);
  }
}

/// `kSign`: of values that are equally frequent the least (-1), the greatest (1), or Spark's own choice (0).
template <int kSign>
void RunMode(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().argument_types[0].element_type();
  const VectorView& list = arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    Counted counted;
    const auto& [values, counts] = counted;
    CountValues(type, list, list.IsValid(row) ? list.Get<ListSlot>(row) : ListSlot{0, 0}, counted);
    if (values.empty()) {
      result.SetNull(row);
      continue;
    }
    size_t best = 0;
    if constexpr (kSign == 0) {
      const int64_t most = *std::max_element(counts.begin(), counts.end());
      const bool tied = std::count(counts.begin(), counts.end(), most) > 1;
      const std::vector<size_t> order = tied ? HashMapOrder(type, values) : std::vector<size_t>();
      const auto is_most = [&, &counts = counts](size_t i) { return counts[i] == most; };
      best = tied ? *std::find_if(order.begin(), order.end(), is_most)
                  : static_cast<size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
      CopyElement(type, values[best], result, row);
      continue;
    }
    for (size_t i = 1; i < values.size(); ++i) {
      if (counts[i] < counts[best]) continue;
      if (counts[i] > counts[best] || kSign * CompareElements(type, values[i], values[best]) > 0) best = i;
    }
    CopyElement(type, values[best], result, row);
  }
}

void RunModes(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().argument_types[0].element_type();
  const VectorView& list = arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    const ListSlot slot = list.IsValid(row) ? list.Get<ListSlot>(row) : ListSlot{0, 0};
    Counted counted;
    CountValues(type, list, slot, counted);
    const auto& [values, counts] = counted;
    int64_t nulls = 0;
    if (!arguments[1].Get<bool>(row)) {
      for (uint64_t i = 0; i < slot.length; ++i) nulls += !list.children[0].IsValid(slot.offset + i);
    }
    const int64_t most = counts.empty() ? nulls : std::max(nulls, *std::max_element(counts.begin(), counts.end()));
    std::vector<Element> modes;
    if (nulls > 0 && nulls == most) modes.emplace_back();
    for (const size_t i : HashMapOrder(type, values)) {
      if (counts[i] == most) modes.push_back(values[i]);
    }
    WriteList(type, modes, result, row);
  }
}

/// (array of array<T>) → array<T>: the different elements, in the order met.
bool BuildUnion(ArrayRow& row, std::vector<Element>& elements) {
  if (row.IsNull(0)) return true;
  ElementSet known(row.call().result_type.element_type());
  for (size_t i = 0; i < row.Length(0); ++i) {
    const Element inner = row.At(0, i);
    if (inner.is_null()) continue;
    const ListSlot slot = inner.view->Get<ListSlot>(inner.row);
    for (uint64_t k = 0; k < slot.length; ++k) {
      const Element element{&inner.view->children[0], slot.offset + k};
      if (!element.is_null() && known.Insert(element)) elements.push_back(element);
    }
  }
  return true;
}

}  // namespace

const Kernel kMode{RunMode<0>};
const Kernel kModeLeast{RunMode<-1>};
const Kernel kModeGreatest{RunMode<1>};
const Kernel kPandasMode{RunModes};
const Kernel kCollectUnion{RunArrayBuilder<BuildUnion, 0>};

}  // namespace firesteel::functions
