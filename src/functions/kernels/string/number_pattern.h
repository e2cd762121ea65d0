#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/int128.h"

namespace firesteel::functions {

/// A number pattern of to_char and to_number: 0 and 9 (digits), . or D (point), , or G (groups), $, S or MI (sign), PR
/// (angle brackets around negative numbers). Immutable.
class NumberPattern {
 public:
  /// What is wrong with a pattern: a sub-condition of INVALID_FORMAT.
  struct Fault {
    std::string sub;
    ErrorParameters parameters;
  };
  static std::optional<Fault> Check(std::string_view pattern);
  /// The pattern must be free of faults.
  static NumberPattern Compile(std::string_view pattern);

  int precision() const { return whole_digits_ + scale_; }
  int scale() const { return scale_; }
  /// The number (unscaled, at a scale) as text; # for digits where it does not fit.
  std::string Format(int128_t number, int number_scale) const;
  /// The unscaled number at scale(); nothing when the text does not match.
  std::optional<int128_t> Parse(std::string_view text) const;

 private:
  enum class Kind : uint8_t { kDigits, kSeparator, kPoint, kDollar, kSign, kMinus, kOpen, kClose };
  struct Token {
    Kind kind;
    int count = 0;       ///< digits
    bool exact = false;  ///< digits: begins with 0
  };
  static std::vector<Token> Tokens(std::string_view upper, std::optional<char>& unexpected);
  void FormatDigits(const Token& token, std::string_view whole, std::string_view fraction, bool behind_point,
                    size_t& whole_at, size_t& fraction_at, int& places_left, std::string& result) const;
  std::string Failed(bool negative) const;

  std::vector<Token> tokens_;
  int whole_digits_ = 0;
  int scale_ = 0;
};

}  // namespace firesteel::functions
