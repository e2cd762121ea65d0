#include "functions/kernels/aggregate/quantile_summary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "functions/kernels/aggregate/ordered_bits.h"

namespace firesteel::functions {
namespace {

constexpr size_t kHeadSize = 50'000;
constexpr size_t kCompressThreshold = 10'000;

/// Java's Double.compare: NaN is the greatest.
bool Less(double a, double b) {
  if (std::isnan(a)) return false;
  return std::isnan(b) || a < b;
}

constexpr int kDigitBits = 11;
constexpr size_t kDigits = (64 + kDigitBits - 1) / kDigitBits;
constexpr size_t kDigitValues = size_t{1} << kDigitBits;
constexpr size_t kFewValues = 2'000;  // fewer are sorted sooner by comparing

/// Sorts as Java's Double.compare does: digit by digit of the keys, from the last one on, without those that are alike.
void SortValues(std::vector<double>& values, std::vector<uint64_t>& keys, std::vector<uint64_t>& other) {
  if (values.size() < kFewValues) {
    std::sort(values.begin(), values.end(), [](double a, double b) { return OrderedBits(a) < OrderedBits(b); });
    return;
  }
  keys.resize(values.size());
  other.resize(values.size());
  std::vector<uint32_t> counts(kDigits * kDigitValues);
  const auto digit = [](uint64_t key, size_t i) { return (key >> (i * kDigitBits)) & (kDigitValues - 1); };
  for (size_t i = 0; i < values.size(); ++i) {
    keys[i] = OrderedBits(values[i]);
    for (size_t k = 0; k < kDigits; ++k) ++counts[k * kDigitValues + digit(keys[i], k)];
  }
  for (size_t k = 0; k < kDigits; ++k) {
    uint32_t* begins = &counts[k * kDigitValues];
    if (begins[digit(keys[0], k)] == keys.size()) continue;
    uint32_t begin = 0;
    for (size_t v = 0; v < kDigitValues; ++v) begin += std::exchange(begins[v], begin);
    for (const uint64_t key : keys) other[begins[digit(key, k)]++] = key;
    keys.swap(other);
  }
  for (size_t i = 0; i < values.size(); ++i) values[i] = DoubleOfOrderedBits(keys[i]);
}

}  // namespace

void QuantileSummary::Insert(double value) {
  head_.push_back(value);
  if (head_.size() < kHeadSize) return;
  TakeHead();
  if (samples_.size() >= kCompressThreshold) Compress();
}

void QuantileSummary::TakeHead() {
  if (head_.empty()) return;
  SortValues(head_, keys_, other_keys_);
  std::vector<Sample>& merged = merged_;
  merged.clear();
  merged.reserve(samples_.size() + head_.size());
  size_t taken = 0;
  for (size_t i = 0; i < head_.size(); ++i) {
    while (taken < samples_.size() && !Less(head_[i], samples_[taken].value)) merged.push_back(samples_[taken++]);
    ++count_;
    const bool is_end = taken == samples_.size() && i + 1 == head_.size();
    const int64_t delta =
        merged.empty() || is_end ? 0 : static_cast<int64_t>(2.0 * relative_error_ * static_cast<double>(count_));
    merged.push_back({head_[i], 1, delta});
  }
  merged.insert(merged.end(), samples_.begin() + static_cast<std::ptrdiff_t>(taken), samples_.end());
  samples_.swap(merged);
  head_.clear();
}

void QuantileSummary::Compress() {
  if (samples_.empty()) return;
  const double threshold = 2.0 * relative_error_ * static_cast<double>(count_);
  std::vector<Sample> kept;  // from the greatest to the least
  Sample head = samples_.back();
  for (size_t i = samples_.size() - 1; i-- > 1;) {
    const Sample& sample = samples_[i];
    if (static_cast<double>(sample.g + head.g + head.delta) < threshold) {
      head.g += sample.g;
    } else {
      kept.push_back(head);
      head = sample;
    }
  }
  kept.push_back(head);
  const Sample& least = samples_.front();
  if (!Less(head.value, least.value) && samples_.size() > 1) kept.push_back(least);
  std::reverse(kept.begin(), kept.end());
  samples_ = std::move(kept);
}

void QuantileSummary::Finish() {
  TakeHead();
  Compress();
}

std::vector<double> QuantileSummary::Query(std::span<const double> percentages) const {
  int64_t widest = std::numeric_limits<int64_t>::min();
  for (const Sample& sample : samples_) widest = std::max(widest, sample.delta + sample.g);
  const double target_error = static_cast<double>(widest) / 2;
  std::vector<size_t> order(percentages.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return percentages[a] < percentages[b]; });
  std::vector<double> result(percentages.size());
  size_t index = 0;
  int64_t least_rank = samples_[0].g;
  for (size_t place : order) {
    const double percentage = percentages[place];
    if (percentage <= relative_error_ || samples_.size() == 1) {
      result[place] = samples_.front().value;
      continue;
    }
    if (percentage >= 1 - relative_error_) {
      result[place] = samples_.back().value;
      continue;
    }
    const auto rank = static_cast<double>(std::ceil(percentage * static_cast<double>(count_)));
    bool found = false;
    while (index + 1 < samples_.size()) {
      const auto most = static_cast<double>(least_rank + samples_[index].delta);
      if (most - target_error <= rank && rank <= static_cast<double>(least_rank) + target_error) {
        found = true;
        break;
      }
      ++index;
      least_rank += samples_[index].g;
    }
    result[place] = found ? samples_[index].value : samples_.back().value;
    if (!found) {
      index = samples_.size() - 1;
      least_rank = 0;
    }
  }
  return result;
}

}  // namespace firesteel::functions
