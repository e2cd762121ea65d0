#include "base/big_integer.h"

#include <algorithm>

namespace firesteel {

BigInteger BigInteger::Of(uint64_t value, int fives, int twos) {
  BigInteger result;
  for (; value != 0; value >>= 32) result.words_[result.size_++] = static_cast<uint32_t>(value);
  constexpr uint32_t kFiveTo13 = 1220703125;
  for (; fives >= 13; fives -= 13) result.Multiply(kFiveTo13);
  uint32_t rest = 1;
  for (; fives > 0; --fives) rest *= 5;
  result.Multiply(rest);
  result.ShiftLeft(twos);
  return result;
}

void BigInteger::Multiply(uint32_t factor) {
  uint64_t carry = 0;
  for (size_t i = 0; i < size_; ++i) {
    carry += static_cast<uint64_t>(words_[i]) * factor;
    words_[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  if (carry != 0 && size_ < kWords) words_[size_++] = static_cast<uint32_t>(carry);
}

void BigInteger::ShiftLeft(int bits) {
  const size_t whole = static_cast<size_t>(bits) / 32;
  const int rest = bits % 32;
  if (rest > 0) Multiply(1u << rest);
  if (whole == 0 || size_ == 0) return;
  const size_t size = std::min(size_ + whole, kWords);
  for (size_t i = size; i-- > whole;) words_[i] = words_[i - whole];
  std::fill_n(words_.begin(), whole, 0u);
  size_ = size;
}

int BigInteger::Compare(const BigInteger& other) const {
  if (size_ != other.size_) return size_ < other.size_ ? -1 : 1;
  for (size_t i = size_; i-- > 0;) {
    if (words_[i] != other.words_[i]) return words_[i] < other.words_[i] ? -1 : 1;
  }
  return 0;
}

int BigInteger::CompareSum(const BigInteger& a, const BigInteger& b, const BigInteger& c) {
  const size_t longest = std::max(a.size_, b.size_);
  if (longest > c.size_) return 1;
  if (longest + 1 < c.size_) return -1;
  BigInteger sum;
  sum.size_ = longest;
  uint64_t carry = 0;
  for (size_t i = 0; i < longest; ++i) {
    carry += static_cast<uint64_t>(i < a.size_ ? a.words_[i] : 0) + (i < b.size_ ? b.words_[i] : 0);
    sum.words_[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  if (carry != 0 && sum.size_ < kWords) sum.words_[sum.size_++] = static_cast<uint32_t>(carry);
  return sum.Compare(c);
}

void BigInteger::SubtractTimes(const BigInteger& other, uint32_t factor) {
  uint64_t carry = 0;
  for (size_t i = 0; i < size_; ++i) {
    carry += static_cast<uint64_t>(i < other.size_ ? other.words_[i] : 0) * factor;
    const auto low = static_cast<uint32_t>(carry);
    carry = (carry >> 32) + (words_[i] < low ? 1 : 0);
    words_[i] -= low;
  }
  while (size_ > 0 && words_[size_ - 1] == 0) --size_;
}

int BigInteger::DivideStep(const BigInteger& divisor) {
  const size_t n = divisor.size_;
  if (size_ < n) return 0;
  // From the leading words: never too high, because the divisor is taken as larger than it is.
  uint64_t high = words_[n - 1];
  if (size_ > n) high |= static_cast<uint64_t>(words_[n]) << 32;
  auto quotient = static_cast<uint32_t>(high / (static_cast<uint64_t>(divisor.words_[n - 1]) + 1));
  if (quotient > 0) SubtractTimes(divisor, quotient);
  while (Compare(divisor) >= 0) {
    SubtractTimes(divisor, 1);
    ++quotient;
  }
  return static_cast<int>(quotient);
}

}  // namespace firesteel
