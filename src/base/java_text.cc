#include "base/java_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "base/big_integer.h"

// Spark's oracle runs on Java 17, whose Double.toString is not the shortest text that reads back (that came with Java
// 19): it develops digits with the error bound of half a unit in the last place, rounded to a power of two, and with
// some odd rules for the first digits. The steps below follow that method, because its texts differ from the shortest
// ones for many values (1e23 is 9.999999999999999E22).
namespace firesteel {
namespace {

constexpr int kFractionBits = 52;  // of a double
constexpr int kBitsOfPowerOfFive[] = {0,  3,  5,  7,  10, 12, 14, 17, 19, 21, 24, 26, 28, 31,
                                      33, 35, 38, 40, 42, 45, 47, 49, 52, 54, 56, 59, 61};
constexpr int kKnownPowers = static_cast<int>(std::size(kBitsOfPowerOfFive));

int BitsOfPowerOfFive(int exponent) { return exponent < kKnownPowers ? kBitsOfPowerOfFive[exponent] : 3 * exponent; }

uint64_t PowerOfFive(int exponent) {
  uint64_t power = 1;
  while (exponent-- > 0) power *= 5;
  return power;
}

/// Decimal digits and the place of the point: 0.d1d2d3… × 10^exponent.
struct Digits {
  std::array<char, 32> text{};
  int count = 0;
  int exponent = 0;

  void Push(int digit) { text[static_cast<size_t>(count++)] = static_cast<char>('0' + digit); }

