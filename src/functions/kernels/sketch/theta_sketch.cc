#include "functions/kernels/sketch/theta_sketch.h"

#include <bit>
#include <cmath>
#include <optional>

#include "functions/kernels/sketch/key_hash.h"
#include "functions/kernels/sketch/partitioned.h"
#include "functions/kernels/sketch/sketch.h"
#include "functions/kernels/sketch/sketch_bytes.h"
#include "functions/kernels/sketch/sketch_parameters.h"

namespace firesteel::functions {
namespace {

constexpr uint8_t kCompactFamily = 3;
constexpr uint8_t kReadOnly = 1 << 1;
constexpr uint8_t kEmpty = 1 << 2;
constexpr uint8_t kCompact = 1 << 3;
constexpr uint8_t kOrdered = 1 << 4;
constexpr uint8_t kSingle = 1 << 5;
constexpr uint16_t kSeedHash = 0x93CC;  ///< of the default seed

/// Families of DataSketches by their numbers.
constexpr std::string_view kFamilies[] = {
    "",      "ALPHA",     "QUICKSELECT", "COMPACT",         "UNION",  "INTERSECTION", "A_NOT_B", "HLL", "QUANTILES",
    "TUPLE", "FREQUENCY", "RESERVOIR",   "RESERVOIR_UNION", "VAROPT", "VAROPT_UNION", "KLL",     "CPC", "REQ"};

std::string Header(uint8_t longs, uint8_t version, uint8_t fourth, uint8_t fifth, uint8_t flags, uint16_t seed_hash) {
  std::string bytes;
  for (const uint8_t byte : {longs, version, kCompactFamily, fourth, fifth, flags}) Put(bytes, byte);
  Put(bytes, seed_hash);
  return bytes;
}

/// Differences of ordered hashes, each in as many bits as the largest needs, the highest first.
std::string CompressedBytes(const ThetaSample& sample) {
  uint64_t all = 0;
  uint64_t previous = 0;
  for (const auto& entry : sample.entries) {
    all |= entry.hash - previous;
    previous = entry.hash;
  }
  const int width = 64 - std::countl_zero(all);
  auto count = static_cast<uint32_t>(sample.entries.size());
  const int count_bytes = (39 - std::countl_zero(count)) / 8;
  std::string bytes = Header(sample.is_estimate() ? 2 : 1, 4, static_cast<uint8_t>(width),
                             static_cast<uint8_t>(count_bytes), kCompact | kReadOnly | kOrdered, kSeedHash);
  if (sample.is_estimate()) Put(bytes, sample.theta);
  for (int i = 0; i < count_bytes; ++i, count >>= 8) Put(bytes, static_cast<uint8_t>(count));
  const size_t start = bytes.size();
  bytes.resize(start + (static_cast<size_t>(width) * sample.entries.size() + 7) / 8);
  size_t bit = 0;
  previous = 0;
  for (const auto& entry : sample.entries) {
    const uint64_t delta = entry.hash - previous;
    previous = entry.hash;
    for (int i = width; i-- > 0; ++bit) {
      if ((delta >> i) & 1) bytes[start + bit / 8] |= static_cast<char>(0x80 >> (bit % 8));
    }
  }
  return bytes;
}

ThetaSample ReadCompressed(std::string_view bytes) {
  ThetaSample sample{false, kMaxTheta, {}};
  size_t at = 8;
  if (Get<uint8_t>(bytes, 0) > 1) {
    sample.theta = Get<uint64_t>(bytes, at);
    at += 8;
  }
  const auto width = Get<uint8_t>(bytes, 3);
  const auto count_bytes = Get<uint8_t>(bytes, 4);
  if (width == 0 || width > 63 || count_bytes > 4) throw SketchFormatError{};
  uint64_t count = 0;
  for (size_t i = 0; i < count_bytes; ++i) count |= static_cast<uint64_t>(Get<uint8_t>(bytes, at++)) << (8 * i);
  if ((count * width + 7) / 8 > bytes.size() - at) throw SketchFormatError{};
  sample.entries.resize(count);
  size_t bit = 0;
  uint64_t previous = 0;
  for (auto& entry : sample.entries) {
    uint64_t delta = 0;
    for (int i = 0; i < width; ++i, ++bit) {
      delta = delta << 1 | ((static_cast<uint8_t>(bytes[at + bit / 8]) >> (7 - bit % 8)) & 1);
    }
    previous += delta;
    entry.hash = previous;
  }
  return sample;
}

ThetaSample ReadPlain(std::string_view bytes, uint8_t version) {
  const auto longs = Get<uint8_t>(bytes, 0);
  ThetaSample sample{false, kMaxTheta, {}};
  if (version == 3 && (Get<uint8_t>(bytes, 5) & kEmpty) != 0) return ThetaSample{};
  if (version == 2 && longs == 1) return ThetaSample{};
  uint64_t count = 1;
  size_t at = 8;
  if (version == 1 || longs > 1) {
    count = Get<uint32_t>(bytes, at);
    at += 8;
    if (version == 1 || longs > 2) {
      sample.theta = Get<uint64_t>(bytes, at);
      at += 8;
    }
  }
  if (version < 3 && count == 0 && sample.theta == kMaxTheta) return ThetaSample{};
  if (bytes.size() < at || count > (bytes.size() - at) / 8) throw SketchFormatError{};
  sample.entries.resize(count);
  for (auto& entry : sample.entries) {
    entry.hash = Get<uint64_t>(bytes, at);
    at += 8;
  }
  return sample;
}

/// An empty set that nothing was left out of is the same as one that nothing was put into.
ThetaSample Corrected(ThetaSample sample) {
  if (sample.entries.empty() && sample.theta == kMaxTheta) sample.is_empty = true;
  return sample;
}

ThetaSample ReadOrFail(std::string_view bytes, std::string_view function) {
  try {
    return ReadThetaSketch(bytes);
  } catch (const SketchFormatError& error) {
    throw SketchBytesError("THETA", function, error);
  }
}

class ThetaSketchAccumulator : public Accumulator {
 public:
  explicit ThetaSketchAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!sampler_) {
      lg_nominal_ = LgNominal(call_, 1, arguments, row);
      sampler_.emplace(lg_nominal_);
    }
    if (!arguments[0].IsValid(row)) return;
    const uint64_t hash = SketchKeyHash(arguments[0], call_.argument_types[0], row);
    if (!union_) return sampler_->Update(hash, [](NoSummary&, bool) {});
    // Rows after a merge, in a window.
    if (hash != 0) union_->Add({false, kMaxTheta, {{hash, {}}}}, KeepNoSummary);
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const ThetaSketchAccumulator&>(other);
    if (!theirs.sampler_ && !theirs.union_) return;
    lg_nominal_ = theirs.lg_nominal_;
    if (!union_) {
      union_.emplace(lg_nominal_);
      if (sampler_) union_->Add(sampler_->Sample(), KeepNoSummary);
    }
    union_->Add(theirs.Sample(), KeepNoSummary);
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (!sampler_ && !union_) LgNominal(call_, 1);
    result.SetText(row, ThetaBytes(Sample()));
  }
  size_t Bytes() const override {
    return sizeof(*this) + (sampler_ ? sampler_->Bytes() : 0) + (union_ ? union_->Bytes() : 0);
  }

