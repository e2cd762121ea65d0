#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel {

class TimeZone;
using TimeZonePtr = std::shared_ptr<const TimeZone>;

/// A time zone with the rules of Java's ZoneId: regions of the tz database with their whole history (local mean time
/// before the first rule) and future, or a fixed offset. Immutable, thread-safe, cached for the life of the process.
class TimeZone {
 public:
  /// The zone of a text that Spark takes for spark.sql.session.timeZone and in timestamp literals: "Europe/Paris",
  /// "UTC", "Z", "+02:00", "-8", "+7:30", "GMT+1", "UTC-08:30", "EST", "PST". Null when there is no such zone.
  static TimeZonePtr Find(std::string_view id);
  static const TimeZonePtr& Utc();

  const std::string& id() const { return id_; }
  bool fixed() const { return transitions_.empty() && !has_future_rule_; }

  /// Offset in seconds east of UTC at an instant (seconds since 1970-01-01 UTC).
  int32_t OffsetAtInstant(int64_t epoch_second) const {
    const Span* span = SpanOf(by_instant_, epoch_second);
    return span ? span->OffsetAt(epoch_second) : TypeAt(epoch_second).offset;
  }
  /// Offset for a local time (seconds since 1970-01-01 in local time): the earlier offset where two are valid; in a gap
  /// the offset before it, so that the local time moves forward by the length of the gap (java.time's rule).
  int32_t OffsetAtLocal(int64_t local_second) const {
    const Span* span = SpanOf(by_local_, local_second);
    return span ? span->OffsetAt(local_second) : SearchLocal(local_second);
  }

  /// Instant → local and back, in microseconds.
  int64_t ToLocalMicros(int64_t instant_micros) const;
  int64_t ToInstantMicros(int64_t local_micros) const;
  /// Local → instant with `offset` where it is one of the local time's two (what java.time keeps of the date before),
  /// else as ToInstantMicros.
  int64_t ToInstantKeeping(int64_t local_micros, int32_t offset) const;
  /// Whether daylight saving time is in force at the instant, and the abbreviation of the database ("CET", "LMT").
  bool IsDaylightAt(int64_t epoch_second) const;
  std::string AbbreviationAt(int64_t epoch_second) const;

 private:
  friend class TimeZoneLoader;
  struct Transition {
    int64_t instant;  // second at which `after` begins
    int32_t before;   // offsets in seconds
    int32_t after;
    uint16_t type;  // of `after`, into types_
    int64_t LocalBefore() const { return instant + before; }
    int64_t LocalAfter() const { return instant + after; }
  };
  struct LocalType {
    int32_t offset = 0;
    bool daylight = false;
    std::string abbreviation;
  };
  /// Month, week and day of a yearly change, as POSIX TZ texts give them.
  struct RuleDate {
    enum class Kind : uint8_t { kJulian, kZeroBased, kMonthWeekDay } kind = Kind::kMonthWeekDay;
    int month = 1, week = 1, day = 0;
    int32_t second_of_day = 0;
    int64_t LocalSecondIn(int64_t year) const;
  };

  /// 2^kSpanBits seconds (49 days) in which the offset changes once at most: at `change`, or not.
  struct Span {
    int64_t change = INT64_MAX;
    int32_t before = kManyChanges;
    int32_t after = 0;
    int32_t OffsetAt(int64_t second) const { return second < change ? before : after; }
  };
  static constexpr int kSpanBits = 22;
  static constexpr int32_t kManyChanges = INT32_MIN;
  static constexpr int64_t kFirstSpan = -2'208'988'800;  // 1900
  static constexpr int64_t kSpansEnd = 4'102'444'800;    // 2100
  /// Null for seconds that no span tells the offset of: those are searched for.
  static const Span* SpanOf(const std::vector<Span>& spans, int64_t second) {
    const uint64_t place = (static_cast<uint64_t>(second) - static_cast<uint64_t>(kFirstSpan)) >> kSpanBits;
    return place < spans.size() && spans[place].before != kManyChanges ? &spans[place] : nullptr;
  }
  /// Fills by_instant_ and by_local_, once the rest is there.
  void MakeSpans();
  template <class Search>
  static std::vector<Span> SpansOf(const std::vector<int64_t>& changes, const Search& search);

  int32_t SearchLocal(int64_t local_second) const;
  std::vector<Transition> YearTransitions(int64_t year) const;
  const LocalType& TypeAt(int64_t epoch_second) const;

  std::string id_;
  std::vector<LocalType> types_;         // types_[0]: before the first transition, or the fixed offset
  std::vector<Transition> transitions_;  // ascending
  std::vector<Span> by_instant_;         // what is asked for most, without a search
  std::vector<Span> by_local_;
  bool has_future_rule_ = false;  // after the last transition
  uint16_t standard_type_ = 0;
  uint16_t daylight_type_ = 0;
  RuleDate daylight_begins_;
  RuleDate daylight_ends_;
};

/// Whether the text names a zone (spark.sql.session.timeZone is checked with it).
bool IsTimeZone(std::string_view id);

}  // namespace firesteel
