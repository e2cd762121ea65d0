#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "functions/kernel.h"

/// The engine-neutral interface of aggregate functions that are written in C++. The engine keeps one accumulator for
/// each group (and thread) of a kernel call with `Kernel::accumulate`, gives it rows, merges those of threads and
/// partitions, and asks for results: of groups, of the frames of windows, with DISTINCT, FILTER and ORDER BY as with
/// its own aggregates.
namespace firesteel::functions {

/// What is known of one aggregate call, beside its rows. Immutable.
class AccumulatorContext {
 public:
  explicit AccumulatorContext(const KernelCall& call) : call_(call) {}
  const KernelCall& call() const { return call_; }
  /// What prepare returned; T must be its type.
  template <class T>
  const T& prepared() const {
    return *static_cast<const T*>(call_.prepared.get());
  }
  /// Ends the query with an error of the rows' values.
  [[noreturn]] void Fail(std::string condition, ErrorParameters parameters,
                         ErrorClass error_class = ErrorClass::kRuntime) const {
    throw QueryError(std::move(condition), std::move(parameters), nullptr, error_class);
  }

 private:
  const KernelCall& call_;
};

/// The state of one group. Used by one thread at a time; all of a call's have the same class. Methods may throw
/// QueryError (the query ends with it) and std::bad_alloc.
class Accumulator {
 public:
  Accumulator() = default;
  virtual ~Accumulator() = default;
  Accumulator(const Accumulator&) = delete;
  Accumulator& operator=(const Accumulator&) = delete;

  /// Takes in row `row` of the arguments, nulls too. The views are valid for this call only.
  virtual void Update(const AccumulatorContext& context, std::span<const VectorView> arguments, size_t row) = 0;
  /// Takes in the rows of another group after its own. The other stays as it is: it may be merged again elsewhere.
  virtual void Merge(const AccumulatorContext& context, const Accumulator& other) = 0;
  /// Writes the group's result (rows start valid). May be called more than once, with updates between.
  virtual void Finalize(const AccumulatorContext& context, ResultVector& result, size_t row) const = 0;
  /// About how many bytes the state holds; asked after every batch of rows, so it must be cheap.
  virtual size_t Bytes() const = 0;
};

/// A kernel over accumulators of class A, which is made from the call: A(const KernelCall&).
template <class A>
constexpr Kernel AggregateKernel(PrepareFunction prepare = nullptr) {
  return Kernel{nullptr, prepare, true,
                [](const KernelCall& call) -> std::unique_ptr<Accumulator> { return std::make_unique<A>(call); }};
}

}  // namespace firesteel::functions
