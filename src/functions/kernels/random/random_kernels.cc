#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>

#include "functions/kernels/random/generators.h"
#include "functions/kernels/random/random.h"
#include "functions/kernels/random/sequences.h"

/// What Spark's random functions give for a row of a partition. Arguments end in (partition int, row long); rows count
/// from 0 in each partition. A null seed is 0, as in Spark.
namespace firesteel::functions {
namespace {

/// A sequence that the call's threads share.
template <class Generator, int64_t kStep = 4096>
struct Shared {
  mutable Sequences<Generator, kStep> sequences;
};

template <class Generator, int64_t kStep = 4096>
std::shared_ptr<const void> Prepare(const KernelCall&) {
  return std::make_shared<const Shared<Generator, kStep>>();
}

int64_t SeedOf(const VectorView& view, size_t row) { return view.IsValid(row) ? view.Get<int64_t>(row) : 0; }

int64_t Plus(int64_t seed, int32_t partition) {
  return static_cast<int64_t>(static_cast<uint64_t>(seed) + static_cast<uint64_t>(static_cast<int64_t>(partition)));
}

/// (seed, partition, row) → [0, 1)
void Uniform(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto* out = result.Data<double>();
  Sequences<XorShift>::Cursor cursor(context.prepared<Shared<XorShift>>().sequences);
  for (size_t r = 0; r < rows; ++r) {
    const int64_t seed = Plus(SeedOf(arguments[0], r), arguments[1].Get<int32_t>(r));
    out[r] = cursor.MoveTo(seed, arguments[2].Get<int64_t>(r), [](XorShift& g) { g.NextDouble(); }).NextDouble();
  }
}

/// (seed, partition, row) → a normally distributed number
void Normal(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto* out = result.Data<double>();
  Sequences<Gaussian>::Cursor cursor(context.prepared<Shared<Gaussian>>().sequences);
  for (size_t r = 0; r < rows; ++r) {
    const int64_t seed = Plus(SeedOf(arguments[0], r), arguments[1].Get<int32_t>(r));
    out[r] = cursor.MoveTo(seed, arguments[2].Get<int64_t>(r), [](Gaussian& g) { g.Next(); }).Next();
  }
}

/// (length, seed, partition, row) → a text of digits and letters. The length is the same in all rows.
void Text(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Sequences<XorShift>::Cursor cursor(context.prepared<Shared<XorShift>>().sequences);
  std::string text;
  for (size_t r = 0; r < rows; ++r) {
    const int32_t length = arguments[0].IsValid(r) ? std::max(arguments[0].Get<int32_t>(r), 0) : 0;
    const int64_t seed = Plus(SeedOf(arguments[1], r), arguments[2].Get<int32_t>(r));
    XorShift& random = cursor.MoveTo(seed, arguments[3].Get<int64_t>(r), [&](XorShift& g) {
      for (int32_t i = 0; i < length; ++i) g.Next(32);
    });
    text.resize(static_cast<size_t>(length));
    for (char& c : text) {
      const int32_t n = std::abs(random.Next(32) % 62);
      c = static_cast<char>(n < 10 ? '0' + n : n < 36 ? 'a' + n - 10 : 'A' + n - 36);
    }
    result.SetText(r, text);
    if (context.cancelled()) return;
  }
}

/// (seed, partition, row) → the text of a UUID of version 4
void Uuid(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  using Kept = Shared<MersenneTwister>;
  Sequences<MersenneTwister>::Cursor cursor(context.prepared<Kept>().sequences);
  for (size_t r = 0; r < rows; ++r) {
    const int64_t seed = Plus(SeedOf(arguments[0], r), arguments[1].Get<int32_t>(r));
    MersenneTwister& random = cursor.MoveTo(seed, arguments[2].Get<int64_t>(r), [](MersenneTwister& g) {
      g.NextLong();
      g.NextLong();
    });
    const auto high = (static_cast<uint64_t>(random.NextLong()) & 0xFFFFFFFFFFFF0FFFU) | 0x4000U;
    const auto low = (static_cast<uint64_t>(random.NextLong()) | 0x8000000000000000U) & 0xBFFFFFFFFFFFFFFFU;
    std::string text;
    for (int digit = 0; digit < 32; ++digit) {
      if (digit == 8 || digit == 12 || digit == 16 || digit == 20) text += '-';
      const uint64_t half = digit < 16 ? high : low;
      text += "0123456789abcdef"[(half >> (60 - 4 * (digit % 16))) & 15];
    }
    result.SetText(r, text);
  }
}

/// (lower, upper, seed, partition, row) → whether the row is in a sample without replacement
void Bernoulli(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  bool* out = result.Data<bool>();
  Sequences<XorShift>::Cursor cursor(context.prepared<Shared<XorShift>>().sequences);
  for (size_t r = 0; r < rows; ++r) {
    const double lower = arguments[0].Get<double>(r);
    const double upper = arguments[1].Get<double>(r);
    const int64_t seed = Plus(SeedOf(arguments[2], r), arguments[3].Get<int32_t>(r));
    out[r] = false;
    if (upper - lower <= 0) continue;
    const double x =
        cursor.MoveTo(seed, arguments[4].Get<int64_t>(r), [](XorShift& g) { g.NextDouble(); }).NextDouble();
    out[r] = x >= lower && x < upper;
  }
}

/// Poisson distributed counts as Apache Commons Math makes them for means under 40 (Knuth's multiplication); for larger
/// means the sum of parts under 40, which is distributed alike but not the same numbers.
int32_t PoissonCount(Well19937c& random, double mean) {
  int64_t total = 0;
  for (double rest = mean; rest > 0;) {
    const double part = rest < 40 ? rest : 20;
    rest = rest < 40 ? 0 : rest - part;
    const double p = std::exp(-part);
    double product = 1;
    for (int64_t n = 0; static_cast<double>(n) < 1000 * part; ++n) {
      product *= random.NextDouble();
      if (product < p) break;
      ++total;
    }
  }
  return static_cast<int32_t>(std::min<int64_t>(total, std::numeric_limits<int32_t>::max()));
}

/// (mean, seed, partition, row) → how often the row is in a sample with replacement
void Poisson(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  using Kept = Shared<Well19937c, 65536>;
  auto* out = result.Data<int32_t>();
  Sequences<Well19937c, 65536>::Cursor cursor(context.prepared<Kept>().sequences);
  int32_t last_partition = -1;
  int64_t last_base = 0;
  int64_t seed = 0;
  for (size_t r = 0; r < rows; ++r) {
    const double mean = arguments[0].Get<double>(r);
    const int64_t base = SeedOf(arguments[1], r);
    const int32_t partition = arguments[2].Get<int32_t>(r);
    if (partition != last_partition || base != last_base) {
      seed = JavaRandomLong(base, partition);
      last_partition = partition;
      last_base = base;
    }
    if (mean <= 0) {
      out[r] = 0;
      continue;
    }
    Well19937c& random =
        cursor.MoveTo(seed, arguments[3].Get<int64_t>(r), [&](Well19937c& g) { PoissonCount(g, mean); });
    out[r] = PoissonCount(random, mean);
  }
}

/// Spark cuts `count` rows into `parts` slices that begin at i·count/parts.
int32_t SliceOf(int64_t index, int64_t count, int32_t parts) {
  if (count <= 0 || parts <= 1) return 0;
  return static_cast<int32_t>(((static_cast<int128_t>(index) + 1) * parts - 1) / count);
}

/// (index, count, parts) → the partition
void PartitionOf(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto* out = result.Data<int32_t>();
  // Neighbouring rows are in the same slice: the one of the row before is kept, with the indexes where it begins and
  // ends.
  int64_t last_count = 0, begin = 0, end = 0;
  int32_t last_parts = 0, slice = 0;
  for (size_t r = 0; r < rows; ++r) {
    const int64_t index = arguments[0].Get<int64_t>(r);
    const int64_t count = arguments[1].Get<int64_t>(r);
    const int32_t parts = arguments[2].Get<int32_t>(r);
    if (index < begin || index >= end || count != last_count || parts != last_parts) {
      slice = SliceOf(index, count, parts);
      last_count = count;
      last_parts = parts;
      begin = end = index;
      if (count > 0 && parts > 1) {
        begin = static_cast<int64_t>(static_cast<int128_t>(slice) * count / parts);
        end = static_cast<int64_t>((static_cast<int128_t>(slice) + 1) * count / parts);
      }
    }
    out[r] = slice;
  }
}

/// (index, count, parts) → the row's number in its partition
void RowInPartition(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto* out = result.Data<int64_t>();
  for (size_t r = 0; r < rows; ++r) {
    const int64_t index = arguments[0].Get<int64_t>(r);
    const int64_t count = arguments[1].Get<int64_t>(r);
    const int32_t parts = arguments[2].Get<int32_t>(r);
    const int128_t begin = static_cast<int128_t>(SliceOf(index, count, parts)) * count / std::max(parts, 1);
    out[r] = index - static_cast<int64_t>(begin);
  }
}

/// (partition, row) → one long that grows by partition, then row
void RowId(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto* out = result.Data<int64_t>();
  for (size_t r = 0; r < rows; ++r) {
    out[r] = (static_cast<int64_t>(arguments[0].Get<int32_t>(r)) << 33) + arguments[1].Get<int64_t>(r);
  }
}

}  // namespace

const Kernel kUniformAt{Uniform, Prepare<XorShift>};
const Kernel kNormalAt{Normal, Prepare<Gaussian>};
const Kernel kTextAt{Text, Prepare<XorShift>};
const Kernel kUuidAt{Uuid, Prepare<MersenneTwister>};
const Kernel kBernoulliAt{Bernoulli, Prepare<XorShift>};
const Kernel kPoissonAt{Poisson, Prepare<Well19937c, 65536>};
const Kernel kPartitionOf{PartitionOf};
const Kernel kRowInPartition{RowInPartition};
const Kernel kRowId{RowId};

}  // namespace firesteel::functions
