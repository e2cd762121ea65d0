#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

/// The sample of keys that theta and tuple sketches keep: those with the smallest hashes, and with each its summary.
/// Tables grow, probe and are rebuilt exactly as in DataSketches for Java, because the order of a tuple sketch's bytes
/// is that of its table.
namespace firesteel::functions {

/// Every hash is smaller.
inline constexpr uint64_t kMaxTheta = std::numeric_limits<int64_t>::max();
inline constexpr int kMinLgNominal = 4;
inline constexpr int kMaxLgNominal = 26;
inline constexpr int kDefaultLgNominal = 12;

template <class S>
struct SampleEntry {
  uint64_t hash = 0;  ///< 0: an empty place of a table
  S summary{};
};

/// A finished sample. All hashes are smaller than theta.
template <class S>
struct KeySample {
  bool is_empty = true;  ///< nothing was ever seen
  uint64_t theta = kMaxTheta;
  std::vector<SampleEntry<S>> entries;

  bool is_estimate() const { return theta < kMaxTheta && !is_empty; }
  /// Which part of all hashes theta leaves.
  double fraction() const { return static_cast<double>(theta) / static_cast<double>(kMaxTheta); }
  double estimate() const {
    return is_estimate() ? static_cast<double>(entries.size()) / fraction() : static_cast<double>(entries.size());
  }
};

/// An open-addressed table of entries with odd strides.
template <class S>
class KeyTable {
 public:
  explicit KeyTable(int lg_size = 5) : lg_size_(lg_size), places_(size_t{1} << lg_size) {}

  int lg_size() const { return lg_size_; }
  size_t size() const { return places_.size(); }
  const std::vector<SampleEntry<S>>& places() const { return places_; }
  std::vector<SampleEntry<S>>& places() { return places_; }

  /// The place of the hash, or the empty one where it belongs. The table must not be full.
  SampleEntry<S>& Find(uint64_t hash) { return places_[IndexOf(hash)]; }
  const SampleEntry<S>& Find(uint64_t hash) const { return places_[IndexOf(hash)]; }

 private:
  size_t IndexOf(uint64_t hash) const {
    const size_t mask = places_.size() - 1;
    const size_t stride = 2 * ((hash >> lg_size_) & 127) + 1;
    size_t i = hash & mask;
    while (places_[i].hash != 0 && places_[i].hash != hash) i = (i + stride) & mask;
    return i;
  }

  int lg_size_;
  std::vector<SampleEntry<S>> places_;
};

/// A sample in the making ("quick select"): up to 15/8 of the nominal number of entries.
template <class S>
class KeySampler {
 public:
  explicit KeySampler(int lg_nominal) : lg_nominal_(lg_nominal), table_(StartingLgSize(lg_nominal)) {}

  /// `change(summary, is_new)` is called for the entry of the hash, unless theta leaves it out. 0 is no hash.
  template <class F>
  void Update(uint64_t hash, F change) {
    if (hash == 0) return;
    is_empty_ = false;
    if (hash >= theta_) return;
    SampleEntry<S>& entry = table_.Find(hash);
    const bool is_new = entry.hash == 0;
    entry.hash = hash;
    change(entry.summary, is_new);
    if (!is_new) return;
    if (++count_ > Threshold()) Rebuild();
  }

  void NoteKeys() { is_empty_ = false; }
  size_t nominal() const { return size_t{1} << lg_nominal_; }
  size_t count() const { return count_; }
  uint64_t theta() const { return theta_; }
  size_t Bytes() const { return sizeof(*this) + table_.size() * sizeof(SampleEntry<S>); }

  /// Entries in the table's order.
  KeySample<S> Sample() const {
    KeySample<S> sample{is_empty_, is_empty_ ? kMaxTheta : theta_, {}};
    sample.entries.reserve(count_);
    for (const SampleEntry<S>& entry : table_.places()) {
      if (entry.hash != 0) sample.entries.push_back(entry);
    }
    return sample;
  }

 private:
  static constexpr int kMinLgSize = 5;
  static constexpr int kLgGrowth = 3;

  /// From where steps of eight lead to twice the nominal number exactly.
  static int StartingLgSize(int lg_nominal) {
    const int target = lg_nominal + 1;
    return target <= kMinLgSize ? kMinLgSize : (target - kMinLgSize) % kLgGrowth + kMinLgSize;
  }
  size_t Threshold() const {
    const size_t size = table_.size();
    return table_.lg_size() > lg_nominal_ ? size * 15 / 16 : size / 2;
  }
  void Rebuild() {
    if (table_.lg_size() <= lg_nominal_) return Refill(table_.lg_size() + kLgGrowth);
    std::vector<uint64_t> hashes;
    hashes.reserve(count_);
    for (const SampleEntry<S>& entry : table_.places()) {
      if (entry.hash != 0) hashes.push_back(entry.hash);
    }
    const auto place = hashes.begin() + static_cast<std::ptrdiff_t>(nominal());
    std::nth_element(hashes.begin(), place, hashes.end());
    theta_ = *place;
    Refill(table_.lg_size());
  }
  void Refill(int lg_size) {
    KeyTable<S> old = std::exchange(table_, KeyTable<S>(lg_size));
    count_ = 0;
    for (SampleEntry<S>& entry : old.places()) {
      if (entry.hash == 0 || entry.hash >= theta_) continue;
      table_.Find(entry.hash) = std::move(entry);
      ++count_;
    }
  }

