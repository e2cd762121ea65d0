#include "types/time_zone.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "types/calendar.h"
#include "types/time_zone_loader.h"

namespace firesteel {
namespace {

struct Cache {
  std::shared_mutex mutex;
  // Null for texts that are no zone, so that they are not looked up in the file system again and again.
  std::map<std::string, TimeZonePtr, std::less<>> zones;
};

Cache& TheCache() {
  static Cache* cache = new Cache;  // lives as long as the process: zones are used by threads that end late
  return *cache;
}

// Texts of zones come from users; beyond this many unknown ones are not remembered.
constexpr size_t kMaxCached = 10'000;

int64_t LastSecondBefore(int64_t micros) { return FloorDiv(micros, kMicrosPerSecond); }

}  // namespace

TimeZonePtr TimeZone::Find(std::string_view id) {
  Cache& cache = TheCache();
  {
    std::shared_lock lock(cache.mutex);
    auto it = cache.zones.find(id);
    if (it != cache.zones.end()) return it->second;
  }
  TimeZonePtr zone = TimeZoneLoader::Load(id);
  std::unique_lock lock(cache.mutex);
  if (cache.zones.size() < kMaxCached) cache.zones.emplace(std::string(id), zone);
  return zone;
}

const TimeZonePtr& TimeZone::Utc() {
  static const TimeZonePtr* utc = new TimeZonePtr(Find("UTC"));
  return *utc;
}

bool IsTimeZone(std::string_view id) { return TimeZone::Find(id) != nullptr; }

int64_t TimeZone::RuleDate::LocalSecondIn(int64_t year) const {
  int64_t day_number = 0;
  switch (kind) {
    case Kind::kJulian:  // 1..365, February 29 is never counted
      day_number = DaysFromCivil(year, 1, 1) + day - 1 + (IsLeapYear(year) && day >= 60 ? 1 : 0);
      break;
    case Kind::kZeroBased:
      day_number = DaysFromCivil(year, 1, 1) + day;
      break;
    case Kind::kMonthWeekDay: {
      const int64_t first = DaysFromCivil(year, month, 1);
      const int64_t first_weekday = IsoDayOfWeek(first) % 7;  // 0 Sunday, as in the rule
      int64_t offset = FloorMod(day - first_weekday, 7) + (week - 1) * 7;
      while (offset >= DaysInMonth(year, month)) offset -= 7;  // week 5 is the last one
      day_number = first + offset;
      break;
    }
  }
  return day_number * kSecondsPerDay + second_of_day;
}

std::vector<TimeZone::Transition> TimeZone::YearTransitions(int64_t year) const {
  const int32_t standard = types_[standard_type_].offset;
  const int32_t daylight = types_[daylight_type_].offset;
  Transition begin{daylight_begins_.LocalSecondIn(year) - standard, standard, daylight, daylight_type_};
  Transition end{daylight_ends_.LocalSecondIn(year) - daylight, daylight, standard, standard_type_};
  if (begin.instant < end.instant) return {begin, end};
  return {end, begin};
}

// The type that is in force at an instant.
const TimeZone::LocalType& TimeZone::TypeAt(int64_t second) const {
  if (transitions_.empty() || second < transitions_.front().instant) return types_[0];
  if (second < transitions_.back().instant || !has_future_rule_) {
    auto after = std::upper_bound(transitions_.begin(), transitions_.end(), second,
                                  [](int64_t s, const Transition& t) { return s < t.instant; });
    return types_[std::prev(after)->type];
  }
  const int64_t year = CivilFromDays(FloorDiv(second, kSecondsPerDay)).year;
  uint16_t type = transitions_.back().type;
  for (int64_t y = year - 1; y <= year + 1; ++y) {
    for (const Transition& t : YearTransitions(y)) {
      if (t.instant <= second && t.instant > transitions_.back().instant) type = t.type;
    }
  }
  return types_[type];
}

int32_t TimeZone::SearchLocal(int64_t local) const {
  // Before the end of a gap and before the end of an overlap the offset before the change holds.
  auto ends = [](const Transition& t) { return std::max(t.LocalBefore(), t.LocalAfter()); };
  if (transitions_.empty()) return types_[0].offset;
  if (local < ends(transitions_.back()) || !has_future_rule_) {
    auto next = std::partition_point(transitions_.begin(), transitions_.end(),
                                     [&](const Transition& t) { return ends(t) <= local; });
    return next == transitions_.end() ? transitions_.back().after : next->before;
  }
  const int64_t year = CivilFromDays(FloorDiv(local, kSecondsPerDay)).year;
  for (int64_t y = year - 1; y <= year + 1; ++y) {
    for (const Transition& t : YearTransitions(y)) {
      if (t.instant > transitions_.back().instant && local < ends(t)) return t.before;
    }
  }
  return types_[standard_type_].offset;
}

template <class Search>
std::vector<TimeZone::Span> TimeZone::SpansOf(const std::vector<int64_t>& changes, const Search& search) {
  std::vector<Span> spans;
  size_t next = 0;  // the first change that is not before the span
  for (int64_t begin = kFirstSpan; begin < kSpansEnd; begin += int64_t{1} << kSpanBits) {
    const int64_t end = begin + (int64_t{1} << kSpanBits);
    Span& span = spans.emplace_back();
    int found = 0;
    for (; next < changes.size() && changes[next] < end; ++next) {
      if (changes[next] < begin) continue;
      ++found;
      span.change = changes[next];
    }
    if (found > 1) continue;
    span.before = search(begin);
    span.after = search(end - 1);
  }
  return spans;
}

void TimeZone::MakeSpans() {
  if (transitions_.empty()) return;
  std::vector<int64_t> instants;
  std::vector<int64_t> locals;
  for (const Transition& t : transitions_) {
    instants.push_back(t.instant);
    locals.push_back(std::max(t.LocalBefore(), t.LocalAfter()));
  }
  std::sort(locals.begin(), locals.end());
  by_instant_ = SpansOf(instants, [&](int64_t second) { return TypeAt(second).offset; });
  by_local_ = SpansOf(locals, [&](int64_t second) { return SearchLocal(second); });
}

int64_t TimeZone::ToLocalMicros(int64_t instant) const {
  if (fixed()) return instant + types_[0].offset * kMicrosPerSecond;
  return instant + OffsetAtInstant(LastSecondBefore(instant)) * kMicrosPerSecond;
}

int64_t TimeZone::ToInstantMicros(int64_t local) const {
  if (fixed()) return local - types_[0].offset * kMicrosPerSecond;
  return local - OffsetAtLocal(LastSecondBefore(local)) * kMicrosPerSecond;
}

int64_t TimeZone::ToInstantKeeping(int64_t local, int32_t offset) const {
  const int64_t instant = local - offset * kMicrosPerSecond;
  return OffsetAtInstant(LastSecondBefore(instant)) == offset ? instant : ToInstantMicros(local);
}

bool TimeZone::IsDaylightAt(int64_t second) const { return TypeAt(second).daylight; }

std::string TimeZone::AbbreviationAt(int64_t second) const { return TypeAt(second).abbreviation; }

}  // namespace firesteel
