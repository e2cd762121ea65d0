#include <cmath>
#include <optional>
#include <vector>

#include "functions/kernels/aggregate/aggregate.h"

/// Central moments of values and of pairs of values, by the formulas and in the order of operations that Spark's
/// CentralMomentAgg, Covariance and PearsonCorrelation merge one value after the other with (after Chan, Golub and
/// LeVeque; Pébay).
namespace firesteel::functions {

namespace {

struct Moments {
  double n = 0;
  double average = 0;
  double m2 = 0;
  double m3 = 0;
  double m4 = 0;

  void Add(double value) {
    const double before = n;
    n += 1;
    const double delta = value - average;
    const double part = delta / n;
    const double m2_before = m2;
    const double m3_before = m3;
    average += part;
    m2 += delta * part * before;
    m3 += part * part * delta * before * (before - 1.0) + 3.0 * part * (0.0 - m2_before);
    m4 += part * part * part * delta * before * (before * before - before + 1.0) + 6.0 * part * part * m2_before +
          4.0 * part * (0.0 - m3_before);
  }
};

struct Pairs {
  double n = 0;
  double y_average = 0;
  double x_average = 0;
  double product = 0;  ///< sum of (y − average y) × (x − average x)
  double y_square = 0;
  double x_square = 0;

  void Add(double y, double x) {
    const double before = n;
    n += 1;
    const double dy = y - y_average;
    const double dy_part = dy / n;
    const double dx = x - x_average;
    const double dx_part = dx / n;
    y_average += dy_part;
    x_average += dx_part;
    product += dy * dx_part * before;
    y_square += dy * dy_part * before;
    x_square += dx * dx_part * before;
  }
};

std::optional<double> Skewness(const Moments& m) {
  if (m.n == 0 || m.m2 == 0) return std::nullopt;
  return std::sqrt(m.n) * m.m3 / std::sqrt(m.m2 * m.m2 * m.m2);
}
std::optional<double> Kurtosis(const Moments& m) {
  if (m.n == 0 || m.m2 == 0) return std::nullopt;
  return m.n * m.m4 / (m.m2 * m.m2) - 3.0;
}

std::optional<double> Correlation(const Pairs& p) {
  if (p.n <= 1) return std::nullopt;
  const double divisor = std::sqrt(p.y_square * p.x_square);
  if (divisor == 0) return std::nullopt;
  return p.product / divisor;
}
std::optional<double> Sxx(const Pairs& p) { return p.n == 0 ? std::nullopt : std::optional(p.x_square); }
std::optional<double> Syy(const Pairs& p) { return p.n == 0 ? std::nullopt : std::optional(p.y_square); }
std::optional<double> Sxy(const Pairs& p) { return p.n == 0 ? std::nullopt : std::optional(p.product); }
std::optional<double> Slope(const Pairs& p) {
  if (p.n == 0 || p.x_square == 0) return std::nullopt;
  return p.product / p.x_square;
}
std::optional<double> Intercept(const Pairs& p) {
  if (p.n == 0 || p.x_square == 0) return std::nullopt;
  return p.y_average - p.product / p.x_square * p.x_average;
}
std::optional<double> R2(const Pairs& p) {
  if (p.n == 0 || p.x_square == 0) return std::nullopt;
  if (p.y_square == 0) return 1.0;
  const double correlation = p.product / std::sqrt(p.y_square * p.x_square);
  return correlation * correlation;
}

void Set(ResultVector& result, size_t row, std::optional<double> value) {
  if (value) {
    result.Data<double>()[row] = *value;
  } else {
    result.SetNull(row);
  }
}

template <auto F>
void RunMoments(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::vector<double> values;
  for (size_t row = 0; row < rows; ++row) {
    Moments moments;
    if (arguments[0].IsValid(row)) {
      for (double value : DoublesOf(arguments[0], row, values)) moments.Add(value);
    }
    Set(result, row, F(moments));
  }
}

template <auto F>
void RunPairs(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const VectorView& list = arguments[0];
  const VectorView& structs = list.children[0];
  for (size_t row = 0; row < rows; ++row) {
    Pairs pairs;
    const ListSlot slot = list.IsValid(row) ? list.Get<ListSlot>(row) : ListSlot{0, 0};
    for (uint64_t i = 0; i < slot.length; ++i) {
      const size_t index = structs.IndexOf(slot.offset + i);
      if (!structs.children[0].IsValid(index) || !structs.children[1].IsValid(index)) continue;
      pairs.Add(structs.children[0].Get<double>(index), structs.children[1].Get<double>(index));
    }
    Set(result, row, F(pairs));
  }
}

}  // namespace

const Kernel kSkewness{RunMoments<Skewness>};
const Kernel kKurtosis{RunMoments<Kurtosis>};
const Kernel kCorrelation{RunPairs<Correlation>};
const Kernel kRegressionSxx{RunPairs<Sxx>};
const Kernel kRegressionSxy{RunPairs<Sxy>};
const Kernel kRegressionSyy{RunPairs<Syy>};
const Kernel kRegressionSlope{RunPairs<Slope>};
const Kernel kRegressionIntercept{RunPairs<Intercept>};
const Kernel kRegressionR2{RunPairs<R2>};

}  // namespace firesteel::functions
