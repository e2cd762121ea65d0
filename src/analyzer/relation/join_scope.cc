#include "analyzer/relation/join_scope.h"

#include <utility>

namespace firesteel::analyzer {
namespace {

void AppendSide(std::vector<bound::Attribute>& output, const std::vector<bound::Attribute>& side, bool nullable) {
  for (bound::Attribute attribute : side) {
    attribute.nullable = attribute.nullable || nullable;
    output.push_back(std::move(attribute));
  }
}

}  // namespace

ScopePtr MakeJoin(const ScopePtr& left, const ScopePtr& right, bound::Join::Type type, bound::ExpressionPtr condition,
                  bool lateral, const OriginPtr& origin) {
  using Type = bound::Join::Type;
  std::vector<bound::Attribute> output;
  const bool left_nullable = type == Type::kRightOuter || type == Type::kFullOuter;
  const bool right_nullable = type == Type::kLeftOuter || type == Type::kFullOuter;
  AppendSide(output, left->output, left_nullable);
  if (!LeftOnly(type)) AppendSide(output, right->output, right_nullable);
  bound::Join node{left->relation, right->relation, type, std::move(condition), lateral};
  auto scope = MakeScope(bound::MakeRelation(std::move(node), std::move(output), origin), {left, right}, Reach::kJoin);
  AppendSide(scope->hidden, left->hidden, left_nullable);
  if (!LeftOnly(type)) AppendSide(scope->hidden, right->hidden, right_nullable);
  return scope;
}

ScopePtr WithColumnsOf(const ScopePtr& join, const ScopePtr& left, const ScopePtr& right) {
  std::vector<bound::Attribute> output;
  for (const bound::Attribute& attribute : join->output) {
    if (left->Contains(attribute.id) || right->Contains(attribute.id)) output.push_back(attribute);
  }
  return ProjectTo(join, output);
}

}  // namespace firesteel::analyzer