 private:
  ThetaSample Sample() const {
    if (union_) return union_->Result();
    if (!sampler_) return {};
    KeyUnion<NoSummary> cut(lg_nominal_);
    cut.Add(sampler_->Sample(), KeepNoSummary);
    return cut.Result();
  }

  const KernelCall& call_;
  int lg_nominal_ = kDefaultLgNominal;
  std::optional<KeySampler<NoSummary>> sampler_;
  std::optional<KeyUnion<NoSummary>> union_;
};

class ThetaUnionAccumulator : public Accumulator {
 public:
  explicit ThetaUnionAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!union_) {
      lg_nominal_ = LgNominal(call_, 1, arguments, row);
      union_.emplace(lg_nominal_);
    }
    if (!arguments[0].IsValid(row)) return;
    union_->Add(ReadOrFail(arguments[0].Text(row), call_.function_name), KeepNoSummary);
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const ThetaUnionAccumulator&>(other);
    if (!theirs.union_) return;
    lg_nominal_ = theirs.lg_nominal_;
    if (!union_) union_.emplace(lg_nominal_);
    union_->Add(theirs.union_->Result(), KeepNoSummary);
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (!union_) LgNominal(call_, 1);
    result.SetText(row, ThetaBytes(union_ ? union_->Result() : ThetaSample{}));
  }
  size_t Bytes() const override { return sizeof(*this) + (union_ ? union_->Bytes() : 0); }

 private:
  const KernelCall& call_;
  int lg_nominal_ = kDefaultLgNominal;
  std::optional<KeyUnion<NoSummary>> union_;
};

class ThetaIntersectionAccumulator : public Accumulator {
 public:
  explicit ThetaIntersectionAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!arguments[0].IsValid(row)) return;
    intersection_.Add(ReadOrFail(arguments[0].Text(row), call_.function_name), KeepNoSummary);
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const ThetaIntersectionAccumulator&>(other);
    if (theirs.intersection_.has_result()) intersection_.Add(Corrected(theirs.intersection_.Result()), KeepNoSummary);
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    result.SetText(row, ThetaBytes(intersection_.has_result() ? Corrected(intersection_.Result()) : ThetaSample{}));
  }
  size_t Bytes() const override { return sizeof(*this) + intersection_.Bytes(); }

 private:
  const KernelCall& call_;
  KeyIntersection<NoSummary> intersection_;
};

