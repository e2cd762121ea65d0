#include "sql/literal/interval_text.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/error.h"

namespace firesteel::sql {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;
constexpr int kFirstFractionScale = 100'000'000;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string TrimmedLower(std::string_view text) {
  auto blank = [](char c) { return (c >= 0 && c <= ' ') || c == 0x7F; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return result;
}

// Reads "[interval] number unit …" in one pass.
class IntervalReader {
 public:
  explicit IntervalReader(std::string_view input) : input_(input), text_(TrimmedLower(input)) {}

  IntervalText Read() {
    if (text_.empty()) Fail("INPUT_IS_EMPTY");
    if (text_.starts_with("interval")) {
      if (text_.size() == 8) Fail("INPUT_IS_EMPTY");
      if (!IsSpace(text_[8])) Fail("INVALID_PREFIX", "prefix", Word());
      at_ = 8;
    }
    while (SkipSpace()) ReadPair();
    int64_t days_micros = 0;
    if (__builtin_mul_overflow(int64_t{result_.value.days}, kMicrosPerDay, &days_micros) ||
        __builtin_add_overflow(days_micros, result_.value.microseconds, &result_.total_micros)) {
      throw QueryError("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", {}, nullptr, ErrorClass::kArithmetic);
    }
    return result_;
  }

 private:
  [[noreturn]] void Fail(const std::string& sub, const std::string& name = "", const std::string& value = "") const {
    ErrorParameters parameters{{"input", input_}};
    if (!name.empty()) parameters.emplace_back(name, value);
    throw QueryError("INVALID_INTERVAL_FORMAT." + sub, std::move(parameters), nullptr, ErrorClass::kIllegalArgument);
  }

  char At() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool AtEnd() const { return at_ >= text_.size(); }
  bool SkipSpace() {
    while (!AtEnd() && IsSpace(At())) ++at_;
    return !AtEnd();
  }

  // The word that the reader stands in.
  std::string Word() const {
    size_t begin = std::min(at_, text_.size() - 1);
    while (begin > 0 && !IsSpace(text_[begin - 1])) --begin;
    size_t end = begin;
    while (end < text_.size() && !IsSpace(text_[end])) ++end;
    return text_.substr(begin, end - begin);
  }

  void ReadPair() {
    bool negative = false;
    if (At() == '-' || At() == '+') {
      negative = At() == '-';
      ++at_;
      if (!SkipSpace()) Fail("MISSING_NUMBER", "word", LastWord());
    } else if (!IsDigit(At()) && At() != '.') {
      Fail("UNRECOGNIZED_NUMBER", "number", Word());
    }
    int64_t value = 0;
    int64_t fraction = 0;
    bool has_fraction = false;
    const bool bare_point = At() == '.';
    for (; !AtEnd() && !IsSpace(At()) && At() != '.'; ++at_) {
      if (!IsDigit(At())) Fail("INVALID_VALUE", "value", Word());
      if (__builtin_mul_overflow(value, int64_t{10}, &value) ||
          __builtin_add_overflow(value, int64_t{At() - '0'}, &value)) {
        Fail("ARITHMETIC_EXCEPTION");
      }
    }
    if (At() == '.') {
      has_fraction = true;
      ++at_;
      int scale = kFirstFractionScale;
      for (; !AtEnd() && !IsSpace(At()); ++at_, scale /= 10) {
        if (!IsDigit(At())) Fail("INVALID_VALUE", "value", Word());
        if (scale == 0) Fail("INVALID_PRECISION", "value", Word());
        fraction += int64_t{At() - '0'} * scale;
      }
      if (!AtEnd() && bare_point && scale == kFirstFractionScale) Fail("INVALID_VALUE", "value", Word());
      fraction /= 1000;
    }
    if (!SkipSpace()) Fail("MISSING_UNIT", "word", LastWord());
    if (has_fraction && At() != 's') Fail("INVALID_FRACTION", "unit", Word());
    AddUnit(negative ? -value : value, negative ? -fraction : fraction);
  }

  std::string LastWord() const {
    const size_t space = text_.find_last_of(" \t\n\r\f\v");
    return space == std::string::npos ? text_ : text_.substr(space + 1);
  }

  void AddUnit(int64_t value, int64_t fraction) {
    struct Unit {
      std::string_view name;
      int64_t months;
      int64_t days;
      int64_t micros;
    };
    static constexpr Unit kUnits[] = {
        {"year", 12, 0, 0},
        {"week", 0, 7, 0},
        {"day", 0, 1, 0},
        {"hour", 0, 0, kMicrosPerHour},
        {"second", 0, 0, kMicrosPerSecond},
        {"month", 1, 0, 0},
        {"minute", 0, 0, kMicrosPerMinute},
        {"millisecond", 0, 0, 1000},
        {"microsecond", 0, 0, 1},
    };
    for (const Unit& unit : kUnits) {
      if (!std::string_view(text_).substr(at_).starts_with(unit.name)) continue;
      size_t end = at_ + unit.name.size();
      if (end < text_.size() && text_[end] == 's') ++end;
      if (end < text_.size() && !IsSpace(text_[end])) break;
      Add(result_.value.months, value, unit.months);
      Add(result_.value.days, value, unit.days);
      Add(result_.value.microseconds, value, unit.micros);
      if (__builtin_add_overflow(result_.value.microseconds, fraction, &result_.value.microseconds)) {
        Fail("ARITHMETIC_EXCEPTION");
      }
      Note(unit.name);
      at_ = end;
      return;
    }
    Fail("INVALID_UNIT", "unit", Word());
  }

  template <class Int>
  void Add(Int& total, int64_t value, int64_t factor) const {
    int64_t product = 0;
    int64_t sum = 0;
    if (__builtin_mul_overflow(value, factor, &product) || __builtin_add_overflow(int64_t{total}, product, &sum) ||
        sum > std::numeric_limits<Int>::max() || sum < std::numeric_limits<Int>::min()) {
      Fail("ARITHMETIC_EXCEPTION");
    }
    total = static_cast<Int>(sum);
  }

  void Note(std::string_view unit) {
    if (unit == "year" || unit == "month") {
      const IntervalField field = unit == "year" ? IntervalField::kYear : IntervalField::kMonth;
      result_.has_months = true;
      result_.first_year_month = std::min(result_.first_year_month, field);
      result_.last_year_month = std::max(result_.last_year_month, field);
      return;
    }
    const IntervalField field = unit == "day" || unit == "week" ? IntervalField::kDay
                                : unit == "hour"                ? IntervalField::kHour
                                : unit == "minute"              ? IntervalField::kMinute
                                                                : IntervalField::kSecond;
    result_.has_micros = true;
    result_.first_day_time = std::min(result_.first_day_time, field);
    result_.last_day_time = std::max(result_.last_day_time, field);
  }

  std::string input_;
  std::string text_;
  size_t at_ = 0;
  IntervalText result_;
};

// A run of digits at the begin, at most `most` of them; removed from the text.
std::optional<int64_t> TakeNumber(std::string_view& text, size_t most) {
  size_t size = 0;
  while (size < text.size() && IsDigit(text[size])) ++size;
  if (size == 0 || size > most) return std::nullopt;
  int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + size, value).ec != std::errc()) {
    value = std::numeric_limits<int64_t>::max();
  }
  text.remove_prefix(size);
  return value;
}

