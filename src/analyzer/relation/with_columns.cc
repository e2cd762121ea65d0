#include <algorithm>

#include "analyzer/name.h"
#include "analyzer/relation/relations.h"
#include "analyzer/select/select_builder.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

void CheckUnique(const std::vector<SelectItem>& items, bool case_sensitive) {
  std::unordered_map<std::string, int> seen;
  for (const SelectItem& item : items) {
    if (++seen[NameKey(item.name, case_sensitive)] > 1) {
      throw QueryError("COLUMN_ALREADY_EXISTS", {{"columnName", QuoteIdentifier(NameKey(item.name, case_sensitive))}});
    }
  }
}

bool IsPlain(const bound::ExpressionPtr& expression) {
  return !HasAggregate(expression) && !HasWindow(expression) && !HasGenerator(expression);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::WithColumns& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  std::vector<SelectItem> added = ResolveSelectList(resolver, analysis, node.aliases);
  for (SelectItem& item : added) {
    if (!item.generator_names.empty()) item.name = item.generator_names[0];
  }
  CheckUnique(added, analysis.case_sensitive());
  const ScopePtr input = resolver.ExposedInput();

  // A column of that name is replaced where it stands; other names come last.
  std::vector<int> replaced_by(child->output.size(), -1);
  std::vector<bool> used(added.size(), false);
  bool lateral = false;
  for (size_t i = 0; i < added.size(); ++i) {
    for (const size_t at : child->FindName(added[i].name, analysis.case_sensitive())) {
      replaced_by[at] = static_cast<int>(i);
      used[i] = true;
    }
    for (const SelectItem& other : added) {
      lateral = lateral || bound::AnyOf(added[i].expression, [&](const bound::Expression& e) {
                  const auto* reference = e.As<bound::AttributeRef>();
                  return reference && other.id != 0 && reference->id == other.id;
                });
    }
  }
  const bool plain = !lateral && std::all_of(added.begin(), added.end(),
                                             [](const SelectItem& item) { return IsPlain(item.expression); });
  if (!plain) {
    std::vector<SelectItem> items;
    for (size_t at = 0; at < child->output.size(); ++at) {
      const bound::Attribute& attribute = child->output[at];
      if (replaced_by[at] >= 0) {
        items.push_back(added[static_cast<size_t>(replaced_by[at])]);
        continue;
      }
      SelectItem item;
      item.expression = bound::MakeReference(attribute);
      item.name = attribute.name;
      item.metadata = attribute.metadata;
      items.push_back(std::move(item));
    }
    for (size_t i = 0; i < added.size(); ++i) {
      if (!used[i]) items.push_back(added[i]);
    }
    const bool aggregate =
        std::any_of(items.begin(), items.end(), [](const SelectItem& item) { return HasAggregate(item.expression); });
    if (aggregate) return BuildAggregate(analysis, input, {}, std::move(items), self.origin);
    return BuildProjection(analysis, input, std::move(items), self.origin);
  }

  // The common case, kept short: chains of withColumn are long and wide.
  bound::Project project{input->relation, {}};
  project.expressions.reserve(child->output.size() + added.size());
  for (size_t at = 0; at < child->output.size(); ++at) {
    if (replaced_by[at] >= 0) {
      SelectItem item = added[static_cast<size_t>(replaced_by[at])];
      project.expressions.push_back(MakeNamed(item, analysis));
    } else {
      project.expressions.push_back({child->output[at], bound::MakeReference(child->output[at])});
    }
  }
  for (size_t i = 0; i < added.size(); ++i) {
    if (!used[i]) project.expressions.push_back(MakeNamed(added[i], analysis));
    CheckWindowFunctions(added[i].expression, analysis.settings(), self.origin);
  }
  std::vector<bound::Attribute> output;
  output.reserve(project.expressions.size());
  for (const bound::NamedExpression& column : project.expressions) output.push_back(column.output);
  auto scope =
      MakeScope(bound::MakeRelation(std::move(project), std::move(output), self.origin), {input}, Reach::kProject);
  scope->hidden = child->hidden;
  return scope;
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::WithColumnsRenamed& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  std::vector<bound::Attribute> output = child->output;
  bound::Project project{child->relation, {}};
  for (bound::Attribute& attribute : output) {
    const bound::ExpressionPtr source = bound::MakeReference(attribute);
    bool renamed = false;
    for (const auto& [from, to] : node.renames) {
      if (!SameName(attribute.name, from, analysis.case_sensitive())) continue;
      attribute.name = to;
      renamed = true;
    }
    if (renamed) {
      attribute.id = analysis.NextId();
      attribute.qualifier.clear();
    }
    project.expressions.push_back({attribute, source});
  }
  auto scope =
      MakeScope(bound::MakeRelation(std::move(project), std::move(output), self.origin), {child}, Reach::kProject);
  scope->hidden = child->hidden;
  return scope;
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::ToDf& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  if (node.column_names.size() != child->output.size()) {
    throw QueryError(
        "ASSIGNMENT_ARITY_MISMATCH",
        {{"numTarget", std::to_string(child->output.size())}, {"numExpr", std::to_string(node.column_names.size())}},
        self.origin);
  }
  bound::Project project{child->relation, {}};
  std::vector<bound::Attribute> output;
  for (size_t i = 0; i < child->output.size(); ++i) {
    const bound::Attribute& attribute = child->output[i];
    output.push_back(
        analysis.NewAttribute(node.column_names[i], attribute.type, attribute.nullable, attribute.metadata));
    project.expressions.push_back({output.back(), bound::MakeReference(attribute)});
  }
  return MakeScope(bound::MakeRelation(std::move(project), std::move(output), self.origin), {child}, Reach::kProject);
}

}  // namespace firesteel::analyzer
