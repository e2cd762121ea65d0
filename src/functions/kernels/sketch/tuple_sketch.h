#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "functions/kernels/sketch/key_sample.h"
#include "functions/kernels/sketch/sketch_error.h"

/// Tuple sketches: samples of keys with a number for each.
namespace firesteel::functions {

enum class SummaryMode : uint8_t { kSum, kMin, kMax, kAlwaysOne };

/// The mode of a name in any case. Throws TUPLE_INVALID_SKETCH_MODE.
SummaryMode SummaryModeOf(std::string_view name, std::string_view function);

/// A key's number and how it is put together. T is double or int32_t.
template <class T>
struct TupleSummary {
  T value = 0;
  SummaryMode mode = SummaryMode::kSum;

  static TupleSummary New(SummaryMode mode) {
    using Limits = std::numeric_limits<T>;
    constexpr T kLeast = Limits::has_infinity ? -Limits::infinity() : Limits::min();
    constexpr T kGreatest = Limits::has_infinity ? Limits::infinity() : Limits::max();
    switch (mode) {
      case SummaryMode::kSum:
        return {T{0}, mode};
      case SummaryMode::kMin:
        return {kGreatest, mode};
      case SummaryMode::kMax:
        return {kLeast, mode};
      default:
        return {T{1}, mode};
    }
  }
  void Update(T with) {
    switch (mode) {
      case SummaryMode::kSum:
        if constexpr (std::is_integral_v<T>) {
          value = static_cast<T>(static_cast<uint32_t>(value) + static_cast<uint32_t>(with));
        } else {
          value += with;
        }
        break;
      case SummaryMode::kMin:
        if (with < value) value = with;
        break;
      case SummaryMode::kMax:
        if (with > value) value = with;
        break;
      default:
        value = T{1};
    }
  }
};

/// What a key in two samples gets.
template <class T>
struct CombineSummaries {
  SummaryMode mode;
  TupleSummary<T> operator()(const TupleSummary<T>& a, const TupleSummary<T>& b) const {
    TupleSummary<T> both = TupleSummary<T>::New(mode);
    both.Update(a.value);
    both.Update(b.value);
    return both;
  }
};

template <class T>
using TupleSample = KeySample<TupleSummary<T>>;

/// The sketch's bytes: DataSketches' compact form, in the order of the sample.
template <class T>
std::string TupleBytes(const TupleSample<T>& sample);
/// Reads them. Throws SketchFormatError. Needs no more memory than a few times the bytes.
template <class T>
TupleSample<T> ReadTupleSketch(std::string_view bytes);

/// The same with the error of `function`.
template <class T>
TupleSample<T> ReadTupleOrFail(std::string_view bytes, std::string_view function) {
  try {
    return ReadTupleSketch<T>(bytes);
  } catch (const SketchFormatError& error) {
    throw SketchBytesError("TUPLE", function, error);
  }
}

}  // namespace firesteel::functions
