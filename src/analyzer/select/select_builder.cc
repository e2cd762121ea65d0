#include "analyzer/select/select_builder.h"

#include <algorithm>

#include "analyzer/expression/grouping_marker.h"
#include "analyzer/name.h"
#include "analyzer/select/generator.h"
#include "analyzer/select/nullability.h"
#include "analyzer/select/window_builder.h"
#include "bound/python_eval_type.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

// For each item, how many projections must come before it: an alias that is used laterally is computed one level below.
std::vector<int> LateralLevels(const std::vector<SelectItem>& items) {
  std::unordered_map<bound::AttributeId, size_t> by_id;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].id != 0) by_id.emplace(items[i].id, i);
  }
  std::vector<int> levels(items.size(), 0);
  for (size_t i = 0; i < items.size(); ++i) {
    const auto visit = [&](const bound::Expression& e) {
      if (const auto* reference = e.As<bound::AttributeRef>()) {
        const auto it = by_id.find(reference->id);
        if (it != by_id.end() && it->second < i) levels[i] = std::max(levels[i], levels[it->second] + 1);
      }
      return false;
    };
    (void)bound::AnyOf(items[i].expression, visit);
  }
  return levels;
}

std::string LateralName(const bound::ExpressionPtr& expression) {
  constexpr std::string_view kPrefix = "lateralAliasReference(";
  std::string name;
  (void)bound::AnyOf(expression, [&](const bound::Expression& e) {
    const auto* reference = e.As<bound::AttributeRef>();
    if (reference && reference->name.starts_with(kPrefix)) {
      name = reference->name.substr(kPrefix.size(), reference->name.size() - kPrefix.size() - 1);
    }
    return !name.empty();
  });
  return name;
}

// The text of a window call whose frame is not chosen yet.
std::string UnframedText(const bound::Expression& window, const bound::SessionSettings& settings) {
  std::string text = functions::MessageSql(window, settings);
  if (window.As<bound::WindowCall>()->frame.is_specified) return text;
  const size_t between = text.rfind(" BETWEEN ");
  const size_t word = between == std::string::npos ? between : text.find_last_of("( ", between - 1);
  return word == std::string::npos ? text : text.substr(0, word + 1) + "unspecifiedframe$())";
}

// Spark refuses lateral aliases inside aggregate functions and windows.
void CheckLateralUse(const bound::ExpressionPtr& expression, const bound::SessionSettings& settings) {
  (void)bound::AnyOf(expression, [&](const bound::Expression& e) {
    const bool window = e.As<bound::WindowCall>() != nullptr;
    if (!window && !bound::IsAggregate(e)) return false;
    for (const bound::ExpressionPtr& child : bound::Children(e)) {
      const std::string name = LateralName(child);
      if (name.empty()) continue;
      if (window) {
        throw QueryError("UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW",
                         {{"lca", QuoteIdentifier(name)}, {"windowExpr", DoubleQuoted(UnframedText(e, settings))}});
      }
      throw QueryError("UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC",
                       {{"lca", QuoteIdentifier(name)}, {"aggFunc", QuotedSql(e, settings)}});
    }
    return false;
  });
}

std::shared_ptr<Scope> ProjectScope(const ScopePtr& child, std::vector<bound::NamedExpression> columns,
                                    const OriginPtr& origin) {
  std::vector<bound::Attribute> output;
  output.reserve(columns.size());
  for (const bound::NamedExpression& column : columns) output.push_back(column.output);
  auto scope = MakeScope(bound::MakeRelation(bound::Project{child->relation, std::move(columns)}, output, origin),
                         {child}, Reach::kProject);
  for (const bound::Attribute& hidden : child->hidden) {
    if (!scope->Contains(hidden.id)) scope->hidden.push_back(hidden);
  }
  scope->aggregate = child->aggregate;
  return scope;
}

}  // namespace

