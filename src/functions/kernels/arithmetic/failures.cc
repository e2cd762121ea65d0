#include "functions/kernels/arithmetic/failures.h"

#include <utility>

namespace firesteel::functions {

namespace {
constexpr std::string_view kAnsiKey = "\"spark.sql.ansi.enabled\"";
}  // namespace

std::nullopt_t FailOverflow(Row& row, std::string_view message, std::string_view suggested, bool with_origin) {
  std::string alternative;
  if (!suggested.empty()) {
    alternative = " Use '" + std::string(suggested) + "' to tolerate overflow and return NULL instead.";
  }
  return row.Fail("ARITHMETIC_OVERFLOW",
                  {{"message", std::string(message)}, {"alternative", alternative}, {"config", std::string(kAnsiKey)}},
                  ErrorClass::kArithmetic, with_origin);
}

std::nullopt_t FailDivideByZero(Row& row) {
  if (row.mode() == EvalMode::kLegacy) return std::nullopt;
  return row.Fail("DIVIDE_BY_ZERO", {{"config", std::string(kAnsiKey)}}, ErrorClass::kArithmetic);
}

std::nullopt_t FailRemainderByZero(Row& row) {
  if (row.mode() == EvalMode::kLegacy) return std::nullopt;
  return row.Fail("REMAINDER_BY_ZERO", {{"config", std::string(kAnsiKey)}}, ErrorClass::kArithmetic);
}

std::nullopt_t FailDecimalRange(Row& row, std::string value, int precision, int scale) {
  if (row.mode() == EvalMode::kLegacy) return std::nullopt;
  return row.Fail("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
                  {{"value", std::move(value)},
                   {"precision", std::to_string(precision)},
                   {"scale", std::to_string(scale)},
                   {"config", std::string(kAnsiKey)}},
                  ErrorClass::kArithmetic);
}

}  // namespace firesteel::functions
