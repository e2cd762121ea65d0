#include <algorithm>
#include <cmath>
#include <vector>

#include "functions/kernels/aggregate/aggregate.h"

/// Exact percentiles, after Spark's PercentileBase: the sorted values with how often each occurs.
namespace firesteel::functions {

std::span<const double> DoublesOf(const VectorView& list, size_t row, std::vector<double>& storage) {
  const ListSlot slot = list.Get<ListSlot>(row);
  const VectorView& child = list.children[0];
  storage.clear();
  storage.reserve(slot.length);
  for (uint64_t i = 0; i < slot.length; ++i) {
    if (child.IsValid(slot.offset + i)) storage.push_back(child.Get<double>(slot.offset + i));
  }
  return storage;
}

namespace {

/// NaN is the greatest.
bool Less(double a, double b) {
  if (std::isnan(a)) return false;
  return std::isnan(b) || a < b;
}

struct Weighted {
  double value;
  int64_t up_to;  ///< how many values up to this one
};

class Sorted {
 public:
  void Clear() { values_.clear(); }
  void Add(double value, int64_t count) {
    total_ = values_.empty() ? count : total_ + count;
    values_.push_back({value, count});
  }
  bool empty() const { return values_.empty(); }
  void Finish(bool descending) {
    std::stable_sort(values_.begin(), values_.end(), [&](const Weighted& a, const Weighted& b) {
      return descending ? Less(b.value, a.value) : Less(a.value, b.value);
    });
    int64_t count = 0;
    for (Weighted& value : values_) value.up_to = count += value.up_to;
  }
  int64_t total() const { return total_; }
  /// The value at a position from 0.
  double At(int64_t position) const {
    auto found = std::upper_bound(values_.begin(), values_.end(), position,
                                  [](int64_t wanted, const Weighted& value) { return wanted < value.up_to; });
    return found == values_.end() ? values_.back().value : found->value;
  }
  double Interpolated(double percentage) const {
    const double position = static_cast<double>(total_ - 1) * percentage;
    const double lower = std::floor(position);
    const double higher = std::ceil(position);
    const double low = At(static_cast<int64_t>(lower));
    if (higher == lower) return low;
    const double high = At(static_cast<int64_t>(higher));
    if (high == low) return low;
    return low + (high - low) * (position - lower);
  }
  /// The first value whose share of values up to it reaches the percentage.
  double Discrete(double percentage) const {
    const double position = std::ceil(static_cast<double>(total_) * percentage);
    return At(std::max<int64_t>(static_cast<int64_t>(position), 1) - 1);
  }

 private:
  std::vector<Weighted> values_;
  int64_t total_ = 0;
};

void Write(const DataType& type, double value, ResultVector& result, size_t row) {
  switch (type.kind()) {
    case TypeKind::kYearMonthInterval:
      result.Data<int32_t>()[row] = static_cast<int32_t>(value);
      return;
    case TypeKind::kDayTimeInterval:
    case TypeKind::kTime:
      result.Data<int64_t>()[row] = static_cast<int64_t>(value);
      return;
    default:
      result.Data<double>()[row] = value;
  }
}

void WriteAll(const Sorted& sorted, bool discrete, const VectorView& percentages, size_t row,
              const DataType& result_type, ResultVector& result) {
  const auto of = [&](double percentage) {
    return discrete ? sorted.Discrete(percentage) : sorted.Interpolated(percentage);
  };
  if (!result_type.Is(TypeKind::kArray)) {
    Write(result_type, of(percentages.Get<double>(row)), result, row);
    return;
  }
  const ListSlot slot = percentages.Get<ListSlot>(row);
  const uint64_t offset = result.AppendList(row, slot.length);
  for (uint64_t i = 0; i < slot.length; ++i) {
    Write(result_type.element_type(), of(percentages.children[0].Get<double>(slot.offset + i)), result.Child(0),
          offset + i);
  }
}

void SetNull(const DataType& type, ResultVector& result, size_t row) {
  if (type.Is(TypeKind::kArray)) result.SetList(row, 0, 0);
  result.SetNull(row);
}

template <bool kDiscrete, bool kDescending>
void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().result_type;
  std::vector<double> values;
  Sorted sorted;
  for (size_t row = 0; row < rows; ++row) {
    sorted.Clear();
    if (arguments[0].IsValid(row)) {
      for (double value : DoublesOf(arguments[0], row, values)) sorted.Add(value, 1);
    }
    if (sorted.empty()) {
      SetNull(type, result, row);
      continue;
    }
    sorted.Finish(kDescending);
    WriteAll(sorted, kDiscrete, arguments[1], row, type, result);
  }
}

void RunWeighted(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().result_type;
  Sorted sorted;
  for (size_t row = 0; row < rows; ++row) {
    sorted.Clear();
    const ListSlot slot = arguments[0].IsValid(row) ? arguments[0].Get<ListSlot>(row) : ListSlot{0, 0};
    const VectorView& pairs = arguments[0].children[0];
    for (uint64_t i = 0; i < slot.length; ++i) {
      const size_t index = pairs.IndexOf(slot.offset + i);
      const int64_t count = pairs.children[1].Get<int64_t>(index);
      if (count < 0) {
        context.Fail(row, "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION",
                     {{"frequencyExpression", "\"" + std::string(arguments[2].Text(row)) + "\""},
                      {"negativeValue", std::to_string(count) + "L"}},
                     ErrorClass::kIllegalArgument, false);
        return;
      }
      if (count > 0) sorted.Add(pairs.children[0].Get<double>(index), count);
    }
    if (sorted.empty()) {
      SetNull(type, result, row);
      continue;
    }
    sorted.Finish(false);
    WriteAll(sorted, false, arguments[1], row, type, result);
  }
}

}  // namespace

const Kernel kPercentile{Run<false, false>};
const Kernel kPercentileDescending{Run<false, true>};
const Kernel kPercentileDiscrete{Run<true, false>};
const Kernel kPercentileDiscreteDescending{Run<true, true>};
const Kernel kPercentileWeighted{RunWeighted, nullptr, true};

}  // namespace firesteel::functions
