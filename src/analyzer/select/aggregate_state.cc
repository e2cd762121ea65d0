#include "analyzer/select/aggregate_state.h"

#include "analyzer/expression/grouping_marker.h"
#include "analyzer/expression/resolver.h"
#include "analyzer/suggestion.h"
#include "bound/python_eval_type.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

std::string PlanTexts(const std::vector<bound::ExpressionPtr>& list, const bound::SessionSettings& settings) {
  std::string text;
  for (const bound::ExpressionPtr& e : list)
    text += (text.empty() ? "" : ",") + functions::MessageSql(*PlanReferences(e), settings);
  return text;
}

bound::ExpressionPtr Call(std::string_view name, std::vector<bound::ExpressionPtr> arguments,
                          const bound::SessionSettings& settings, const OriginPtr& origin) {
  const functions::Function* function = functions::Find(name);
  if (!function) ThrowUnsupported("function " + std::string(name), origin);
  return functions::Bind(
      {*function, std::move(arguments), std::string(name), settings, origin, false, nullptr, {}, {}});
}

// Column names of the outer query that a subquery refers to stay; their groups are checked by the engine's own rules.
// The first column of the input that stands outside of aggregate calls.
bool FindBareReference(const bound::ExpressionPtr& expression, bound::ExpressionPtr* found) {
  if (bound::IsAggregate(*expression) || IsGroupingMarker(*expression)) return false;
  if (expression->As<bound::AttributeRef>()) {
    *found = expression;
    return true;
  }
  for (const bound::ExpressionPtr& child : bound::Children(*expression)) {
    if (FindBareReference(child, found)) return true;
  }
  return false;
}

ScopePtr FindAggregate(ScopePtr scope) {
  while (scope->reach != Reach::kAggregate) scope = scope->inputs[0];
  return scope;
}

}  // namespace

GroupRewriter::GroupRewriter(const AggregateState& state, const bound::SessionSettings& settings)
    : state_(state), settings_(settings) {
  for (size_t i = 0; i < state.keys.size(); ++i) by_hash_.emplace(bound::SemanticHash(*state.keys[i]), i);
  if (state.grouping_id) Allow(state.grouping_id->id);
}

const bound::Attribute* GroupRewriter::FindGroup(const bound::Expression& expression) const {
  if (by_hash_.empty() || expression.As<bound::Literal>()) return nullptr;
  const auto [begin, end] = by_hash_.equal_range(bound::SemanticHash(expression));
  const bound::Attribute* found = nullptr;
  size_t first = state_.keys.size();
  for (auto it = begin; it != end; ++it) {
    if (it->second < first && bound::SemanticEquals(*state_.keys[it->second], expression)) {
      first = it->second;
      found = &state_.groups[first].output;
    }
  }
  return found;
}

bound::ExpressionPtr GroupRewriter::RewriteMarker(const bound::Expression& marker) const {
  const auto& call = *marker.As<bound::Call>();
  if (!state_.grouping_id) throw QueryError("UNSUPPORTED_GROUPING_EXPRESSION", {}, marker.origin);
  const bound::ExpressionPtr id = bound::MakeReference(*state_.grouping_id, marker.origin);
  if (call.function == &kGroupingId) {
    bool same = call.arguments.empty() || call.arguments.size() == state_.keys.size();
    for (size_t i = 0; same && i < call.arguments.size(); ++i) {
      same = bound::SemanticEquals(*call.arguments[i], *state_.keys[i]);
    }
    if (same) return id;
    throw QueryError("GROUPING_ID_COLUMN_MISMATCH", {{"groupingIdColumn", PlanTexts(call.arguments, settings_)},
                                                     {"groupByColumns", PlanTexts(state_.keys, settings_)}});
  }
  for (size_t i = 0; i < state_.keys.size(); ++i) {
    if (!bound::SemanticEquals(*call.arguments[0], *state_.keys[i])) continue;
    const auto shift = static_cast<int64_t>(state_.keys.size() - 1 - i);
    bound::ExpressionPtr shifted =
        Call("shiftright", {id, bound::MakeLiteral(DataType::Int(), Value{shift})}, settings_, marker.origin);
    bound::ExpressionPtr bit =
        Call("&", {shifted, bound::MakeLiteral(DataType::Long(), Value{int64_t{1}})}, settings_, marker.origin);
    return bound::MakeCast(bit, DataType::Byte(), EvalMode::kLegacy, true);
  }
  throw QueryError("GROUPING_COLUMN_MISMATCH",
                   {{"grouping", functions::MessageSql(*PlanReferences(call.arguments[0]), settings_)},
                    {"groupingColumns", PlanTexts(state_.keys, settings_)}});
}

