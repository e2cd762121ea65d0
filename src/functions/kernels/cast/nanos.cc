// Timestamps of nanoseconds to and from texts, dates and timestamps of microseconds.
#include "functions/kernels/cast/caster.h"
#include "types/calendar.h"
#include "types/datetime_text.h"

namespace firesteel::functions {

namespace {

int128_t OfMicros(int64_t micros) { return static_cast<int128_t>(micros) * 1000; }

/// The same clock in another zone; the nanoseconds beyond the microsecond stay.
int128_t Moved(int128_t nanos, int64_t (TimeZone::*move)(int64_t) const, const TimeZone& zone) {
  const int64_t micros = FloorMicros(nanos);
  return OfMicros((zone.*move)(micros)) + (nanos - OfMicros(micros));
}

std::optional<int128_t> TextToInstant(CastState& state, std::string_view text) {
  auto nanos = ParseTimestampNanos(text, state.to->precision(), state.zone(), state.now_micros());
  if (nanos) return nanos;
  return state.Invalid(text, ErrorClass::kDateTime);
}
std::optional<int128_t> TextToNtz(CastState& state, std::string_view text) {
  auto nanos = ParseTimestampNtzNanos(text, state.to->precision());
  if (nanos) return nanos;
  return state.Invalid(text, ErrorClass::kDateTime);
}

std::optional<int128_t> DateToInstant(CastState& state, int32_t days) {
  return OfMicros(state.zone().ToInstantMicros(days * kMicrosPerDay));
}
std::optional<int128_t> DateToNtz(CastState&, int32_t days) { return OfMicros(days * kMicrosPerDay); }
std::optional<int128_t> MicrosToNanos(CastState&, int64_t micros) { return OfMicros(micros); }
std::optional<int128_t> LocalMicrosToInstant(CastState& state, int64_t micros) {
  return OfMicros(state.zone().ToInstantMicros(micros));
}
std::optional<int128_t> InstantMicrosToLocal(CastState& state, int64_t micros) {
  return OfMicros(state.zone().ToLocalMicros(micros));
}

std::optional<int32_t> NtzToDate(CastState&, int128_t nanos) {
  return static_cast<int32_t>(FloorDiv(FloorMicros(nanos), kMicrosPerDay));
}
std::optional<int32_t> InstantToDate(CastState& state, int128_t nanos) {
  return static_cast<int32_t>(FloorDiv(state.zone().ToLocalMicros(FloorMicros(nanos)), kMicrosPerDay));
}
std::optional<int64_t> NanosToMicros(CastState&, int128_t nanos) { return FloorMicros(nanos); }
std::optional<int64_t> NtzToInstantMicros(CastState& state, int128_t nanos) {
  return state.zone().ToInstantMicros(FloorMicros(nanos));
}
std::optional<int64_t> InstantToLocalMicros(CastState& state, int128_t nanos) {
  return state.zone().ToLocalMicros(FloorMicros(nanos));
}

std::optional<int128_t> Cut(CastState& state, int128_t nanos) { return CutNanos(nanos, state.to->precision()); }
std::optional<int128_t> NtzToInstant(CastState& state, int128_t nanos) {
  return CutNanos(Moved(nanos, &TimeZone::ToInstantMicros, state.zone()), state.to->precision());
}
std::optional<int128_t> InstantToNtz(CastState& state, int128_t nanos) {
  return CutNanos(Moved(nanos, &TimeZone::ToLocalMicros, state.zone()), state.to->precision());
}

CasterPtr ToNanos(const DataType& from, const DataType& to) {
  const bool instant = to.Is(TypeKind::kTimestampNanos);
  if (from.IsStringLike()) {
    return instant ? MakeScalarCaster<TextToInstant>(from, to) : MakeScalarCaster<TextToNtz>(from, to);
  }
  switch (from.kind()) {
    case TypeKind::kDate:
      return instant ? MakeScalarCaster<DateToInstant>(from, to) : MakeScalarCaster<DateToNtz>(from, to);
    case TypeKind::kTimestamp:
      return instant ? MakeScalarCaster<MicrosToNanos>(from, to) : MakeScalarCaster<InstantMicrosToLocal>(from, to);
    case TypeKind::kTimestampNtz:
      return instant ? MakeScalarCaster<LocalMicrosToInstant>(from, to) : MakeScalarCaster<MicrosToNanos>(from, to);
    case TypeKind::kTimestampNanos:
      return instant ? MakeScalarCaster<Cut>(from, to) : MakeScalarCaster<InstantToNtz>(from, to);
    case TypeKind::kTimestampNtzNanos:
      return instant ? MakeScalarCaster<NtzToInstant>(from, to) : MakeScalarCaster<Cut>(from, to);
    default:
      return nullptr;
  }
}

}  // namespace

CasterPtr MakeNanosCaster(const DataType& from, const DataType& to) {
  if (to.IsTimestampOfNanos()) return ToNanos(from, to);
  if (!from.IsTimestampOfNanos()) return nullptr;
  const bool instant = from.Is(TypeKind::kTimestampNanos);
  switch (to.kind()) {
    case TypeKind::kDate:
      return instant ? MakeScalarCaster<InstantToDate>(from, to) : MakeScalarCaster<NtzToDate>(from, to);
    case TypeKind::kTimestamp:
      return instant ? MakeScalarCaster<NanosToMicros>(from, to) : MakeScalarCaster<NtzToInstantMicros>(from, to);
    case TypeKind::kTimestampNtz:
      return instant ? MakeScalarCaster<InstantToLocalMicros>(from, to) : MakeScalarCaster<NanosToMicros>(from, to);
    default:
      return nullptr;
  }
}

}  // namespace firesteel::functions
