#include "analyzer/name.h"
#include "analyzer/relation/relations.h"
#include "analyzer/select/generator.h"
#include "functions/function.h"
#include "functions/listing.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

namespace {

/// LATERAL VIEW does not see functions of tables only.
bool IsSeen(Analysis& analysis, const plan::UnresolvedFunction& call) {
  const std::string& name = call.name.back();
  if (FoldCase(name).starts_with("variant_explode")) return false;
  return call.name.size() > 1 || functions::Find(name) || analysis.environment().FindPythonFunction(name);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::LateralView& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  if (const auto* call = node.generator->As<plan::UnresolvedFunction>(); call && !IsSeen(analysis, *call)) {
    throw QueryError("ROUTINE_NOT_FOUND",
                     {{"routineName", QuoteIdentifiers({analysis.settings().current_database, call->name.back()})}},
                     self.origin);
  }
  ExpressionResolver resolver(analysis, {child});
  const bound::ExpressionPtr generator = resolver.Resolve(node.generator);
  if (!IsGenerator(*generator)) {
    const auto* call = generator->As<bound::Call>();
    const std::string name(call ? call->function->name : std::string_view("expression"));
    throw QueryError("UNSUPPORTED_GENERATOR.NOT_GENERATOR",
                     {{"functionName", QuoteIdentifier(name)},
                      {"classCanonicalName", call ? functions::ClassName(*call->function) : name}},
                     self.origin);
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