bound::ExpressionPtr GroupRewriter::TryRewrite(const bound::ExpressionPtr& expression,
                                               bound::ExpressionPtr* offending) const {
  if (bound::IsAggregate(*expression)) return expression;
  if (IsGroupingMarker(*expression)) return RewriteMarker(*expression);
  if (const bound::Attribute* group = FindGroup(*expression)) {
    bound::ExpressionPtr reference = bound::MakeReference(*group, expression->origin);
    if (const auto* old = expression->As<bound::AttributeRef>()) {
      bound::AttributeRef named = *old;  // keeps the spelling of this place
      named.id = group->id;
      reference = bound::Make(std::move(named), group->type, group->nullable, expression->origin);
    }
    return reference;
  }
  if (const auto* reference = expression->As<bound::AttributeRef>()) {
    if (allowed_.count(reference->id)) return expression;
    *offending = expression;
    return nullptr;
  }
  std::vector<bound::ExpressionPtr> children = bound::Children(*expression);
  const auto* window = expression->As<bound::WindowCall>();
  bool changed = false;
  for (bound::ExpressionPtr& child : children) {
    bound::ExpressionPtr rewritten;
    if (window && child == window->function) {
      // f(args) OVER: the function itself is no aggregate of this query, its arguments are over the groups.
      std::vector<bound::ExpressionPtr> arguments = bound::Children(*child);
      bool arguments_changed = false;
      for (bound::ExpressionPtr& argument : arguments) {
        // Under grouping sets Spark does not find the groups inside of an aggregate over a window.
        const bool bare = !state_.grouping_sets.empty() && bound::IsAggregate(*child);
        if (bare && FindBareReference(argument, offending)) return nullptr;
        bound::ExpressionPtr new_argument = TryRewrite(argument, offending);
        if (!new_argument) return nullptr;
        arguments_changed = arguments_changed || new_argument != argument;
        argument = std::move(new_argument);
      }
      rewritten = arguments_changed ? bound::WithChildren(child, std::move(arguments)) : child;
    } else {
      rewritten = TryRewrite(child, offending);
    }
    if (!rewritten) return nullptr;
    changed = changed || rewritten != child;
    child = std::move(rewritten);
  }
  if (!changed) return expression;
  bound::ExpressionPtr result = bound::WithChildren(expression, std::move(children));
  return result;
}

bound::ExpressionPtr GroupRewriter::Rewrite(const bound::ExpressionPtr& expression, const OriginPtr& origin) const {
  bound::ExpressionPtr offending;
  bound::ExpressionPtr result = TryRewrite(expression, &offending);
  if (result) return result;
  if (state_.keys.empty() && state_.grouping_sets.empty()) throw QueryError("MISSING_GROUP_BY", {}, origin);
  const std::string text = functions::MessageSql(*offending, settings_);
  throw QueryError("MISSING_AGGREGATION", {{"expression", DoubleQuoted(text)},
                                           {"expressionAnyValue", DoubleQuoted("any_value(" + text + ")")}});
}

AggregateExtension::AggregateExtension(Analysis& analysis, ScopePtr scope)
    : analysis_(analysis),
      scope_(std::move(scope)),
      aggregate_(FindAggregate(scope_)),
      state_(*aggregate_->aggregate),
      rewriter_(state_, analysis.settings()) {}

bound::ExpressionPtr AggregateExtension::Column(const bound::ExpressionPtr& expression, const std::string& name) {
  const auto reference = [&](const bound::NamedExpression& column) {
    if (!scope_->Contains(column.output.id)) exposed_.insert(column.output.id);
    return bound::MakeReference(column.output, expression->origin);
  };
  for (const bound::NamedExpression& column : aggregate_->relation->As<bound::Aggregate>()->outputs) {
    if (bound::SemanticEquals(*column.expression, *expression)) return reference(column);
  }
  for (const bound::NamedExpression& column : added_) {
    if (bound::SemanticEquals(*column.expression, *expression)) return reference(column);
  }
  bound::Attribute output;
  if (const auto* plain = expression->As<bound::AttributeRef>()) {
    output = {plain->id, plain->name, expression->type, expression->nullable, {}, plain->qualifier};
  } else {
    output = analysis_.NewAttribute(name, expression->type, expression->nullable);
  }
  added_.push_back({output, expression});
  return reference(added_.back());
}

