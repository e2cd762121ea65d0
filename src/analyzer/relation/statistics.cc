#include "analyzer/relation/statistics.h"

#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "analyzer/suggestion.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self) {
  using Kind = plan::Statistics::Kind;
  switch (node.kind) {
    case Kind::kDescribe:
    case Kind::kSummary:
      return ResolveSummary(analysis, node, self);
    case Kind::kCrosstab:
      return ResolveCrosstab(analysis, node, self);
    case Kind::kCov:
    case Kind::kCorr:
      return ResolveCovariance(analysis, node, self);
    case Kind::kApproxQuantile:
      return ResolveApproxQuantile(analysis, node, self);
    case Kind::kFreqItems:
      return ResolveFreqItems(analysis, node, self);
    case Kind::kSampleBy:
      return ResolveSampleBy(analysis, node, self);
  }
  throw InternalError("a statistic of no kind");
}

plan::ExpressionPtr ColumnNamed(const std::string& name) {
  return plan::Make(plan::UnresolvedAttribute{{name}, std::nullopt, false});
}

plan::ExpressionPtr TextLiteral(std::string text) {
  return plan::Make(plan::Literal{{DataType::String(), Value{std::move(text)}}});
}

plan::ExpressionPtr IntLiteral(int64_t value) { return plan::Make(plan::Literal{{DataType::Int(), Value{value}}}); }

plan::ExpressionPtr DoubleLiteral(double value) {
  return plan::Make(plan::Literal{{DataType::Double(), Value{value}}});
}

plan::ExpressionPtr CastTo(plan::ExpressionPtr child, DataType type, std::optional<EvalMode> mode) {
  return plan::Make(plan::Cast{std::move(child), std::move(type), mode, ""});
}

plan::ExpressionPtr Named(plan::ExpressionPtr child, std::string name) {
  return plan::Make(plan::Alias{std::move(child), {std::move(name)}, ""});
}

void ThrowRequirement(const std::string& message, const OriginPtr& origin) {
  throw QueryError("_LEGACY_ERROR_TEMP_2273", {{"message", "requirement failed: " + message}}, origin,
                   ErrorClass::kIllegalArgument);
}

OriginPtr CalledBy(const OriginPtr& origin, std::string method) {
  Origin place = origin ? *origin : Origin{};
  place.fragment = std::move(method);
  return std::make_shared<const Origin>(std::move(place));
}

const bound::Attribute& StatisticColumn(Analysis& analysis, const ScopePtr& child, const std::string& name) {
  const std::vector<size_t> found = child->FindName(name, analysis.case_sensitive());
  if (found.empty()) ThrowUnknownColumn(name, child->output);
  return child->output[found[0]];
}

ScopePtr AllNullable(Analysis& analysis, const ScopePtr& child, const OriginPtr& origin) {
  bound::Project project{child->relation, {}};
  std::vector<bound::Attribute> output;
  for (const bound::Attribute& column : child->output) {
    output.push_back(analysis.NewAttribute(column.name, column.type, true));
    project.expressions.push_back({output.back(), bound::MakeReference(column)});
  }
  return MakeScope(bound::MakeRelation(std::move(project), std::move(output), origin));
}

}  // namespace firesteel::analyzer
