#include "analyzer/relation/clause.h"
#include "analyzer/relation/relations.h"
#include "analyzer/select/select_builder.h"
#include "analyzer/select/window_builder.h"
#include "bound/python_eval_type.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

// Whether the SELECT below, through its HAVING, computes a window function.
bool SelectsWindow(const ScopePtr& scope) {
  if (scope->relation->As<bound::Window>()) return true;
  const bool through = scope->reach == Reach::kThrough || scope->reach == Reach::kProject;
  return through && !scope->inputs.empty() && SelectsWindow(scope->inputs[0]);
}

void RefuseAggregates(const bound::ExpressionPtr& expression, const bound::SessionSettings& settings) {
  if (bound::IsAggregate(*expression)) {
    throw QueryError("QUALIFY_AGGREGATE_NOT_ALLOWED", {{"aggregateExpr", QuotedSql(*expression, settings)}},
                     expression->origin);
  }
  const auto* window = expression->As<bound::WindowCall>();
  for (const bound::ExpressionPtr& child : bound::Children(*expression)) {
    if (!window || child != window->function) {
      RefuseAggregates(child, settings);
      continue;
    }
    for (const bound::ExpressionPtr& argument : bound::Children(*child)) RefuseAggregates(argument, settings);
  }
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Qualify& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  resolver.AllowMissing();
  SelectItem item;
  item.expression = resolver.Resolve(node.condition);
  const bound::SessionSettings& settings = analysis.settings();
  RefuseAggregates(item.expression, settings);
  if (!HasWindow(item.expression) && !SelectsWindow(child)) {
    throw QueryError("QUALIFY_REQUIRES_WINDOW_FUNCTION", {}, nullptr);
  }
  if (!item.expression->type.Is(TypeKind::kBoolean)) {
    // Spark's parser wraps what is no predicate in a cast.
    item.expression = resolver.MakeCheckedCast(item.expression, DataType::Boolean(), resolver.default_mode(),
                                               item.expression->origin);
  }
  ScopePtr input;
  if (child->aggregate) {
    AggregateExtension extension(analysis, child);
    item.expression = extension.Add(item.expression);
    input = extension.Apply();
  } else {
    input = resolver.ExposedInput();
  }
  input = ExtractWindows(analysis, input, {&item}, self.origin);
  CheckCondition(item.expression, "QUALIFY", settings, self.origin);
  auto filtered = PassThrough(input, bound::Filter{input->relation, std::move(item.expression)}, self.origin);
  filtered->aggregate = input->aggregate;
  const ScopePtr projected = ProjectTo(filtered, child->output);
  if (projected == filtered) return projected;
  auto scope = std::const_pointer_cast<Scope>(projected);  // made just now
  scope->aggregate = input->aggregate;
  return scope;
}

}  // namespace firesteel::analyzer
