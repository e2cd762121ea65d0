#include "analyzer/relation/na_column.h"
#include "analyzer/relation/relations.h"

namespace firesteel::analyzer {
namespace {

bool Applies(const DataType& column, const DataType& key) {
  if (key.IsNumeric()) return column.IsNumeric();
  if (key.IsStringLike()) return column.IsStringLike();
  return column.kind() == key.kind();
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::NaReplace& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  if (node.replacements.empty()) return child;
  ExpressionResolver resolver(analysis, {child});
  std::vector<std::pair<bound::ExpressionPtr, bound::ExpressionPtr>> replacements;
  for (const auto& [from, to] : node.replacements) {
    replacements.emplace_back(resolver.Resolve(from), resolver.Resolve(to));
  }
  // The sort of columns follows from the first key; a null key, from its replacement.
  DataType key = replacements[0].first->type;
  if (key.Is(TypeKind::kNull)) key = replacements[0].second->type;
  std::vector<bool> named(child->output.size(), false);
  const bool all = node.columns.size() == 1 && node.columns[0] == "*";
  for (const size_t i : NaColumns(analysis, child, all ? std::vector<std::string>{} : node.columns, self.origin)) {
    named[i] = true;
  }
  return ReplaceColumns(
      analysis, child,
      [&](size_t i) -> bound::ExpressionPtr {
        const bound::Attribute& column = child->output[i];
        if (!named[i] || !Applies(column.type, key)) return nullptr;
        const bound::ExpressionPtr reference = bound::MakeReference(column, self.origin);
        std::vector<bound::ExpressionPtr> branches;
        for (const auto& [from, to] : replacements) {
          branches.push_back(resolver.CallFunction("=", {reference, from}, self.origin));
          branches.push_back(bound::MakeCast(to, column.type, resolver.default_mode(), true));
        }
        branches.push_back(reference);
        return resolver.CallFunction("when", std::move(branches), self.origin);
      },
      self.origin);
}

}  // namespace firesteel::analyzer