  void RoundUp() {
    int i = count - 1;
    while (i > 0 && text[static_cast<size_t>(i)] == '9') text[static_cast<size_t>(i--)] = '0';
    char& digit = text[static_cast<size_t>(i)];
    if (digit == '9') {
      digit = '1';
      ++exponent;
    } else {
      ++digit;
    }
  }
};

// A value below 2^63 without fraction: its own digits, without those that the precision does not hold.
Digits IntegerDigits(uint64_t value, int insignificant) {
  int exponent = 0;
  if (insignificant > 0) {
    uint64_t power = 1;
    for (int i = 0; i < insignificant; ++i) power *= 10;
    const uint64_t rest = value % power;
    value /= power;
    exponent = insignificant;
    if (rest >= power / 2) ++value;
  }
  while (value % 10 == 0) {
    value /= 10;
    ++exponent;
  }
  std::array<char, 24> reversed;
  int count = 0;
  for (; value != 0; value /= 10) reversed[static_cast<size_t>(count++)] = static_cast<char>(value % 10);
  Digits digits;
  for (int i = count - 1; i >= 0; --i) digits.Push(reversed[static_cast<size_t>(i)]);
  digits.exponent = exponent + count;
  return digits;
}

// What the loop over digits ended with.
struct Ending {
  bool low = false;    // the digits so far are within the error bound
  bool high = false;   // the digits so far plus one are
  int above_half = 0;  // sign of (rest - 1/2), where both hold
};

void RoundLast(Digits& digits, const Ending& ending) {
  if (!ending.high) return;
  const bool odd = (digits.text[static_cast<size_t>(digits.count - 1)] & 1) != 0;
  if (!ending.low || ending.above_half > 0 || (ending.above_half == 0 && odd)) digits.RoundUp();
}

// Texts with an exponent have at least two digits; the bounds are Java's, though its own texts switch at 10^7.
bool NeedsSecondDigit(int decimal_exponent) { return decimal_exponent < -3 || decimal_exponent >= 8; }

// b / s is the value scaled to below 10, m the error bound; all of them and ten times s fit into T.
template <class T>
Ending DevelopSmall(T b, T s, T m, int& decimal_exponent, Digits& digits) {
  using Unsigned = std::make_unsigned_t<T>;
  auto times10 = [](T x) { return static_cast<T>(static_cast<Unsigned>(x) * 10u); };
  auto plus = [](T x, T y) { return static_cast<T>(static_cast<Unsigned>(x) + static_cast<Unsigned>(y)); };
  const T tens = times10(s);
  Ending ending;
  int digit = static_cast<int>(b / s);
  b = times10(b % s);
  m = times10(m);
  ending.low = b < m;
  ending.high = plus(b, m) > tens;
  if (digit == 0 && !ending.high) {
    --decimal_exponent;  // the estimate was one too high
  } else {
    digits.Push(digit);
  }
  if (NeedsSecondDigit(decimal_exponent)) ending.low = ending.high = false;
  while (!ending.low && !ending.high) {
    digit = static_cast<int>(b / s);
    b = times10(b % s);
    m = times10(m);
    if (m > 0) {
      ending.low = b < m;
      ending.high = plus(b, m) > tens;
    } else {  // the bound overflowed: it is larger than everything
      ending.low = ending.high = true;
    }
    digits.Push(digit);
  }
  const T twice = static_cast<T>(static_cast<Unsigned>(b) << 1);
  const T difference = static_cast<T>(static_cast<Unsigned>(twice) - static_cast<Unsigned>(tens));
  ending.above_half = difference > 0 ? 1 : difference < 0 ? -1 : 0;
  return ending;
}

Ending DevelopBig(BigInteger b, const BigInteger& s, BigInteger m, int& decimal_exponent, Digits& digits) {
  BigInteger tens = s;
  tens.Multiply(10);
  m.Multiply(10);
  Ending ending;
  int digit = b.DivideStep(s);
  b.Multiply(10);
  ending.low = b.Compare(m) < 0;
  ending.high = BigInteger::CompareSum(b, m, tens) >= 0;
  if (digit == 0 && !ending.high) {
    --decimal_exponent;
  } else {
    digits.Push(digit);
  }
  if (NeedsSecondDigit(decimal_exponent)) ending.low = ending.high = false;
  while (!ending.low && !ending.high) {
    digit = b.DivideStep(s);
    b.Multiply(10);
    m.Multiply(10);
    ending.low = b.Compare(m) < 0;
    ending.high = BigInteger::CompareSum(b, m, tens) >= 0;
    digits.Push(digit);
  }
  if (ending.low && ending.high) {
    b.Multiply(2);
    ending.above_half = b.Compare(tens);
  }
  return ending;
}

// `fraction` has its leading bit at kFractionBits; the value is fraction / 2^52 × 2^exponent.
Digits Develop(int exponent, uint64_t fraction, int significant_bits) {
  const int trailing_zeros = std::countr_zero(fraction);
  const int fraction_bits = kFractionBits + 1 - trailing_zeros;
  const int tiny_bits = std::max(0, fraction_bits - exponent - 1);  // right of the point
  if (exponent <= 62 && exponent >= -21 && tiny_bits == 0) {
    const int spare = exponent > significant_bits ? exponent - significant_bits - 1 : 0;
    // How many decimal digits the bits hold that are not there.
    const int insignificant = spare > 1 ? static_cast<int>(spare * 0.30102999566398120) : 0;
    const uint64_t value =
        exponent >= kFractionBits ? fraction << (exponent - kFractionBits) : fraction >> (kFractionBits - exponent);
    return IntegerDigits(value, insignificant);
  }

  // Estimate of the decimal exponent: exact or one too high.
  const double mantissa = std::bit_cast<double>((fraction & ((1ull << kFractionBits) - 1)) | 0x3FF0000000000000ull);
  // Not contracted into fused operations: the estimate must be Java's.
  const double scaled = (mantissa - 1.5) * 0.289529654;
  const double shifted = scaled + 0.176091259;
  const double power = static_cast<double>(exponent) * 0.301029995663981;
  int decimal_exponent = static_cast<int>(std::floor(shifted + power));

  // Powers of two and five in value (b), scale (s) and error bound (m).
  const int b5 = std::max(0, -decimal_exponent);
  int b2 = b5 + tiny_bits + exponent;
  const int s5 = std::max(0, decimal_exponent);
  int s2 = s5 + tiny_bits;
  int m2 = b2 - significant_bits;
  fraction >>= trailing_zeros;
  b2 -= fraction_bits - 1;
  const int common = std::min(b2, s2);
  b2 -= common;
  s2 -= common;
  m2 -= common;
  if (fraction_bits == 1) --m2;  // below a power of two the neighbours are half as far
  if (m2 < 0) {
    b2 -= m2;
    s2 -= m2;
    m2 = 0;
  }

  Digits digits;
  Ending ending;
  const int b_bits = fraction_bits + b2 + BitsOfPowerOfFive(b5);
  const int tens_bits = s2 + 1 + BitsOfPowerOfFive(s5 + 1);
  if (b_bits < 32 && tens_bits < 32) {
    ending = DevelopSmall<int32_t>(static_cast<int32_t>((fraction * PowerOfFive(b5)) << b2),
                                   static_cast<int32_t>(PowerOfFive(s5) << s2),
                                   static_cast<int32_t>(PowerOfFive(b5) << m2), decimal_exponent, digits);
  } else if (b_bits < 64 && tens_bits < 64) {
    ending = DevelopSmall<int64_t>(static_cast<int64_t>((fraction * PowerOfFive(b5)) << b2),
                                   static_cast<int64_t>(PowerOfFive(s5) << s2),
                                   static_cast<int64_t>(PowerOfFive(b5) << m2), decimal_exponent, digits);
  } else {
    ending = DevelopBig(BigInteger::Of(fraction, b5, b2), BigInteger::Of(1, s5, s2), BigInteger::Of(1, b5, m2),
                        decimal_exponent, digits);
  }
  digits.exponent = decimal_exponent + 1;
  RoundLast(digits, ending);
  return digits;
}

std::string Format(const Digits& digits, bool negative) {
  std::string text = negative ? "-" : "";
  const std::string_view all(digits.text.data(), static_cast<size_t>(digits.count));
  const int exponent = digits.exponent;
  if (exponent > 0 && exponent < 8) {
    const size_t whole = static_cast<size_t>(std::min(digits.count, exponent));
    text += all.substr(0, whole);
    text.append(static_cast<size_t>(exponent) - whole, '0');
    text += '.';
    text += whole < all.size() ? all.substr(whole) : "0";
  } else if (exponent <= 0 && exponent > -3) {
    text += "0.";
    text.append(static_cast<size_t>(-exponent), '0');
    text += all;
  } else {
    text += all[0];
    text += '.';
    text += all.size() > 1 ? all.substr(1) : "0";
    text += 'E';
    text += std::to_string(exponent - 1);
  }
  return text;
}

std::string NonFinite(double value) { return std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity"; }

}  // namespace

std::string JavaDoubleText(double value) {
  if (!std::isfinite(value)) return NonFinite(value);
  const uint64_t bits = std::bit_cast<uint64_t>(value);
  const bool negative = bits >> 63;
  if (value == 0) return negative ? "-0.0" : "0.0";
  uint64_t fraction = bits & ((1ull << kFractionBits) - 1);
  int exponent = static_cast<int>((bits >> kFractionBits) & 0x7FF);
  int significant_bits = kFractionBits + 1;
  if (exponent == 0) {
    const int leading = std::countl_zero(fraction);
    const int shift = leading - (63 - kFractionBits);
    fraction <<= shift;
    exponent = 1 - shift;
    significant_bits = 64 - leading;
  } else {
    fraction |= 1ull << kFractionBits;
  }
  return Format(Develop(exponent - 1023, fraction, significant_bits), negative);
}

std::string JavaFloatText(float value) {
  if (!std::isfinite(value)) return NonFinite(static_cast<double>(value));
  constexpr int kFloatFractionBits = 23;
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const bool negative = bits >> 31;
  if (value == 0) return negative ? "-0.0" : "0.0";
  uint32_t fraction = bits & ((1u << kFloatFractionBits) - 1);
  int exponent = static_cast<int>((bits >> kFloatFractionBits) & 0xFF);
  int significant_bits = kFloatFractionBits + 1;
  if (exponent == 0) {
    const int leading = std::countl_zero(fraction);
    const int shift = leading - (31 - kFloatFractionBits);
    fraction <<= shift;
    exponent = 1 - shift;
    significant_bits = 32 - leading;
  } else {
    fraction |= 1u << kFloatFractionBits;
  }
  const uint64_t wide = static_cast<uint64_t>(fraction) << (kFractionBits - kFloatFractionBits);
  return Format(Develop(exponent - 127, wide, significant_bits), negative);
}

std::string Int128Text(int128_t value) {
  if (value == 0) return "0";
  const bool negative = value < 0;
  uint128_t rest = negative ? -static_cast<uint128_t>(value) : static_cast<uint128_t>(value);
  std::string text;
  for (; rest != 0; rest /= 10) text += static_cast<char>('0' + static_cast<int>(rest % 10));
  if (negative) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

std::string DecimalPlainText(int128_t unscaled, int scale) {
  std::string digits = Int128Text(unscaled);
  if (scale <= 0) return unscaled == 0 ? digits : digits + std::string(static_cast<size_t>(-scale), '0');
  const bool negative = digits[0] == '-';
  if (negative) digits.erase(0, 1);
  const size_t places = static_cast<size_t>(scale);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, ".");
  return negative ? "-" + digits : digits;
}

std::string DecimalText(int128_t unscaled, int scale) {
  std::string digits = Int128Text(unscaled);
  const bool negative = digits[0] == '-';
  const int count = static_cast<int>(digits.size()) - (negative ? 1 : 0);
  const int adjusted = count - 1 - scale;
  if (scale >= 0 && adjusted >= -6) return DecimalPlainText(unscaled, scale);
  if (negative) digits.erase(0, 1);
  if (digits.size() > 1) digits.insert(1, ".");
  if (adjusted != 0) digits += std::string("E") + (adjusted > 0 ? "+" : "") + std::to_string(adjusted);
  return negative ? "-" + digits : digits;
}

}  // namespace firesteel
