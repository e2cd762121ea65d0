#include "analyzer/analyzer.h"

#include "analyzer/analysis.h"
#include "analyzer/scope.h"

namespace firesteel::analyzer {

bound::RelationPtr Analyze(const plan::RelationPtr& relation, Environment& environment,
                           const bound::SessionSettings& settings) {
  Analysis analysis(environment, settings);
  const ScopePtr scope = analysis.Resolve(relation);
  // The scope has the visible names; nodes below may carry older ones.
  bound::Relation result = *scope->relation;
  result.output = scope->output;
  return std::make_shared<const bound::Relation>(std::move(result));
}

}  // namespace firesteel::analyzer
