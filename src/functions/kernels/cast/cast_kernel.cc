#include <utility>

#include "base/error.h"
#include "functions/kernels/cast/caster.h"
#include "functions/kernels/kernels.h"
#include "types/quoting.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::functions {

struct CastPlan {
  CasterPtr caster;
  TimeZonePtr zone;
};

namespace {

constexpr std::string_view kAnsiKey = "\"spark.sql.ansi.enabled\"";

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  auto plan = std::make_shared<CastPlan>();
  plan->caster = MakeCaster(call.argument_types[0], call.result_type);
  plan->zone = TimeZone::Find(call.time_zone);
  if (!plan->zone) plan->zone = TimeZone::Utc();
  return plan;
}

void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const CastPlan& plan = context.prepared<CastPlan>();
  CastState state(context, *plan.zone);
  plan.caster->ConvertRows(state, arguments[0], rows, result);
}

}  // namespace

std::nullopt_t CastState::Fail(std::string condition, ErrorParameters parameters, ErrorClass error_class,
                               bool with_origin) {
  // In try_cast only the value that failed becomes null, not the nested whole: the caller writes that null.
  if (mode() == EvalMode::kAnsi) {
    context_.Fail(row, std::move(condition), std::move(parameters), error_class, with_origin);
  }
  return std::nullopt;
}

std::nullopt_t CastState::FailAlways(std::string condition, ErrorParameters parameters, ErrorClass error_class) {
  if (mode() != EvalMode::kTry) {
    context_.Fail(row, std::move(condition), std::move(parameters), error_class, false);
  }
  return std::nullopt;
}

std::nullopt_t CastState::OverflowAlways(std::string value) {
  return FailAlways("CAST_OVERFLOW",
                    {{"value", std::move(value)},
                     {"sourceType", QuoteType(*from)},
                     {"targetType", QuoteType(*to)},
                     {"ansiConfig", std::string(kAnsiKey)}},
                    ErrorClass::kArithmetic);
}

std::nullopt_t CastState::DecimalRangeAlways(std::string value) {
  if (mode() == EvalMode::kAnsi) return DecimalRange(std::move(value));
  return FailAlways("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
                    {{"value", std::move(value)},
                     {"precision", std::to_string(to->precision())},
                     {"scale", std::to_string(to->scale())},
                     {"config", std::string(kAnsiKey)}},
                    ErrorClass::kArithmetic);
}

std::nullopt_t CastState::Invalid(std::string_view text, ErrorClass error_class) {
  if (is_silent()) return std::nullopt;
  return Fail("CAST_INVALID_INPUT",
              {{"expression", LiteralSql(DataType::String(), Value{std::string(text)}, "UTC")},
               {"sourceType", QuoteType(DataType::String())},
               {"targetType", QuoteType(*to)},
               {"ansiConfig", std::string(kAnsiKey)}},
              error_class, true);
}

std::nullopt_t CastState::Overflow(std::string value) {
  return Fail("CAST_OVERFLOW",
              {{"value", std::move(value)},
               {"sourceType", QuoteType(*from)},
               {"targetType", QuoteType(*to)},
               {"ansiConfig", std::string(kAnsiKey)}},
              ErrorClass::kArithmetic, false);
}

std::nullopt_t CastState::DecimalRange(std::string value) {
  return Fail("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
              {{"value", std::move(value)},
               {"precision", std::to_string(to->precision())},
               {"scale", std::to_string(to->scale())},
               {"config", std::string(kAnsiKey)}},
              ErrorClass::kArithmetic, true);
}

CasterPtr MakeCaster(const DataType& from, const DataType& to) {
  for (auto make : {MakeVariantCaster, MakeToTextCaster, MakeNanosCaster, MakeTextCaster, MakeNumberCaster,
                    MakeDatetimeCaster, MakeIntervalCaster, MakeNestedCaster}) {
    if (CasterPtr caster = make(from, to)) return caster;
  }
  throw InternalError("no cast from " + CatalogString(from) + " to " + CatalogString(to));
}

const Kernel kCast{Run, Prepare, true};

}  // namespace firesteel::functions
