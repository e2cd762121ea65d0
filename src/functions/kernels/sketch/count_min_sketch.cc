#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/java_random.h"
#include "functions/accumulator.h"
#include "functions/kernels/hash/value_hash.h"
#include "functions/kernels/sketch/sketch.h"

namespace firesteel::functions {
namespace {

constexpr int32_t kVersion = 1;

/// Counts of hashed values in rows of a table, in Spark's own form (org.apache.spark.util.sketch, version 1).
class CountMinTable {
 public:
  CountMinTable(double epsilon, double confidence, int32_t seed)
      : width_(Int(std::ceil(2 / epsilon))), depth_(Int(std::ceil(-std::log1p(-confidence) / std::log(2)))) {
    JavaRandom random(static_cast<uint64_t>(static_cast<int64_t>(seed)));
    for (int32_t i = 0; i < depth_; ++i) factors_.push_back(random.NextInt(std::numeric_limits<int32_t>::max()));
    counts_.resize(static_cast<size_t>(depth_) * static_cast<size_t>(width_));
  }

  void AddLong(int64_t value) {
    for (int32_t i = 0; i < depth_; ++i) {
      // Modulo the prime 2^31 − 1, nearly.
      auto hash =
          static_cast<int64_t>(static_cast<uint64_t>(factors_[static_cast<size_t>(i)]) * static_cast<uint64_t>(value));
      hash = static_cast<int64_t>(static_cast<uint64_t>(hash) + static_cast<uint64_t>(hash >> 32));
      Count(i, static_cast<int32_t>(hash & std::numeric_limits<int32_t>::max()) % width_);
    }
    ++total_;
  }
  void AddBytes(std::string_view bytes) {
    const auto first = BytesHash(bytes, 0);
    const auto second = BytesHash(bytes, first);
    for (int32_t i = 0; i < depth_; ++i) {
      const auto hash =
          static_cast<int32_t>(static_cast<uint32_t>(first) + static_cast<uint32_t>(i) * static_cast<uint32_t>(second));
      Count(i, std::abs(hash % width_));
    }
    ++total_;
  }
  void Add(const CountMinTable& other) {
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
  }
  std::string Bytes() const {
    std::string bytes;
    bytes.reserve(20 + 8 * (factors_.size() + counts_.size()));
    PutInt(bytes, kVersion);
    PutLong(bytes, total_);
    PutInt(bytes, depth_);
    PutInt(bytes, width_);
    for (const int32_t factor : factors_) PutLong(bytes, factor);
    for (const int64_t count : counts_) PutLong(bytes, count);
    return bytes;
  }
  size_t size() const { return sizeof(*this) + 8 * counts_.size() + 4 * factors_.size(); }

 private:
  static int32_t Int(double value) {
    if (!(value >= 1)) return 1;
    return value >= 2147483647.0 ? std::numeric_limits<int32_t>::max() : static_cast<int32_t>(value);
  }
  static void PutInt(std::string& bytes, int32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(static_cast<uint32_t>(value) >> shift);
  }
  static void PutLong(std::string& bytes, int64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(static_cast<uint64_t>(value) >> shift);
  }
  void Count(int32_t row, int32_t column) {
    ++counts_[static_cast<size_t>(row) * static_cast<size_t>(width_) + static_cast<size_t>(column)];
  }

  int32_t width_;
  int32_t depth_;
  int64_t total_ = 0;
  std::vector<int32_t> factors_;  ///< of each row's hash
  std::vector<int64_t> counts_;
};

class CountMinAccumulator : public Accumulator {
 public:
  explicit CountMinAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (table_.empty()) table_.push_back(NewTable(&arguments, row));
    const VectorView& values = arguments[0];
    if (!values.IsValid(row)) return;
    switch (call_.argument_types[0].kind()) {
      case TypeKind::kByte:
        return table_[0].AddLong(values.Get<int8_t>(row));
      case TypeKind::kShort:
        return table_[0].AddLong(values.Get<int16_t>(row));
      case TypeKind::kInt:
        return table_[0].AddLong(values.Get<int32_t>(row));
      case TypeKind::kLong:
        return table_[0].AddLong(values.Get<int64_t>(row));
      default:
        return table_[0].AddBytes(values.Text(row));
    }
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const CountMinAccumulator&>(other);
    if (theirs.table_.empty()) return;
    if (table_.empty()) {
      table_ = theirs.table_;
    } else {
      table_[0].Add(theirs.table_[0]);
    }
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    result.SetText(row, table_.empty() ? NewTable(nullptr, 0).Bytes() : table_[0].Bytes());
  }
  size_t Bytes() const override { return sizeof(*this) + (table_.empty() ? 0 : table_[0].size()); }

 private:
  /// The parameters are constants; one that was not computed before the query runs is read from a row.
  CountMinTable NewTable(const std::span<const VectorView>* arguments, size_t row) const {
    const auto real = [&](size_t i, double missing) {
      if (call_.constants[i]) return std::get<double>(call_.constants[i]->data);
      return arguments ? (*arguments)[i].Get<double>(row) : missing;
    };
    int64_t seed = 0;
    if (call_.constants[3]) {
      seed = call_.constants[3]->integer();
    } else if (arguments) {
      const VectorView& seeds = (*arguments)[3];
      seed = call_.argument_types[3].Is(TypeKind::kInt) ? seeds.Get<int32_t>(row) : seeds.Get<int64_t>(row);
    }
    return CountMinTable(real(1, 1), real(2, 0.5), static_cast<int32_t>(seed));
  }

  const KernelCall& call_;
  std::vector<CountMinTable> table_;  ///< none before the first row
};

}  // namespace

constinit const Kernel kCountMinSketch = AggregateKernel<CountMinAccumulator>();

}  // namespace firesteel::functions
