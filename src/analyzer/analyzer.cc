#include "analyzer/analyzer.h"

#include <algorithm>

#include "analyzer/analysis.h"
#include "analyzer/scope.h"
#include "base/error.h"

namespace firesteel::analyzer {
namespace {

bool HoldsTime(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kTime:
      return true;
    case TypeKind::kArray:
      return HoldsTime(type.element_type());
    case TypeKind::kMap:
      return HoldsTime(type.key_type()) || HoldsTime(type.value_type());
    case TypeKind::kStruct:
      return std::any_of(type.fields().begin(), type.fields().end(),
                         [](const StructField& field) { return HoldsTime(field.type); });
    default:
      return false;
  }
}

}  // namespace

bound::RelationPtr Analyze(const plan::RelationPtr& relation, Environment& environment,
                           const bound::SessionSettings& settings) {
  Analysis analysis(environment, settings);
  const ScopePtr scope = analysis.Resolve(relation);
  // The scope has the visible names; nodes below may carry older ones.
  bound::Relation result = *scope->relation;
  result.output = scope->output;
  const bool holds_time = std::any_of(result.output.begin(), result.output.end(),
                                      [](const bound::Attribute& column) { return HoldsTime(column.type); });
  if (holds_time && !environment.FlagSetting(kTimeTypeKey)) throw QueryError("UNSUPPORTED_TIME_TYPE", {});
  return std::make_shared<const bound::Relation>(std::move(result));
}

}  // namespace firesteel::analyzer
