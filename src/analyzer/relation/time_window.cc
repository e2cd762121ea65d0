#include "analyzer/relation/time_window.h"

#include <utility>

#include "analyzer/name.h"
#include "base/error.h"

namespace firesteel::analyzer {
namespace {

constexpr std::string_view kColumn = "window";
constexpr std::string_view kMetadata = R"({"spark.timeWindow":true})";
constexpr std::string_view kSession = "session_window";
constexpr std::string_view kSessionMetadata = R"({"spark.sessionWindow":true})";

const plan::UnresolvedFunction* AsTimeWindow(const plan::ExpressionPtr& expression) {
  const auto* call = expression ? expression->As<plan::UnresolvedFunction>() : nullptr;
  if (!call || call->name.size() != 1 || call->is_internal) return nullptr;
  const std::string name = FoldCase(call->name[0]);
  if (name == kSession) return call->arguments.size() == 2 ? call : nullptr;
  if (name != kColumn) return nullptr;
  return call->arguments.size() >= 2 && call->arguments.size() <= 4 ? call : nullptr;
}

std::string ColumnOf(const plan::ExpressionPtr& window) { return FoldCase(AsTimeWindow(window)->name[0]); }

/// Puts the column in the place of calls, below names, fields and other calls.
plan::ExpressionPtr Replaced(const plan::ExpressionPtr& expression, plan::ExpressionPtr& found) {
  if (!expression) return expression;
  if (AsTimeWindow(expression)) {
    if (!found) found = expression;
    return plan::Make(plan::UnresolvedAttribute{{ColumnOf(expression)}, std::nullopt, false}, expression->origin);
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

plan::ExpressionPtr Attribute(std::vector<std::string> parts) {
  return plan::Make(plan::UnresolvedAttribute{std::move(parts), std::nullopt, false});
}

plan::RelationPtr WithColumn(plan::RelationPtr from, std::string_view name, plan::ExpressionPtr value,
                             std::string_view metadata = {}) {
  const OriginPtr origin = from->origin;
  plan::Alias alias{std::move(value), {std::string(name)}, std::string(metadata)};
  plan::WithColumns columns{std::move(from), {plan::Make(std::move(alias), origin)}};
  return plan::MakeRelation(std::move(columns), origin);
}

plan::ExpressionPtr Over(plan::ExpressionPtr function, std::vector<plan::ExpressionPtr> partition_by, bool ordered,
                         plan::WindowBoundary::Kind upper) {
  plan::WindowExpression window;
  window.function = std::move(function);
  window.spec.partition_by = std::move(partition_by);
  if (!ordered) return plan::Make(std::move(window));
  window.spec.order_by.push_back({Attribute({std::string(kSession), "start"}), true, std::nullopt});
  plan::WindowFrame frame;
  frame.is_rows = true;
  frame.lower.kind = plan::WindowBoundary::Kind::kUnboundedPreceding;
  frame.upper.kind = upper;
  if (upper == plan::WindowBoundary::Kind::kPreceding) {
    frame.upper.offset = plan::Make(plan::Literal{{DataType::Int(), Value{int64_t{1}}}});
  }
  window.spec.frame = std::move(frame);
  return plan::Make(std::move(window));
}

/// The sessions of the rows of each group made one where they meet: a row begins a session when its time is behind the
/// end of all sessions before it.
plan::RelationPtr WithMergedSessions(plan::RelationPtr input, const std::vector<plan::ExpressionPtr>& grouping) {
  using Boundary = plan::WindowBoundary::Kind;
  constexpr std::string_view kNumber = "__session_number";
  constexpr std::string_view kBegins = "__session_begins";
  std::vector<plan::ExpressionPtr> keys;
  for (const plan::ExpressionPtr& key : grouping) {
    const auto* column = key->As<plan::UnresolvedAttribute>();
    if (column && column->parts.size() == 1 && column->parts[0] == kSession) continue;
    const auto* alias = key->As<plan::Alias>();
    keys.push_back(alias ? alias->child : key);
  }
  const plan::ExpressionPtr start = Attribute({std::string(kSession), "start"});
  const plan::ExpressionPtr end = Attribute({std::string(kSession), "end"});
  const auto number = [](int64_t value) { return plan::Make(plan::Literal{{DataType::Int(), Value{value}}}); };
  const auto text = [](const char* value) {
    return plan::Make(plan::Literal{{DataType::String(), Value{std::string(value)}}});
  };
  const plan::ExpressionPtr last_end = Over(plan::Call("max", {end}), keys, true, Boundary::kPreceding);
  input = WithColumn(std::move(input), kBegins,
                     plan::Call("when", {plan::Call("<=", {start, last_end}), number(0), number(1)}));
  input = WithColumn(std::move(input), kNumber,
                     Over(plan::Call("sum", {Attribute({std::string(kBegins)})}), keys, true, Boundary::kCurrentRow));
  keys.push_back(Attribute({std::string(kNumber)}));
  const plan::ExpressionPtr first = Over(plan::Call("min", {start}), keys, false, Boundary::kCurrentRow);
  const plan::ExpressionPtr last = Over(plan::Call("max", {end}), keys, false, Boundary::kCurrentRow);
  input = WithColumn(std::move(input), kSession, plan::Call("named_struct", {text("start"), first, text("end"), last}),
                     kSessionMetadata);
  const OriginPtr origin = input->origin;
  plan::Drop drop{std::move(input), {}, {std::string(kNumber), std::string(kBegins)}};
  return plan::MakeRelation(std::move(drop), origin);
}

plan::RelationPtr WithSessionWindow(const plan::RelationPtr& child, const plan::ExpressionPtr& found,
                                    const std::vector<plan::ExpressionPtr>* grouping) {
  const plan::UnresolvedFunction& window = *AsTimeWindow(found);
  plan::UnresolvedFunction call = window;
  call.is_internal = true;
  plan::RelationPtr input = WithColumn(child, kSession, plan::Make(std::move(call), found->origin), kSessionMetadata);
  // Rows without a time, and those whose gap is no interval of more than nothing, lie in no session.
  const plan::ExpressionPtr lasts = plan::Call(
      ">", {Attribute({std::string(kSession), "end"}), Attribute({std::string(kSession), "start"})}, found->origin);
  input = plan::MakeRelation(plan::Filter{std::move(input), lasts}, child->origin);
  return grouping ? WithMergedSessions(std::move(input), *grouping) : input;
}

}  // namespace

plan::RelationPtr RelationWithTimeWindow(const plan::RelationPtr& child,
                                         const std::vector<std::vector<plan::ExpressionPtr>*>& expressions,
                                         const std::vector<plan::ExpressionPtr>* grouping) {
  if (!child) return nullptr;
  plan::ExpressionPtr found;
  for (std::vector<plan::ExpressionPtr>* list : expressions) {
    for (plan::ExpressionPtr& expression : *list) expression = Replaced(expression, found);
  }
  if (!found) return nullptr;
  if (ColumnOf(found) == kSession) return WithSessionWindow(child, found, grouping);
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
  if (!slides) return WithColumn(input, kColumn, value, kMetadata);
  // What a generator makes has no metadata: it is put on the column.
  plan::UnresolvedAttribute column{{std::string(kColumn)}, std::nullopt, false};
  return WithColumn(WithColumn(input, kColumn, value), kColumn, plan::Make(std::move(column), found->origin),
                    kMetadata);
}

}  // namespace firesteel::analyzer
