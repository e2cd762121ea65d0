#include "analyzer/relation/join_subquery.h"

#include <set>
#include <utility>

#include "analyzer/expression/resolver.h"
#include "base/error.h"
#include "bound/subquery.h"

namespace firesteel::analyzer {
namespace {

using Type = bound::Join::Type;
using Ids = std::set<bound::AttributeId>;

// Columns of the queries around that a query names.
void CollectOuter(const bound::Relation& relation, Ids& ids) {
  for (const bound::RelationPtr& child : bound::Children(relation)) CollectOuter(*child, ids);
  for (const bound::ExpressionPtr& expression : bound::Expressions(relation)) {
    (void)bound::AnyOf(expression, [&](const bound::Expression& e) {
      if (const auto* outer = e.As<bound::OuterRef>()) ids.insert(outer->id);
      if (const bound::RelationPtr* query = bound::SubqueryOf(e)) CollectOuter(**query, ids);
      return false;
    });
  }
}

// A projection of all columns of a side and one more.
ScopePtr WithColumn(const ScopePtr& side, const bound::NamedExpression& column, const OriginPtr& origin) {
  std::vector<bound::NamedExpression> columns;
  std::vector<bound::Attribute> output;
  for (const bound::Attribute& attribute : side->output) {
    columns.push_back({attribute, bound::MakeReference(attribute)});
    output.push_back(attribute);
  }
  columns.push_back(column);
  output.push_back(column.output);
  auto scope = MakeScope(bound::MakeRelation(bound::Project{side->relation, std::move(columns)}, output, origin),
                         {side}, Reach::kProject);
  scope->hidden = side->hidden;
  return scope;
}

class SubqueryPlacer {
 public:
  SubqueryPlacer(Analysis& analysis, JoinParts& parts, Type type, const OriginPtr& origin)
      : analysis_(analysis), parts_(parts), moves_(type != Type::kInner && type != Type::kCross), origin_(origin) {}

  bound::ExpressionPtr Place(const bound::ExpressionPtr& expression) {
    // NOT x IN (query) is one thing: its nulls are others than those of the IN inside.
    const auto* call = expression->As<bound::Call>();
    const bool is_negated =
        call && call->function->name == "not" && call->arguments[0]->As<bound::InSubquery>() != nullptr;
    const bound::ExpressionPtr& subquery = is_negated ? call->arguments[0] : expression;
    const bound::RelationPtr* query = bound::SubqueryOf(*subquery);
    if (!query) {
      std::vector<bound::ExpressionPtr> children = bound::Children(*expression);
      bool changed = false;
      for (bound::ExpressionPtr& child : children) {
        bound::ExpressionPtr placed = Place(child);
        changed = changed || placed != child;
        child = std::move(placed);
      }
      return changed ? bound::WithChildren(expression, std::move(children)) : expression;
    }
    Ids needed;
    CollectOuter(**query, needed);
    if (subquery->As<bound::ScalarSubquery>() && !needed.empty()) {
      throw QueryError("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY",
                       {{"treeNode", "Join"}}, origin_);
    }
    for (const bound::ExpressionPtr& value : bound::Children(*subquery)) {
      (void)bound::AnyOf(value, [&](const bound::Expression& e) {
        if (const auto* reference = e.As<bound::AttributeRef>()) needed.insert(reference->id);
        return false;
      });
    }
    bool of_left = false;
    bool of_right = false;
    for (const bound::AttributeId id : needed) {
      of_left = of_left || parts_.left->Contains(id);
      of_right = of_right || parts_.right->Contains(id);
    }
    if (of_left && of_right) {
      throw QueryError("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION",
                       {{"subqueryExpression", QualifiedSql(subquery, analysis_.settings())}});
    }
    if (!moves_) return expression;
    ScopePtr& side = of_left ? parts_.left : parts_.right;
    const bound::NamedExpression column{analysis_.NewAttribute("subquery", expression->type, expression->nullable),
                                        expression};
    side = WithColumn(side, column, origin_);
    return bound::MakeReference(column.output, expression->origin);
  }

 private:
  Analysis& analysis_;
  JoinParts& parts_;
  const bool moves_;
  const OriginPtr origin_;
};

}  // namespace

JoinParts PlaceSubqueries(Analysis& analysis, JoinParts parts, Type type, const OriginPtr& origin) {
  parts.condition = SubqueryPlacer(analysis, parts, type, origin).Place(bound::ExpressionPtr(parts.condition));
  return parts;
}

}  // namespace firesteel::analyzer
