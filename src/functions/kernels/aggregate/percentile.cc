#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/aggregate/ordered_bits.h"

/// Exact percentiles, after Spark's PercentileBase: the sorted values with how often each occurs.
namespace firesteel::functions {

std::span<const double> DoublesOf(const VectorView& list, size_t row, std::vector<double>& storage) {
  const ListSlot slot = list.Get<ListSlot>(row);
  const VectorView& child = list.children[0];
  if (!child.validity && !child.selection) return {static_cast<const double*>(child.data) + slot.offset, slot.length};
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

/// Percentiles of values that are found by their places in order, from 0 to Total() - 1.
template <class Values>
double Interpolated(const Values& values, double percentage) {
  const double position = static_cast<double>(values.Total() - 1) * percentage;
  const double lower = std::floor(position);
  const double higher = std::ceil(position);
  const double low = values.At(static_cast<int64_t>(lower));
  if (higher == lower) return low;
  const double high = values.At(static_cast<int64_t>(higher));
  if (high == low) return low;
  return low + (high - low) * (position - lower);
}

/// The first value whose share of values up to it reaches the percentage.
template <class Values>
double Discrete(const Values& values, double percentage) {
  const double position = std::ceil(static_cast<double>(values.Total()) * percentage);
  return values.At(std::max<int64_t>(static_cast<int64_t>(position), 1) - 1);
}

/// Values that are put in order only as far as is asked: each place that is asked for parts the range it lies in.
class Selected {
 public:
  explicit Selected(bool descending) : descending_(descending) {}
  void Take(std::span<const double> values) {
    keys_.resize(values.size());
    std::transform(values.begin(), values.end(), keys_.begin(),
                   [&](double value) { return descending_ ? ~OrderedBits(value) : OrderedBits(value); });
    parted_.clear();
  }
  int64_t Total() const { return static_cast<int64_t>(keys_.size()); }
  double At(int64_t position) const {
    const auto place = static_cast<size_t>(std::clamp<int64_t>(position, 0, Total() - 1));
    // The nearest places in order before and behind it.
    const auto next = std::lower_bound(parted_.begin(), parted_.end(), place);
    if (next == parted_.end() || *next != place) {
      const size_t begin = next == parted_.begin() ? 0 : *std::prev(next) + 1;
      const size_t end = next == parted_.end() ? keys_.size() : *next;
      const auto at = [&](size_t i) { return keys_.begin() + static_cast<std::ptrdiff_t>(i); };
      if (begin == place && begin > 0) {
        std::iter_swap(at(place), std::min_element(at(begin), at(end)));
      } else {
        std::nth_element(at(begin), at(place), at(end));
      }
      parted_.insert(next, place);
    }
    return DoubleOfOrderedBits(descending_ ? ~keys_[place] : keys_[place]);
  }

 private:
  const bool descending_;
  mutable std::vector<uint64_t> keys_;
  mutable std::vector<size_t> parted_;  // places whose value is there, with no greater ones before and no less behind
};

struct Weighted {
  double value;
  int64_t up_to;  ///< how many values up to this one
};

/// Values with how often each occurs, in order.
class Sorted {
 public:
  void Clear() { values_.clear(); }
  void Add(double value, int64_t count) {
    total_ = values_.empty() ? count : total_ + count;
    values_.push_back({value, count});
  }
  bool empty() const { return values_.empty(); }
  void Finish() {
    std::stable_sort(values_.begin(), values_.end(),
                     [](const Weighted& a, const Weighted& b) { return Less(a.value, b.value); });
    int64_t count = 0;
    for (Weighted& value : values_) value.up_to = count += value.up_to;
  }
  int64_t Total() const { return total_; }
  double At(int64_t position) const {
    auto found = std::upper_bound(values_.begin(), values_.end(), position,
                                  [](int64_t wanted, const Weighted& value) { return wanted < value.up_to; });
    return found == values_.end() ? values_.back().value : found->value;
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

template <class Values>
void WriteAll(const Values& values, bool discrete, const VectorView& percentages, size_t row,
              const DataType& result_type, ResultVector& result) {
  const auto of = [&](double percentage) {
    return discrete ? Discrete(values, percentage) : Interpolated(values, percentage);
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
  std::vector<double> storage;
  Selected values(kDescending);
  for (size_t row = 0; row < rows; ++row) {
    values.Take(arguments[0].IsValid(row) ? DoublesOf(arguments[0], row, storage) : std::span<const double>());
    if (values.Total() == 0) {
      SetNull(type, result, row);
    } else {
      WriteAll(values, kDiscrete, arguments[1], row, type, result);
    }
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
    sorted.Finish();
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
