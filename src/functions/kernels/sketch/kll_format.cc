#include <cstring>

#include "datasketches/kll_sketch.hpp"
#include "functions/kernels/sketch/kll_sketch.h"

namespace firesteel::functions {
namespace {

constexpr uint8_t kFamily = 15;
constexpr uint8_t kEmpty = 1;
constexpr uint8_t kLevelZeroSorted = 2;
constexpr uint8_t kSingle = 4;
constexpr uint8_t kM = 8;
constexpr uint8_t kMaxLevels = 60;

/// Reads values one behind the other; beyond the end they are corrupt.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  T Next() {
    if (bytes_.size() - at_ < sizeof(T)) throw SketchFormatError{};
    T value;
    std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  size_t at() const { return at_; }
  size_t left() const { return bytes_.size() - at_; }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

uint32_t Capacity(uint16_t k, uint8_t levels) {
  return datasketches::kll_helper::compute_total_capacity(k, kM, levels);
}

template <class T>
void ReadLevels(Reader& reader, KllImage<T>& image) {
  image.n = reader.Next<uint64_t>();
  image.min_k = reader.Next<uint16_t>();
  const auto count = reader.Next<uint8_t>();
  reader.Next<uint8_t>();
  if (count < 1 || count > kMaxLevels) throw SketchFormatError{};
  image.capacity = Capacity(image.k, count);
  uint64_t weight = 0;
  for (size_t i = 0; i < count; ++i) image.levels.push_back(reader.Next<uint32_t>());
  image.levels.push_back(image.capacity);
  for (size_t i = 0; i < count; ++i) {
    if (image.levels[i] > image.levels[i + 1]) throw SketchFormatError{};
    const uint64_t size = image.levels[i + 1] - image.levels[i];
    if (size > image.n >> i) throw SketchFormatError{};
    weight += size << i;
  }
  if (weight != image.n) throw SketchFormatError{};
  image.min = reader.Next<T>();
  image.max = reader.Next<T>();
}

}  // namespace

template <class T>
KllImage<T> ReadKllSketch(std::string_view bytes) {
  Reader reader(bytes);
  KllImage<T> image;
  const auto ints = reader.Next<uint8_t>();
  const auto version = reader.Next<uint8_t>();
  const auto family = reader.Next<uint8_t>();
  const auto flags = reader.Next<uint8_t>();
  image.k = reader.Next<uint16_t>();
  const auto m = reader.Next<uint8_t>();
  reader.Next<uint8_t>();
  const bool is_short = (flags & (kEmpty | kSingle)) != 0;
  if (family != kFamily || m != kM || image.k < kMinKllK || ints != (is_short ? 2 : 5) || version < 1 || version > 2) {
    throw SketchFormatError{};
  }
  image.is_level_zero_sorted = (flags & kLevelZeroSorted) != 0;
  image.min_k = image.k;
  if (is_short) {
    image.n = (flags & kEmpty) != 0 ? 0 : 1;
    image.capacity = Capacity(image.k, 1);
    image.levels = {image.capacity - static_cast<uint32_t>(image.n), image.capacity};
  } else {
    ReadLevels(reader, image);
    if (image.n == 0) throw SketchFormatError{};
  }
  const size_t count = image.capacity - image.levels[0];
  if (count > reader.left() / sizeof(T)) throw SketchFormatError{};
  image.items.resize(count);
  for (T& item : image.items) item = reader.Next<T>();
  if (is_short && count == 1) image.min = image.max = image.items[0];
  image.bytes = bytes.substr(0, reader.at());
  return image;
}

template KllImage<int64_t> ReadKllSketch(std::string_view);
template KllImage<float> ReadKllSketch(std::string_view);
template KllImage<double> ReadKllSketch(std::string_view);

}  // namespace firesteel::functions
