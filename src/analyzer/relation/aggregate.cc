#include "analyzer/expression/grouping_marker.h"
#include "analyzer/name.h"
#include "analyzer/ordering.h"
#include "analyzer/relation/pivot.h"
#include "analyzer/relation/relations.h"
#include "analyzer/relation/time_window.h"
#include "analyzer/select/grouping_sets.h"
#include "analyzer/select/select_builder.h"
#include "bound/python_eval_type.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

void CheckKey(const bound::ExpressionPtr& key, const bound::SessionSettings& settings) {
  bound::ExpressionPtr offending;
  const auto find = [&](const auto& self, const bound::ExpressionPtr& e) -> void {
    if (offending) return;
    if (bound::IsAggregate(*e)) {
      offending = e;
      return;
    }
    for (const bound::ExpressionPtr& child : bound::Children(*e)) self(self, child);
  };
  if (key->As<bound::WindowCall>()) {
    offending = key;
  } else {
    find(find, key);
  }
  if (offending) {
    throw QueryError("GROUP_BY_AGGREGATE", {{"sqlExpr", QualifiedSql(offending, settings)}}, offending->origin);
  }
  if (key->type.Is(TypeKind::kString) && key->type.collation() != "UTF8_BINARY") {
    ThrowUnsupported("the collation " + std::string(key->type.collation()), key->origin);
  }
  if (key->type.Is(TypeKind::kVariant)) {
    throw QueryError("GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE",
                     {{"sqlExpr", QuotedSql(*key, settings)}, {"dataType", QuoteType(key->type)}}, key->origin);
  }
}

// Resolves the GROUP BY list: columns first, then ordinals and aliases of the SELECT list.
class GroupingResolver {
 public:
  GroupingResolver(Analysis& analysis, ExpressionResolver& resolver, const std::vector<SelectItem>& items,
                   bool ordinals)
      : analysis_(analysis), resolver_(resolver), items_(items), ordinals_(ordinals) {}

  bound::ExpressionPtr Resolve(const plan::ExpressionPtr& expression) {
    bound::ExpressionPtr key = ResolveKey(expression);
    while (const auto* alias = key->As<bound::InnerAlias>()) key = bound::ExpressionPtr(alias->child);
    CheckKey(key, analysis_.settings());
    return key;
  }

 private:
  bound::ExpressionPtr ResolveKey(const plan::ExpressionPtr& expression) {
    if (expression->As<plan::UnresolvedStar>()) {
      throw QueryError("INVALID_USAGE_OF_STAR_OR_REGEX", {{"elem", "'*'"}, {"prettyName", "Aggregate"}},
                       expression->origin);
    }
    if (const auto* literal = expression->As<plan::Literal>()) {
      const bool integer = literal->value.type.Is(TypeKind::kInt) && !literal->value.value.is_null();
      if (integer && ordinals_ && analysis_.settings().group_by_ordinal) {
        return ByPosition(literal->value.value.integer(), expression->origin);
      }
    }
    const auto* attribute = expression->As<plan::UnresolvedAttribute>();
    if (!attribute || attribute->plan_id || attribute->parts.size() != 1 || !analysis_.settings().group_by_aliases) {
      return resolver_.Resolve(expression);
    }
    try {
      return resolver_.Resolve(expression);
    } catch (const QueryError& error) {
      if (!error.condition().starts_with("UNRESOLVED_COLUMN")) throw;
      for (const SelectItem& item : items_) {
        // s.x is as good as s.x AS x.
        const bool named = item.is_alias || item.expression->As<bound::GetField>();
        if (named && !HasGenerator(item.expression) &&
            SameName(item.name, attribute->parts[0], analysis_.case_sensitive())) {
          return item.expression;
        }
      }
      throw;
    }
  }

  bound::ExpressionPtr ByPosition(int64_t position, const OriginPtr& origin) {
    if (position < 1 || position > static_cast<int64_t>(items_.size())) {
      throw QueryError("GROUP_BY_POS_OUT_OF_RANGE",
                       {{"index", std::to_string(position)}, {"size", std::to_string(items_.size())}}, origin);
    }
    const SelectItem& item = items_[static_cast<size_t>(position - 1)];
    if (HasAggregate(item.expression)) {
      std::string sql = QualifiedSql(item.expression, analysis_.settings());
      sql += " AS " + QuoteIfNeeded(item.name);
      throw QueryError("GROUP_BY_POS_AGGREGATE", {{"index", std::to_string(position)}, {"aggExpr", sql}}, origin);
    }
    return item.expression;
  }

  Analysis& analysis_;
  ExpressionResolver& resolver_;
  const std::vector<SelectItem>& items_;
  const bool ordinals_;
};

// GROUP BY ALL: every item without an aggregate. One that mixes aggregates with columns that are not grouped is
// refused.
std::vector<bound::ExpressionPtr> AllKeys(const std::vector<SelectItem>& items, const OriginPtr& origin) {
  std::vector<bound::ExpressionPtr> keys;
  for (const SelectItem& item : items) {
    if (!HasAggregate(item.expression) && !HasWindow(item.expression) && !item.expression->As<bound::Literal>()) {
      keys.push_back(item.expression);
    }
  }
  const auto grouped = [&](const bound::ExpressionPtr& e) {
    for (const bound::ExpressionPtr& key : keys) {
      if (bound::SemanticEquals(*key, *e)) return true;
    }
    return false;
  };
  const auto covered = [&](const auto& self, const bound::ExpressionPtr& e) -> bool {
    if (bound::IsAggregate(*e) || grouped(e)) return true;
    if (e->As<bound::AttributeRef>()) return false;
    for (const bound::ExpressionPtr& child : bound::Children(*e)) {
      if (!self(self, child)) return false;
    }
    return true;
  };
  for (const SelectItem& item : items) {
    if (HasAggregate(item.expression) && !covered(covered, item.expression)) {
      throw QueryError("UNRESOLVED_ALL_IN_GROUP_BY", {}, origin);
    }
  }
  return keys;
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Aggregate& node, const plan::Relation& self) {
  if (node.kind == plan::Aggregate::Kind::kPivot) return ResolvePivotAggregate(analysis, node, self);
  plan::Aggregate with_window = node;
  with_window.child =
      RelationWithTimeWindow(node.child, {&with_window.aggregates, &with_window.grouping}, &with_window.grouping);
  if (with_window.child) return ResolveRelation(analysis, with_window, self);
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  // DataFrame.groupBy: the grouping columns come before the aggregates, which may name their aliases.
  std::vector<plan::ExpressionPtr> list = node.aggregates;
  if (!node.aggregates_include_grouping) list.insert(list.begin(), node.grouping.begin(), node.grouping.end());
  std::vector<SelectItem> items = ResolveSelectList(resolver, analysis, list);

  Grouping grouping;
  if (node.group_by_all) {
    grouping.keys = AllKeys(items, self.origin);
  } else {
    GroupingResolver keys(analysis, resolver, items, node.aggregates_include_grouping);
    grouping = ResolveGrouping(node, [&](const plan::ExpressionPtr& e) { return keys.Resolve(e); });
  }
  return BuildAggregate(analysis, resolver.ExposedInput(), grouping, std::move(items), self.origin);
}

}  // namespace firesteel::analyzer
