#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace firesteel::functions {

/// Approximate quantiles in one pass: Greenwald and Khanna, "Space-efficient online computation of quantile summaries"
/// (SIGMOD 2001), with the buffering and the compression that Spark's QuantileSummaries has, so that equal input gives
/// equal answers. Not thread-safe.
class QuantileSummary {
 public:
  /// `relative_error` from 0 (exact) to 1.
  explicit QuantileSummary(double relative_error) : relative_error_(relative_error) {}

  void Insert(double value);
  /// Ends the input; to be called before Query.
  void Finish();
  int64_t count() const { return count_; }
  /// Values whose ranks are within relative_error × count of the wanted ones; percentages in any order. Needs values.
  std::vector<double> Query(std::span<const double> percentages) const;

 private:
  struct Sample {
    double value;
    int64_t g;      ///< how many ranks lie between this sample and the one before
    int64_t delta;  ///< by how much its rank may be off
  };
  void TakeHead();
  void Compress();

  const double relative_error_;
  std::vector<double> head_;
  std::vector<Sample> samples_;
  std::vector<Sample> merged_;  // what follows is memory kept from head to head
  std::vector<uint64_t> keys_;
  std::vector<uint64_t> other_keys_;
  int64_t count_ = 0;
};

}  // namespace firesteel::functions
