#include "analyzer/relation/na_column.h"
#include "analyzer/relation/relations.h"

namespace firesteel::analyzer {
namespace {

// Neither null nor NaN.
bound::ExpressionPtr HasValue(ExpressionResolver& resolver, const bound::Attribute& column, const OriginPtr& origin) {
  const bound::ExpressionPtr reference = bound::MakeReference(column, origin);
  const bound::ExpressionPtr not_null = resolver.CallFunction("isnotnull", {reference}, origin);
  if (!column.type.Is(TypeKind::kDouble) && !column.type.Is(TypeKind::kFloat)) return not_null;
  const bound::ExpressionPtr is_nan = resolver.CallFunction("isnan", {reference}, origin);
  return resolver.CallFunction("and", {not_null, resolver.CallFunction("not", {is_nan}, origin)}, origin);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::NaDrop& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  std::vector<bound::ExpressionPtr> tests;
  for (const size_t i : NaColumns(analysis, child, node.columns, self.origin)) {
    tests.push_back(HasValue(resolver, child->output[i], self.origin));
  }
  const auto wanted = static_cast<size_t>(std::max(0, node.min_non_nulls.value_or(static_cast<int32_t>(tests.size()))));
  if (wanted == 0) return child;
  bound::ExpressionPtr condition;
  if (wanted == tests.size() || wanted == 1) {
    for (const bound::ExpressionPtr& test : tests) {
      condition = condition ? resolver.CallFunction(wanted == 1 && tests.size() > 1 ? "or" : "and", {condition, test},
                                                    self.origin)
                            : test;
    }
  } else {
    const auto number = [](int64_t value) { return bound::MakeLiteral(DataType::Int(), Value{value}); };
    bound::ExpressionPtr sum = number(0);
    for (const bound::ExpressionPtr& test : tests) {
      sum = resolver.CallFunction("+", {sum, resolver.CallFunction("if", {test, number(1), number(0)}, self.origin)},
                                  self.origin);
    }
    condition = resolver.CallFunction(">=", {sum, number(static_cast<int64_t>(wanted))}, self.origin);
  }
  if (!condition) return child;
  return PassThrough(child, bound::Filter{child->relation, std::move(condition)}, self.origin);
}

}  // namespace firesteel::analyzer
