#pragma once

#include <array>
#include <cstdint>

/// The pseudo-random generators behind Spark's random functions and samplers, bit for bit. Each is a small copyable
/// state that is begun from a seed and gives one number after the other.
namespace firesteel::functions {

/// Spark's XORShiftRandom: Marsaglia's xorshift (21, 35, 4) over a hashed seed, with java.util.Random's ways of making
/// numbers of the bits. Source: G. Marsaglia, "Xorshift RNGs", 2003; the hash is Murmur3 of the seed's eight bytes.
class XorShift {
 public:
  explicit XorShift(int64_t seed = 0) : state_(HashSeed(seed)) {}
  int32_t Next(int bits);
  /// In [0, 1), of 53 bits.
  double NextDouble();

 private:
  static int64_t HashSeed(int64_t seed);
  int64_t state_;
};

/// Normally distributed numbers by the polar method, in pairs as java.util.Random makes them.
class Gaussian {
 public:
  explicit Gaussian(int64_t seed = 0) : random_(seed) {}
  double Next();

 private:
  XorShift random_;
  double kept_ = 0;
  bool has_kept_ = false;
};

/// WELL19937c. Source: F. Panneton, P. L'Ecuyer, M. Matsumoto, "Improved Long-Period Generators Based on Linear
/// Recurrences Modulo 2", 2006; the seeding and the numbers are those of Apache Commons Math.
class Well19937c {
 public:
  explicit Well19937c(int64_t seed = 0);
  double NextDouble();

 private:
  static constexpr int kWords = 624;
  uint32_t Next(int bits);
  std::array<uint32_t, kWords> words_;
  int index_ = 0;
};

/// MT19937, begun as Apache Commons Math does: the halves of the seed are the key. Source: M. Matsumoto, T. Nishimura,
/// "Mersenne Twister", 1998 (init_by_array of 2002).
class MersenneTwister {
 public:
  explicit MersenneTwister(int64_t seed = 0);
  /// 32 bits.
  uint32_t Next();
  int64_t NextLong();

 private:
  static constexpr int kWords = 624;
  std::array<uint32_t, kWords> words_;
  int index_ = kWords;
};

/// Number `index` (from 0) of the longs that java.util.Random gives for a seed. Linear in `index`.
int64_t JavaRandomLong(int64_t seed, int32_t index);

}  // namespace firesteel::functions
