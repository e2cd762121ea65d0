#include <cmath>
#include <optional>

#include "base/java_text.h"
#include "functions/binding/aggregate.h"
#include "functions/binding/constant.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

constexpr std::string_view kSummarised =
    "(\"NUMERIC\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \"INTERVAL YEAR TO MONTH\" or "
    "\"INTERVAL DAY TO SECOND\" or \"TIME\")";

bool IsSummarised(const DataType& type) { return type.IsNumeric() || type.IsDatetime() || type.IsAnsiInterval(); }

/// Text and NULL count as doubles.
ExpressionPtr AsNumber(const BindRequest& request, const ExpressionPtr& value) {
  if (!value->type.IsStringLike() && !value->type.Is(TypeKind::kNull)) return value;
  return CastTo(value, DataType::Double(), request);
}

/// The percentage, or array of them, as doubles: constant, not NULL, between 0 and 1.
ExpressionPtr Percentage(const BindRequest& request, size_t index, std::string_view required) {
  const ExpressionPtr& given = request.arguments[index];
  const bool many = given->type.Is(TypeKind::kArray);
  const DataType type = many ? DataType::Array(DataType::Double(), false) : DataType::Double();
  const DataType& scalar = many ? given->type.element_type() : given->type;
  const bool converts = scalar.IsNumeric() || scalar.IsStringLike() || scalar.Is(TypeKind::kNull);
  if (!converts || (many && given->type.contains_null() && !scalar.Is(TypeKind::kNull))) {
    ThrowUnexpectedInput(
        request, index,
        !required.empty() ? std::string(required) : (many ? "\"ARRAY<DOUBLE>\"" : std::string("\"DOUBLE\"")));
  }
  ExpressionPtr percentage = CastTo(given, type, request);
  if (!IsFoldable(percentage)) {
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", "`percentage`"},
                   {"inputType", QuoteType(percentage->type)},
                   {"inputExpr", QuotedSql(given, request.settings)}});
  }
  const std::optional<std::vector<std::optional<double>>> values = ConstantDoubles(percentage);
  if (!values && !request.settings.ansi && ConstantText(given)) {
    ThrowMismatch(request, "UNEXPECTED_NULL", {{"exprName", "percentage"}});
  }
  if (!values) return percentage;
  std::string text;
  bool outside = false;
  for (const std::optional<double>& value : *values) {
    if (!value) ThrowMismatch(request, "UNEXPECTED_NULL", {{"exprName", "percentage"}});
    outside = outside || *value < 0 || *value > 1;  // NaN is neither
    text += (text.empty() ? "" : ",") + JavaDoubleText(*value) + (std::isfinite(*value) ? "D" : "");
  }
  if (outside) {
    ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                  {{"exprName", "percentage"}, {"valueRange", "[0.0, 1.0]"}, {"currentValue", text}});
  }
  return percentage;
}

DataType ExactType(const DataType& value, const ExpressionPtr& percentage) {
  DataType type = DataType::Double();
  if (value.Is(TypeKind::kYearMonthInterval)) type = DataType::YearMonthInterval();
  if (value.Is(TypeKind::kDayTimeInterval)) type = DataType::DayTimeInterval();
  if (value.Is(TypeKind::kTime)) type = value;
  return percentage && percentage->type.Is(TypeKind::kArray) ? DataType::Array(type, false) : type;
}

[[noreturn]] void ThrowWithinGroup(const BindRequest& request, std::string_view sub, ErrorParameters parameters) {
  parameters.insert(parameters.begin(), {"funcName", QuoteIdentifier(std::string(request.function.name))});
  throw QueryError("INVALID_WITHIN_GROUP_EXPRESSION." + std::string(sub), std::move(parameters), request.origin);
}

ExpressionPtr Exact(const BindRequest& request, const ExpressionPtr& value) {
  const DataType& type = value->type;
  if (type.IsNumeric() || type.IsAnsiInterval() || type.Is(TypeKind::kTime)) return value;
  // Of a timestamp only its time of day counts.
  if (request.settings.ansi && type.IsDatetime()) {
    return CastTo(value, DataType::Time(), request);
  }
  if (!type.IsStringLike() && !type.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 0,
                         "((\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\") or \"TIME\")");
  }
  return CastTo(value, DataType::Double(), request);
}

ExpressionPtr BindOrderedPercentile(BindRequest request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  if (request.is_distinct) ThrowWithinGroup(request, "DISTINCT_UNSUPPORTED", {});
  if (request.order.empty()) ThrowWithinGroup(request, "WITHIN_GROUP_MISSING", {});
  if (request.order.size() != 1) {
    ThrowWithinGroup(request, "WRONG_NUM_ORDERINGS",
                     {{"expectedNum", "1"}, {"actualNum", std::to_string(request.order.size())}});
  }
  // Messages name the call with the ordered value as its first argument.
  BindRequest by_value = request;
  by_value.arguments = {request.order[0].child, request.arguments[0]};
  by_value.order.clear();
  request.order[0].child = Exact(by_value, request.order[0].child);
  ExpressionPtr percentage = Percentage(by_value, 1, "");
  const DataType type = ExactType(request.order[0].child->type, percentage);
  return FinishCall(request, {percentage}, type, ModeOf(request), true);
}

