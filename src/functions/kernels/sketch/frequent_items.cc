#include "functions/kernels/sketch/frequent_items.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "functions/kernels/sketch/sketch_bytes.h"

namespace firesteel::functions {
namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kFamily = 10;
constexpr uint8_t kEmpty = 5;
constexpr size_t kSamples = 1024;
constexpr int kMaxLgMost = 26;

}  // namespace

FrequentItems::FrequentItems(int lg_most) : lg_most_(std::max(lg_most, kLgLeast)), places_(size_t{1} << kLgLeast) {}

size_t FrequentItems::Home(int32_t hash_code) const {
  auto key = static_cast<uint64_t>(static_cast<int64_t>(hash_code));
  key ^= key >> 33;
  key *= 0xff51afd7ed558ccdULL;
  key ^= key >> 33;
  key *= 0xc4ceb9fe1a85ec53ULL;
  key ^= key >> 33;
  return key & (places_.size() - 1);
}

void FrequentItems::Add(std::string_view item, int32_t hash_code, int64_t count) {
  const size_t mask = places_.size() - 1;
  size_t i = Home(hash_code);
  uint32_t drift = 1;
  while (places_[i].drift != 0 && places_[i].item != item) {
    i = (i + 1) & mask;
    ++drift;
  }
  Place& place = places_[i];
  if (place.drift == 0) {
    place.item = item;
    place.hash_code = hash_code;
    place.count = 0;
    place.drift = static_cast<uint16_t>(drift);
    item_bytes_ += item.size();
    ++active_;
  }
  place.count += count;
}

void FrequentItems::Update(std::string_view item, int32_t hash_code, int64_t weight) {
  if (weight == 0) return;
  weight_ += weight;
  Add(item, hash_code, weight);
  if (active_ <= Capacity()) return;
  if (places_.size() < size_t{1} << lg_most_) {
    Grow();
  } else {
    offset_ += Purge();
  }
}

void FrequentItems::Grow() {
  std::vector<Place> old(places_.size() * 2);
  old.swap(places_);
  active_ = 0;
  item_bytes_ = 0;
  for (const Place& place : old) {
    if (place.drift != 0) Add(place.item, place.hash_code, place.count);
  }
}

int64_t FrequentItems::Purge() {
  const size_t limit = std::min({kSamples, active_, (size_t{1} << lg_most_) / 4 * 3});
  std::vector<int64_t> samples;
  for (size_t i = 0; samples.size() < limit; ++i) {
    if (places_[i].drift != 0) samples.push_back(places_[i].count);
  }
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(limit / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  const int64_t median = *middle;
  for (Place& place : places_) place.count -= median;
  // From the back to the front, cluster by cluster: what moves into a freed place was looked at before.
  size_t last = places_.size() - 1;
  while (places_[last].drift != 0) --last;
  const auto forget = [&](size_t i) {
    if (places_[i].drift == 0 || places_[i].count > 0) return;
    Delete(i);
    --active_;
  };
  for (size_t i = last; i-- > 0;) forget(i);
  for (size_t i = places_.size(); i-- > last;) forget(i);
  return median;
}

void FrequentItems::Delete(size_t deleted) {
  item_bytes_ -= places_[deleted].item.size();
  places_[deleted].drift = 0;
  const size_t mask = places_.size() - 1;
  uint32_t drift = 1;
  size_t i = (deleted + 1) & mask;
  while (places_[i].drift != 0) {
    if (places_[i].drift > drift) {
      places_[deleted] = std::move(places_[i]);
      places_[deleted].drift = static_cast<uint16_t>(places_[deleted].drift - drift);
      places_[i].drift = 0;
      deleted = i;
      drift = 0;
    }
    i = (i + 1) & mask;
    ++drift;
  }
}

template <class F>
void FrequentItems::EachInSteps(F visit) const {
  const double golden = (std::sqrt(5.0) - 1) / 2;
  const size_t stride = static_cast<size_t>(static_cast<double>(places_.size()) * golden) | 1;
  size_t i = 0;
  for (size_t seen = 0; seen < active_; i = (i + stride) & (places_.size() - 1)) {
    if (places_[i].drift == 0) continue;
    visit(places_[i]);
    ++seen;
  }
}

void FrequentItems::Merge(const FrequentItems& other) {
  if (other.is_empty()) return;
  const int64_t weight = weight_ + other.weight_;
  other.EachInSteps([&](const Place& place) { Update(place.item, place.hash_code, place.count); });
  offset_ += other.offset_;
  weight_ = weight;
}

std::vector<FrequentItems::Counted> FrequentItems::Frequent() const {
  std::vector<Counted> found;
  EachInSteps([&](const Place& place) {
    if (place.count > offset_) found.push_back({place.item, place.count + offset_});
  });
  std::stable_sort(found.begin(), found.end(), [](const Counted& a, const Counted& b) { return a.count > b.count; });
  return found;
}

std::string FrequentItems::Bytes(const ItemCodec& codec) const {
  std::string bytes;
  const auto lg_size = static_cast<uint8_t>(std::countr_zero(places_.size()));
  for (const uint8_t byte : {static_cast<uint8_t>(is_empty() ? 1 : 4), kVersion, kFamily,
                             static_cast<uint8_t>(lg_most_), lg_size, static_cast<uint8_t>(is_empty() ? kEmpty : 0)}) {
    Put(bytes, byte);
  }
  Put(bytes, uint16_t{0});
  if (is_empty()) return bytes;
  Put(bytes, static_cast<uint64_t>(active_));
  Put(bytes, weight_);
  Put(bytes, offset_);
  std::vector<std::string_view> items;
  for (const Place& place : places_) {
    if (place.drift == 0) continue;
    Put(bytes, place.count);
    items.push_back(place.item);
  }
  return bytes + codec.Join(items);
}

FrequentItems FrequentItems::Read(std::string_view bytes, const ItemCodec& codec) {
  const auto longs = Get<uint8_t>(bytes, 0);
  const auto lg_most = Get<uint8_t>(bytes, 3);
  const bool is_empty = (Get<uint8_t>(bytes, 5) & kEmpty) != 0;
  if (bytes.size() < 8 || longs != (is_empty ? 1 : 4) || Get<uint8_t>(bytes, 1) != kVersion ||
      Get<uint8_t>(bytes, 2) != kFamily || lg_most > kMaxLgMost) {
    throw SketchFormatError{};
  }
  FrequentItems sketch(lg_most);
  if (is_empty) return sketch;
  const size_t count = Get<uint32_t>(bytes, 8);
  if (bytes.size() < 32 || count > (bytes.size() - 32) / 8) throw SketchFormatError{};
  // The table grows to what it was: the places of items depend on it.
  const auto lg_size = Get<uint8_t>(bytes, 4);
  if (lg_size >= kLgLeast && lg_size <= lg_most && size_t{1} << lg_size <= 16 * (count + 8)) {
    sketch.places_.resize(size_t{1} << lg_size);
  }
  const std::vector<std::string> items = codec.Split(bytes.substr(32 + 8 * count), count);
  for (size_t i = 0; i < count; ++i) {
    const auto weight = Get<int64_t>(bytes, 32 + 8 * i);
    if (weight < 0) throw SketchFormatError{};
    sketch.Update(items[i], codec.HashCode(items[i]), weight);
  }
  sketch.weight_ = Get<int64_t>(bytes, 16);
  sketch.offset_ = Get<int64_t>(bytes, 24);
  return sketch;
}

}  // namespace firesteel::functions
