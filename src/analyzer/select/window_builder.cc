#include "analyzer/select/window_builder.h"

namespace firesteel::analyzer {
namespace {

bool SameOrders(const std::vector<bound::SortOrder>& a, const std::vector<bound::SortOrder>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].ascending != b[i].ascending || a[i].nulls_first != b[i].nulls_first ||
        !bound::SemanticEquals(*a[i].child, *b[i].child)) {
      return false;
    }
  }
  return true;
}

bool SameSpec(const bound::WindowCall& a, const bound::WindowCall& b) {
  if (a.partition_by.size() != b.partition_by.size()) return false;
  for (size_t i = 0; i < a.partition_by.size(); ++i) {
    if (!bound::SemanticEquals(*a.partition_by[i], *b.partition_by[i])) return false;
  }
  return SameOrders(a.order_by, b.order_by);
}

bool IsInnermost(const bound::ExpressionPtr& window) {
  for (const bound::ExpressionPtr& child : bound::Children(*window)) {
    if (HasWindow(child)) return false;
  }
  return true;
}

// One round: all windows without windows inside.
class Round {
 public:
  explicit Round(Analysis& analysis) : analysis_(analysis) {}

  // Top-down, so that a window over one that is replaced in this round waits for the next.
  bound::ExpressionPtr Replace(const bound::ExpressionPtr& expression) {
    if (expression->As<bound::WindowCall>() && IsInnermost(expression)) return Column(expression);
    std::vector<bound::ExpressionPtr> children = bound::Children(*expression);
    bool changed = false;
    for (bound::ExpressionPtr& child : children) {
      bound::ExpressionPtr replaced = Replace(child);
      changed = changed || replaced != child;
      child = std::move(replaced);
    }
    return changed ? bound::WithChildren(expression, std::move(children)) : expression;
  }

  ScopePtr Build(ScopePtr child, const OriginPtr& origin) {
    for (std::vector<bound::NamedExpression>& group : groups_) {
      std::vector<bound::Attribute> output = child->output;
      for (const bound::NamedExpression& column : group) output.push_back(column.output);
      bound::Window node{child->relation, std::move(group)};
      auto scope = PassThrough(child, std::move(node), origin);
      bound::Relation relation = *scope->relation;
      relation.output = output;
      scope->relation = std::make_shared<const bound::Relation>(std::move(relation));
      scope->output = std::move(output);
      scope->aggregate = child->aggregate;
      child = scope;
    }
    return child;
  }

 private:
  bound::ExpressionPtr Column(const bound::ExpressionPtr& window) {
    const auto& call = *window->As<bound::WindowCall>();
    for (std::vector<bound::NamedExpression>& group : groups_) {
      if (!SameSpec(call, *group.front().expression->As<bound::WindowCall>())) continue;
      for (const bound::NamedExpression& column : group) {
        if (bound::SemanticEquals(*column.expression, *window)) return bound::MakeReference(column.output);
      }
      group.push_back(Named(window));
      return bound::MakeReference(group.back().output);
    }
    groups_.push_back({Named(window)});
    return bound::MakeReference(groups_.back().back().output);
  }

  bound::NamedExpression Named(const bound::ExpressionPtr& window) {
    return {analysis_.NewAttribute("_we" + std::to_string(count_++), window->type, window->nullable), window};
  }

  Analysis& analysis_;
  std::vector<std::vector<bound::NamedExpression>> groups_;
  int count_ = 0;
};

}  // namespace

ScopePtr ExtractWindows(Analysis& analysis, const ScopePtr& child, const std::vector<SelectItem*>& items,
                        const OriginPtr& origin) {
  ScopePtr scope = child;
  while (true) {
    std::vector<SelectItem*> with_windows;
    for (SelectItem* item : items) {
      if (HasWindow(item->expression)) with_windows.push_back(item);
    }
    if (with_windows.empty()) return scope;
    Round round(analysis);
    for (SelectItem* item : with_windows) item->expression = round.Replace(item->expression);
    scope = round.Build(scope, origin);
  }
}

}  // namespace firesteel::analyzer
