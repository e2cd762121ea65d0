#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "functions/kernels/sketch/sketch_error.h"

/// Numbers in the bytes of sketches: little endian, as this machine has them, anywhere.
namespace firesteel::functions {

template <class T>
void Put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

/// Throws SketchFormatError behind the end.
template <class T>
T Get(std::string_view bytes, size_t at) {
  if (bytes.size() < sizeof(T) || at > bytes.size() - sizeof(T)) throw SketchFormatError{};
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

}  // namespace firesteel::functions
