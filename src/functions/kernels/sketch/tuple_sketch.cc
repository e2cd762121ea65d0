#include "functions/kernels/sketch/tuple_sketch.h"

#include <optional>

#include "functions/kernels/sketch/sketch.h"
#include "functions/kernels/sketch/sketch_parameters.h"
#include "functions/kernels/sketch/theta_sketch.h"

namespace firesteel::functions {
namespace {

template <class T>
double Estimate(Row& row, std::string_view bytes) {
  return ReadTupleOrFail<T>(bytes, row.call().function_name).estimate();
}

template <class T>
double Theta(Row& row, std::string_view bytes) {
  const TupleSample<T> sample = ReadTupleOrFail<T>(bytes, row.call().function_name);
  return sample.is_empty ? 1.0 : sample.fraction();
}

/// The numbers of all keys, put together.
template <class T, class R>
R Summary(Row& row, std::string_view bytes, std::string_view mode_name) {
  const std::string& function = row.call().function_name;
  const SummaryMode mode = SummaryModeOf(mode_name, function);
  const TupleSample<T> sample = ReadTupleOrFail<T>(bytes, function);
  R result = 0;
  bool is_first = true;
  for (const auto& entry : sample.entries) {
    const R value = entry.summary.value;
    switch (mode) {
      case SummaryMode::kSum:
        result += value;
        break;
      case SummaryMode::kMin:
        result = is_first ? value : std::min(result, value);
        break;
      case SummaryMode::kMax:
        result = is_first ? value : std::max(result, value);
        break;
      default:
        result += 1;
    }
    is_first = false;
  }
  return result;
}

ThetaSample ReadThetaOrFail(std::string_view bytes, std::string_view function) {
  try {
    return ReadThetaSketch(bytes);
  } catch (const SketchFormatError& error) {
    throw SketchBytesError("THETA", function, error);
  }
}

/// A theta sketch as a tuple sketch: every key has the number that the mode starts from.
template <class T>
TupleSample<T> FromTheta(const ThetaSample& theta, SummaryMode mode) {
  TupleSample<T> sample{theta.is_empty, theta.theta, {}};
  sample.entries.reserve(theta.entries.size());
  for (const auto& entry : theta.entries) sample.entries.push_back({entry.hash, TupleSummary<T>::New(mode)});
  return sample;
}

/// The second sketch of an operation: a tuple sketch, or with `with_theta` a theta sketch.
template <class T, bool with_theta>
TupleSample<T> Second(std::string_view bytes, SummaryMode mode, std::string_view function) {
  if constexpr (with_theta) {
    return FromTheta<T>(ReadThetaOrFail(bytes, function), mode);
  } else {
    return ReadTupleOrFail<T>(bytes, function);
  }
}

template <class T, bool with_theta>
std::string Union(Row& row, std::string_view a, std::string_view b, int32_t lg_nominal, std::string_view mode_name) {
  const std::string& function = row.call().function_name;
  const CombineSummaries<T> combine{SummaryModeOf(mode_name, function)};
  KeyUnion<TupleSummary<T>> both(CheckedLgNominal(lg_nominal, function));
  const TupleSample<T> first = ReadTupleOrFail<T>(a, function);
  const TupleSample<T> second = Second<T, with_theta>(b, combine.mode, function);
  both.Add(first, combine);
  both.Add(second, combine);
  return TupleBytes(both.Result());
}

template <class T, bool with_theta>
std::string Intersection(Row& row, std::string_view a, std::string_view b, std::string_view mode_name) {
  const std::string& function = row.call().function_name;
  const CombineSummaries<T> combine{SummaryModeOf(mode_name, function)};
  KeyIntersection<TupleSummary<T>> both;
  const TupleSample<T> first = ReadTupleOrFail<T>(a, function);
  const TupleSample<T> second = Second<T, with_theta>(b, combine.mode, function);
  both.Add(first, combine);
  both.Add(second, combine);
  return TupleBytes(both.Result());
}

template <class T, bool with_theta>
std::string Difference(Row& row, std::string_view a, std::string_view b) {
  const std::string& function = row.call().function_name;
  const TupleSample<T> first = ReadTupleOrFail<T>(a, function);
  return TupleBytes(KeyDifference(first, Second<T, with_theta>(b, SummaryMode::kSum, function)));
}

}  // namespace

constinit const Kernel kTupleSketchEstimateDouble = RowKernel<Estimate<double>>(true);
constinit const Kernel kTupleSketchEstimateInteger = RowKernel<Estimate<int32_t>>(true);
constinit const Kernel kTupleSketchThetaDouble = RowKernel<Theta<double>>(true);
constinit const Kernel kTupleSketchThetaInteger = RowKernel<Theta<int32_t>>(true);
constinit const Kernel kTupleSketchSummaryDouble = RowKernel<Summary<double, double>>(true);
constinit const Kernel kTupleSketchSummaryInteger = RowKernel<Summary<int32_t, int64_t>>(true);
constinit const Kernel kTupleUnionDouble = RowKernel<Union<double, false>>(true);
constinit const Kernel kTupleUnionInteger = RowKernel<Union<int32_t, false>>(true);
constinit const Kernel kTupleUnionThetaDouble = RowKernel<Union<double, true>>(true);
constinit const Kernel kTupleUnionThetaInteger = RowKernel<Union<int32_t, true>>(true);
constinit const Kernel kTupleIntersectionDouble = RowKernel<Intersection<double, false>>(true);
constinit const Kernel kTupleIntersectionInteger = RowKernel<Intersection<int32_t, false>>(true);
constinit const Kernel kTupleIntersectionThetaDouble = RowKernel<Intersection<double, true>>(true);
constinit const Kernel kTupleIntersectionThetaInteger = RowKernel<Intersection<int32_t, true>>(true);
constinit const Kernel kTupleDifferenceDouble = RowKernel<Difference<double, false>>(true);
constinit const Kernel kTupleDifferenceInteger = RowKernel<Difference<int32_t, false>>(true);
constinit const Kernel kTupleDifferenceThetaDouble = RowKernel<Difference<double, true>>(true);
constinit const Kernel kTupleDifferenceThetaInteger = RowKernel<Difference<int32_t, true>>(true);

}  // namespace firesteel::functions