void CheckWindowFunctions(const bound::ExpressionPtr& expression, const bound::SessionSettings& settings,
                          const OriginPtr& origin) {
  const auto* call = expression->As<bound::Call>();
  if (call && call->function->kind == functions::Kind::kWindow) {
    throw QueryError("WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", {{"funcName", QuotedSql(*expression, settings)}}, origin);
  }
  const auto* window = expression->As<bound::WindowCall>();
  for (const bound::ExpressionPtr& child : bound::Children(*expression)) {
    if (window && child == window->function) {
      for (const bound::ExpressionPtr& argument : bound::Children(*child)) {
        CheckWindowFunctions(argument, settings, origin);
      }
    } else {
      CheckWindowFunctions(child, settings, origin);
    }
  }
}

std::vector<SelectItem> ResolveSelectList(ExpressionResolver& resolver, Analysis& analysis,
                                          const std::vector<plan::ExpressionPtr>& expressions) {
  LateralAliases aliases;
  const bool lateral = analysis.settings().lateral_column_alias;
  if (lateral) resolver.SetLateralAliases(&aliases);
  std::vector<SelectItem> items;
  for (const plan::ExpressionPtr& expression : expressions) {
    const size_t before = items.size();
    resolver.ResolveItem(expression, items);
    if (!lateral || !expression->As<plan::Alias>() || items.size() != before + 1) continue;
    SelectItem& item = items.back();
    if (IsGenerator(*item.expression)) {
      if (item.generator_names.size() != 1) continue;
      const std::vector<bound::Attribute> columns = GeneratorColumns(
          analysis, item.expression, item.generator_names, item.outer_generator || IsOuterGenerator(item.expression));
      item.id = columns[0].id;
      aliases.attributes.push_back(columns[0]);
      continue;
    }
    if (!item.is_alias) continue;
    item.id = analysis.NextId();
    aliases.attributes.push_back(
        {item.id, item.name, item.expression->type, item.expression->nullable, item.metadata, {}});
  }
  resolver.SetLateralAliases(nullptr);
  if (!aliases.attributes.empty()) {
    for (const SelectItem& item : items) CheckLateralUse(item.expression, analysis.settings());
  }
  return items;
}

ScopePtr BuildProjection(Analysis& analysis, const ScopePtr& base, std::vector<SelectItem> items,
                         const OriginPtr& origin) {
  for (const SelectItem& item : items) CheckWindowFunctions(item.expression, analysis.settings(), origin);
  ScopePtr child = ExtractGenerators(analysis, base, items, origin);
  const std::vector<int> levels = LateralLevels(items);
  const int top = levels.empty() ? 0 : *std::max_element(levels.begin(), levels.end());
  for (int level = 0; level < top; ++level) {
    std::vector<SelectItem*> here;
    for (size_t i = 0; i < items.size(); ++i) {
      if (levels[i] == level && items[i].id != 0) here.push_back(&items[i]);
    }
    child = ExtractWindows(analysis, child, here, origin);
    std::vector<bound::NamedExpression> columns;
    for (const bound::Attribute& attribute : child->output) {
      columns.push_back({attribute, bound::MakeReference(attribute)});
    }
    for (SelectItem* item : here) {
      columns.push_back(MakeNamed(*item, analysis));
      item->expression = bound::MakeReference(columns.back().output);
    }
    child = ProjectScope(child, std::move(columns), origin);
  }
  std::vector<SelectItem*> all;
  for (SelectItem& item : items) all.push_back(&item);
  child = ExtractWindows(analysis, child, all, origin);
  std::vector<bound::NamedExpression> columns;
  columns.reserve(items.size());
  for (const SelectItem& item : items) columns.push_back(MakeNamed(item, analysis));
  return ProjectScope(child, std::move(columns), origin);
}

