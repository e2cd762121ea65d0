#pragma once

#include <cmath>
#include <cstddef>
#include <optional>

/// Central moments of values and of pairs of values, by the formulas and in the order of operations of Spark's
/// CentralMomentAgg, Covariance and PearsonCorrelation (after Chan, Golub and LeVeque; Pébay).
namespace firesteel::functions {

struct Moments {
  double n = 0;
  double average = 0;
  double m2 = 0;
  double m3 = 0;
  double m4 = 0;

  void Add(double value) {
    n += 1;
    const double delta = value - average;
    const double part = delta / n;
    average += part;
    m2 += delta * (delta - part);
    const double delta_square = delta * delta;
    const double part_square = part * part;
    m3 = m3 - 3.0 * part * m2 + delta * (delta_square - part_square);
    m4 = m4 - 4.0 * part * m3 - 6.0 * part_square * m2 + delta * (delta * delta_square - part * part_square);
  }

  void Merge(const Moments& other) {
    const double n1 = n;
    const double n2 = other.n;
    n = n1 + n2;
    const double delta = other.average - average;
    const double part = n == 0 ? 0 : delta / n;
    average += part * n2;
    m4 = m4 + other.m4 + part * part * part * delta * n1 * n2 * (n1 * n1 - n1 * n2 + n2 * n2) +
         6.0 * part * part * (n1 * n1 * other.m2 + n2 * n2 * m2) + 4.0 * part * (n1 * other.m3 - n2 * m3);
    m3 = m3 + other.m3 + part * part * delta * n1 * n2 * (n1 - n2) + 3.0 * part * (n1 * other.m2 - n2 * m2);
    m2 = m2 + other.m2 + delta * part * n1 * n2;
  }
};

struct Pairs {
  double n = 0;
  double y_average = 0;
  double x_average = 0;
  double product = 0;  ///< sum of (y − average y) × (x − average x)
  double y_square = 0;
  double x_square = 0;
  double regression_product = 0;  ///< `product` with x and y in each other's place, as regr_slope has it

  void Add(double y, double x) {
    n += 1;
    const double dy = y - y_average;
    const double dx = x - x_average;
    const double dy_part = dy / n;
    const double dx_part = dx / n;
    y_average += dy_part;
    x_average += dx_part;
    product += dy * (dx - dx_part);
    regression_product += dx * (dy - dy_part);
    y_square += dy * (dy - dy_part);
    x_square += dx * (dx - dx_part);
  }

  void Merge(const Pairs& other) {
    const double n1 = n;
    const double n2 = other.n;
    n = n1 + n2;
    const double dy = other.y_average - y_average;
    const double dy_part = n == 0 ? 0 : dy / n;
    const double dx = other.x_average - x_average;
    const double dx_part = n == 0 ? 0 : dx / n;
    y_average += dy_part * n2;
    x_average += dx_part * n2;
    product = product + other.product + dy * dx_part * n1 * n2;
    y_square = y_square + other.y_square + dy * dy_part * n1 * n2;
    x_square = x_square + other.x_square + dx * dx_part * n1 * n2;
    regression_product = regression_product + other.regression_product + dx * dy_part * n1 * n2;
  }
};

inline std::optional<double> Skewness(const Moments& m) {
  if (m.n == 0 || m.m2 == 0) return std::nullopt;
  return std::sqrt(m.n) * m.m3 / std::sqrt(m.m2 * m.m2 * m.m2);
}
inline std::optional<double> Kurtosis(const Moments& m) {
  if (m.n == 0 || m.m2 == 0) return std::nullopt;
  return m.n * m.m4 / (m.m2 * m.m2) - 3.0;
}

// As pandas has them, without bias (Spark's PandasSkewness and PandasKurtosis): what is nearly nothing is nothing.
inline double WithoutDust(double moment) { return std::fabs(moment) < 1e-14 ? 0.0 : moment; }
inline std::optional<double> PandasSkewness(const Moments& m) {
  if (m.n < 3) return std::nullopt;
  const double m2 = WithoutDust(m.m2);
  const double m3 = WithoutDust(m.m3);
  if (m2 == 0) return 0.0;
  return std::sqrt(m.n - 1.0) * (m.n / (m.n - 2.0)) * m3 / std::sqrt(m2 * m2 * m2);
}
inline std::optional<double> PandasKurtosis(const Moments& m) {
  if (m.n < 4) return std::nullopt;
  const double m2 = WithoutDust(m.m2);
  const double m4 = WithoutDust(m.m4);
  if (m2 == 0) return 0.0;
  const double adjustment = 3.0 * (m.n - 1.0) * (m.n - 1.0) / ((m.n - 2.0) * (m.n - 3.0));
  const double numerator = m.n * (m.n + 1.0) * (m.n - 1.0) * m4;
  const double denominator = (m.n - 2.0) * (m.n - 3.0) * (m2 * m2);
  return numerator / denominator - adjustment;
}

inline std::optional<double> PopulationCovariance(const Pairs& p) {
  return p.n == 0 ? std::nullopt : std::optional(p.product / p.n);
}
inline std::optional<double> SampleCovariance(const Pairs& p) {
  return p.n <= 1 ? std::nullopt : std::optional(p.product / (p.n - 1.0));
}
inline std::optional<double> Correlation(const Pairs& p) {
  if (p.n <= 1) return std::nullopt;
  const double divisor = std::sqrt(p.y_square * p.x_square);
  if (divisor == 0) return std::nullopt;
  return p.product / divisor;
}
inline std::optional<double> Sxx(const Pairs& p) { return p.n == 0 ? std::nullopt : std::optional(p.x_square); }
inline std::optional<double> Syy(const Pairs& p) { return p.n == 0 ? std::nullopt : std::optional(p.y_square); }
inline std::optional<double> Sxy(const Pairs& p) { return p.n == 0 ? std::nullopt : std::optional(p.product); }
inline std::optional<double> Slope(const Pairs& p) {
  if (p.n == 0 || p.x_square == 0) return std::nullopt;
  return p.regression_product / p.x_square;
}
inline std::optional<double> Intercept(const Pairs& p) {
  if (p.n == 0 || p.x_square == 0) return std::nullopt;
  return p.y_average - p.regression_product / p.x_square * p.x_average;
}
inline std::optional<double> R2(const Pairs& p) {
  if (p.n == 0 || p.x_square == 0) return std::nullopt;
  if (p.y_square == 0) return 1.0;
  const double correlation = p.product / std::sqrt(p.y_square * p.x_square);
  return correlation * correlation;
}

}  // namespace firesteel::functions
