#include "analyzer/expression/grouping_marker.h"
#include "analyzer/ordering.h"
#include "analyzer/relation/clause.h"
#include "analyzer/relation/relations.h"
#include "analyzer/select/aggregate_state.h"
#include "analyzer/suggestion.h"

namespace firesteel::analyzer {
namespace {

// ORDER BY 2: the column of that position.
std::optional<int64_t> Ordinal(const plan::ExpressionPtr& expression) {
  const auto* literal = expression->As<plan::Literal>();
  if (!literal || !literal->value.type.Is(TypeKind::kInt) || literal->value.value.is_null()) return std::nullopt;
  return literal->value.value.integer();
}

bound::SortOrder WithDirection(bound::ExpressionPtr child, const plan::SortOrder& order) {
  return {std::move(child), order.ascending, order.nulls_first.value_or(order.ascending)};
}

// A name that several columns of a SELECT list have means the column below, if there is one: SELECT a, b AS a … ORDER
// BY a.
bound::SortOrder ResolveOrder(Analysis& analysis, ExpressionResolver& resolver, const ScopePtr& child,
                              const plan::SortOrder& order) {
  try {
    return resolver.ResolveOrder(order);
  } catch (const QueryError& error) {
    const auto* attribute = order.child->As<plan::UnresolvedAttribute>();
    const bool selected = child->reach == Reach::kProject && !child->aggregate;
    if (error.condition() != "AMBIGUOUS_REFERENCE" || !attribute || attribute->plan_id || !selected) throw;
    const std::vector<NameMatch> below = FindColumns(child->inputs, attribute->parts, analysis.case_sensitive());
    if (below.size() != 1) ThrowUnresolvedColumn(attribute->parts, child->output, order.child->origin);
    if (!below[0].fields.empty()) throw;
    if (!child->Contains(below[0].attribute.id)) {
      return WithDirection(resolver.ResolveBelow(attribute->parts, order.child->origin), order);
    }
    return WithDirection(bound::MakeReference(below[0].attribute, order.child->origin), order);
  }
}

void RefuseGenerators(const std::vector<bound::SortOrder>& orders, bool is_global,
                      const bound::SessionSettings& settings) {
  bool found = false;
  std::string list;
  for (const bound::SortOrder& order : orders) {
    found = found || HasGenerator(order.child);
    list += (list.empty() ? "" : ", ") +
            OrderText({PlanReferences(order.child), order.ascending, order.nulls_first}, settings);
  }
  if (!found) return;
  throw QueryError("UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
                   {{"plan", "Sort [" + list + "], " + (is_global ? "true" : "false")}});
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Sort& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  const bound::SessionSettings& settings = analysis.settings();
  std::vector<bound::SortOrder> orders;
  ExpressionResolver resolver(analysis, {child});
  resolver.AllowMissing();
  std::vector<bool> is_ordinal;
  if (node.by_all) {
    const plan::SortOrder direction = node.orders.empty() ? plan::SortOrder{} : node.orders[0];
    for (const bound::Attribute& attribute : child->output) {
      orders.push_back(WithDirection(bound::MakeReference(attribute, self.origin), direction));
    }
  }
  for (const plan::SortOrder& order : node.orders) {
    if (node.by_all) break;
    if (order.child->As<plan::UnresolvedStar>()) {
      throw QueryError("INVALID_USAGE_OF_STAR_OR_REGEX", {{"elem", "'*'"}, {"prettyName", "Sort"}},
                       order.child->origin);
    }
    const std::optional<int64_t> ordinal = settings.order_by_ordinal ? Ordinal(order.child) : std::nullopt;
    if (!ordinal) {
      orders.push_back(ResolveOrder(analysis, resolver, child, order));
      continue;
    }
    if (*ordinal < 1 || *ordinal > static_cast<int64_t>(child->output.size())) {
      throw QueryError("ORDER_BY_POS_OUT_OF_RANGE",
                       {{"index", std::to_string(*ordinal)}, {"size", std::to_string(child->output.size())}},
                       order.child->origin);
    }
    const bound::Attribute& column = child->output[static_cast<size_t>(*ordinal - 1)];
    orders.push_back(WithDirection(bound::MakeReference(column, order.child->origin), order));
  }

  ScopePtr input = child;
  if (child->aggregate) {
    AggregateExtension extension(analysis, child);
    for (bound::SortOrder& order : orders) {
      if (HasWindow(order.child)) CheckOperator(order.child, "Sort", settings, self.origin);
      order.child = extension.Add(order.child);
    }
    input = extension.Apply();
  } else {
    input = resolver.ExposedInput();
  }
  RefuseGenerators(orders, node.is_global, settings);
  for (const bound::SortOrder& order : orders) {
    RefuseGroupingMarkers(order.child);
    CheckOperator(order.child, "Sort", settings, self.origin);
    CheckOrderable(order, settings);
  }
  auto sorted = PassThrough(input, bound::Sort{input->relation, std::move(orders), node.is_global}, self.origin);
  return input == child ? ScopePtr(sorted) : ProjectTo(sorted, child->output);
}

}  // namespace firesteel::analyzer
