#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

namespace firesteel::functions {

/// The sequences of a generator by seed, of which any place can be had: the generators only go forwards, so their
/// states are kept every so many rows. Rows that come in order cost one step each; threads that work on different parts
/// begin at the nearest kept state. Memory: one state for kStep rows. Thread-safe.
///
/// Generator: copyable, made of an int64_t seed. One step of it belongs to one row.
template <class Generator, int64_t kStep = 4096>
class Sequences {
 public:
  /// A place in the sequences, moved to the row that is wanted. One thread uses it.
  class Cursor {
   public:
    explicit Cursor(Sequences& owner) : owner_(owner) {}
    /// The generator before the step of `row`; make that one step, no more and no less. `skip` makes a step for a row
    /// that is passed over.
    template <class Skip>
    Generator& MoveTo(int64_t seed, int64_t row, Skip&& skip) {
      if (!valid_ || seed != seed_ || row < row_ || row - row_ > kStep) {
        std::tie(row_, generator_) = owner_.Nearest(seed, row);
        seed_ = seed;
        valid_ = true;
      }
      for (; row_ < row; ++row_) {
        if (row_ % kStep == 0) owner_.Keep(seed, row_, generator_);
        skip(generator_);
      }
      if (row_ % kStep == 0) owner_.Keep(seed, row_, generator_);
      ++row_;
      return generator_;
    }

   private:
    Sequences& owner_;
    bool valid_ = false;
    int64_t seed_ = 0;
    int64_t row_ = 0;
    Generator generator_{0};
  };

 private:
  std::pair<int64_t, Generator> Nearest(int64_t seed, int64_t row) {
    std::lock_guard lock(mutex_);
    const std::vector<Generator>& kept = kept_[seed];
    if (kept.empty()) return {0, Generator(seed)};
    const auto i = std::min(static_cast<size_t>(row / kStep), kept.size() - 1);
    return {static_cast<int64_t>(i) * kStep, kept[i]};
  }
  void Keep(int64_t seed, int64_t row, const Generator& generator) {
    std::lock_guard lock(mutex_);
    std::vector<Generator>& kept = kept_[seed];
    if (kept.size() == static_cast<size_t>(row / kStep)) kept.push_back(generator);
  }

  std::mutex mutex_;
  std::map<int64_t, std::vector<Generator>> kept_;  // guarded by mutex_
};

}  // namespace firesteel::functions
