#include "analyzer/relation/relations.h"
#include "analyzer/select/generator.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis& analysis, const plan::LateralView& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  const bound::ExpressionPtr generator = resolver.Resolve(node.generator);
  if (!IsGenerator(*generator)) {
    const auto* call = generator->As<bound::Call>();
    const std::string name(call ? call->function->name : std::string_view("expression"));
    throw QueryError("UNSUPPORTED_GENERATOR.NOT_GENERATOR",
                     {{"functionName", QuoteIdentifier(name)}, {"classCanonicalName", name}}, node.generator->origin);
  }
  const bool outer = node.outer || IsOuterGenerator(generator);
  std::vector<bound::Attribute> columns =
      GeneratorColumns(analysis, generator, node.column_aliases, outer, self.origin);
  for (bound::Attribute& column : columns) {
    if (!node.table_alias.empty()) column.qualifier = {node.table_alias};
  }
  return MakeGenerate(resolver.ExposedInput(), generator, std::move(columns), outer, self.origin);
}

}  // namespace firesteel::analyzer
