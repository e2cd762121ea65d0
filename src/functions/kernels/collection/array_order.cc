#include <algorithm>
#include <numeric>

#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/collection/collection.h"
#include "functions/kernels/collection/integer_type.h"

namespace firesteel::functions {

namespace {

using Elements = std::vector<Element>;

/// The least (kSign = 1) or the greatest (−1) element that is not NULL.
template <int kSign>
void Extreme(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().result_type;
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    Element best;
    const size_t length = row.IsNull(0) ? 0 : row.Length(0);
    for (size_t i = 0; i < length; ++i) {
      const Element element = row.At(0, i);
      if (element.is_null()) continue;
      if (best.is_null() || CompareElements(type, element, best) * kSign < 0) best = element;
    }
    CopyElement(type, best, result, row.index);
  }
}

void SortBy(const DataType& type, Elements& elements, bool ascending, bool nulls_first) {
  std::stable_sort(elements.begin(), elements.end(), [&](const Element& a, const Element& b) {
    if (a.is_null() || b.is_null()) return nulls_first ? a.is_null() && !b.is_null() : !a.is_null() && b.is_null();
    const int order = CompareElements(type, a, b);
    return ascending ? order < 0 : order > 0;
  });
}

Elements All(const ArrayRow& row) {
  Elements elements(row.Length(0));
  for (size_t i = 0; i < elements.size(); ++i) elements[i] = row.At(0, i);
  return elements;
}

bool SortArray(ArrayRow& row, Elements& elements) {
  const bool ascending = row.Get<bool>(1);
  elements = All(row);
  SortBy(row.element_type(0), elements, ascending, ascending);
  return true;
}

bool ArraySort(ArrayRow& row, Elements& elements) {
  elements = All(row);
  SortBy(row.element_type(0), elements, true, false);
  return true;
}

/// Up to so many elements are sorted by insertion.
constexpr size_t kFewElements = 24;

/// Arrays of integers, whose equal elements nobody can tell apart: sorted as they are.
template <class T>
void SortNumbers(const VectorView& list, size_t row, bool ascending, bool nulls_first, std::vector<T>& values,
                 ResultVector& result) {
  const ListSlot slot = list.Get<ListSlot>(row);
  const VectorView& child = list.children[0];
  values.clear();
  for (uint64_t i = slot.offset; i < slot.offset + slot.length; ++i) {
    if (!child.validity || child.IsValid(i)) values.push_back(child.Get<T>(i));
  }
  const size_t nulls = slot.length - values.size();
  if (values.size() > kFewElements) {
    std::sort(values.begin(), values.end());
  } else {
    for (size_t i = 1; i < values.size(); ++i) {
      const T value = values[i];
      size_t at = i;
      for (; at > 0 && value < values[at - 1]; --at) values[at] = values[at - 1];
      values[at] = value;
    }
  }
  if (!ascending) std::reverse(values.begin(), values.end());
  const uint64_t offset = result.AppendList(row, slot.length);
  ResultVector& out = result.Child(0);
  for (size_t i = 0; i < nulls; ++i) out.SetNull(offset + i + (nulls_first ? 0 : values.size()));
  std::copy(values.begin(), values.end(), out.Data<T>() + offset + (nulls_first ? nulls : 0));
}

/// sort_array(array, ascending): nulls first when ascending, else last. array_sort(array): ascending, nulls last.
template <bool kNullsLast, class T>
void SortRows(std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::vector<T> values;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments.back().IsValid(row)) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    const bool ascending = kNullsLast || arguments[1].Get<bool>(row);
    SortNumbers<T>(arguments[0], row, ascending, ascending && !kNullsLast, values, result);
  }
}

template <bool kNullsLast>
void RunSort(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const bool is_done = WithIntegerType(context.call().result_type.element_type(), [&](auto zero) {
    SortRows<kNullsLast, decltype(zero)>(arguments, rows, result);
  });
  if (!is_done) RunArrayBuilder<kNullsLast ? ArraySort : SortArray>(context, arguments, rows, result);
}

/// A merge sort that tolerates a comparator without sense (std::stable_sort does not promise that) and stays stable.
class MatrixSort {
 public:
  MatrixSort(ArrayRow& row, size_t length) : row_(row), order_(length), space_(length) {
    std::iota(order_.begin(), order_.end(), size_t{0});
  }
  /// False when the comparator gave NULL.
  bool Run() { return Sort(0, order_.size()); }
  const std::vector<size_t>& order() const { return order_; }

 private:
  bool Sort(size_t begin, size_t end) {
    if (end - begin < 2) return true;
    const size_t middle = begin + (end - begin) / 2;
    if (!Sort(begin, middle) || !Sort(middle, end)) return false;
    size_t left = begin;
    size_t right = middle;
    for (size_t i = begin; i < end; ++i) {
      bool take_right = left == middle;
      if (left < middle && right < end) {
        const std::optional<int32_t> compared = Compare(order_[right], order_[left]);
        if (!compared) return false;
        take_right = *compared < 0;
      }
      space_[i] = order_[take_right ? right++ : left++];
    }
    std::copy(space_.begin() + static_cast<std::ptrdiff_t>(begin), space_.begin() + static_cast<std::ptrdiff_t>(end),
              order_.begin() + static_cast<std::ptrdiff_t>(begin));
    return true;
  }

  std::optional<int32_t> Compare(size_t a, size_t b) const {
    const Element line = row_.At(1, a);
    const ListSlot slot = line.view->Get<ListSlot>(line.row);
    const VectorView& cells = line.view->children[0];
    if (!cells.IsValid(slot.offset + b)) return std::nullopt;
    return cells.Get<int32_t>(slot.offset + b);
  }

  ArrayRow& row_;
  std::vector<size_t> order_;
  std::vector<size_t> space_;
};

bool SortByMatrix(ArrayRow& row, Elements& elements) {
  MatrixSort sort(row, row.Length(0));
  if (!sort.Run()) {
    return row.Fail("COMPARATOR_RETURNS_NULL", {{"firstValue", ""}, {"secondValue", ""}}, ErrorClass::kRuntime, false);
  }
  for (size_t i : sort.order()) elements.push_back(row.At(0, i));
  return true;
}

}  // namespace

const Kernel kArrayMax{Extreme<-1>};
const Kernel kArrayMin{Extreme<1>};
const Kernel kSortArray{RunSort<false>};
const Kernel kArraySort{RunSort<true>};
const Kernel kSortByMatrix{RunArrayBuilder<SortByMatrix>, nullptr, true};

}  // namespace firesteel::functions
