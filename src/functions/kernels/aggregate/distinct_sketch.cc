#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <vector>

#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/row_kernel.h"
#include "functions/sketch_tables.inc"

/// HyperLogLog++ (Heule, Nunkesser, Hall, 2013) as Spark's HyperLogLogPlusPlusHelper has it. A hash becomes a
/// register's index and a rank; a group needs the greatest rank of each register, so the different pairs of a group are
/// few, however many values there are.
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

int64_t Estimate(const std::vector<uint8_t>& ranks, int p) {
  const auto m = static_cast<double>(ranks.size());
  double inverse = 0;
  double zeros = 0;
  for (uint8_t rank : ranks) {
    inverse += 1.0 / static_cast<double>(uint64_t{1} << rank);
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
  const VectorView& list = arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    const int32_t p = arguments[1].Get<int32_t>(row);
    std::vector<uint8_t> ranks(size_t{1} << p, 0);
    const ListSlot slot = list.IsValid(row) ? list.Get<ListSlot>(row) : ListSlot{0, 0};
    for (uint64_t i = 0; i < slot.length; ++i) {
      if (!list.children[0].IsValid(slot.offset + i)) continue;
      const int64_t packed = list.children[0].Get<int64_t>(slot.offset + i);
      uint8_t& rank = ranks[static_cast<size_t>(packed >> kRankBits)];
      rank = std::max(rank, static_cast<uint8_t>(packed & ((1 << kRankBits) - 1)));
    }
    result.Data<int64_t>()[row] = Estimate(ranks, p);
  }
}

}  // namespace

const Kernel kSketchRegister = RowKernel<Register>();
const Kernel kSketchEstimate{RunEstimate};

}  // namespace firesteel::functions
