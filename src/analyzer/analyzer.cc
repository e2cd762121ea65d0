#include "analyzer/analyzer.h"

#include <algorithm>

#include "analyzer/analysis.h"
#include "analyzer/scope.h"
#include "base/error.h"
#include "types/holds_kind.h"

namespace firesteel::analyzer {
bound::RelationPtr Analyze(const plan::RelationPtr& relation, Environment& environment,
                           const bound::SessionSettings& settings) {
  Analysis analysis(environment, settings);
  const ScopePtr scope = analysis.Resolve(relation);
  // The scope has the visible names; nodes below may carry older ones.
  bound::Relation result = *scope->relation;
  result.output = scope->output;
  const bool holds_time = std::any_of(result.output.begin(), result.output.end(), [](const bound::Attribute& column) {
    return HoldsKind(column.type, {TypeKind::kTime});
  });
  if (holds_time && !environment.FlagSetting(kTimeTypeKey)) throw QueryError("UNSUPPORTED_TIME_TYPE", {});
  return std::make_shared<const bound::Relation>(std::move(result));
}

}  // namespace firesteel::analyzer
