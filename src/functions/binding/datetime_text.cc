#include "functions/binding/binding.h"
#include "types/quoting.h"
#include "types/user_type.h"

/// Functions between text and dates or timestamps, with or without a pattern.
namespace firesteel::functions {

using bound::ExpressionPtr;

/// make_interval and make_dt_interval: missing counts are 0, seconds are a decimal(18,6).
ExpressionPtr BindMakeInterval(const BindRequest& request) {
  const bool calendar = request.function.name.ends_with("make_interval");
  size_t most = calendar ? 7 : 4;
  const size_t least = request.function.name.starts_with("try_") ? 1 : 0;
  if (request.arguments.size() > most || request.arguments.size() < least) {
    std::string counts = "[";
    for (size_t i = least; i <= most; ++i) counts += (i > least ? ", " : "") + std::to_string(i);
    ThrowWrongNumArgs(request, counts + "]");
  }
  std::vector<ExpressionPtr> arguments = request.arguments;
  DataType seconds = DataType::Decimal(18, 6);
  while (arguments.size() < most) {
    bool is_last = arguments.size() + 1 == most;
    arguments.push_back(is_last ? bound::MakeLiteral(seconds, Value{int128_t{0}}) : IntLiteral(0));
  }
  bool nullable = calendar && ModeOf(request) != EvalMode::kAnsi;
  for (size_t i = 0; i < most; ++i) {
    TypePattern pattern;
    pattern.kind = TypePattern::Kind::kExact;
    pattern.type = i + 1 == most ? seconds : DataType::Int();
    std::optional<DataType> type = ImplicitCast(arguments[i]->type, pattern, request.settings.ansi);
    if (!type) {
      BindRequest shown = request;
      shown.arguments = arguments;
      ThrowUnexpectedInput(shown, i, QuoteType(pattern.type));
    }
    arguments[i] = CastTo(arguments[i], *type, request);
    nullable |= arguments[i]->nullable;
  }
  DataType result = most == 7 ? DataType::CalendarInterval() : DataType::DayTimeInterval();
  return FinishCall(request, std::move(arguments), result, ModeOf(request), nullable);
}

namespace {

/// Without ANSI mode an interval of a calendar is not made a text of itself.
bool HasText(const DataType& type, const BindRequest& request) {
  return !IsCompound(type) && (request.settings.ansi || !type.Is(TypeKind::kCalendarInterval));
}

ExpressionPtr Pattern(const BindRequest& request, size_t index) {
  const ExpressionPtr& pattern = request.arguments[index];
  if (!HasText(pattern->type, request)) ThrowUnexpectedInput(request, index, "\"STRING\"");
  return CastTo(pattern, DataType::String(), request);
}

}  // namespace

/// unix_timestamp(), unix_timestamp(text or timestamp [, pattern]).
ExpressionPtr BindUnixTimestamp(const BindRequest& request) {
  size_t count = request.arguments.size();
  bool may_be_empty = request.function.name == "unix_timestamp";
  if (count > 2 || (count == 0 && !may_be_empty)) ThrowWrongNumArgs(request, may_be_empty ? "[0, 1, 2]" : "[1, 2]");
  ExpressionPtr source = count > 0 ? request.arguments[0] : BindOther(request, "current_timestamp", {});
  ExpressionPtr pattern = count > 1 ? request.arguments[1] : StringLiteral("yyyy-MM-dd HH:mm:ss");
  const DataType type = source->type;
  const auto counts_as_text = [](const DataType& t) { return t.IsStringLike() || t.Is(TypeKind::kNull); };
  const bool is_text = counts_as_text(type);
  BindRequest shown = request;
  shown.arguments = {source, pattern};
  if (!is_text && (!type.IsDatetime() || type.Is(TypeKind::kTime))) {
    ThrowUnexpectedInput(shown, 0,
                         "(\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or "
                         "\"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")");
  }
  if (!counts_as_text(pattern->type)) ThrowUnexpectedInput(shown, 1, "\"STRING\"");
  pattern = CastTo(pattern, DataType::String(), request);
  // A clock without a zone counts as if it were that of UTC.
  if (!type.Is(TypeKind::kTimestampNtz)) {
    source = CastTo(source, is_text ? DataType::String() : DataType::Timestamp(), request);
  }
  bool nullable = source->nullable || pattern->nullable || !request.settings.ansi;
  return FinishCall(request, {source, pattern}, DataType::Long(), ModeOf(request), nullable);
}

/// to_date(x [, pattern]) and its like: without a pattern a cast.
ExpressionPtr BindParseDatetime(const BindRequest& request) {
  size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  std::string_view name = request.function.name;
  bool is_date = name.ends_with("to_date");
  bool is_ntz = name == "to_timestamp_ntz";
  const bool follows_default = name == "to_timestamp" || name == "try_to_timestamp";
  if (follows_default && request.settings.timestamp_ntz_default) is_ntz = true;
  DataType type = is_date ? DataType::Date() : is_ntz ? DataType::TimestampNtz() : DataType::Timestamp();
  EvalMode mode = ModeOf(request);
  ExpressionPtr source = request.arguments[0];
  if (!HasText(source->type, request)) {
    ThrowUnexpectedInput(request, 0,
                         type.Is(TypeKind::kTimestamp)
                             ? "(\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \"NUMERIC\")"
                             : "(\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\")");
  }
  // What is neither text nor a moment is read as the text it prints; only timestamps are made of numbers.
  const bool is_moment = source->type.IsDatetime() && !source->type.Is(TypeKind::kTime);
  const bool is_count = source->type.IsNumeric() && type.Is(TypeKind::kTimestamp);
  if (!is_moment && !is_count && !source->type.Is(TypeKind::kNull)) {
    source = CastTo(source, DataType::String(), request);
  }
  // Beside a pattern a clock is taken for that of UTC, an instant for its clock there.
  const bool is_instant = source->type.Is(TypeKind::kTimestamp) || source->type.Is(TypeKind::kDate);
  if (count == 2 && (is_ntz ? is_instant : type.Is(TypeKind::kTimestamp) && source->type.Is(TypeKind::kTimestampNtz))) {
    if (source->type.Is(TypeKind::kDate)) source = CastTo(source, DataType::Timestamp(), request);
    source = BindOther(request, is_ntz ? "clock_in_utc" : "instant_of_utc", {source});
  }
  bool casts = count == 1 || !source->type.IsStringLike();
  if (casts) {
    if (!CanCast(source->type, type, mode)) {
      ThrowMismatch(request, "CAST_WITHOUT_SUGGESTION",
                    {{"srcType", QuoteType(source->type)}, {"targetType", QuoteType(type)}});
    }
    ExpressionPtr cast = bound::MakeCast(source, type, mode, true);
    if (cast != source) {
      // The function is replaced by the cast, which therefore stands where the call stands.
      auto placed = std::make_shared<bound::Expression>(*cast);
      placed->origin = request.origin;
      cast = std::move(placed);
    }
    std::vector<ExpressionPtr> arguments{cast};
    if (count == 2) arguments.push_back(Pattern(request, 1));
    const bool nullable = cast->nullable || (count == 2 && (mode != EvalMode::kAnsi || arguments[1]->nullable));
    return FinishCall(request, std::move(arguments), type, mode, nullable);
  }
  ExpressionPtr pattern = Pattern(request, 1);
  bool nullable = mode != EvalMode::kAnsi || source->nullable || pattern->nullable;
  return FinishCall(request, {CastTo(source, DataType::String(), request), pattern}, type, mode, nullable);
}

ExpressionPtr BindTimestampSeconds(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const ExpressionPtr& source = request.arguments[0];
  DataType type = source->type;
  if (type.IsIntegral() || type.Is(TypeKind::kNull)) type = DataType::Long();
  if (type.Is(TypeKind::kFloat)) type = DataType::Double();
  if (!type.IsNumeric() || source->type.IsStringLike()) ThrowUnexpectedInput(request, 0, "\"NUMERIC\"");
  bool nullable = source->nullable || type.Is(TypeKind::kDouble);
  return FinishCall(request, {CastTo(source, type, request)}, DataType::Timestamp(), ModeOf(request), nullable);
}

/// timestamp_millis, timestamp_micros: of whole numbers only.
ExpressionPtr BindTimestampOfCount(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const ExpressionPtr& count = request.arguments[0];
  if (!count->type.IsIntegral() && !count->type.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, 0, "\"INTEGRAL\"");
  return FinishCall(request, {CastTo(count, DataType::Long(), request)}, DataType::Timestamp());
}

/// date_format(timestamp, pattern): a time of day and a timestamp of nanoseconds keep their type; all else is a
/// timestamp.
ExpressionPtr BindDateFormat(const BindRequest& request) {
  const bool of_time = request.arguments.size() == 2 && request.arguments[0]->type.Is(TypeKind::kTime);
  if (!of_time) {
    TypePattern timestamp;
    timestamp.kind = TypePattern::Kind::kExact;
    timestamp.type = DataType::Timestamp();
    if (request.arguments.size() == 2 && !request.arguments[0]->type.IsTimestampOfNanos() &&
        !ImplicitCast(request.arguments[0]->type, timestamp, request.settings.ansi)) {
      ThrowUnexpectedInput(
          request, 0, "(\"TIMESTAMP\" or \"TIME\" or \"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")");
    }
    return BindBySignature(request);
  }
  ExpressionPtr pattern = CastTo(request.arguments[1], DataType::String(), request);
  return FinishCall(request, {request.arguments[0], std::move(pattern)}, DataType::String());
}

/// unix_date, unix_seconds, unix_millis, unix_micros: no other type is cast to theirs.
ExpressionPtr BindSinceEpoch(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const bool is_date = request.function.name == "unix_date";
  ExpressionPtr source = request.arguments[0];
  if (source->type.Is(TypeKind::kNull)) {
    source = CastTo(source, is_date ? DataType::Date() : DataType::Timestamp(), request);
  }
  if (!is_date && source->type.IsTimestampOfNanos()) {
    const bool is_instant = source->type.Is(TypeKind::kTimestampNanos);
    source = CastTo(source, is_instant ? DataType::Timestamp() : DataType::TimestampNtz(), request);
  }
  const TypeKind kind = source->type.kind();
  if (is_date ? kind != TypeKind::kDate : kind != TypeKind::kTimestamp && kind != TypeKind::kTimestampNtz) {
    ThrowUnexpectedInput(request, 0, is_date ? "\"DATE\"" : std::string(kAnyTimestampText));
  }
  const bool nullable = source->nullable;
  return FinishCall(request, {std::move(source)}, is_date ? DataType::Int() : DataType::Long(), ModeOf(request),
                    nullable);
}

}  // namespace firesteel::functions