bool Take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// The sign may be written as '|' because of a slip in Spark's pattern; that is not followed.
int64_t TakeSign(std::string_view& text) {
  if (Take(text, '-')) return -1;
  Take(text, '+');
  return 1;
}

}  // namespace

IntervalText ReadIntervalText(std::string_view text) { return IntervalReader(text).Read(); }

std::optional<IntervalText> ParseIntervalText(std::string_view text) {
  try {
    return ReadIntervalText(text);
  } catch (const QueryError&) {
    return std::nullopt;
  }
}

std::optional<int64_t> ParseYearMonthText(std::string_view input) {
  const std::string trimmed = TrimmedLower(input);
  std::string_view text = trimmed;
  const int64_t sign = TakeSign(text);
  std::optional<int64_t> years = TakeNumber(text, 1000);
  if (!years || !Take(text, '-')) return std::nullopt;
  std::optional<int64_t> months = TakeNumber(text, 1000);
  if (!months || !text.empty()) return std::nullopt;
  int64_t total = 0;
  if (*months > 11 || __builtin_mul_overflow(*years, int64_t{12}, &total) ||
      __builtin_add_overflow(total, *months, &total) || sign * total > std::numeric_limits<int32_t>::max() ||
      sign * total < std::numeric_limits<int32_t>::min()) {
    throw QueryError("INVALID_INTERVAL_FORMAT.INTERVAL_PARSING",
                     {{"input", std::string(input)}, {"interval", "year-month"}}, nullptr, ErrorClass::kParse);
  }
  return sign * total;
}

std::optional<int64_t> ParseDayTimeText(std::string_view input, IntervalField first, IntervalField last,
                                        std::string& range_error) {
  const std::string trimmed = TrimmedLower(input);
  std::string_view text = trimmed;
  const int64_t sign = TakeSign(text);
  struct Part {
    IntervalField field;
    const char* name;
    int64_t micros;
    int64_t most;  ///< unless it is the first
  };
  static constexpr Part kParts[] = {{IntervalField::kDay, "day", kMicrosPerDay, 106751991},
                                    {IntervalField::kHour, "hour", kMicrosPerHour, 23},
                                    {IntervalField::kMinute, "minute", kMicrosPerMinute, 59},
                                    {IntervalField::kSecond, "second", kMicrosPerSecond, 59}};
  int64_t total = 0;
  for (const Part& part : kParts) {
    if (part.field < first || part.field > last) continue;
    const bool leading = part.field == first;
    if (!leading && !Take(text, part.field == IntervalField::kHour ? ' ' : ':')) return std::nullopt;
    std::optional<int64_t> value = TakeNumber(text, leading ? 1000 : 2);
    if (!value) return std::nullopt;
    const int64_t most = leading ? std::numeric_limits<int64_t>::max() / part.micros : part.most;
    if (*value > most && range_error.empty()) {
      range_error = "requirement failed: " + std::string(part.name) + " " + std::to_string(*value) +
                    " outside range [0, " + std::to_string(most) + "]";
    }
    // Counted with the sign: the least interval has no positive counterpart.
    if (range_error.empty() && __builtin_add_overflow(total, sign * *value * part.micros, &total))
      range_error = "long overflow";
  }
  if (last == IntervalField::kSecond && Take(text, '.')) {
    int64_t fraction = 0;
    size_t digits = 0;
    for (; digits < text.size() && IsDigit(text[digits]); ++digits) {
      if (digits < 6) fraction = fraction * 10 + (text[digits] - '0');
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    text.remove_prefix(digits);
    for (; digits < 6; ++digits) fraction *= 10;
    if (range_error.empty() && __builtin_add_overflow(total, sign * fraction, &total)) range_error = "long overflow";
  }
  if (!text.empty()) return std::nullopt;
  return total;
}

}  // namespace firesteel::sql
