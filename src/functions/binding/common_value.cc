#include "functions/binding/common_value.h"

#include <utility>

#include "base/error.h"
#include "functions/binding/binding.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// Some seconds of the engine's planning.
constexpr size_t kMostParts = 300'000;

}  // namespace

bool IsPlain(const ExpressionPtr& value) { return bound::Children(*value).empty(); }

ExpressionPtr LikeListCondition(std::string_view name, const ExpressionPtr& value,
                                const std::vector<ExpressionPtr>& patterns, const bound::SessionSettings& settings,
                                const OriginPtr& origin) {
  const bool negated = name.starts_with("not");
  const char* connective = name.ends_with("any") ? "or" : "and";
  const auto bind = [&](std::string_view row, std::vector<ExpressionPtr> arguments) {
    return BindByName(row, std::move(arguments), settings, origin);
  };
  std::vector<ExpressionPtr> conditions;
  for (const ExpressionPtr& pattern : patterns) {
    ExpressionPtr like = bind("like", {value, pattern});
    conditions.push_back(negated ? bind("not", {std::move(like)}) : std::move(like));
  }
  // Halved again and again, so that a long list makes no deep tree.
  while (conditions.size() > 1) {
    std::vector<ExpressionPtr> pairs;
    for (size_t i = 0; i < conditions.size(); i += 2) {
      const bool last = i + 1 == conditions.size();
      pairs.push_back(last ? conditions[i] : bind(connective, {conditions[i], conditions[i + 1]}));
    }
    conditions = std::move(pairs);
  }
  return conditions.at(0);
}

void RefuseOversized(const ExpressionPtr& expression) {
  size_t parts = 0;
  const bool is_oversized = bound::AnyOf(expression, [&](const bound::Expression&) { return ++parts > kMostParts; });
  if (is_oversized) {
    ThrowUnsupported("an expression of more than " + std::to_string(kMostParts) + " parts", expression->origin);
  }
}

}  // namespace firesteel::functions
