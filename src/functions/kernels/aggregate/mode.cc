#include <algorithm>
#include <vector>

#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/aggregate/hash_map_order.h"
#include "functions/kernels/collection/array_builder.h"

namespace firesteel::functions {

namespace {

/// `kSign`: of values that are equally frequent the least (-1), the greatest (1), or Spark's own choice (0).
template <int kSign>
void RunMode(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().argument_types[0].element_type();
  const VectorView& list = arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    ElementSet known(type);
    std::vector<int64_t> counts;
    std::vector<Element> values;
    const ListSlot slot = list.IsValid(row) ? list.Get<ListSlot>(row) : ListSlot{0, 0};
    for (uint64_t i = 0; i < slot.length; ++i) {
      const Element element{&list.children[0], slot.offset + i};
      if (element.is_null()) continue;
      const size_t place = known.Find(element);
      if (place != ElementSet::kNone) {
        ++counts[place];
        continue;
      }
      known.Insert(element);
      values.push_back(element);
      counts.push_back(1);
    }
    if (values.empty()) {
      result.SetNull(row);
      continue;
    }
    size_t best = 0;
    if constexpr (kSign == 0) {
      const int64_t most = *std::max_element(counts.begin(), counts.end());
      const bool tied = std::count(counts.begin(), counts.end(), most) > 1;
      const std::vector<size_t> order = tied ? HashMapOrder(type, values) : std::vector<size_t>();
      const auto first = std::find_if(order.begin(), order.end(), [&](size_t i) { return counts[i] == most; });
      best = tied ? *first : static_cast<size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
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
const Kernel kCollectUnion{RunArrayBuilder<BuildUnion, 0>};

}  // namespace firesteel::functions
