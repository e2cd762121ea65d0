#include <algorithm>
#include <unordered_set>

#include "functions/kernels/collection/element.h"
#include "functions/kernels/kernels.h"

/// Functions that make an array of elements of their arguments. Each is a function of one row whose arguments are not
/// null, giving the elements in order, or nothing for null.
namespace firesteel::functions {

namespace {

/// The row's arguments.
struct Arguments {
  KernelContext& context;
  std::span<const VectorView> views;
  size_t row;

  Elements Array(size_t i) const { return ElementsOf(views[i], row); }
  Element Value(size_t i) const { return {&views[i], row}; }
  int32_t Int(size_t i) const { return views[i].Get<int32_t>(row); }
  const DataType& ElementType() const { return context.call().argument_types[0].element_type(); }
};

using ArrayFunction = std::optional<Elements> (*)(const Arguments&);

std::shared_ptr<const void> PrepareCopier(const KernelCall& call) {
  return std::make_shared<ElementCopier>(call.result_type.element_type());
}

/// `kNullable`: which arguments may be null without making the result null, as bits.
template <ArrayFunction kFunction, unsigned kNullable = 0>
void RunArray(KernelContext& context, std::span<const VectorView> views, size_t rows, ResultVector& result) {
  const auto& copier = context.prepared<ElementCopier>();
  for (size_t row = 0; row < rows; ++row) {
    bool valid = true;
    for (size_t i = 0; i < views.size(); ++i) valid = valid && (views[i].IsValid(row) || (kNullable >> i & 1) != 0);
    std::optional<Elements> elements;
    if (valid) elements = kFunction(Arguments{context, views, row});
    if (context.failed()) return;
    if (elements) {
      copier.Append(context, *elements, result, row);
    } else {
      result.SetNull(row);
    }
  }
}

template <ArrayFunction kFunction, unsigned kNullable = 0>
constexpr Kernel ArrayKernel(bool fallible = false) {
  return Kernel{RunArray<kFunction, kNullable>, PrepareCopier, fallible};
}

std::optional<Elements> Distinct(const Arguments& arguments) {
  Elements result;
  std::unordered_set<std::string> seen;
  for (const Element& element : arguments.Array(0)) {
    if (seen.insert(ElementKey(arguments.ElementType(), element)).second) result.push_back(element);
  }
  return result;
}

std::optional<Elements> Union(const Arguments& arguments) {
  Elements result;
  std::unordered_set<std::string> seen;
  for (size_t i = 0; i < 2; ++i) {
    for (const Element& element : arguments.Array(i)) {
      if (seen.insert(ElementKey(arguments.ElementType(), element)).second) result.push_back(element);
    }
  }
  return result;
}

template <bool kKeepShared>
std::optional<Elements> Compared(const Arguments& arguments) {
  std::unordered_set<std::string> other;
  for (const Element& element : arguments.Array(1)) other.insert(ElementKey(arguments.ElementType(), element));
  Elements result;
  std::unordered_set<std::string> seen;
  for (const Element& element : arguments.Array(0)) {
    std::string key = ElementKey(arguments.ElementType(), element);
    if (other.contains(key) == kKeepShared && seen.insert(std::move(key)).second) result.push_back(element);
  }
  return result;
}

std::optional<Elements> Remove(const Arguments& arguments) {
  Elements result;
  for (const Element& element : arguments.Array(0)) {
    bool same = !element.IsNull() && CompareElements(arguments.ElementType(), element, arguments.Value(1)) == 0;
    if (!same) result.push_back(element);
  }
  return result;
}

std::optional<Elements> Compact(const Arguments& arguments) {
  Elements result;
  for (const Element& element : arguments.Array(0)) {
    if (!element.IsNull()) result.push_back(element);
  }
  return result;
}

std::optional<Elements> Reverse(const Arguments& arguments) {
  Elements result = arguments.Array(0);
  std::reverse(result.begin(), result.end());
  return result;
}

std::optional<Elements> Append(const Arguments& arguments) {
  Elements result = arguments.Array(0);
  result.push_back(arguments.Value(1));
  return result;
}
std::optional<Elements> Prepend(const Arguments& arguments) {
  Elements result = arguments.Array(0);
  result.insert(result.begin(), arguments.Value(1));
  return result;
}

std::optional<Elements> Repeat(const Arguments& arguments) {
  return Elements(static_cast<size_t>(std::max(arguments.Int(1), 0)), arguments.Value(0));
}

std::optional<Elements> Flatten(const Arguments& arguments) {
  Elements result;
  for (const Element& inner : arguments.Array(0)) {
    if (inner.IsNull()) return std::nullopt;
    Elements elements = ElementsOf(*inner.column, inner.row);
    result.insert(result.end(), elements.begin(), elements.end());
  }
  return result;
}

std::optional<Elements> Slice(const Arguments& arguments) {
  Elements all = arguments.Array(0);
  int64_t start = arguments.Int(1);
  int64_t length = arguments.Int(2);
  auto fail = [&](std::string_view condition, std::string_view parameter) {
    arguments.context.Fail(arguments.row, "INVALID_PARAMETER_VALUE." + std::string(condition),
                           {{"parameter", "`" + std::string(parameter) + "`"},
                            {"functionName", "`slice`"},
                            {"length", std::to_string(length)}},
                           ErrorClass::kRuntime, false);
    return std::optional<Elements>();
  };
  if (start == 0) return fail("START", "start");
  if (length < 0) return fail("LENGTH", "length");
  int64_t size = static_cast<int64_t>(all.size());
  int64_t begin = start > 0 ? start - 1 : size + start;
  if (begin < 0 || begin >= size) return Elements();
  int64_t end = std::min(size, begin + length);
  return Elements(all.begin() + begin, all.begin() + end);
}

/// sort_array(array, ascending): nulls come first in ascending order, last in descending.
std::optional<Elements> Sort(const Arguments& arguments) {
  Elements result = arguments.Array(0);
  bool ascending = arguments.views.size() < 2 || arguments.views[1].Get<bool>(arguments.row);
  const DataType& type = arguments.ElementType();
  std::stable_sort(result.begin(), result.end(), [&](const Element& a, const Element& b) {
    if (a.IsNull() || b.IsNull()) return ascending ? a.IsNull() && !b.IsNull() : !a.IsNull() && b.IsNull();
    int order = CompareElements(type, a, b);
    return ascending ? order < 0 : order > 0;
  });
  return result;
}

/// array_sort(array): ascending, nulls last.
std::optional<Elements> SortNullsLast(const Arguments& arguments) {
  Elements result = arguments.Array(0);
  const DataType& type = arguments.ElementType();
  std::stable_sort(result.begin(), result.end(), [&](const Element& a, const Element& b) {
    if (a.IsNull() || b.IsNull()) return !a.IsNull() && b.IsNull();
    return CompareElements(type, a, b) < 0;
  });
  return result;
}

/// array(…)
std::optional<Elements> Make(const Arguments& arguments) {
  Elements result;
  for (size_t i = 0; i < arguments.views.size(); ++i) result.push_back(arguments.Value(i));
  return result;
}

}  // namespace

const Kernel kArrayDistinct = ArrayKernel<Distinct>();
const Kernel kArrayUnion = ArrayKernel<Union>();
const Kernel kArrayIntersect = ArrayKernel<Compared<true>>();
const Kernel kArrayExcept = ArrayKernel<Compared<false>>();
const Kernel kArrayRemove = ArrayKernel<Remove>();
const Kernel kArrayCompact = ArrayKernel<Compact>();
const Kernel kArrayReverse = ArrayKernel<Reverse>();
const Kernel kArrayAppend = ArrayKernel<Append, 2>();
const Kernel kArrayPrepend = ArrayKernel<Prepend, 2>();
const Kernel kArrayRepeat = ArrayKernel<Repeat, 1>();
const Kernel kFlatten = ArrayKernel<Flatten>();
const Kernel kSlice = ArrayKernel<Slice>(true);
const Kernel kSortArray = ArrayKernel<Sort>();
const Kernel kArraySort = ArrayKernel<SortNullsLast>();
const Kernel kMakeArray = ArrayKernel<Make, ~0U>();

}  // namespace firesteel::functions
