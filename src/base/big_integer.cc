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
  BigInteger sum;
  sum.size_ = std::max(a.size_, b.size_);
  uint64_t carry = 0;
  for (size_t i = 0; i < sum.size_; ++i) {
    carry += static_cast<uint64_t>(i < a.size_ ? a.words_[i] : 0) + (i < b.size_ ? b.words_[i] : 0);
    sum.words_[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  if (carry != 0 && sum.size_ < kWords) sum.words_[sum.size_++] = static_cast<uint32_t>(carry);
  return sum.Compare(c);
}

void BigInteger::Subtract(const BigInteger& other) {
  int64_t borrow = 0;
  for (size_t i = 0; i < size_; ++i) {
    const int64_t difference = static_cast<int64_t>(words_[i]) - (i < other.size_ ? other.words_[i] : 0) - borrow;
    borrow = difference < 0 ? 1 : 0;
    words_[i] = static_cast<uint32_t>(difference);
  }
  while (size_ > 0 && words_[size_ - 1] == 0) --size_;
}

int BigInteger::DivideStep(const BigInteger& divisor) {
  int quotient = 0;
  while (Compare(divisor) >= 0) {
    Subtract(divisor);
    ++quotient;
  }
  return quotient;
}

}  // namespace firesteel