bound::ExpressionPtr AggregateExtension::Lift(const bound::ExpressionPtr& expression) {
  if (const auto* plain = expression->As<bound::AttributeRef>(); plain && scope_->Contains(plain->id)) {
    return expression;
  }
  if (bound::IsAggregate(*expression)) {
    return Column(expression, functions::PrettySql(*expression, analysis_.settings()));
  }
  // The largest part that is made of groups only becomes one column. A window function stays above the aggregate: the
  // HAVING between them comes first.
  const bool stays = HasAggregate(expression) || HasWindow(expression);
  if (!stays && !expression->As<bound::Literal>()) {
    bound::ExpressionPtr offending;
    const bound::ExpressionPtr over_groups = rewriter_.TryRewrite(expression, &offending);
    if (over_groups && over_groups != expression) {
      return Column(over_groups, functions::PrettySql(*expression, analysis_.settings()));
    }
    if (over_groups && expression->As<bound::AttributeRef>()) {
      return Column(over_groups, functions::PrettySql(*expression, analysis_.settings()));
    }
  }
  if (const auto* plain = expression->As<bound::AttributeRef>()) {
    std::vector<std::string> name = {plain->name};
    ThrowUnresolvedColumn(name, scope_->output, expression->origin);
  }
  return LiftChildren(expression);
}

// What a window applies over its rows is no aggregate of the groups, but its arguments are made of them.
bound::ExpressionPtr AggregateExtension::LiftChildren(const bound::ExpressionPtr& expression) {
  const auto* window = expression->As<bound::WindowCall>();
  std::vector<bound::ExpressionPtr> children = bound::Children(*expression);
  bool changed = false;
  for (bound::ExpressionPtr& child : children) {
    bound::ExpressionPtr lifted = window && child == window->function ? LiftChildren(child) : Lift(child);
    changed = changed || lifted != child;
    child = std::move(lifted);
  }
  return changed ? bound::WithChildren(expression, std::move(children)) : expression;
}

bound::ExpressionPtr AggregateExtension::Add(const bound::ExpressionPtr& expression) { return Lift(expression); }

ScopePtr AggregateExtension::Apply() {
  if (exposed_.empty()) return scope_;
  const auto rebuild = [&](const ScopePtr& scope, const auto& self) -> ScopePtr {
    if (scope != aggregate_) {
      // The nodes between: the same over the extended aggregate; Expose then carries the columns up.
      auto copy = std::make_shared<Scope>();
      const ScopePtr child = self(scope->inputs[0], self);
      copy->inputs = {child};
      copy->output = scope->output;
      copy->hidden = scope->hidden;
      copy->reach = scope->reach;
      copy->aggregate = scope->aggregate;
      copy->plan_ids = scope->plan_ids;
      if (const auto* project = scope->relation->As<bound::Project>()) {
        copy->relation = bound::MakeRelation(bound::Project{child->relation, project->expressions},
                                             scope->relation->output, scope->relation->origin);
      } else {
        copy->relation = WithChild(*scope->relation, child->relation);
        copy->output = copy->relation->output;
      }
      return copy;
    }
    bound::Aggregate node = *scope->relation->As<bound::Aggregate>();
    std::vector<bound::Attribute> output = scope->relation->output;
    for (const bound::NamedExpression& column : added_) {
      node.outputs.push_back(column);
      output.push_back(column.output);
    }
    auto copy = MakeScope(bound::MakeRelation(std::move(node), output, scope->relation->origin), scope->inputs,
                          Reach::kAggregate);
    for (size_t i = 0; i < scope->output.size(); ++i) copy->output[i] = scope->output[i];
    copy->aggregate = scope->aggregate;
    copy->plan_ids = scope->plan_ids;
    return copy;
  };
  return Expose(added_.empty() ? scope_ : rebuild(scope_, rebuild), exposed_);
}

}  // namespace firesteel::analyzer
