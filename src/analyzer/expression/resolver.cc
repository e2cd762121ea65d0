#include "analyzer/expression/resolver.h"

#include "analyzer/name.h"
#include "base/overloaded.h"
#include "bound/python_eval_type.h"
#include "types/quoting.h"
#include "types/value_text.h"

namespace firesteel::analyzer {

bound::ExpressionPtr ExpressionResolver::Resolve(const plan::ExpressionPtr& expression) {
  if (case_operand_.first == expression.get()) return case_operand_.second;
  try {
    return std::visit([&](const auto& node) { return ResolveNode(node, *expression); }, expression->node);
  } catch (QueryError& error) {
    // The catalogue knows the call's place already; this catches DataFrame expressions that carry one further out.
    if (expression->origin && !expression->origin->sql_text) error.AddOrigin(expression->origin);
    throw;
  }
}

bound::SortOrder ExpressionResolver::ResolveOrder(const plan::SortOrder& order) {
  bound::SortOrder bound;
  bound.child = Resolve(order.child);
  bound.ascending = order.ascending;
  bound.nulls_first = order.nulls_first.value_or(order.ascending);
  return bound;
}

ScopePtr ExpressionResolver::ExposedInput(size_t index) const {
  const ScopePtr& input = inputs_[index];
  AttributeIds ids;
  for (const bound::AttributeId id : missing_) {
    if (!input->Contains(id) && CanExpose(*input, id)) ids.insert(id);
  }
  return ids.empty() ? input : Expose(input, ids);
}

bound::ExpressionPtr ExpressionResolver::CallFunction(std::string_view name,
                                                      std::vector<bound::ExpressionPtr> arguments,
                                                      const OriginPtr& origin) {
  const functions::Function* function = functions::Find(name);
  if (!function) ThrowUnsupported("function " + std::string(name), origin);
  functions::BindRequest request{*function, std::move(arguments), std::string(name), settings(), origin, false, nullptr,
                                 {},        std::nullopt};
  return functions::Bind(std::move(request));
}

std::string QuotedSql(const bound::Expression& expression, const bound::SessionSettings& settings) {
  return DoubleQuoted(functions::MessageSql(expression, settings));
}

std::string QualifiedSql(const bound::ExpressionPtr& expression, const bound::SessionSettings& settings) {
  if (expression->As<bound::PythonCall>()) {
    // Such a call's SQL shows its arguments as plans do.
    const auto number = [](const bound::ExpressionPtr& e) -> bound::ExpressionPtr {
      const auto* reference = e->As<bound::AttributeRef>();
      if (!reference) return nullptr;
      const std::string suffix = e->type.Is(TypeKind::kLong) ? "L" : "";
      bound::AttributeRef named{reference->id, reference->name + "#" + std::to_string(reference->id) + suffix, {}};
      return bound::Make(std::move(named), e->type, e->nullable, e->origin);
    };
    return functions::MessageSql(*bound::TransformUp(expression, number), settings);
  }
  const auto qualify = [&](const bound::ExpressionPtr& e) -> bound::ExpressionPtr {
    // Literals stand there as a statement would write them: 1L, X'00', 'a'.
    if (const auto* literal = e->As<bound::Literal>(); literal && !literal->value.is_null()) {
      return bound::Make(bound::AttributeRef{0, LiteralSql(e->type, literal->value, settings.time_zone), {}}, e->type,
                         e->nullable, e->origin);
    }
    if (const auto* outer = e->As<bound::OuterRef>()) {
      std::vector<std::string> parts = outer->qualifier;
      parts.push_back(outer->name);
      return bound::Make(bound::OuterRef{outer->id, DottedName(parts), {}}, e->type, e->nullable, e->origin);
    }
    const auto* reference = e->As<bound::AttributeRef>();
    if (!reference) return nullptr;
    std::vector<std::string> parts = reference->qualifier;
    parts.push_back(reference->name);
    return bound::Make(bound::AttributeRef{reference->id, DottedName(parts), {}}, e->type, e->nullable, e->origin);
  };
  return functions::MessageSql(*bound::TransformUp(expression, qualify), settings);
}

bound::ExpressionPtr PlanReferences(const bound::ExpressionPtr& expression) {
  return bound::TransformUp(expression, [](const bound::ExpressionPtr& e) -> bound::ExpressionPtr {
    const auto* reference = e->As<bound::AttributeRef>();
    if (!reference) return nullptr;
    bound::AttributeRef named{reference->id, reference->name + "#" + std::to_string(reference->id), {}};
    return bound::Make(std::move(named), e->type, e->nullable, e->origin);
  });
}

bool HasAggregate(const bound::ExpressionPtr& expression) {
  if (bound::IsAggregate(*expression)) return true;
  if (const auto* window = expression->As<bound::WindowCall>()) {
    // The function before OVER is no aggregate of the query, but its arguments may hold some.
    for (const bound::ExpressionPtr& child : bound::Children(*window->function)) {
      if (HasAggregate(child)) return true;
    }
    for (const bound::ExpressionPtr& child : bound::Children(*expression)) {
      if (child != window->function && HasAggregate(child)) return true;
    }
    return false;
  }
  for (const bound::ExpressionPtr& child : bound::Children(*expression)) {
    if (HasAggregate(child)) return true;
  }
  return false;
}

bool HasWindow(const bound::ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const bound::Expression& e) { return e.As<bound::WindowCall>() != nullptr; });
}

bool HasPythonCall(const bound::ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const bound::Expression& e) { return e.As<bound::PythonCall>() != nullptr; });
}

bool IsGenerator(const bound::Expression& expression) {
  const auto* call = expression.As<bound::Call>();
  return call && call->function->kind == functions::Kind::kGenerator;
}

bool HasGenerator(const bound::ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const bound::Expression& e) { return IsGenerator(e); });
}

bool IsFoldable(const bound::ExpressionPtr& expression) {
  return !bound::AnyOf(expression, [](const bound::Expression& e) {
    return std::visit(Overloaded{
                          [](const bound::Literal&) { return false; },
                          [](const bound::Cast&) { return false; },
                          [](const bound::GetField&) { return false; },
                          [](const bound::Lambda&) { return false; },
                          [](const bound::LambdaRef&) { return false; },
                          [](const bound::InnerAlias&) { return false; },
                          [](const bound::Call& call) {
                            return call.function->kind != functions::Kind::kScalar ||
                                   call.function->volatility == functions::Volatility::kVolatile;
                          },
                          [](const auto&) { return true; },
                      },
                      e.node);
  });
}

}  // namespace firesteel::analyzer
