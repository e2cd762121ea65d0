#include <optional>

#include "functions/kernels/sketch/key_hash.h"
#include "functions/kernels/sketch/partitioned.h"
#include "functions/kernels/sketch/sketch.h"
#include "functions/kernels/sketch/sketch_parameters.h"
#include "functions/kernels/sketch/tuple_sketch.h"

namespace firesteel::functions {
namespace {

/// The mode in argument `index`: of the call, else of the row.
SummaryMode ModeParameter(const KernelCall& call, size_t index, std::span<const VectorView> arguments, size_t row) {
  const bool is_known = index < call.constants.size() && call.constants[index] && !call.constants[index]->is_null();
  return SummaryModeOf(is_known ? std::string_view(call.constants[index]->text()) : arguments[index].Text(row),
                       call.function_name);
}

template <class T>
class TupleSketchAccumulator : public Accumulator {
 public:
  explicit TupleSketchAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!sampler_) {
      lg_nominal_ = LgNominal(call_, 2, arguments, row);
      mode_ = ModeParameter(call_, 3, arguments, row);
      sampler_.emplace(lg_nominal_);
    }
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) return;
    const T value = arguments[1].Get<T>(row);
    const uint64_t hash = SketchKeyHash(arguments[0], call_.argument_types[0], row);
    if (union_ && hash != 0) {
      // Rows after a merge, in a window.
      TupleSummary<T> summary = TupleSummary<T>::New(mode_);
      summary.Update(value);
      return union_->Add({false, kMaxTheta, {{hash, summary}}}, CombineSummaries<T>{mode_});
    }
    sampler_->Update(hash, [&](TupleSummary<T>& summary, bool is_new) {
      if (is_new) summary = TupleSummary<T>::New(mode_);
      summary.Update(value);
    });
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const TupleSketchAccumulator&>(other);
    if (!theirs.sampler_ && !theirs.union_) return;
    lg_nominal_ = theirs.lg_nominal_;
    mode_ = theirs.mode_;
    const CombineSummaries<T> combine{mode_};
    if (!union_) {
      union_.emplace(lg_nominal_);
      if (sampler_) union_->Add(sampler_->Sample(), combine);
    }
    union_->Add(theirs.Sample(), combine);
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    result.SetText(row, TupleBytes(Sample()));
  }
  size_t Bytes() const override {
    return sizeof(*this) + (sampler_ ? sampler_->Bytes() : 0) + (union_ ? union_->Bytes() : 0);
  }

 private:
  TupleSample<T> Sample() const {
    if (union_) return union_->Result();
    return sampler_ ? sampler_->Sample() : TupleSample<T>{};
  }

  const KernelCall& call_;
  int lg_nominal_ = kDefaultLgNominal;
  SummaryMode mode_ = SummaryMode::kSum;
  std::optional<KeySampler<TupleSummary<T>>> sampler_;
  std::optional<KeyUnion<TupleSummary<T>>> union_;
};

template <class T>
class TupleUnionAccumulator : public Accumulator {
 public:
  explicit TupleUnionAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!union_) {
      lg_nominal_ = LgNominal(call_, 1, arguments, row);
      mode_ = ModeParameter(call_, 2, arguments, row);
      union_.emplace(lg_nominal_);
    }
    if (!arguments[0].IsValid(row)) return;
    union_->Add(ReadTupleOrFail<T>(arguments[0].Text(row), call_.function_name), CombineSummaries<T>{mode_});
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const TupleUnionAccumulator&>(other);
    if (!theirs.union_) return;
    lg_nominal_ = theirs.lg_nominal_;
    mode_ = theirs.mode_;
    if (!union_) union_.emplace(lg_nominal_);
    union_->Add(theirs.union_->Result(), CombineSummaries<T>{mode_});
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    result.SetText(row, TupleBytes(union_ ? union_->Result() : TupleSample<T>{}));
  }
  size_t Bytes() const override { return sizeof(*this) + (union_ ? union_->Bytes() : 0); }

 private:
  const KernelCall& call_;
  int lg_nominal_ = kDefaultLgNominal;
  SummaryMode mode_ = SummaryMode::kSum;
  std::optional<KeyUnion<TupleSummary<T>>> union_;
};

template <class T>
class TupleIntersectionAccumulator : public Accumulator {
 public:
  explicit TupleIntersectionAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!arguments[0].IsValid(row)) return;
    mode_ = ModeParameter(call_, 1, arguments, row);
    intersection_.Add(ReadTupleOrFail<T>(arguments[0].Text(row), call_.function_name), CombineSummaries<T>{mode_});
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const TupleIntersectionAccumulator&>(other);
    if (!theirs.intersection_.has_result()) return;
    mode_ = theirs.mode_;
    intersection_.Add(theirs.intersection_.Result(), CombineSummaries<T>{mode_});
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    result.SetText(row, TupleBytes(intersection_.has_result() ? intersection_.Result() : TupleSample<T>{}));
  }
  size_t Bytes() const override { return sizeof(*this) + intersection_.Bytes(); }

 private:
  const KernelCall& call_;
  SummaryMode mode_ = SummaryMode::kSum;
  KeyIntersection<TupleSummary<T>> intersection_;
};

}  // namespace

constinit const Kernel kTupleSketchAggDouble = AggregateKernel<Partitioned<TupleSketchAccumulator<double>>>();
constinit const Kernel kTupleSketchAggInteger = AggregateKernel<Partitioned<TupleSketchAccumulator<int32_t>>>();
constinit const Kernel kTupleUnionAggDouble = AggregateKernel<TupleUnionAccumulator<double>>();
constinit const Kernel kTupleUnionAggInteger = AggregateKernel<TupleUnionAccumulator<int32_t>>();
constinit const Kernel kTupleIntersectionAggDouble = AggregateKernel<TupleIntersectionAccumulator<double>>();
constinit const Kernel kTupleIntersectionAggInteger = AggregateKernel<TupleIntersectionAccumulator<int32_t>>();

}  // namespace firesteel::functions