void CheckAccuracy(const BindRequest& request, const ExpressionPtr& accuracy) {
  const bound::Expression* literal = ConstantLiteral(accuracy);
  if (!literal || !(accuracy->type.IsIntegral() || accuracy->type.Is(TypeKind::kNull))) return;
  const Value& value = literal->As<bound::Literal>()->value;
  if (value.is_null()) ThrowMismatch(request, "UNEXPECTED_NULL", {{"exprName", "accuracy"}});
  const std::optional<int64_t> number = ConstantInteger(accuracy);
  if (number && (*number <= 0 || *number > 2147483647)) {
    ThrowMismatch(
        request, "VALUE_OUT_OF_RANGE",
        {{"exprName", "accuracy"}, {"valueRange", "(0, 2147483647]"}, {"currentValue", std::to_string(*number) + "L"}});
  }
}

}  // namespace

ExpressionPtr BindPercentile(const BindRequest& original) {
  BindRequest request = original;
  const std::string_view name = request.function.name;
  if (name == "percentile_cont" || name == "percentile_disc") return BindOrderedPercentile(std::move(request));
  if (name == "median") {
    if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
    ExpressionPtr value = Exact(request, request.arguments[0]);
    const DataType type = ExactType(value->type, nullptr);
    return FinishCall(request, {value}, type, ModeOf(request), true);
  }
  if (request.arguments.size() != 2 && request.arguments.size() != 3) ThrowWrongNumArgs(request, "[2, 3]");
  if (request.arguments.size() == 2) request.arguments.push_back(IntLiteral(1));
  ExpressionPtr value = Exact(request, request.arguments[0]);
  ExpressionPtr percentage = Percentage(request, 1, "");
  ExpressionPtr frequency = request.arguments[2];
  if (frequency->type.Is(TypeKind::kNull)) frequency = CastTo(frequency, DataType::Long(), request);
  if (!frequency->type.IsIntegral()) ThrowUnexpectedInput(request, 2, "\"INTEGRAL\"");
  const DataType type = ExactType(value->type, percentage);
  return FinishCall(request, {value, percentage, frequency}, type, ModeOf(request), true);
}

[[noreturn]] static void ThrowAccuracy(const BindRequest& request, const ExpressionPtr& given) {
  ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                {{"inputName", "`accuracy`"},
                 {"inputType", QuoteType(given->type)},
                 {"inputExpr", QuotedSql(given, request.settings)}});
}

ExpressionPtr BindPercentileApprox(const BindRequest& original) {
  BindRequest request = original;
  if (request.arguments.size() != 2 && request.arguments.size() != 3) ThrowWrongNumArgs(request, "[2, 3]");
  if (request.arguments.size() == 2) request.arguments.push_back(IntLiteral(10000));
  ExpressionPtr value = AsNumber(request, request.arguments[0]);
  if (!IsSummarised(value->type)) ThrowUnexpectedInput(request, 0, std::string(kSummarised));
  const ExpressionPtr& given = request.arguments[2];
  if (IsFoldable(request.arguments[1])) {
    if (given->type.IsIntegral() && !IsFoldable(given)) ThrowAccuracy(request, given);
    CheckAccuracy(request, given);
  }
  ExpressionPtr percentage = Percentage(request, 1, "(\"DOUBLE\" or \"ARRAY<DOUBLE>\")");
  if (!given->type.IsIntegral() && !given->type.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 2, "\"INTEGRAL\"");
  }
  if (!IsFoldable(given)) ThrowAccuracy(request, given);
  CheckAccuracy(request, given);
  ExpressionPtr accuracy = CastTo(given, DataType::Long(), request);
  const DataType type = percentage->type.Is(TypeKind::kArray) ? DataType::Array(value->type, false) : value->type;
  return FinishCall(request, {value, percentage, accuracy}, type, ModeOf(request), true);
}

ExpressionPtr BindHistogram(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  ExpressionPtr value = AsNumber(request, request.arguments[0]);
  if (!IsSummarised(value->type)) ThrowUnexpectedInput(request, 0, std::string(kSummarised));
  const ExpressionPtr& given = request.arguments[1];
  if (!given->type.IsNumeric() && !given->type.IsStringLike() && !given->type.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 1, "\"INT\"");
  }
  if (!IsFoldable(given)) {
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", "`nb`"}, {"inputType", "\"INT\""}, {"inputExpr", QuotedSql(given, request.settings)}});
  }
  ExpressionPtr bins = CastTo(given, DataType::Int(), request);
  const bound::Expression* literal = ConstantLiteral(bins);
  if (literal && literal->As<bound::Literal>()->value.is_null()) {
    ThrowMismatch(request, "UNEXPECTED_NULL", {{"exprName", "nb"}});
  }
  const std::optional<int64_t> number = ConstantInteger(bins);
  if (number && *number < 2) {
    ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                  {{"exprName", "nb"}, {"valueRange", "[2, 2147483647]"}, {"currentValue", std::to_string(*number)}});
  }
  const DataType bin = DataType::Struct({{"x", value->type, true, ""}, {"y", DataType::Double(), true, ""}});
  return FinishCall(request, {value, bins}, DataType::Array(bin), ModeOf(request), true);
}

}  // namespace firesteel::functions
