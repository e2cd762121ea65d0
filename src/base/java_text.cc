#include "base/java_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

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

/// A finite number but zero, taken apart: its magnitude is fraction / 2^52 × 2^exponent, the leading bit at
/// kFractionBits.
struct Parts {
  int exponent = 0;
  uint64_t fraction = 0;
  int significant_bits = 0;
  bool normal = true;
};

template <class T>
Parts PartsOf(T value) {
  using Bits = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
  constexpr int kBits = sizeof(T) == 8 ? kFractionBits : 23;
  constexpr int kMaxExponent = sizeof(T) == 8 ? 0x7FF : 0xFF;
  const Bits bits = std::bit_cast<Bits>(value);
  Parts parts;
  Bits fraction = bits & ((Bits{1} << kBits) - 1);
  parts.exponent = static_cast<int>((bits >> kBits) & kMaxExponent);
  parts.significant_bits = kBits + 1;
  if (parts.exponent == 0) {
    parts.normal = false;
    const int leading = std::countl_zero(fraction);
    const int shift = leading - (static_cast<int>(sizeof(T)) * 8 - 1 - kBits);
    fraction <<= shift;
    parts.exponent = 1 - shift;
    parts.significant_bits = static_cast<int>(sizeof(T)) * 8 - leading;
  } else {
    fraction |= Bits{1} << kBits;
  }
  parts.exponent -= kMaxExponent / 2;
  parts.fraction = static_cast<uint64_t>(fraction) << (kFractionBits - kBits);
  return parts;
}

/// Whether Java's digits are the shortest ones that read back, the nearest of them. They differ only where an end of
/// the interval of texts that read back is itself a number of few digits (an end has so many binary digits behind the
/// point that it is not, in numbers that are not large), below powers of two, in subnormal numbers, and in whole
/// numbers, of which Java prints all digits.
template <class T>
bool AreShortest(const Parts& parts) {
  constexpr int kLargestExponent = sizeof(T) == 8 ? 49 : 20;
  const int trailing_zeros = std::countr_zero(parts.fraction);
  const bool is_power_of_two = trailing_zeros == kFractionBits;
  const bool is_whole = kFractionBits - trailing_zeros <= parts.exponent;
  return parts.normal && parts.exponent <= kLargestExponent && !is_power_of_two && !is_whole;
}

template <class T>
Digits ShortestDigits(T magnitude) {
  std::array<char, 32> text;
  const char* end = std::to_chars(text.data(), text.data() + text.size(), magnitude, std::chars_format::scientific).ptr;
  // d.ddde-dd
  Digits digits;
  const char* letter = end - 1;
  while (*letter != 'e') --letter;
  digits.text[0] = text[0];
  const size_t behind_point = letter > text.data() + 1 ? static_cast<size_t>(letter - text.data()) - 2 : 0;
  std::memcpy(digits.text.data() + 1, text.data() + 2, behind_point);
  digits.count = static_cast<int>(behind_point) + 1;
  int exponent = 0;
  for (const char* c = letter + 2; c < end; ++c) exponent = exponent * 10 + (*c - '0');
  digits.exponent = (letter[1] == '-' ? -exponent : exponent) + 1;
  return digits;
}

/// Of a finite number but zero.
template <class T>
Digits DigitsOf(T value) {
  const Parts parts = PartsOf(value);
  if (AreShortest<T>(parts)) return ShortestDigits(std::fabs(value));
  return Develop(parts.exponent, parts.fraction, parts.significant_bits);
}

size_t Put(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return text.size();
}

/// Writes into `out` (kJavaNumberRoom bytes) and answers the end.
char* Format(const Digits& digits, bool negative, char* out) {
  if (negative) *out++ = '-';
  const char* all = digits.text.data();
  const auto count = static_cast<size_t>(digits.count);
  const int exponent = digits.exponent;
  if (exponent > 0 && exponent < 8) {
    const auto places = static_cast<size_t>(exponent);
    const size_t whole = std::min(count, places);
    std::memcpy(out, all, whole);
    std::memset(out + whole, '0', places - whole);
    out += places;
    *out++ = '.';
    if (whole == count) {
      *out++ = '0';
      return out;
    }
    std::memcpy(out, all + whole, count - whole);
    return out + (count - whole);
  }
  if (exponent <= 0 && exponent > -3) {
    std::memcpy(out, "0.00", 4);
    out += 2 - exponent;
    std::memcpy(out, all, count);
    return out + count;
  }
  *out++ = all[0];
  *out++ = '.';
  if (count > 1) {
    std::memcpy(out, all + 1, count - 1);
    out += count - 1;
  } else {
    *out++ = '0';
  }
  *out++ = 'E';
  return std::to_chars(out, out + 5, exponent - 1).ptr;
}

