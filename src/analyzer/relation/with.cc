#include "analyzer/name.h"
#include "analyzer/relation/recursive_definition.h"
#include "analyzer/relation/relations.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

// A definition that is referred to once stands in the place of the reference: nothing to compute twice, and filters
// can be pushed into it.
void Inline(CteDefinition& definition) {
  bound::Relation& reference = *definition.references[0];
  bound::Project project{definition.scope->relation, {}};
  for (size_t i = 0; i < reference.output.size(); ++i) {
    project.expressions.push_back({reference.output[i], bound::MakeReference(definition.scope->output[i])});
  }
  reference.node = std::move(project);
}

void CheckNames(const plan::With& node, bool case_sensitive, const OriginPtr& origin) {
  for (size_t i = 0; i < node.definitions.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (!SameName(node.definitions[i].name, node.definitions[j].name, case_sensitive)) continue;
      throw QueryError("DUPLICATED_CTE_NAMES", {{"duplicateNames", QuoteIdentifier(node.definitions[i].name)}}, origin,
                       ErrorClass::kParse);
    }
  }
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::With& node, const plan::Relation& self) {
  CheckNames(node, analysis.case_sensitive(), self.origin);
  std::vector<std::shared_ptr<CteDefinition>>& open = analysis.ctes();
  const size_t depth = open.size();
  struct Close {
    std::vector<std::shared_ptr<CteDefinition>>& open;
    const size_t depth;
    ~Close() { open.resize(depth); }
  } close{open, depth};

  std::vector<std::shared_ptr<CteDefinition>> definitions;
  for (const plan::With::Definition& written : node.definitions) {
    auto definition = std::make_shared<CteDefinition>();
    definition->name = written.name;
    definition->cte_id = analysis.NextId();
    if (node.is_recursive) open.push_back(definition);  // seen by itself, without a scope
    const ScopePtr query = node.is_recursive ? ResolveRecursiveDefinition(analysis, *definition, written, self.origin)
                                             : analysis.Resolve(written.query);
    definition->scope = AliasScope(analysis, query, {written.name}, written.column_aliases, written.origin);
    definitions.push_back(definition);
    if (!node.is_recursive) open.push_back(definition);
  }
  const ScopePtr child = analysis.Resolve(node.child);

  bound::WithCte with;
  for (const auto& definition : definitions) {
    if (definition->references.size() == 1) Inline(*definition);
    if (definition->references.size() < 2) continue;
    with.definitions.push_back({definition->cte_id, definition->name, definition->scope->relation});
  }
  auto scope = std::make_shared<Scope>();
  scope->output = child->output;
  scope->inputs = {child};
  scope->hidden = child->hidden;
  if (with.definitions.empty()) {
    scope->relation = child->relation;
    scope->inputs = child->inputs;
    scope->reach = child->reach;
    scope->aggregate = child->aggregate;
    scope->hides_inputs = child->hides_inputs;
    return scope;
  }
  with.child = child->relation;
  scope->relation = bound::MakeRelation(std::move(with), child->output, self.origin);
  scope->reach = Reach::kThrough;
  return scope;
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::WithWindowDefinition& node, const plan::Relation&) {
  analysis.windows().push_back(&node.windows);
  struct Pop {
    Analysis& analysis;
    ~Pop() { analysis.windows().pop_back(); }
  } pop{analysis};
  return analysis.Resolve(node.child);
}

}  // namespace firesteel::analyzer
