// DataFrame.freqItems: values that may stand in more than a fraction of the rows, by Karp, Shenker and Papadimitriou's
// counting of at most 1/support values (see the kernel frequent_items).
#include "analyzer/relation/relations.h"
#include "analyzer/relation/statistics.h"
#include "analyzer/select/select_builder.h"
#include "base/java_text.h"
#include "functions/binding/binding.h"

namespace firesteel::analyzer {

ScopePtr ResolveFreqItems(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self) {
  const double support = node.relative_error;
  if (!(support >= 1e-4 && support <= 1)) {
    ThrowRequirement("Support must be in [1e-4, 1], but got " + JavaDoubleText(support) + ".", self.origin);
  }
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  const bound::ExpressionPtr size = bound::MakeLiteral(DataType::Int(), Value{static_cast<int64_t>(1 / support)});
  std::vector<SelectItem> items;
  for (const std::string& name : node.columns) {
    const bound::ExpressionPtr column =
        resolver.Resolve(plan::Make(plan::UnresolvedAttribute{plan::ParseAttributeName(name), std::nullopt, false},
                                    CalledBy(self.origin, "freqItems")));
    // collect_list leaves nulls out; in a struct they stay.
    const bound::ExpressionPtr row = resolver.CallFunction("struct", {column}, self.origin);
    const bound::ExpressionPtr rows = resolver.CallFunction("collect_list", {row}, self.origin);
    SelectItem item;
    item.expression = functions::BindByName("frequent_items", {rows, size}, analysis.settings(), self.origin);
    item.name = name + "_freqItems";
    item.is_alias = true;
    items.push_back(std::move(item));
  }
  return BuildAggregate(analysis, resolver.ExposedInput(), Grouping{}, std::move(items), self.origin);
}

}  // namespace firesteel::analyzer
