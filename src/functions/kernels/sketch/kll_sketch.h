#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "functions/kernels/sketch/sketch_error.h"

/// KLL quantile sketches as their bytes say.
namespace firesteel::functions {

inline constexpr int32_t kMinKllK = 8;
inline constexpr int32_t kMaxKllK = 65535;
inline constexpr int32_t kDefaultKllK = 200;

/// A sketch read from bytes. T is int64_t, float or double.
template <class T>
struct KllImage {
  std::string_view bytes;  ///< without what follows the sketch
  uint16_t k = 0;
  uint16_t min_k = 0;
  uint64_t n = 0;
  bool is_level_zero_sorted = false;
  uint32_t capacity = 0;
  std::vector<uint32_t> levels;  ///< where each level starts, of `capacity` places; then the end
  std::vector<T> items;          ///< of all levels
  T min{};
  T max{};

  size_t level_count() const { return levels.size() - 1; }
};

/// Reads and checks all of it: what it gives the library can read without harm. Throws SketchFormatError.
template <class T>
KllImage<T> ReadKllSketch(std::string_view bytes);

/// The same with the error of `function`.
template <class T>
KllImage<T> ReadKllOrFail(std::string_view bytes, std::string_view function) {
  try {
    return ReadKllSketch<T>(bytes);
  } catch (const SketchFormatError& error) {
    throw SketchBytesError("KLL", function, error);
  }
}

}  // namespace firesteel::functions
