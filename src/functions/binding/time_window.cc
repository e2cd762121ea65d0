#include <limits>
#include <optional>

#include "functions/binding/common_value.h"
#include "functions/binding/constant.h"
#include "functions/binding/text.h"
#include "functions/display/plan_text.h"
#include "types/calendar.h"
#include "types/interval_text.h"
#include "types/quoting.h"
#include "types/scala_type_text.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// A duration in microseconds: the text of an interval without months, or a whole number.
int64_t Duration(const BindRequest& request, const ExpressionPtr& argument) {
  if (argument->type.IsIntegral()) {
    if (const std::optional<int64_t> micros = ConstantInteger(argument)) return *micros;
  }
  const std::optional<std::string> text = ConstantText(argument);
  if (!text) throw QueryError("_LEGACY_ERROR_TEMP_1207", {}, request.origin);
  const std::optional<CalendarIntervalValue> interval = ParseCalendarInterval(*text);
  if (!interval) throw QueryError("CANNOT_PARSE_INTERVAL", {{"intervalString", SingleQuoted(*text)}}, request.origin);
  if (interval->months != 0) {
    throw QueryError("_LEGACY_ERROR_TEMP_3231", {{"interval", *text}}, nullptr, ErrorClass::kIllegalArgument);
  }
  return interval->days * kMicrosPerDay + interval->microseconds;
}

ExpressionPtr LongLiteral(int64_t value) { return IntLiteral(value, DataType::Long()); }

/// ThrowMismatch for functions that Spark has no SQL of: messages show them as plans do. A cast of a date is not
/// part of it.
[[noreturn]] void ThrowWindowMismatch(const BindRequest& request, std::string_view sub, ErrorParameters parameters) {
  std::string shown(request.function.name);
  std::erase(shown, '_');
  if (shown == "windowtime") shown = "window_time";
  if (shown == "timewindows") shown = "window";
  std::string arguments;
  for (const ExpressionPtr& argument : request.arguments) {
    const bool is_cast = argument->type.Is(TypeKind::kDate);
    arguments += (arguments.empty() ? "" : ", ") +
                 (is_cast ? MessageSql(*argument, request.settings) : PlanSql(*argument, request.settings));
  }
  parameters.insert(parameters.begin(), {"sqlExpr", "\"" + shown + "(" + arguments + ")\""});
  throw QueryError("DATATYPE_MISMATCH." + std::string(sub), std::move(parameters), request.origin);
}

void CheckPositive(const BindRequest& request, std::string_view name, int64_t value) {
  if (value > 0) return;
  ThrowWindowMismatch(request, "VALUE_OUT_OF_RANGE",
                      {{"exprName", "`" + std::string(name) + "`"},
                       {"valueRange", "(0, " + std::to_string(std::numeric_limits<int64_t>::max()) + "]"},
                       {"currentValue", std::to_string(value) + "L"}});
}

void CheckOrder(const BindRequest& request, std::string_view left, int64_t left_value, std::string_view constraint,
                std::string_view right, int64_t right_value) {
  if (constraint == "<=" ? left_value <= right_value : left_value < right_value) return;
  ThrowWindowMismatch(request, "PARAMETER_CONSTRAINT_VIOLATION",
                      {{"leftExprName", "`" + std::string(left) + "`"},
                       {"leftExprValue", std::to_string(left_value) + "L"},
                       {"constraint", std::string(constraint)},
                       {"rightExprName", "`" + std::string(right) + "`"},
                       {"rightExprValue", std::to_string(right_value) + "L"}});
}

[[noreturn]] void ThrowInput(const BindRequest& request, const std::string& required) {
  const ExpressionPtr& argument = request.arguments[0];
  ThrowWindowMismatch(request, "UNEXPECTED_INPUT_TYPE",
                      {{"paramIndex", OrdinalWord(0)},
                       {"requiredType", required},
                       {"inputSql", QuotedSql(argument, request.settings)},
                       {"inputType", QuoteType(argument->type)}});
}

[[noreturn]] void ThrowNoTime(const BindRequest& request) {
  ThrowInput(request,
             "(\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\" or \"STRUCT<start: TIMESTAMP, end: "
             "TIMESTAMP>\" or \"STRUCT<start: TIMESTAMP_NTZ, end: TIMESTAMP_NTZ>\")");
}

