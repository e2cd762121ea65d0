#include "analyzer/expression/constant.h"
#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "analyzer/suggestion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

// Where a column that a count must not name comes from: the leaf that makes it, or the count itself when a projection
// computes it.
OriginPtr SourceOf(const bound::ExpressionPtr& count, const bound::RelationPtr& child) {
  const auto* reference = count->As<bound::AttributeRef>();
  const bound::Relation* relation = child.get();
  while (reference) {
    const std::vector<bound::RelationPtr> children = bound::Children(*relation);
    if (relation->As<bound::Range>()) return relation->origin;
    if (const auto* project = relation->As<bound::Project>()) {
      for (const bound::NamedExpression& column : project->expressions) {
        if (column.output.id == reference->id && !column.expression->As<bound::AttributeRef>()) return count->origin;
      }
    }
    if (children.size() != 1) break;
    relation = children[0].get();
  }
  return child->origin;
}

// The count of LIMIT, OFFSET or tail: a constant int that is not negative.
int64_t Count(Analysis& analysis, const ScopePtr& child, const plan::ExpressionPtr& expression,
              const std::string& name) {
  ExpressionResolver resolver(analysis, {child});
  const bound::ExpressionPtr count = resolver.Resolve(expression);
  const std::string sql = QuotedSql(*count, analysis.settings());
  if (!IsFoldable(count)) {
    throw QueryError("INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE", {{"name", name}, {"expr", sql}},
                     SourceOf(count, child->relation));
  }
  if (!count->type.Is(TypeKind::kInt)) {
    throw QueryError("INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE",
                     {{"name", name}, {"expr", sql}, {"dataType", QuoteType(count->type)}}, count->origin);
  }
  const std::optional<int64_t> value = ConstantInteger(count);
  if (!value) {
    const auto* literal = count->As<bound::Literal>();
    const auto* cast = count->As<bound::Cast>();
    if (cast) literal = cast->child->As<bound::Literal>();
    if (literal && literal->value.is_null()) {
      throw QueryError("INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL", {{"name", name}, {"expr", sql}}, count->origin);
    }
    ThrowUnsupported("a " + name + " that is not a plain number", count->origin);
  }
  if (*value < 0) {
    throw QueryError("INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
                     {{"name", name}, {"expr", sql}, {"v", std::to_string(*value)}}, count->origin);
  }
  return *value;
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Limit& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  const int64_t count = Count(analysis, child, node.count, "limit");
  return PassThrough(child, bound::Limit{child->relation, count, 0}, self.origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::Offset& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  const int64_t count = Count(analysis, child, node.count, "offset");
  return PassThrough(child, bound::Limit{child->relation, std::nullopt, count}, self.origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::Tail& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  const int64_t count = Count(analysis, child, node.count, "tail");
  return PassThrough(child, bound::Tail{child->relation, count}, self.origin);
}

}  // namespace firesteel::analyzer
