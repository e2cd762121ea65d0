#include "functions/kernels/random/generators.h"

#include <bit>
#include <cmath>

namespace firesteel::functions {
namespace {

/// Murmur3 (x86, 32 bits) of the eight bytes of a long, the highest first.
uint32_t Murmur(uint64_t value, uint32_t seed) {
  uint32_t hash = seed;
  for (const uint32_t half : {static_cast<uint32_t>(value >> 32), static_cast<uint32_t>(value)}) {
    uint32_t k = __builtin_bswap32(half);
    k = std::rotl(k * 0xCC9E2D51U, 15) * 0x1B873593U;
    hash = std::rotl(hash ^ k, 13) * 5 + 0xE6546B64U;
  }
  hash ^= 8;
  hash = (hash ^ (hash >> 16)) * 0x85EBCA6BU;
  hash = (hash ^ (hash >> 13)) * 0xC2B2AE35U;
  return hash ^ (hash >> 16);
}

constexpr uint32_t kArraySeed = 0x3C074A61;  // Scala's seed for hashes of arrays

}  // namespace

int64_t XorShift::HashSeed(int64_t seed) {
  const uint32_t low = Murmur(static_cast<uint64_t>(seed), kArraySeed);
  const uint32_t high = Murmur(static_cast<uint64_t>(seed), low);
  return static_cast<int64_t>(static_cast<uint64_t>(high) << 32 | low);
}

int32_t XorShift::Next(int bits) {
  auto next = static_cast<uint64_t>(state_);
  next ^= next << 21;
  next ^= next >> 35;
  next ^= next << 4;
  state_ = static_cast<int64_t>(next);
  return static_cast<int32_t>(next & ((uint64_t{1} << bits) - 1));
}

double XorShift::NextDouble() {
  const int64_t high = Next(26);
  return static_cast<double>((high << 27) + Next(27)) * 0x1.0p-53;
}

double Gaussian::Next() {
  if (has_kept_) {
    has_kept_ = false;
    return kept_;
  }
  double v1 = 0;
  double v2 = 0;
  double s = 0;
  do {
    v1 = 2 * random_.NextDouble() - 1;
    v2 = 2 * random_.NextDouble() - 1;
    s = v1 * v1 + v2 * v2;
  } while (s >= 1 || s == 0);
  const double factor = std::sqrt(-2 * std::log(s) / s);
  kept_ = v2 * factor;
  has_kept_ = true;
  return v1 * factor;
}

Well19937c::Well19937c(int64_t seed) {
  words_[0] = static_cast<uint32_t>(static_cast<uint64_t>(seed) >> 32);
  words_[1] = static_cast<uint32_t>(seed);
  for (int i = 2; i < kWords; ++i) {
    const auto before = static_cast<int64_t>(static_cast<int32_t>(words_[static_cast<size_t>(i) - 2]));
    words_[static_cast<size_t>(i)] = static_cast<uint32_t>(
        uint64_t{1812433253} * static_cast<uint64_t>(before ^ (before >> 30)) + static_cast<uint64_t>(i));
  }
}

uint32_t Well19937c::Next(int bits) {
  const auto at = [&](int offset) -> uint32_t& { return words_[static_cast<size_t>((index_ + offset) % kWords)]; };
  uint32_t& last = at(kWords - 1);
  const uint32_t v0 = at(0);
  const uint32_t m1 = at(70);
  const uint32_t m2 = at(179);
  const uint32_t m3 = at(449);
  const uint32_t z0 = (0x80000000U & last) ^ (0x7FFFFFFFU & at(kWords - 2));
  const uint32_t z1 = (v0 ^ (v0 << 25)) ^ (m1 ^ (m1 >> 27));
  const uint32_t z2 = (m2 >> 9) ^ (m3 ^ (m3 >> 1));
  const uint32_t z3 = z1 ^ z2;
  uint32_t z4 = z0 ^ (z1 ^ (z1 << 9)) ^ (z2 ^ (z2 << 21)) ^ (z3 ^ (z3 >> 21));
  at(0) = z3;
  last = z4;
  at(kWords - 2) &= 0x80000000U;
  index_ = (index_ + kWords - 1) % kWords;
  z4 ^= (z4 << 7) & 0xE46E1700U;
  z4 ^= (z4 << 15) & 0x9B868000U;
  return z4 >> (32 - bits);
}

double Well19937c::NextDouble() {
  const uint64_t high = static_cast<uint64_t>(Next(26)) << 26;
  return static_cast<double>(high | Next(26)) * 0x1.0p-52;
}

MersenneTwister::MersenneTwister(int64_t seed) {
  const uint32_t key[2] = {static_cast<uint32_t>(static_cast<uint64_t>(seed) >> 32), static_cast<uint32_t>(seed)};
  const auto at = [&](int i) -> uint32_t& { return words_[static_cast<size_t>(i)]; };
  at(0) = 19650218;
  for (int i = 1; i < kWords; ++i) {
    at(i) = 1812433253U * (at(i - 1) ^ (at(i - 1) >> 30)) + static_cast<uint32_t>(i);
  }
  int i = 1;
  const auto advance = [&] {
    if (++i < kWords) return;
    at(0) = at(kWords - 1);
    i = 1;
  };
  for (uint32_t k = 0; k < kWords; ++k) {
    at(i) = (at(i) ^ ((at(i - 1) ^ (at(i - 1) >> 30)) * 1664525U)) + key[k % 2] + k % 2;
    advance();
  }
  for (int k = 1; k < kWords; ++k) {
    at(i) = (at(i) ^ ((at(i - 1) ^ (at(i - 1) >> 30)) * 1566083941U)) - static_cast<uint32_t>(i);
    advance();
  }
  at(0) = 0x80000000U;
}

uint32_t MersenneTwister::Next() {
  if (index_ == kWords) {
    for (int i = 0; i < kWords; ++i) {
      const auto at = [&](int place) { return words_[static_cast<size_t>(place % kWords)]; };
      const uint32_t mixed = (at(i) & 0x80000000U) | (at(i + 1) & 0x7FFFFFFFU);
      words_[static_cast<size_t>(i)] = at(i + 397) ^ (mixed >> 1) ^ (mixed & 1 ? 0x9908B0DFU : 0);
    }
    index_ = 0;
  }
  uint32_t y = words_[static_cast<size_t>(index_++)];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9D2C5680U;
  y ^= (y << 15) & 0xEFC60000U;
  return y ^ (y >> 18);
}

int64_t MersenneTwister::NextLong() {
  const uint64_t high = static_cast<uint64_t>(Next()) << 32;
  return static_cast<int64_t>(high | Next());
}

int64_t JavaRandomLong(int64_t seed, int32_t index) {
  constexpr uint64_t kMask = (uint64_t{1} << 48) - 1;
  uint64_t state = (static_cast<uint64_t>(seed) ^ 0x5DEECE66DU) & kMask;
  const auto next = [&] {
    state = (state * 0x5DEECE66DU + 0xB) & kMask;
    return static_cast<int32_t>(static_cast<uint32_t>(state >> 16));
  };
  int64_t value = 0;
  for (int32_t i = 0; i <= index; ++i) {
    const auto high = static_cast<uint64_t>(static_cast<int64_t>(next())) << 32;
    value = static_cast<int64_t>(high + static_cast<uint64_t>(static_cast<int64_t>(next())));
  }
  return value;
}

}  // namespace firesteel::functions