namespace {

std::shared_ptr<AggregateState> MakeState(Analysis& analysis, const ScopePtr& child, const Grouping& grouping) {
  auto state = std::make_shared<AggregateState>();
  state->child = child;
  state->keys = grouping.keys;
  state->grouping_sets = grouping.sets;
  for (size_t i = 0; i < grouping.keys.size(); ++i) {
    bound::ExpressionPtr key = grouping.keys[i];
    const auto* reference = key->As<bound::AttributeRef>();
    const auto in_set = [&](const std::vector<int32_t>& set) {
      return std::find(set.begin(), set.end(), static_cast<int32_t>(i)) != set.end();
    };
    const bool always = std::all_of(grouping.sets.begin(), grouping.sets.end(), in_set);
    bound::Attribute output;
    if (reference && !grouping.has_sets) {
      output = {reference->id,       reference->name, key->type, key->nullable, analysis.MetadataOf(reference->id),
                reference->qualifier};
    } else {
      output = analysis.NewAttribute(reference ? reference->name : functions::PrettySql(*key, analysis.settings()),
                                     key->type, key->nullable || !always);
      if (reference) {
        output.qualifier = reference->qualifier;
        output.metadata = analysis.MetadataOf(reference->id);
        analysis.RememberMetadata(output);
      }
    }
    state->groups.push_back({std::move(output), std::move(key)});
  }
  if (grouping.has_sets) {
    state->grouping_id = analysis.NewAttribute("spark_grouping_id", DataType::Long(), false);
  }
  return state;
}

bool HasOuterReference(const bound::Relation& relation) {
  const auto is_outer = [](const bound::Expression& e) { return e.As<bound::OuterRef>() != nullptr; };
  for (const bound::ExpressionPtr& expression : bound::Expressions(relation)) {
    if (bound::AnyOf(expression, is_outer)) return true;
  }
  for (const bound::RelationPtr& child : bound::Children(relation)) {
    if (HasOuterReference(*child)) return true;
  }
  return false;
}

// A correlated scalar subquery beside groups must be one of them.
void CheckSubqueries(const bound::ExpressionPtr& expression, const Grouping& grouping,
                     const bound::SessionSettings& settings) {
  if (bound::IsAggregate(*expression)) return;
  for (const bound::ExpressionPtr& child : bound::Children(*expression)) CheckSubqueries(child, grouping, settings);
  const auto* subquery = expression->As<bound::ScalarSubquery>();
  if (!subquery || !HasOuterReference(*subquery->query)) return;
  for (const bound::ExpressionPtr& key : grouping.keys) {
    if (bound::SemanticEquals(*key, *expression)) return;
  }
  throw QueryError("SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION",
                   {{"sqlExpr", QuotedSql(*expression, settings)}}, expression->origin);
}

// The expression with columns of the outer query as plain columns, called as `name` says.
template <class Name>
bound::ExpressionPtr RenameOuter(const bound::ExpressionPtr& expression, const Name& name) {
  return bound::TransformUp(expression, [&](const bound::ExpressionPtr& e) -> bound::ExpressionPtr {
    const auto* outer = e->As<bound::OuterRef>();
    if (!outer) return nullptr;
    return bound::Make(bound::AttributeRef{outer->id, name(*outer), {}}, e->type, e->nullable, e->origin);
  });
}

std::string OuterName(const bound::OuterRef& outer) {
  std::vector<std::string> parts = outer.qualifier;
  parts.push_back(outer.name);
  return "outer(" + DottedName(parts) + ")";
}

// Spark cannot compute an aggregate of a correlated subquery that names the outer query's columns.
void RefuseOuterReferences(const std::vector<SelectItem>& items, const bound::SessionSettings& settings,
                           const OriginPtr& origin) {
  const auto is_outer = [](const bound::Expression& e) { return e.As<bound::OuterRef>() != nullptr; };
  const auto is_local = [](const bound::Expression& e) { return e.As<bound::AttributeRef>() != nullptr; };
  std::string list;
  for (const SelectItem& item : items) {
    if (!bound::AnyOf(item.expression, is_outer)) continue;
    (void)bound::AnyOf(item.expression, [&](const bound::Expression& e) {
      if (!bound::IsAggregate(e)) return false;
      const auto call = std::make_shared<const bound::Expression>(e);
      if (!bound::AnyOf(call, is_outer) || !bound::AnyOf(call, is_local)) return false;
      throw QueryError("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES",
                       {{"function", QualifiedSql(call, settings)}}, e.origin);
    });
    const std::string name =
        item.is_alias ? item.name : functions::PrettySql(*RenameOuter(item.expression, OuterName), settings);
    const auto plain = [](const bound::OuterRef& outer) { return outer.name; };
    list += (list.empty() ? "" : ", ") +
            DoubleQuoted(functions::MessageSql(*RenameOuter(item.expression, plain), settings) + " AS " +
                         QuoteIfNeeded(name));
  }
  if (list.empty()) return;
  throw QueryError("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE", {{"sqlExprs", list}}, origin);
}

// The aggregates inside items become columns of their own, so that windows, generators and lateral aliases can be
// computed above the aggregate.
class AggregateSplitter {
 public:
  AggregateSplitter(Analysis& analysis, const AggregateState& state) : analysis_(analysis) {
    for (const bound::NamedExpression& group : state.groups) {
      columns_.push_back({group.output, bound::MakeReference(group.output)});
    }
    if (state.grouping_id) columns_.push_back({*state.grouping_id, bound::MakeReference(*state.grouping_id)});
  }

