#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/time_zone.h"

namespace firesteel::functions {

/// A compiled pattern of java.time's DateTimeFormatter, as far as Spark allows its letters (locale en-US). Immutable.
class DatetimePattern {
 public:
  /// Throws QueryError for letters that are unknown or that Spark forbids (week-based ones; more of them in patterns
  /// that texts are read by).
  static DatetimePattern Compile(std::string_view pattern, bool for_reading = false);

  /// For reading clocks without a zone and times of day, where Spark wraps whatever is wrong: throws
  /// INVALID_DATETIME_PATTERN.WITH_SUGGESTION only.
  static DatetimePattern CompileForClock(std::string_view pattern);

  /// Text of a local time in microseconds; `instant_micros` and the zone are for the zone letters.
  std::string Format(int64_t local_micros, int64_t instant_micros, const TimeZone& zone) const;
  /// The same, written at the beginning of `room`, which grows as needed. Valid until `room` changes.
  std::string_view Format(int64_t local_micros, int64_t instant_micros, const TimeZone& zone, std::string& room) const;

  struct Parsed {
    int64_t local_micros = 0;
    std::optional<int32_t> offset_seconds;  ///< when the text names an offset
    TimeZonePtr zone;                       ///< when the text names a zone
  };
  /// Where a text stopped to match, and whether all of the pattern had matched by then.
  struct Stop {
    size_t index = 0;
    bool at_rest = false;
    std::string reason;  ///< Java's message when the text matches and means no moment
  };
  /// Nothing when the text does not match as a whole.
  std::optional<Parsed> Parse(std::string_view text, Stop& stop) const;

 private:
  struct Piece {
    char letter = 0;  ///< 0: literal text
    int count = 0;
    std::string text;
    bool optional_begin = false;
    bool optional_end = false;
    bool is_number = false;
    bool adjacent_next = false;  ///< the piece behind it is a number
  };
  static constexpr size_t kLongestPiece = 32;  ///< of a piece's text but for literals and names of zones
  struct Fields;
  bool ParsePieces(std::string_view text, size_t& at, size_t first, size_t last, Fields& fields) const;
  bool ParsePiece(std::string_view text, size_t& at, size_t index, Fields& fields) const;

  /// What all pieces together tell, once they are there.
  void Finish();
  void FindFixedForm();
  /// The local time of a text in the fixed form; nothing where the text is another or means no moment.
  std::optional<int64_t> ParseFixed(std::string_view text) const;

  std::vector<Piece> pieces_;
  size_t room_ = 0;  ///< most bytes of a text without names of zones
  bool has_era_ = false;
  bool names_zone_ = false;
  bool has_fixed_form_ = false;  ///< each part stands at the same place in every text: yyyy-MM-dd HH:mm:ss and the like
  size_t fixed_length_ = 0;
};

/// English names, January and Monday first.
inline constexpr std::array<std::string_view, 12> kMonthNames = {"January",   "February", "March",    "April",
                                                                 "May",       "June",     "July",     "August",
                                                                 "September", "October",  "November", "December"};
inline constexpr std::array<std::string_view, 7> kDayNames = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                              "Friday", "Saturday", "Sunday"};

}  // namespace firesteel::functions
