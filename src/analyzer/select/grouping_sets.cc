#include "analyzer/select/grouping_sets.h"

#include <algorithm>

#include "analyzer/name.h"

namespace firesteel::analyzer {
namespace {

using Set = std::vector<int32_t>;
using Sets = std::vector<Set>;

// Spark's limit of a CUBE (spark.sql's grouping analytics: 2^n sets).
constexpr size_t kMaxCubeKeys = 12;

class SetBuilder {
 public:
  explicit SetBuilder(const std::function<bound::ExpressionPtr(const plan::ExpressionPtr&)>& resolve)
      : resolve_(resolve) {}

  Sets Element(const plan::ExpressionPtr& expression) {
    const auto* call = expression->As<plan::UnresolvedFunction>();
    const std::string name = call && call->name.size() == 1 ? FoldCase(call->name[0]) : std::string();
    if (name == "rollup") return Rollup(Groups(call->arguments));
    if (name == "cube") return Cube(Groups(call->arguments), expression->origin);
    if (name == "grouping sets") {
      Sets sets;
      for (const plan::ExpressionPtr& argument : call->arguments) {
        const Sets nested = IsAnalytic(argument) ? Element(argument) : Sets{Keys(argument)};
        sets.insert(sets.end(), nested.begin(), nested.end());
      }
      has_sets_ = true;
      return sets;
    }
    return {{Key(expression)}};
  }

  Sets Rollup(const std::vector<Set>& groups) {
    has_sets_ = true;
    Sets sets;
    for (size_t length = groups.size() + 1; length-- > 0;) {
      Set set;
      for (size_t i = 0; i < length; ++i) set.insert(set.end(), groups[i].begin(), groups[i].end());
      sets.push_back(std::move(set));
    }
    return sets;
  }

  Sets Cube(const std::vector<Set>& groups, const OriginPtr& origin) {
    has_sets_ = true;
    if (groups.size() > kMaxCubeKeys) ThrowUnsupported("a CUBE of more than 12 columns", origin);
    Sets sets;
    for (size_t mask = size_t{1} << groups.size(); mask-- > 0;) {
      Set set;
      for (size_t i = 0; i < groups.size(); ++i) {
        if (mask >> (groups.size() - 1 - i) & 1) set.insert(set.end(), groups[i].begin(), groups[i].end());
      }
      sets.push_back(std::move(set));
    }
    return sets;
  }

  std::vector<Set> Groups(const std::vector<plan::ExpressionPtr>& arguments) {
    std::vector<Set> groups;
    for (const plan::ExpressionPtr& argument : arguments) groups.push_back(Keys(argument));
    return groups;
  }

  // (a, b) is one element of two keys.
  Set Keys(const plan::ExpressionPtr& expression) {
    const auto* call = expression->As<plan::UnresolvedFunction>();
    if (!call || call->name.size() != 1 || FoldCase(call->name[0]) != "struct") return {Key(expression)};
    Set set;
    for (const plan::ExpressionPtr& argument : call->arguments) set.push_back(Key(argument));
    return set;
  }

  int32_t Key(const plan::ExpressionPtr& expression) {
    bound::ExpressionPtr key = resolve_(expression);
    for (size_t i = 0; i < keys_.size(); ++i) {
      if (bound::SemanticEquals(*keys_[i], *key)) return static_cast<int32_t>(i);
    }
    keys_.push_back(std::move(key));
    return static_cast<int32_t>(keys_.size() - 1);
  }

  static bool IsAnalytic(const plan::ExpressionPtr& expression) {
    const auto* call = expression->As<plan::UnresolvedFunction>();
    if (!call || call->name.size() != 1) return false;
    const std::string name = FoldCase(call->name[0]);
    return name == "rollup" || name == "cube" || name == "grouping sets";
  }

  bool has_sets() const { return has_sets_; }
  void RequireSets() { has_sets_ = true; }
  std::vector<bound::ExpressionPtr> TakeKeys() { return std::move(keys_); }

 private:
  const std::function<bound::ExpressionPtr(const plan::ExpressionPtr&)>& resolve_;
  std::vector<bound::ExpressionPtr> keys_;
  bool has_sets_ = false;
};

Sets Product(const Sets& a, const Sets& b) {
  Sets product;
  for (const Set& left : a) {
    for (const Set& right : b) {
      Set set = left;
      set.insert(set.end(), right.begin(), right.end());
      product.push_back(std::move(set));
    }
  }
  return product;
}

}  // namespace

Grouping ResolveGrouping(const plan::Aggregate& node,
                         const std::function<bound::ExpressionPtr(const plan::ExpressionPtr&)>& resolve) {
  SetBuilder builder(resolve);
  Sets sets = {{}};
  switch (node.kind) {
    case plan::Aggregate::Kind::kGroupBy:
    case plan::Aggregate::Kind::kPivot:
      for (const plan::ExpressionPtr& expression : node.grouping) sets = Product(sets, builder.Element(expression));
      break;
    case plan::Aggregate::Kind::kRollup:
      sets = builder.Rollup(builder.Groups(node.grouping));
      break;
    case plan::Aggregate::Kind::kCube:
      sets = builder.Cube(builder.Groups(node.grouping), nullptr);
      break;
    case plan::Aggregate::Kind::kGroupingSets:
      // The keys in the order of the grouping list, then the sets over them.
      for (const plan::ExpressionPtr& expression : node.grouping) builder.Key(expression);
      sets.clear();
      for (const std::vector<plan::ExpressionPtr>& written : node.grouping_sets) {
        Set set;
        for (const plan::ExpressionPtr& expression : written) set.push_back(builder.Key(expression));
        sets.push_back(std::move(set));
      }
      builder.RequireSets();
      break;
  }
  Grouping grouping;
  grouping.has_sets = builder.has_sets();
  grouping.keys = builder.TakeKeys();
  if (!grouping.has_sets) return grouping;
  for (Set& set : sets) {
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
  }
  grouping.sets = std::move(sets);
  return grouping;
}

}  // namespace firesteel::analyzer