  bound::ExpressionPtr Split(const bound::ExpressionPtr& expression) {
    if (bound::IsAggregate(*expression)) return Column(expression);
    const auto* window = expression->As<bound::WindowCall>();
    std::vector<bound::ExpressionPtr> children = bound::Children(*expression);
    bool changed = false;
    for (bound::ExpressionPtr& child : children) {
      bound::ExpressionPtr split;
      if (window && child == window->function) {
        std::vector<bound::ExpressionPtr> arguments = bound::Children(*child);
        for (bound::ExpressionPtr& argument : arguments) argument = Split(argument);
        split = bound::WithChildren(child, std::move(arguments));
      } else {
        split = Split(child);
      }
      changed = changed || split != child;
      child = std::move(split);
    }
    return changed ? bound::WithChildren(expression, std::move(children)) : expression;
  }

  std::vector<bound::NamedExpression> TakeColumns() { return std::move(columns_); }

 private:
  bound::ExpressionPtr Column(const bound::ExpressionPtr& call) {
    for (const bound::NamedExpression& column : columns_) {
      if (bound::SemanticEquals(*column.expression, *call)) return bound::MakeReference(column.output, call->origin);
    }
    bound::Attribute output =
        analysis_.NewAttribute(functions::PrettySql(*call, analysis_.settings()), call->type, call->nullable);
    columns_.push_back({output, call});
    return bound::MakeReference(output, call->origin);
  }

  Analysis& analysis_;
  std::vector<bound::NamedExpression> columns_;
};

ScopePtr AggregateScope(const ScopePtr& child, const std::shared_ptr<AggregateState>& state,
                        std::vector<bound::NamedExpression> outputs, const OriginPtr& origin) {
  std::vector<bound::Attribute> output;
  for (const bound::NamedExpression& column : outputs) output.push_back(column.output);
  bound::Aggregate node{child->relation, state->groups, std::move(outputs), state->grouping_sets, state->grouping_id};
  auto scope = MakeScope(bound::MakeRelation(std::move(node), std::move(output), origin), {child}, Reach::kAggregate);
  scope->aggregate = state;
  return scope;
}

}  // namespace

ScopePtr BuildAggregate(Analysis& analysis, const ScopePtr& child, const Grouping& grouping,
                        std::vector<SelectItem> items, const OriginPtr& origin) {
  const std::shared_ptr<AggregateState> state = MakeState(analysis, child, grouping);
  GroupRewriter rewriter(*state, analysis.settings());
  bool split = false;
  for (const SelectItem& item : items) {
    if (item.id != 0) rewriter.Allow(item.id);
    split =
        split || HasWindow(item.expression) || HasGenerator(item.expression) || !LateralName(item.expression).empty();
  }
  RefuseOuterReferences(items, analysis.settings(), origin);
  for (SelectItem& item : items) {
    CheckWindowFunctions(item.expression, analysis.settings(), origin);
    CheckSubqueries(item.expression, grouping, analysis.settings());
    item.expression = RefreshNullability(rewriter.Rewrite(item.expression, origin));
  }
  if (!split) {
    std::vector<bound::NamedExpression> outputs;
    for (const SelectItem& item : items) outputs.push_back(MakeNamed(item, analysis));
    return AggregateScope(child, state, std::move(outputs), origin);
  }
  AggregateSplitter splitter(analysis, *state);
  for (SelectItem& item : items) item.expression = splitter.Split(item.expression);
  return BuildProjection(analysis, AggregateScope(child, state, splitter.TakeColumns(), origin), std::move(items),
                         origin);
}

}  // namespace firesteel::analyzer
