#include "functions/binding/constant.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/java_text.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

const bound::Expression* ConstantLiteral(const ExpressionPtr& expression) {
  if (expression->As<bound::Literal>()) return expression.get();
  if (const auto* cast = expression->As<bound::Cast>()) return ConstantLiteral(cast->child);
  if (const auto* alias = expression->As<bound::InnerAlias>()) return ConstantLiteral(alias->child);
  return nullptr;
}

std::optional<std::vector<std::optional<double>>> ConstantDoubles(const ExpressionPtr& expression) {
  std::vector<std::optional<double>> values;
  if (const bound::Expression* literal = ConstantLiteral(expression)) {
    const Value& value = literal->As<bound::Literal>()->value;
    if (value.is_null()) return std::vector<std::optional<double>>{std::nullopt};
    if (const auto* number = std::get_if<int64_t>(&value.data)) {
      values.emplace_back(static_cast<double>(*number));
    } else if (const auto* real = std::get_if<double>(&value.data)) {
      values.emplace_back(*real);
    } else if (const auto* decimal = std::get_if<int128_t>(&value.data)) {
      values.emplace_back(std::strtod(DecimalPlainText(*decimal, literal->type.scale()).c_str(), nullptr));
    } else if (const auto* text = std::get_if<std::string>(&value.data); text && expression->type.IsNumeric()) {
      // A number written as a text under a cast: CAST('-2147483648' AS INT).
      char* end = nullptr;
      const double real = std::strtod(text->c_str(), &end);
      if (text->empty() || end != text->c_str() + text->size()) return std::nullopt;
      values.emplace_back(real);
    } else if (literal->type.Is(TypeKind::kArray)) {
      for (const Value& item : value.list()) {
        const ExpressionPtr element = bound::MakeLiteral(literal->type.element_type(), item);
        const auto inner = ConstantDoubles(element);
        if (!inner || inner->size() != 1) return std::nullopt;
        values.push_back((*inner)[0]);
      }
    } else {
      return std::nullopt;
    }
    return values;
  }
  if (const auto* cast = expression->As<bound::Cast>()) return ConstantDoubles(cast->child);
  const auto* call = expression->As<bound::Call>();
  if (!call) return std::nullopt;
  if (call->function->name == "array") {
    for (const ExpressionPtr& argument : call->arguments) {
      const auto inner = ConstantDoubles(argument);
      if (!inner || inner->size() != 1) return std::nullopt;
      values.push_back((*inner)[0]);
    }
    return values;
  }
  const std::string_view name = call->function->name;
  if ((name == "+" || name == "-" || name == "*") && call->arguments.size() == 2 && expression->type.IsIntegral()) {
    const auto left = ConstantDoubles(call->arguments[0]);
    const auto right = ConstantDoubles(call->arguments[1]);
    if (!left || !right || left->size() != 1 || right->size() != 1) return std::nullopt;
    const auto& [a, b] = std::pair((*left)[0], (*right)[0]);
    if (!a || !b) return std::vector<std::optional<double>>{std::nullopt};
    const double result = name == "+" ? *a + *b : name == "-" ? *a - *b : *a * *b;
    // Beyond it a double does not hold every integer, and an INT overflows far before.
    if (std::abs(result) > 9007199254740992.0) return std::nullopt;
    return std::vector<std::optional<double>>{result};
  }
  if (call->function->name == "negative" && call->arguments.size() == 1) {
    auto inner = ConstantDoubles(call->arguments[0]);
    if (!inner || inner->size() != 1) return std::nullopt;
    if ((*inner)[0]) (*inner)[0] = -*(*inner)[0];
    return inner;
  }
  return std::nullopt;
}

std::optional<int64_t> ConstantInteger(const ExpressionPtr& expression) {
  const auto values = ConstantDoubles(expression);
  if (!values || values->size() != 1 || !(*values)[0]) return std::nullopt;
  return static_cast<int64_t>(*(*values)[0]);
}

std::optional<std::string> ConstantText(const ExpressionPtr& expression) {
  const bound::Expression* literal = ConstantLiteral(expression);
  if (!literal) return std::nullopt;
  const auto* text = std::get_if<std::string>(&literal->As<bound::Literal>()->value.data);
  return text ? std::optional(*text) : std::nullopt;
}

}  // namespace firesteel::functions
