#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <iterator>
#include <string>
#include <string_view>

#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/row_kernel.h"
#include "functions/sketch_tables.inc"

/// HyperLogLog++ (Heule, Nunkesser, Hall, 2013) as Spark's HyperLogLogPlusPlusHelper has it. A hash becomes a
/// register's index and a rank; a group needs the greatest rank of each register (engine/rank_function.h).
namespace firesteel::functions {

namespace {

constexpr int kLeastPrecision = 4;
constexpr int kMostPrecision = kLeastPrecision + static_cast<int>(std::size(kThresholds)) - 1;
constexpr int kNearest = 6;  // so many measured estimates give a bias
constexpr int kRankBits = 6;

int64_t Register(int64_t hash, int32_t p) {
  const auto bits = static_cast<uint64_t>(hash);
  const uint64_t index = bits >> (64 - p);
  const uint64_t rest = bits << p | uint64_t{1} << (p - 1);
  const auto rank = static_cast<uint64_t>(std::countl_zero(rest)) + 1;
  return static_cast<int64_t>(index << kRankBits | rank);
}

double Bias(double estimate, int p) {
  const int begin = kOffsets[p - kLeastPrecision];
  const int count = kOffsets[p - kLeastPrecision + 1] - begin;
  const double* raw = kRawEstimates + begin;
  const double* bias = kBiases + begin;
  const int nearest = static_cast<int>(std::lower_bound(raw, raw + count, estimate) - raw);
  const auto distance = [&](int i) { return (estimate - raw[i]) * (estimate - raw[i]); };
  int low = std::max(nearest - kNearest + 1, 0);
  int high = std::min(low + kNearest, count);
  while (high < count && distance(high) < distance(low)) {
    ++low;
    ++high;
  }
  double sum = 0;
  for (int i = low; i < high; ++i) sum += bias[i];
  return sum / (high - low);
}

double Alpha(int p, double m) {
  if (p == 4) return 0.673 * m * m;
  if (p == 5) return 0.697 * m * m;
  if (p == 6) return 0.709 * m * m;
  return (0.7213 / (1.0 + 1.079 / m)) * m * m;
}

int64_t Estimate(std::string_view ranks, int p) {
  static const std::array<double, size_t{1} << kRankBits> kInverses = [] {
    std::array<double, size_t{1} << kRankBits> inverses{};
    for (size_t rank = 0; rank < inverses.size(); ++rank) inverses[rank] = std::ldexp(1.0, -static_cast<int>(rank));
    return inverses;
  }();
  const auto m = static_cast<double>(ranks.size());
  double inverse = 0;
  double zeros = 0;
  for (const char rank : ranks) {
    inverse += kInverses[static_cast<uint8_t>(rank)];
    if (rank == 0) zeros += 1;
  }
  const double estimate = Alpha(p, m) / inverse;
  const auto corrected = [&] {
    return p <= kMostPrecision && estimate < 5.0 * m ? estimate - Bias(estimate, p) : estimate;
  };
  double result;
  if (zeros > 0) {
    const double linear = m * std::log(m / zeros);
    const bool is_small = p <= kMostPrecision && linear <= kThresholds[p - kLeastPrecision];
    result = is_small || estimate <= 2.5 * m ? linear : corrected();
  } else {
    result = corrected();
  }
  return static_cast<int64_t>(std::floor(result + 0.5));
}

void RunEstimate(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::string none;
  for (size_t row = 0; row < rows; ++row) {
    const int32_t p = arguments[1].Get<int32_t>(row);
    const bool has_values = arguments[0].IsValid(row);
    if (!has_values) none.assign(size_t{1} << p, '\0');
    result.Data<int64_t>()[row] = Estimate(has_values ? arguments[0].Text(row) : none, p);
  }
}

}  // namespace

const Kernel kSketchRegister = RowKernel<Register>();
const Kernel kSketchEstimate{RunEstimate};

}  // namespace firesteel::functions