/// The expression with its columns as plans name them: a#12.
ExpressionPtr WithNumbers(const ExpressionPtr& expression) {
  return bound::TransformUp(expression, [](const ExpressionPtr& node) -> ExpressionPtr {
    const auto* reference = node->As<bound::AttributeRef>();
    if (!reference) return nullptr;
    const std::string name = reference->name + "#" + std::to_string(reference->id);
    return bound::Make(bound::AttributeRef{reference->id, name, {}}, node->type, node->nullable, node->origin);
  });
}

}  // namespace

/// session_window(time, gap): from the time to the time and the gap; a gap that is no interval gives no end.
ExpressionPtr BindSessionWindow(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  ExpressionPtr time = request.arguments[0];
  ExpressionPtr gap = request.arguments[1];
  DataType type = time->type;
  if (type.IsStringLike() || type.Is(TypeKind::kNull) || type.Is(TypeKind::kDate)) type = DataType::Timestamp();
  if (!type.Is(TypeKind::kTimestamp) && !type.Is(TypeKind::kTimestampNtz)) ThrowNoTime(request);
  time = CastTo(time, type, request);
  if (!gap->type.Is(TypeKind::kCalendarInterval)) {
    if (!gap->type.IsStringLike() && !gap->type.Is(TypeKind::kNull)) {
      throw QueryError("_LEGACY_ERROR_TEMP_1040", {{"dt", ScalaTypeText(gap->type)}});
    }
    gap = bound::MakeCast(gap, DataType::CalendarInterval(), EvalMode::kLegacy, true);
  }
  const ExpressionPtr end = BindOther(request, "+", {time, gap});
  const ExpressionPtr session =
      BindOther(request, "named_struct", {StringLiteral("start"), time, StringLiteral("end"), end});
  RefuseOversized(session);
  const DataType window = DataType::Struct({{"start", type, true, ""}, {"end", type, true, ""}});
  return bound::Make(*session->As<bound::Call>(), window, false, request.origin);
}

/// window(time, length [, slide [, start]]) and its internal form that gives all windows of a time. The durations
/// become longs.
ExpressionPtr BindTimeWindow(const BindRequest& original) {
  BindRequest request = original;
  const size_t count = request.arguments.size();
  if (count < 2 || count > 4) ThrowWrongNumArgs(request, "[2, 3, 4]");
  const int64_t length = Duration(request, request.arguments[1]);
  const int64_t slide = count > 2 ? Duration(request, request.arguments[2]) : length;
  const int64_t start = count > 3 ? Duration(request, request.arguments[3]) : 0;
  const ExpressionPtr time = request.arguments[0];
  request.arguments = {time, LongLiteral(length), LongLiteral(slide), LongLiteral(start)};
  const DataType& given = time->type;
  DataType type = given;
  if (given.IsStringLike() || given.Is(TypeKind::kNull) || given.Is(TypeKind::kDate)) type = DataType::Timestamp();
  if (!type.Is(TypeKind::kTimestamp) && !type.Is(TypeKind::kTimestampNtz)) ThrowNoTime(request);
  CheckPositive(request, "window_duration", length);
  CheckPositive(request, "slide_duration", slide);
  CheckOrder(request, "slide_duration", slide, "<=", "window_duration", length);
  CheckOrder(request, "abs(start_time)", start < 0 ? -start : start, "<", "slide_duration", slide);
  request.arguments[0] = CastTo(time, type, request);
  const DataType window = DataType::Struct({{"start", type, true, ""}, {"end", type, true, ""}});
  const bool many = request.function.name == "time_windows";
  return FinishCall(request, request.arguments, many ? DataType::Array(window) : window, ModeOf(request), many);
}

/// window_time(window): the last instant of a window.
ExpressionPtr BindWindowTime(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const ExpressionPtr& window = request.arguments[0];
  if (!window->type.Is(TypeKind::kStruct)) ThrowInput(request, "\"STRUCT\"");
  const std::vector<StructField>& fields = window->type.fields();
  const bool is_window = fields.size() == 2 && fields[0].name == "start" && fields[1].name == "end" &&
                         fields[0].type == fields[1].type && fields[0].type.IsDatetime();
  if (!is_window) {
    const std::string shown = PlanSql(*WithNumbers(window), request.settings);
    throw QueryError("_LEGACY_ERROR_TEMP_3101", {{"windowTime", "window_time(" + shown + ")"}});
  }
  return FinishCall(request, {window}, fields[1].type, ModeOf(request), true);
}

}  // namespace firesteel::functions
