#include "functions/kernels/arithmetic/wide_integer.h"

#include <algorithm>
#include <array>

namespace firesteel::functions {

namespace {

constexpr std::array<uint128_t, 39> MakePowers() {
  std::array<uint128_t, 39> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}
constexpr std::array<uint128_t, 39> kPowers = MakePowers();

constexpr uint128_t kLowMask = ~uint64_t{0};

int BitLength(uint128_t value) {
  auto high = static_cast<uint64_t>(value >> 64);
  if (high) return 128 - __builtin_clzll(high);
  auto low = static_cast<uint64_t>(value);
  return low ? 64 - __builtin_clzll(low) : 0;
}

int BitLength(const WideInteger& value) { return value.high ? 128 + BitLength(value.high) : BitLength(value.low); }

WideInteger ShiftLeft(const WideInteger& value, int bits) {
  if (bits == 0) return value;
  if (bits >= 128) return {value.low << (bits - 128), 0};
  return {(value.high << bits) | (value.low >> (128 - bits)), value.low << bits};
}

WideInteger ShiftRightOne(const WideInteger& value) {
  return {value.high >> 1, (value.low >> 1) | (value.high << 127)};
}

}  // namespace

WideInteger WideInteger::Product(uint128_t a, uint128_t b) {
  uint128_t a_low = a & kLowMask;
  uint128_t a_high = a >> 64;
  uint128_t b_low = b & kLowMask;
  uint128_t b_high = b >> 64;
  uint128_t low = a_low * b_low;
  uint128_t middle = a_high * b_low + (low >> 64);
  uint128_t carry = middle >> 64;
  middle = (middle & kLowMask) + a_low * b_high;
  return {a_high * b_high + carry + (middle >> 64), (middle << 64) | (low & kLowMask)};
}

WideInteger WideInteger::Product(const WideInteger& a, uint128_t b) {
  WideInteger product = Product(a.low, b);
  product.high += a.high * b;
  return product;
}

int WideInteger::Compare(const WideInteger& other) const {
  if (high != other.high) return high < other.high ? -1 : 1;
  if (low != other.low) return low < other.low ? -1 : 1;
  return 0;
}

WideInteger WideInteger::Plus(const WideInteger& other) const {
  WideInteger sum{high + other.high, low + other.low};
  if (sum.low < low) ++sum.high;
  return sum;
}

WideInteger WideInteger::Minus(const WideInteger& other) const {
  return {high - other.high - (low < other.low ? 1 : 0), low - other.low};
}

namespace {

using Limbs = std::array<uint64_t, 5>;  // of 64 bits, the lowest first

uint64_t HighLimb(uint128_t value) { return static_cast<uint64_t>(value >> 64); }
uint64_t LowLimb(uint128_t value) { return static_cast<uint64_t>(value); }
uint128_t Join(uint64_t high, uint64_t low) { return (static_cast<uint128_t>(high) << 64) | low; }

WideInteger DivideByLimb(const WideInteger& value, uint64_t divisor, WideInteger& remainder) {
  uint64_t rest = 0;
  const auto step = [&](uint64_t limb) {
    const uint128_t part = Join(rest, limb);
    const auto digit = static_cast<uint64_t>(part / divisor);
    rest = LowLimb(part) - digit * divisor;
    return digit;
  };
  WideInteger quotient;
  const uint64_t high = step(HighLimb(value.high));
  quotient.high = Join(high, step(LowLimb(value.high)));
  const uint64_t low = step(HighLimb(value.low));
  quotient.low = Join(low, step(LowLimb(value.low)));
  remainder = WideInteger::Of(rest);
  return quotient;
}

/// Long division by two limbs, of which the upper one is not zero (Knuth, volume 2, algorithm 4.3.1 D).
WideInteger DivideByTwoLimbs(const WideInteger& value, uint128_t divisor, WideInteger& remainder) {
  const int shift = __builtin_clzll(HighLimb(divisor));
  divisor <<= shift;
  const uint64_t upper = HighLimb(divisor);
  const uint64_t lower = LowLimb(divisor);
  const WideInteger shifted = ShiftLeft(value, shift);
  Limbs rest{LowLimb(shifted.low), HighLimb(shifted.low), LowLimb(shifted.high), HighLimb(shifted.high),
             shift == 0 ? 0 : HighLimb(value.high) >> (64 - shift)};
  std::array<uint64_t, 4> quotient{};
  for (size_t j = 3; j-- > 0;) {
    const uint128_t top = Join(rest[j + 2], rest[j + 1]);
    // The digit is at most two too large; then it is corrected.
    uint128_t digit = rest[j + 2] >= upper ? uint128_t{UINT64_MAX} : top / upper;
    uint128_t left = top - digit * upper;
    while (HighLimb(left) == 0 && digit * lower > Join(LowLimb(left), rest[j])) {
      --digit;
      left += upper;
    }
    // rest -= digit × divisor, at limb j.
    const uint128_t low_product = digit * lower;
    const uint128_t high_product = digit * upper + HighLimb(low_product);
    const uint128_t before = Join(rest[j + 1], rest[j]);
    const uint128_t taken = Join(LowLimb(high_product), LowLimb(low_product));
    const uint128_t after = before - taken;
    const uint64_t borrow = before < taken ? 1 : 0;
    uint64_t above = rest[j + 2] - HighLimb(high_product) - borrow;
    uint128_t kept = after;
    if (above != 0) {  // below zero: one divisor back
      --digit;
      kept = after + divisor;
      above = 0;
    }
    rest[j] = LowLimb(kept);
    rest[j + 1] = HighLimb(kept);
    rest[j + 2] = above;
    quotient[j] = LowLimb(digit);
  }
  remainder = WideInteger::Of(Join(rest[1], rest[0]) >> shift);
  return {Join(quotient[3], quotient[2]), Join(quotient[1], quotient[0])};
}

}  // namespace

WideInteger WideInteger::Divide(const WideInteger& divisor, WideInteger& remainder) const {
  if (high == 0 && divisor.high == 0) {
    const uint128_t quotient = low / divisor.low;
    remainder = Of(low - quotient * divisor.low);
    return Of(quotient);
  }
  if (divisor.high == 0) {
    if (HighLimb(divisor.low) == 0) return DivideByLimb(*this, LowLimb(divisor.low), remainder);
    return DivideByTwoLimbs(*this, divisor.low, remainder);
  }
  WideInteger quotient;
  remainder = *this;
  int shift = BitLength(*this) - BitLength(divisor);
  if (shift < 0) return quotient;
  WideInteger part = ShiftLeft(divisor, shift);
  for (; shift >= 0; --shift, part = ShiftRightOne(part)) {
    if (remainder.Compare(part) < 0) continue;
    remainder = remainder.Minus(part);
    quotient = quotient.Plus(ShiftLeft(Of(1), shift));
  }
  return quotient;
}

uint128_t PowerOfTen(int exponent) { return kPowers[exponent]; }

WideInteger WidePowerOfTen(int exponent) {
  if (exponent <= 38) return WideInteger::Of(kPowers[exponent]);
  return WideInteger::Product(kPowers[38], kPowers[exponent - 38]);
}

uint128_t Magnitude(int128_t value) {
  return value < 0 ? uint128_t{0} - static_cast<uint128_t>(value) : static_cast<uint128_t>(value);
}

WideDecimal WideDecimal::Plus(const WideDecimal& other) const {
  if (negative == other.negative) return {negative, magnitude.Plus(other.magnitude)};
  if (magnitude.Compare(other.magnitude) >= 0) return {negative, magnitude.Minus(other.magnitude)};
  return {other.negative, other.magnitude.Minus(magnitude)};
}

WideDecimal WideDecimal::Rescaled(int from_scale, int to_scale) const {
  if (from_scale == to_scale) return *this;
  if (from_scale < to_scale) return {negative, WideInteger::Product(magnitude, PowerOfTen(to_scale - from_scale))};
  return DividedHalfUp({false, WidePowerOfTen(from_scale - to_scale)});
}

WideDecimal WideDecimal::DividedHalfUp(const WideDecimal& divisor) const {
  WideInteger remainder;
  WideInteger quotient = magnitude.Divide(divisor.magnitude, remainder);
  if (remainder.Compare(divisor.magnitude.Minus(remainder)) >= 0) quotient = quotient.Plus(WideInteger::Of(1));
  return {negative != divisor.negative, quotient};
}

bool WideDecimal::Fits(int precision, int128_t& unscaled) const {
  if (magnitude.high != 0 || magnitude.low >= kPowers[precision]) return false;
  unscaled = negative ? -static_cast<int128_t>(magnitude.low) : static_cast<int128_t>(magnitude.low);
  return true;
}

std::string WideDecimal::Text(int scale) const {
  std::string digits;
  WideInteger rest = magnitude;
  while (!rest.IsZero()) {
    WideInteger digit;
    rest = rest.Divide(WideInteger::Of(10), digit);
    digits += static_cast<char>('0' + static_cast<int>(digit.low));
  }
  while (static_cast<int>(digits.size()) <= scale) digits += '0';
  std::string text = negative && !magnitude.IsZero() ? "-" : "";
  std::reverse(digits.begin(), digits.end());
  text += digits.substr(0, digits.size() - scale);
  if (scale > 0) text += "." + digits.substr(digits.size() - scale);
  return text;
}

}  // namespace firesteel::functions
