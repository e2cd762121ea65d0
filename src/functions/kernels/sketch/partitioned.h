#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "functions/accumulator.h"

/// Spark builds a sketch for each partition and merges those; where a query's rows have notional partitions, the bytes
/// of the result depend on that.
namespace firesteel::functions {

/// Whether the last argument of a call is the row's notional partition, which the optimizer added: no parameter of
/// these functions is a short, but the value.
inline bool HasPartition(const KernelCall& call) {
  return call.argument_types.size() > 1 && call.argument_types.back().Is(TypeKind::kShort);
}

/// How many arguments the call has without the partition.
inline size_t OwnArguments(const KernelCall& call) { return call.argument_types.size() - (HasPartition(call) ? 1 : 0); }

/// An accumulator over accumulators of class A, one for each notional partition, where the call says which that is: −1
/// where the whole input is one partition and nothing is merged. Else rows are taken for one partition of several.
template <class A>
class Partitioned : public Accumulator {
 public:
  explicit Partitioned(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext& context, std::span<const VectorView> arguments, size_t row) override {
    if (!HasPartition(call_)) return Part(0).Update(context, arguments, row);
    const int16_t number = arguments.back().Get<int16_t>(row);
    Part(number).Update(context, arguments.first(arguments.size() - 1), row);
  }
  void Merge(const AccumulatorContext& context, const Accumulator& other) override {
    for (const auto& [number, part] : static_cast<const Partitioned&>(other).parts_) Part(number).Merge(context, *part);
  }
  void Finalize(const AccumulatorContext& context, ResultVector& result, size_t row) const override {
    if (parts_.size() == 1 && parts_[0].first < 0) return parts_[0].second->Finalize(context, result, row);
    A merged(call_);
    for (const auto& [number, part] : parts_) merged.Merge(context, *part);
    merged.Finalize(context, result, row);
  }
  size_t Bytes() const override {
    size_t bytes = sizeof(*this);
    for (const auto& part : parts_) bytes += part.second->Bytes();
    return bytes;
  }

 private:
  A& Part(int32_t number) {
    auto place = std::lower_bound(parts_.begin(), parts_.end(), number,
                                  [](const auto& part, int32_t wanted) { return part.first < wanted; });
    if (place == parts_.end() || place->first != number) {
      place = parts_.insert(place, {number, std::make_unique<A>(call_)});
    }
    return *place->second;
  }

  const KernelCall& call_;
  std::vector<std::pair<int32_t, std::unique_ptr<A>>> parts_;  ///< by number
};

}  // namespace firesteel::functions
