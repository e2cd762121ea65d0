#include "analyzer/relation/time_window.h"

#include <utility>

#include "analyzer/name.h"
#include "base/error.h"

namespace firesteel::analyzer {
namespace {

constexpr std::string_view kColumn = "window";
constexpr std::string_view kMetadata = R"({"spark.timeWindow":true})";

const plan::UnresolvedFunction* AsTimeWindow(const plan::ExpressionPtr& expression) {
  const auto* call = expression ? expression->As<plan::UnresolvedFunction>() : nullptr;
  if (!call || call->name.size() != 1 || FoldCase(call->name[0]) != kColumn) return nullptr;
  return call->arguments.size() >= 2 && call->arguments.size() <= 4 ? call : nullptr;
}

/// Puts the column in the place of calls, below names, fields and other calls.
plan::ExpressionPtr Replaced(const plan::ExpressionPtr& expression, plan::ExpressionPtr& found) {
  if (!expression) return expression;
  if (AsTimeWindow(expression)) {
    if (!found) found = expression;
    return plan::Make(plan::UnresolvedAttribute{{std::string(kColumn)}, std::nullopt, false}, expression->origin);
  }
  if (const auto* alias = expression->As<plan::Alias>()) {
    const plan::ExpressionPtr child = Replaced(alias->child, found);
    if (child == alias->child) return expression;
    plan::Alias copy = *alias;
    copy.child = child;
    return plan::Make(std::move(copy), expression->origin);
  }
  if (const auto* extract = expression->As<plan::ExtractValue>()) {
    const plan::ExpressionPtr child = Replaced(extract->child, found);
    if (child == extract->child) return expression;
    return plan::Make(plan::ExtractValue{child, extract->extraction}, expression->origin);
  }
  if (const auto* call = expression->As<plan::UnresolvedFunction>()) {
    plan::UnresolvedFunction copy = *call;
    bool changed = false;
    for (plan::ExpressionPtr& argument : copy.arguments) {
      plan::ExpressionPtr replaced = Replaced(argument, found);
      changed = changed || replaced != argument;
      argument = std::move(replaced);
    }
    return changed ? plan::Make(std::move(copy), expression->origin) : expression;
  }
  return expression;
}

}  // namespace

plan::RelationPtr RelationWithTimeWindow(const plan::RelationPtr& child,
                                         const std::vector<std::vector<plan::ExpressionPtr>*>& expressions) {
  if (!child) return nullptr;
  plan::ExpressionPtr found;
  for (std::vector<plan::ExpressionPtr>* list : expressions) {
    for (plan::ExpressionPtr& expression : *list) expression = Replaced(expression, found);
  }
  if (!found) return nullptr;
  const plan::UnresolvedFunction& window = *AsTimeWindow(found);
  const bool slides = window.arguments.size() > 2;
  plan::UnresolvedFunction call;
  call.name = {slides ? "time_windows" : std::string(kColumn)};
  call.arguments = window.arguments;
  call.is_internal = true;
  plan::ExpressionPtr value = plan::Make(std::move(call), found->origin);
  plan::RelationPtr input = child;
  if (slides) {
    value = plan::Call("explode", {value}, found->origin);
  } else {
    plan::Filter present{child, plan::Call("isnotnull", {window.arguments[0]}, found->origin)};
    input = plan::MakeRelation(std::move(present), child->origin);
  }
  const auto with_column = [&](plan::RelationPtr from, plan::ExpressionPtr expression, std::string metadata) {
    plan::Alias alias{std::move(expression), {std::string(kColumn)}, std::move(metadata)};
    plan::WithColumns columns{std::move(from), {plan::Make(std::move(alias), found->origin)}};
    return plan::MakeRelation(std::move(columns), child->origin);
  };
  if (!slides) return with_column(input, value, std::string(kMetadata));
  // What a generator makes has no metadata: it is put on the column.
  plan::UnresolvedAttribute column{{std::string(kColumn)}, std::nullopt, false};
  return with_column(with_column(input, value, ""), plan::Make(std::move(column), found->origin),
                     std::string(kMetadata));
}

}  // namespace firesteel::analyzer
