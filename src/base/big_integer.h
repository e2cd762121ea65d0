#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace firesteel {

/// A non-negative integer of at most 2,048 bits: as much as the exact conversion of doubles to text needs.
class BigInteger {
 public:
  /// value × 5^fives × 2^twos.
  static BigInteger Of(uint64_t value, int fives, int twos);

  void Multiply(uint32_t factor);
  /// Negative, zero or positive as this is less than, equal to or greater than `other`.
  int Compare(const BigInteger& other) const;
  /// Compares a + b with c.
  static int CompareSum(const BigInteger& a, const BigInteger& b, const BigInteger& c);
  /// Divides by `divisor` where the quotient is below 16: returns it and leaves the remainder.
  int DivideStep(const BigInteger& divisor);

 private:
  static constexpr size_t kWords = 64;
  void ShiftLeft(int bits);
  /// Subtracts other × factor, which must not be larger.
  void SubtractTimes(const BigInteger& other, uint32_t factor);

  std::array<uint32_t, kWords> words_;  // least significant first; only `size_` of them are set
  size_t size_ = 0;
};

}  // namespace firesteel
