#include <cstdlib>

#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/sketch/partitioned.h"

/// Sums and means of intervals, checked as Spark adds them up: row by row in each partition, then the partitions.
namespace firesteel::functions {

namespace {

/// Divides half up, away from zero; `count` is positive.
int64_t DividedHalfUp(int64_t total, int64_t count) {
  const int64_t quotient = total / count;
  const uint64_t rest = static_cast<uint64_t>(std::llabs(total % count));
  if (rest * 2 < static_cast<uint64_t>(count)) return quotient;
  return total < 0 ? quotient - 1 : quotient + 1;
}

/// T: how the interval is kept, months or microseconds.
template <class T, bool kAverage>
class IntervalTotal : public Accumulator {
 public:
  explicit IntervalTotal(const KernelCall& call) : tries_(call.mode == EvalMode::kTry) {}

  void Update(const AccumulatorContext& context, std::span<const VectorView> arguments, size_t row) override {
    if (!arguments[0].IsValid(row)) return;
    ++count_;
    Add(context, arguments[0].Get<T>(row));
  }
  void Merge(const AccumulatorContext& context, const Accumulator& other) override {
    const auto& theirs = static_cast<const IntervalTotal&>(other);
    count_ += theirs.count_;
    overflowed_ = overflowed_ || theirs.overflowed_;
    Add(context, theirs.total_);
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (count_ == 0 || overflowed_) return result.SetNull(row);
    result.Data<T>()[row] = kAverage ? static_cast<T>(DividedHalfUp(total_, count_)) : total_;
  }
  size_t Bytes() const override { return sizeof(*this); }

 private:
  void Add(const AccumulatorContext& context, T value) {
    if (overflowed_ || !__builtin_add_overflow(total_, value, &total_)) return;
    overflowed_ = true;
    if (tries_) return;
    context.Fail("INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", {{"functionName", "`try_add`"}},
                 ErrorClass::kArithmetic);
  }

  const bool tries_;
  bool overflowed_ = false;
  T total_ = 0;
  int64_t count_ = 0;
};

template <bool kAverage>
std::unique_ptr<Accumulator> MakeTotal(const KernelCall& call) {
  if (call.argument_types[0].Is(TypeKind::kYearMonthInterval)) {
    return std::make_unique<Partitioned<IntervalTotal<int32_t, kAverage>>>(call);
  }
  return std::make_unique<Partitioned<IntervalTotal<int64_t, kAverage>>>(call);
}

}  // namespace

const Kernel kIntervalSum{nullptr, nullptr, true, MakeTotal<false>};
const Kernel kIntervalAverage{nullptr, nullptr, true, MakeTotal<true>};

}  // namespace firesteel::functions
