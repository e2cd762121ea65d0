#include "base/error.h"
#include "functions/lower/lower.h"
#include "types/calendar.h"
#include "types/time_zone.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

constexpr std::string_view kVersion = "4.3.0 98bc0212c94705434471627068f41e374ccab143";

std::string Text(std::string value, SqlWriter& writer) {
  return writer.Sql(bound::MakeLiteral(DataType::String(), Value{std::move(value)}));
}

/// The clock of the query has no more than microseconds.
std::string CurrentNanos(const DataType& type, const bound::SessionSettings& settings, SqlWriter& writer) {
  int64_t micros = settings.now_micros;
  if (type.Is(TypeKind::kTimestampNtzNanos)) {
    const TimeZonePtr zone = TimeZone::Find(settings.time_zone);
    micros = (zone ? zone : TimeZone::Utc())->ToLocalMicros(micros);
  }
  return writer.Sql(bound::MakeLiteral(type, Value{static_cast<int128_t>(micros) * 1000}));
}

}  // namespace

std::string LowerTypeof(const ExpressionPtr& call, SqlWriter& writer) {
  return Text(CatalogString(call->As<bound::Call>()->arguments[0]->type), writer);
}

/// What the session and the start of the query decide.
std::string LowerSession(const ExpressionPtr& call, SqlWriter& writer) {
  std::string_view name = call->As<bound::Call>()->function->name;
  const bound::SessionSettings& settings = writer.settings();
  if (name == "current_user") return Text(settings.user, writer);
  if (name == "current_catalog") return Text(settings.current_catalog, writer);
  if (name == "current_schema") return Text(settings.current_database, writer);
  if (name == "current_timezone") return Text(settings.time_zone, writer);
  if (name == "current_path") {
    return Text("system.builtin,system.session," + settings.current_catalog + "." + settings.current_database, writer);
  }
  if (name == "version") return Text(std::string(kVersion), writer);
  auto literal = [&](const DataType& type, int64_t value) {
    return writer.Sql(bound::MakeLiteral(type, Value{value}));
  };
  if (call->type.IsTimestampOfNanos()) return CurrentNanos(call->type, settings, writer);
  if (name == "current_timestamp" || name == "now") return literal(DataType::Timestamp(), settings.now_micros);
  if (name == "unix_timestamp_now") {
    return literal(DataType::Long(), FloorDiv(settings.now_micros, kMicrosPerSecond));
  }
  TimeZonePtr zone = TimeZone::Find(settings.time_zone);
  int64_t local = (zone ? zone : TimeZone::Utc())->ToLocalMicros(settings.now_micros);
  if (name == "localtimestamp") return literal(DataType::TimestampNtz(), local);
  if (name == "current_date") return literal(DataType::Date(), FloorDiv(local, kMicrosPerDay));
  throw InternalError("no session function " + std::string(name));
}

}  // namespace firesteel::functions
