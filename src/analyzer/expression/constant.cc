#include "analyzer/expression/constant.h"

#include <charconv>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "functions/function.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

bool Divide(std::string_view name, int64_t a, int64_t b, int64_t* result) {
  if (b == 0 || b == -1) return false;
  if (name != "div" && name != "%") return false;
  *result = name == "div" ? a / b : a % b;
  return true;
}

}  // namespace

std::optional<int64_t> ConstantInteger(const bound::ExpressionPtr& expression) {
  if (const auto* literal = expression->As<bound::Literal>()) {
    if (literal->value.is_null() || !expression->type.IsIntegral()) return std::nullopt;
    return literal->value.integer();
  }
  if (const auto* cast = expression->As<bound::Cast>()) return ConstantInteger(cast->child);
  if (const auto* alias = expression->As<bound::InnerAlias>()) return ConstantInteger(alias->child);
  const auto* call = expression->As<bound::Call>();
  if (!call) return std::nullopt;
  if (call->function->name == "variablereference") return ConstantInteger(call->arguments[1]);
  std::vector<int64_t> values;
  for (const bound::ExpressionPtr& argument : call->arguments) {
    const std::optional<int64_t> value = ConstantInteger(argument);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  const std::string_view name = call->function->name;
  int64_t result = 0;
  if (values.size() == 1 && name == "negative") {
    if (__builtin_sub_overflow(int64_t{0}, values[0], &result)) return std::nullopt;
    return result;
  }
  if (values.size() == 1 && name == "positive") return values[0];
  if (values.size() != 2) return std::nullopt;
  const bool overflow = name == "+"   ? __builtin_add_overflow(values[0], values[1], &result)
                        : name == "-" ? __builtin_sub_overflow(values[0], values[1], &result)
                        : name == "*" ? __builtin_mul_overflow(values[0], values[1], &result)
                                      : !Divide(name, values[0], values[1], &result);
  return overflow ? std::nullopt : std::optional(result);
}

std::optional<int64_t> ConstantLong(const bound::ExpressionPtr& expression, const OriginPtr& origin) {
  const auto* literal = expression->As<bound::Literal>();
  if (!literal || expression->type.IsIntegral()) return ConstantInteger(expression);
  if (literal->value.is_null()) return std::nullopt;
  if (expression->type.IsStringLike()) {
    const std::string& text = literal->value.text();
    const size_t first = text.find_first_not_of(" \t\n\r");
    const size_t last = text.find_last_not_of(" \t\n\r");
    int64_t value = 0;
    const char* begin = first == std::string::npos ? nullptr : text.data() + first + (text[first] == '+');
    const char* end = first == std::string::npos ? nullptr : text.data() + last + 1;
    const auto [stop, error] = begin ? std::from_chars(begin, end, value) : std::from_chars_result{};
    if (begin && stop == end && error == std::errc()) return value;
    throw QueryError("CAST_INVALID_INPUT",
                     {{"expression", "'" + text + "'"},
                      {"sourceType", "\"STRING\""},
                      {"targetType", "\"BIGINT\""},
                      {"ansiConfig", "\"spark.sql.ansi.enabled\""}},
                     origin, ErrorClass::kNumberFormat);
  }
  if (expression->type.Is(TypeKind::kDecimal)) {
    const auto* wide = std::get_if<int128_t>(&literal->value.data);
    int128_t value = wide ? *wide : literal->value.integer();
    for (int i = 0; i < expression->type.scale(); ++i) value /= 10;
    if (value < INT64_MIN || value > INT64_MAX) return std::nullopt;
    return static_cast<int64_t>(value);
  }
  const auto* number = std::get_if<double>(&literal->value.data);
  if (!number || !(std::abs(*number) < 9.2e18)) return std::nullopt;
  return static_cast<int64_t>(*number);
}

}  // namespace firesteel::analyzer
