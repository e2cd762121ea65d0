#include <algorithm>

#include "analyzer/relation/na_column.h"
#include "analyzer/relation/relations.h"
#include "analyzer/suggestion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

std::vector<size_t> NaColumns(Analysis& analysis, const ScopePtr& child, const std::vector<std::string>& names,
                              const OriginPtr& origin) {
  std::vector<size_t> columns;
  if (names.empty()) {
    for (size_t i = 0; i < child->output.size(); ++i) columns.push_back(i);
  }
  for (const std::string& name : names) {
    const std::vector<size_t> found = child->FindName(name, analysis.case_sensitive());
    if (found.empty()) ThrowUnknownColumn(name, child->output);
    if (found.size() > 1) {
      throw QueryError("AMBIGUOUS_REFERENCE",
                       {{"name", QuoteIdentifier(name)}, {"referenceNames", "[" + QuotedNames(child->output) + "]"}},
                       origin);
    }
    columns.push_back(found[0]);
  }
  return columns;
}

ScopePtr ReplaceColumns(Analysis& analysis, const ScopePtr& child,
                        const std::function<bound::ExpressionPtr(size_t)>& change, const OriginPtr& origin) {
  bound::Project project{child->relation, {}};
  std::vector<bound::Attribute> output;
  for (size_t i = 0; i < child->output.size(); ++i) {
    const bound::Attribute& attribute = child->output[i];
    bound::ExpressionPtr changed = change(i);
    if (changed) {
      output.push_back(analysis.NewAttribute(attribute.name, changed->type, changed->nullable));
      project.expressions.push_back({output.back(), std::move(changed)});
    } else {
      output.push_back(attribute);
      project.expressions.push_back({attribute, bound::MakeReference(attribute)});
    }
  }
  return MakeScope(bound::MakeRelation(std::move(project), std::move(output), origin), {child}, Reach::kProject);
}

namespace {

// A value fills columns of its own sort only: numbers numeric ones, text text, booleans booleans.
bool Fits(const DataType& column, const DataType& value) {
  if (value.IsNumeric()) return column.IsNumeric();
  if (value.IsStringLike()) return column.IsStringLike();
  return column.kind() == value.kind();
}

bound::ExpressionPtr Filled(ExpressionResolver& resolver, const bound::Attribute& column,
                            const bound::ExpressionPtr& value, const OriginPtr& origin) {
  bound::ExpressionPtr reference = bound::MakeReference(column, origin);
  if (column.type.Is(TypeKind::kDouble) || column.type.Is(TypeKind::kFloat)) {
    reference = resolver.CallFunction("nanvl", {reference, bound::MakeLiteral(column.type, Value{})}, origin);
  }
  const bound::ExpressionPtr filler = resolver.MakeCheckedCast(value, column.type, resolver.default_mode(), origin);
  return resolver.CallFunction("coalesce", {reference, filler->type == value->type ? value : filler}, origin);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::NaFill& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  std::vector<bound::ExpressionPtr> values;
  for (const plan::ExpressionPtr& value : node.values) values.push_back(resolver.Resolve(value));
  std::vector<bound::ExpressionPtr> fill(child->output.size());
  const std::vector<size_t> columns = NaColumns(analysis, child, node.columns, self.origin);
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool own_value = values.size() > 1 && i < values.size();
    const bound::ExpressionPtr& value = own_value ? values[i] : values[0];
    if (own_value || Fits(child->output[columns[i]].type, value->type)) fill[columns[i]] = value;
  }
  return ReplaceColumns(
      analysis, child,
      [&](size_t i) { return fill[i] ? Filled(resolver, child->output[i], fill[i], self.origin) : nullptr; },
      self.origin);
}

}  // namespace firesteel::analyzer