int64_t ThetaEstimate(Row& row, std::string_view bytes) {
  return RoundedEstimate(ReadOrFail(bytes, row.call().function_name).estimate());
}

std::string ThetaUnion(Row& row, std::string_view a, std::string_view b, int32_t lg_nominal) {
  const std::string& function = row.call().function_name;
  KeyUnion<NoSummary> both(CheckedLgNominal(lg_nominal, function));
  both.Add(ReadOrFail(a, function), KeepNoSummary);
  both.Add(ReadOrFail(b, function), KeepNoSummary);
  return ThetaBytes(both.Result());
}

std::string ThetaIntersection(Row& row, std::string_view a, std::string_view b) {
  const std::string& function = row.call().function_name;
  KeyIntersection<NoSummary> both;
  const ThetaSample first = ReadOrFail(a, function);
  both.Add(first, KeepNoSummary);
  both.Add(ReadOrFail(b, function), KeepNoSummary);
  return ThetaBytes(Corrected(both.Result()));
}

std::string ThetaDifference(Row& row, std::string_view a, std::string_view b) {
  const std::string& function = row.call().function_name;
  const ThetaSample first = ReadOrFail(a, function);
  return ThetaBytes(Corrected(KeyDifference(first, ReadOrFail(b, function))));
}

}  // namespace

void CheckSketchFamily(std::string_view bytes, uint8_t family) {
  if (bytes.size() < 3) throw SketchFormatError{};
  const auto actual = static_cast<uint8_t>(bytes[2]);
  if (actual == family) return;
  if (actual == 0 || actual >= std::size(kFamilies)) throw SketchFormatError{};
  throw SketchFormatError{SketchFault::kOtherFamily, std::string(kFamilies[family]), std::string(kFamilies[actual])};
}

ThetaSample ReadThetaSketch(std::string_view bytes) {
  CheckSketchFamily(bytes, kCompactFamily);
  if (bytes.size() < 8) throw SketchFormatError{};
  const auto version = Get<uint8_t>(bytes, 1);
  const auto longs = Get<uint8_t>(bytes, 0);
  if (version < 1 || version > 4 || longs < 1 || longs > 3) throw SketchFormatError{};
  const bool is_empty = version >= 3 && (Get<uint8_t>(bytes, 5) & kEmpty) != 0;
  if (version > 1 && !is_empty && Get<uint16_t>(bytes, 6) != kSeedHash) throw SketchFormatError{};
  ThetaSample sample = version == 4 ? ReadCompressed(bytes) : ReadPlain(bytes, version);
  if (sample.theta > kMaxTheta) throw SketchFormatError{};
  return sample;
}

std::string ThetaBytes(ThetaSample sample) {
  if (sample.is_empty) return Header(1, 3, 0, 0, kCompact | kReadOnly | kOrdered | kEmpty, 0);
  std::sort(sample.entries.begin(), sample.entries.end(), [](const auto& a, const auto& b) { return a.hash < b.hash; });
  if (!sample.is_estimate() && sample.entries.size() == 1) {
    std::string bytes = Header(1, 3, 0, 0, kCompact | kReadOnly | kOrdered | kSingle, kSeedHash);
    Put(bytes, sample.entries[0].hash);
    return bytes;
  }
  if (!sample.entries.empty()) return CompressedBytes(sample);
  std::string bytes = Header(sample.is_estimate() ? 3 : 2, 3, 0, 0, kCompact | kReadOnly | kOrdered, kSeedHash);
  Put(bytes, uint32_t{0});
  Put(bytes, 1.0F);  // the sampling probability
  if (sample.is_estimate()) Put(bytes, sample.theta);
  return bytes;
}

int64_t RoundedEstimate(double estimate) {
  const double rounded = std::floor(estimate + 0.5);
  if (std::isnan(rounded)) return 0;
  if (rounded >= 9223372036854775807.0) return std::numeric_limits<int64_t>::max();
  if (rounded <= -9223372036854775808.0) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(rounded);
}

constinit const Kernel kThetaSketchAgg = AggregateKernel<Partitioned<ThetaSketchAccumulator>>();
constinit const Kernel kThetaUnionAgg = AggregateKernel<ThetaUnionAccumulator>();
constinit const Kernel kThetaIntersectionAgg = AggregateKernel<ThetaIntersectionAccumulator>();
constinit const Kernel kThetaSketchEstimate = RowKernel<ThetaEstimate>(true);
constinit const Kernel kThetaUnion = RowKernel<ThetaUnion>(true);
constinit const Kernel kThetaIntersection = RowKernel<ThetaIntersection>(true);
constinit const Kernel kThetaDifference = RowKernel<ThetaDifference>(true);

}  // namespace firesteel::functions
