#include "analyzer/select/nullability.h"

#include <algorithm>
#include <optional>

#include "functions/function.h"
#include "types/coercion.h"

namespace firesteel::analyzer {
namespace {

std::optional<bool> ComputedNullability(const bound::ExpressionPtr& expression) {
  if (const auto* call = expression->As<bound::Call>()) {
    switch (call->function->nullability) {
      case functions::Nullability::kAny:
        return std::any_of(call->arguments.begin(), call->arguments.end(),
                           [](const bound::ExpressionPtr& argument) { return argument->nullable; });
      case functions::Nullability::kRule:
        if (call->function->nullable_rule) return call->function->nullable_rule(*expression);
        return std::nullopt;
      case functions::Nullability::kNever:
      case functions::Nullability::kAlways:
        return std::nullopt;
    }
  }
  if (const auto* cast = expression->As<bound::Cast>()) {
    return cast->child->nullable || cast->mode == EvalMode::kTry ||
           CastMayReturnNull(cast->child->type, expression->type, cast->mode);
  }
  if (const auto* field = expression->As<bound::GetField>()) {
    if (field->through_array) return field->child->nullable;
    return field->child->nullable || field->child->type.fields()[static_cast<size_t>(field->ordinal)].nullable;
  }
  if (const auto* alias = expression->As<bound::InnerAlias>()) return alias->child->nullable;
  return std::nullopt;
}

}  // namespace

bound::ExpressionPtr RefreshNullability(const bound::ExpressionPtr& expression) {
  return bound::TransformUp(expression, [](const bound::ExpressionPtr& e) -> bound::ExpressionPtr {
    const std::optional<bool> nullable = ComputedNullability(e);
    // Only what became nullable: a rule of binding may know better than the row that a call never gives null.
    if (!nullable || !*nullable || e->nullable) return nullptr;
    bound::Expression copy = *e;
    copy.nullable = true;
    return std::make_shared<const bound::Expression>(std::move(copy));
  });
}

}  // namespace firesteel::analyzer