  int lg_nominal_;
  bool is_empty_ = true;
  uint64_t theta_ = kMaxTheta;
  size_t count_ = 0;
  KeyTable<S> table_;
};

/// The union of samples. `Combine(mine, theirs)` gives the summary of a key that is in both.
template <class S>
class KeyUnion {
 public:
  explicit KeyUnion(int lg_nominal) : sampler_(lg_nominal) {}

  template <class Combine>
  void Add(const KeySample<S>& sample, Combine combine) {
    if (sample.is_empty) return;
    is_empty_ = false;
    theta_ = std::min(theta_, sample.theta);
    for (const SampleEntry<S>& entry : sample.entries) {
      sampler_.Update(entry.hash, [&](S& summary, bool is_new) {
        summary = is_new ? entry.summary : combine(summary, entry.summary);
      });
    }
    sampler_.NoteKeys();
    theta_ = std::min(theta_, sampler_.theta());
  }

  /// At most the nominal number of entries, but that a table that was never cut stays whole.
  KeySample<S> Result() const {
    KeySample<S> sample = sampler_.Sample();
    if (is_empty_ || (theta_ >= sampler_.theta() && sample.entries.size() <= sampler_.nominal())) return sample;
    sample.theta = std::min(theta_, sampler_.theta());
    Keep(sample);
    if (sample.entries.size() > sampler_.nominal()) {
      std::vector<uint64_t> hashes;
      for (const SampleEntry<S>& entry : sample.entries) hashes.push_back(entry.hash);
      const auto place = hashes.begin() + static_cast<std::ptrdiff_t>(sampler_.nominal());
      std::nth_element(hashes.begin(), place, hashes.end());
      sample.theta = *place;
      Keep(sample);
    }
    return sample;
  }
  size_t Bytes() const { return sampler_.Bytes(); }

 private:
  static void Keep(KeySample<S>& sample) {
    std::erase_if(sample.entries, [&](const SampleEntry<S>& entry) { return entry.hash >= sample.theta; });
  }

  bool is_empty_ = true;
  uint64_t theta_ = kMaxTheta;
  KeySampler<S> sampler_;
};

/// A table that holds `count` entries and stays at most three quarters full.
template <class S>
KeyTable<S> TableFor(size_t count) {
  const size_t wanted = std::max<size_t>(count + (count + 2) / 3, size_t{1} << kMinLgNominal);
  return KeyTable<S>(std::countr_zero(std::bit_ceil(wanted)));
}

/// The intersection of samples; before the first, everything.
template <class S>
class KeyIntersection {
 public:
  bool has_result() const { return has_result_; }

  template <class Combine>
  void Add(const KeySample<S>& sample, Combine combine) {
    const bool is_first = !std::exchange(has_result_, true);
    if (is_empty_ || sample.is_empty) {
      is_empty_ = true;
      theta_ = kMaxTheta;
      return Clear();
    }
    theta_ = std::min(theta_, sample.theta);
    if (sample.entries.empty()) return Clear();
    if (is_first) {
      Fill(sample.entries);
    } else if (count_ > 0) {
      std::vector<SampleEntry<S>> matches;
      for (const SampleEntry<S>& entry : sample.entries) {
        if (entry.hash >= theta_) continue;
        const SampleEntry<S>& mine = table_.Find(entry.hash);
        if (mine.hash != 0) matches.push_back({entry.hash, combine(mine.summary, entry.summary)});
      }
      Fill(matches);
    }
  }
  KeySample<S> Result() const {
    KeySample<S> sample{is_empty_, theta_, {}};
    for (const SampleEntry<S>& entry : table_.places()) {
      if (entry.hash != 0 && entry.hash < theta_) sample.entries.push_back(entry);
    }
    // Nothing in common and nothing left out: as if nothing had been seen.
    return sample;
  }
  size_t Bytes() const { return sizeof(*this) + table_.size() * sizeof(SampleEntry<S>); }

 private:
  void Clear() {
    table_ = KeyTable<S>(kMinLgNominal);
    count_ = 0;
  }
  void Fill(const std::vector<SampleEntry<S>>& entries) {
    table_ = TableFor<S>(entries.size());
    for (const SampleEntry<S>& entry : entries) table_.Find(entry.hash) = entry;
    count_ = entries.size();
  }

  bool has_result_ = false;
  bool is_empty_ = false;
  uint64_t theta_ = kMaxTheta;
  size_t count_ = 0;
  KeyTable<S> table_{kMinLgNominal};
};

/// Entries of `a` whose keys are not in `b`, in the order of `a`.
template <class S, class T>
KeySample<S> KeyDifference(const KeySample<S>& a, const KeySample<T>& b) {
  if (a.is_empty || b.is_empty) return a;
  KeyTable<T> table = TableFor<T>(b.entries.size());
  for (const SampleEntry<T>& entry : b.entries) table.Find(entry.hash) = entry;
  KeySample<S> rest{false, std::min(a.theta, b.theta), {}};
  for (const SampleEntry<S>& entry : a.entries) {
    if (entry.hash < rest.theta && table.Find(entry.hash).hash == 0) rest.entries.push_back(entry);
  }
  rest.is_empty = rest.entries.empty() && rest.theta == kMaxTheta;
  return rest;
}

}  // namespace firesteel::functions
