#include <algorithm>
#include <string>

#include "base/java_text.h"
#include "functions/kernels/datetime/checked_date.h"
#include "functions/kernels/datetime/time_functions.h"
#include "functions/kernels/datetime/zone.h"
#include "functions/kernels/row_kernel.h"
#include "types/calendar.h"

/// Timestamps of six fields, or of a date and a time, in the session's zone or a given one.
namespace firesteel::functions {

namespace {

/// Seconds are decimal(16,6); 60 is the next minute when its fraction is zero.
std::optional<int64_t> LocalMicros(Row& row, int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute,
                                   int128_t second) {
  // Spark takes the microseconds for an int, whatever they are.
  const int64_t micros = static_cast<int32_t>(static_cast<int64_t>(second));
  const int64_t whole = FloorDiv(micros, kMicrosPerSecond);
  if (whole == 60 && micros % kMicrosPerSecond != 0) {
    if (row.mode() == EvalMode::kLegacy) return std::nullopt;
    std::string shown = DecimalPlainText(second, 6);
    shown.erase(shown.find_last_not_of('0') + 1);
    return row.Fail("INVALID_FRACTION_OF_SECOND", {{"secAndMicros", std::move(shown)}}, ErrorClass::kDateTime, false);
  }
  const std::optional<int64_t> days = CheckedDate(row, year, month, day);
  if (!days) return std::nullopt;
  if (hour < 0 || hour > 23) return FailField(row, "HourOfDay", "0 - 23", hour);
  if (minute < 0 || minute > 59) return FailField(row, "MinuteOfHour", "0 - 59", minute);
  if (micros < 0 || whole > 60) return FailField(row, "SecondOfMinute", "0 - 59", whole);
  return *days * kMicrosPerDay + hour * kMicrosPerHour + minute * kMicrosPerMinute + micros;
}

template <bool kZoned>
void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const bool of_fields = arguments.size() >= 6;
  const size_t parts = of_fields ? 6 : std::min<size_t>(arguments.size(), 2);
  const TimeZonePtr constant = ConstantZone(context.call(), parts);
  ZoneMemo memo;
  Row row(context);
  for (row.index = 0; row.index < rows; ++row.index) {
    const size_t r = row.index;
    bool valid = true;
    for (const VectorView& argument : arguments) valid = valid && argument.IsValid(r);
    // The zone counts before the fields, in every mode, also of the try_ functions.
    const TimeZone* zone = nullptr;
    if (kZoned && valid) {
      zone = row.prepared<CallZone>().zone.get();
      if (arguments.size() > parts) {
        const std::string_view name = arguments[parts].Text(r);
        zone = constant ? constant.get() : memo.Find(name);
        if (!zone) {
          throw QueryError("INVALID_TIMEZONE", {{"timeZone", std::string(name)}}, nullptr, ErrorClass::kDateTime);
        }
      }
    }
    std::optional<int64_t> local;
    if (valid && of_fields) {
      local = LocalMicros(row, arguments[0].Get<int32_t>(r), arguments[1].Get<int32_t>(r), arguments[2].Get<int32_t>(r),
                          arguments[3].Get<int32_t>(r), arguments[4].Get<int32_t>(r), arguments[5].Get<int128_t>(r));
    } else if (valid) {
      local = arguments[0].Get<int32_t>(r) * kMicrosPerDay + (parts > 1 ? arguments[1].Get<int64_t>(r) / 1000 : 0);
    }
    if (context.failed()) return;
    if (!local) {
      result.SetNull(r);
      continue;
    }
    if (!kZoned) {
      result.Data<int64_t>()[r] = *local;
      continue;
    }
    result.Data<int64_t>()[r] = zone->ToInstantMicros(*local);
  }
}

}  // namespace

const Kernel kMakeZonedTimestamp{Run<true>, PrepareSessionZone, true};
const Kernel kMakeLocalTimestamp{Run<false>, nullptr, true};

}  // namespace firesteel::functions
