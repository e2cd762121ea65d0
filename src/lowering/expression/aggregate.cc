#include <utility>

#include "base/error.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/expression/expression_writer.h"
#include "lowering/sort_key.h"

namespace firesteel::lowering {
namespace {

/// Functions that are the engine's own window functions: they take IGNORE NULLS and no FILTER.
bool IsValueFunction(std::string_view name) { return name == "first" || name == "last" || name == "any_value"; }

/// The engine's window functions to which IGNORE NULLS can be said; collections leave nulls out by themselves.
bool TakesNullTreatment(std::string_view name) {
  return IsValueFunction(name) || name == "lag" || name == "lead" || name == "nth_value";
}

/// Whether the call's FILTER only drops the nulls of its argument.
bool OnlySkipsNulls(const bound::AggregateCall& call) {
  const bound::Call* test = call.filter ? AsCall(*call.filter, "isnotnull") : nullptr;
  return test && !call.arguments.empty() && bound::SemanticEquals(*test->arguments[0], *call.arguments[0]);
}

}  // namespace

std::string ExpressionWriter::OrderBy(const std::vector<bound::SortOrder>& orders) {
  std::string text;
  for (const bound::SortOrder& order : orders) {
    text += text.empty() ? "ORDER BY " : ", ";
    text += SortKeySql(Sql(order.child), order.child->type) + (order.ascending ? " ASC" : " DESC") +
            (order.nulls_first ? " NULLS FIRST" : " NULLS LAST");
  }
  return text;
}

std::string ExpressionWriter::Node(const bound::ExpressionPtr& expression, const bound::AggregateCall& node) {
  // Arguments are over the rows of the child, not over the keys.
  const auto* keys = std::exchange(keys_, nullptr);
  std::string text = ByLowering(expression, *node.function, node.arguments);
  keys_ = keys;
  return text;
}

std::string ExpressionWriter::Aggregate(std::string_view name, const std::vector<std::string>& argument_sql,
                                        const bound::Expression& for_call) {
  const auto* call = for_call.As<bound::AggregateCall>();
  std::string text = std::string(name) + "(";
  if (call && call->is_distinct) text += "DISTINCT ";
  std::vector<std::string> arguments = argument_sql;
  if (call && call->filter) {
    // What a filter leaves out must not fail: the engine computes arguments before it filters.
    for (std::string& argument : arguments) {
      if (argument.find("fs(") == std::string::npos) continue;
      argument = "CASE WHEN " + Sql(call->filter) + " THEN " + argument + " END";
    }
  }
  text += JoinTexts(arguments, ", ");
  if (call && !call->order.empty()) text += " " + OrderBy(call->order);
  const bool skips_nulls = window_ && call && IsValueFunction(name) && OnlySkipsNulls(*call);
  const bool asked = window_ && (window_->ignore_nulls || (call && call->ignore_nulls));
  if (skips_nulls || (asked && TakesNullTreatment(name))) text += " IGNORE NULLS";
  text += ")";
  if (call && call->filter && !skips_nulls) text += " FILTER (WHERE " + Sql(call->filter) + ")";
  if (window_) text += " OVER (" + WindowSpec(*window_, FrameSql(*window_)) + ")";
  return text;
}

std::string ExpressionWriter::AggregateKernel(const functions::Kernel& kernel, std::vector<std::string> argument_sql,
                                              const std::vector<DataType>& argument_types,
                                              const bound::Expression& for_call) {
  const auto* aggregate = for_call.As<bound::AggregateCall>();
  if (!aggregate) throw InternalError("an aggregate kernel outside of an aggregate call");
  functions::KernelCall call = CallOf(kernel, argument_types, aggregate->arguments, for_call.type, for_call);
  argument_sql.insert(argument_sql.begin(), std::to_string(lowerer_.KernelNumber(std::move(call))));
  return Aggregate("fs_aggregate", argument_sql, for_call);
}

}  // namespace firesteel::lowering
