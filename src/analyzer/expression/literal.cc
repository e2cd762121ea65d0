#include "analyzer/expression/resolver.h"
#include "analyzer/suggestion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::Literal& node, const plan::Expression& self) {
  return bound::MakeLiteral(node.value.type, node.value.value, self.origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::SqlExpression& node, const plan::Expression&) {
  return Resolve(analysis_.environment().ParseExpression(node.text));
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::ParameterMarker& node, const plan::Expression& self) {
  ThrowUnboundParameter(node, self.origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::NamedArgument& node, const plan::Expression& self) {
  // Calls take their named arguments apart; one that stands elsewhere has no meaning.
  throw QueryError("UNEXPECTED_NAMED_ARGUMENT", {{"argumentName", node.name}}, self.origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::SortOrder& node, const plan::Expression&) {
  return Resolve(node.child);  // a direction means something only in an ORDER BY, which reads it itself
}

}  // namespace firesteel::analyzer
