#include "analyzer/expression/grouping_marker.h"
#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"

namespace firesteel::analyzer {
namespace {

functions::Function Marker(std::string_view name) {
  functions::Function function;
  function.name = name;
  function.lowering = functions::LowerUnsupported{"it is replaced by the analyzer"};
  return function;
}

}  // namespace

const functions::Function kGrouping = Marker("grouping");
const functions::Function kGroupingId = Marker("grouping_id");

bool IsGroupingMarker(const bound::Expression& expression) {
  const auto* call = expression.As<bound::Call>();
  return call && (call->function == &kGrouping || call->function == &kGroupingId);
}

bool HasGroupingMarker(const bound::ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const bound::Expression& e) { return IsGroupingMarker(e); });
}

void RefuseGroupingMarkers(const bound::ExpressionPtr& expression) {
  OriginPtr origin;
  const bool found = bound::AnyOf(expression, [&](const bound::Expression& e) {
    if (IsGroupingMarker(e)) origin = e.origin;
    return IsGroupingMarker(e);
  });
  if (found) throw QueryError("UNSUPPORTED_GROUPING_EXPRESSION", {}, origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveGroupingFunction(const plan::UnresolvedFunction& node,
                                                                 const OriginPtr& origin) {
  const bool is_id = FoldCase(node.name[0]) == "grouping_id";
  if (!is_id && node.arguments.size() != 1) {
    throw QueryError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                     {{"functionName", "`grouping`"},
                      {"expectedNum", "1"},
                      {"actualNum", std::to_string(node.arguments.size())},
                      {"docroot", "https://spark.apache.org/docs/latest"}},
                     origin);
  }
  const bool saved = std::exchange(in_aggregate_, true);  // its columns are the aggregate's input
  std::vector<bound::ExpressionPtr> arguments;
  for (const plan::ExpressionPtr& argument : node.arguments) arguments.push_back(Resolve(argument));
  in_aggregate_ = saved;
  bound::Call call;
  call.function = is_id ? &kGroupingId : &kGrouping;
  call.arguments = std::move(arguments);
  return bound::Make(std::move(call), is_id ? DataType::Long() : DataType::Byte(), false, origin);
}

}  // namespace firesteel::analyzer