template <class T>
size_t WriteReal(T value, char* out) {
  if (!std::isfinite(value)) return Put(std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity", out);
  const bool negative = std::signbit(value);
  if (value == 0) return Put(negative ? "-0.0" : "0.0", out);
  return static_cast<size_t>(Format(DigitsOf(value), negative, out) - out);
}

/// The decimal digits of a magnitude, leftmost first; answers how many (1 to 39).
size_t WriteMagnitude(uint128_t value, char* out) {
  constexpr uint64_t kPart = 10'000'000'000'000'000'000u;  // 10^19
  const auto put = [](uint64_t part, char* to) { return std::to_chars(to, to + 20, part).ptr; };
  if (value <= UINT64_MAX) return static_cast<size_t>(put(static_cast<uint64_t>(value), out) - out);
  char* end = out;
  const auto put_padded = [&](uint64_t part) {
    std::array<char, 20> digits;
    const auto count = static_cast<size_t>(put(part, digits.data()) - digits.data());
    std::memset(end, '0', 19 - count);
    std::memcpy(end + 19 - count, digits.data(), count);
    end += 19;
  };
  const uint128_t upper = value / kPart;
  const auto low = static_cast<uint64_t>(value - upper * kPart);
  if (upper < kPart) {
    end = put(static_cast<uint64_t>(upper), end);
  } else {
    end = put(static_cast<uint64_t>(upper / kPart), end);
    put_padded(static_cast<uint64_t>(upper % kPart));
  }
  put_padded(low);
  return static_cast<size_t>(end - out);
}

uint128_t MagnitudeOf(int128_t value) {
  return value < 0 ? uint128_t{0} - static_cast<uint128_t>(value) : static_cast<uint128_t>(value);
}

}  // namespace

size_t WriteJavaDouble(double value, char* out) { return WriteReal(value, out); }
size_t WriteJavaFloat(float value, char* out) { return WriteReal(value, out); }

JavaDigits JavaDoubleDigits(double value) {
  if (value == 0) return {};
  const Digits digits = DigitsOf(value);
  JavaDigits number;
  for (int i = 0; i < digits.count; ++i) {
    number.digits = number.digits * 10 + static_cast<uint64_t>(digits.text[static_cast<size_t>(i)] - '0');
  }
  number.exponent = digits.exponent - digits.count;
  return number;
}

std::string JavaDoubleText(double value) {
  std::array<char, kJavaNumberRoom> text;
  return std::string(text.data(), WriteJavaDouble(value, text.data()));
}

std::string JavaFloatText(float value) {
  std::array<char, kJavaNumberRoom> text;
  return std::string(text.data(), WriteJavaFloat(value, text.data()));
}

size_t WriteDecimal(int128_t unscaled, int scale, char* out) {
  char* const begin = out;
  if (unscaled < 0) *out++ = '-';
  const uint128_t magnitude = MagnitudeOf(unscaled);
  if (scale <= 0) return static_cast<size_t>(out + WriteMagnitude(magnitude, out) - begin);
  const auto places = static_cast<size_t>(scale);
  std::array<char, 40> digits;
  const size_t count = WriteMagnitude(magnitude, digits.data());
  if (count <= places) {
    *out++ = '0';
    *out++ = '.';
    std::memset(out, '0', places - count);
    out += places - count;
    std::memcpy(out, digits.data(), count);
    return static_cast<size_t>(out + count - begin);
  }
  const size_t whole = count - places;
  std::memcpy(out, digits.data(), whole);
  out[whole] = '.';
  std::memcpy(out + whole + 1, digits.data() + whole, places);
  return static_cast<size_t>(out + count + 1 - begin);
}

std::string Int128Text(int128_t value) {
  std::array<char, kDecimalRoom> text;
  return std::string(text.data(), WriteDecimal(value, 0, text.data()));
}

std::string DecimalPlainText(int128_t unscaled, int scale) {
  if (scale <= 0) {
    std::string digits = Int128Text(unscaled);
    return unscaled == 0 ? digits : digits + std::string(static_cast<size_t>(-scale), '0');
  }
  std::string text(static_cast<size_t>(std::max(scale, 38)) + 4, '\0');
  text.resize(WriteDecimal(unscaled, scale, text.data()));
  return text;
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
