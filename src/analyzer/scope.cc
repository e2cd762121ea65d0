#include "analyzer/scope.h"

#include <algorithm>

#include "analyzer/file_columns.h"
#include "analyzer/name.h"
#include "base/overloaded.h"

namespace firesteel::analyzer {
namespace {

// Scanning is cheaper than an index for the few look-ups that most nodes see.
constexpr size_t kLookupsBeforeIndex = 4;

bool QualifierEndsWith(const std::vector<std::string>& qualifier, std::span<const std::string> wanted,
                       bool case_sensitive) {
  if (qualifier.size() < wanted.size()) return false;
  const size_t skip = qualifier.size() - wanted.size();
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (!SameName(qualifier[skip + i], wanted[i], case_sensitive)) return false;
  }
  return true;
}

void AddMatch(std::vector<NameMatch>& matches, const bound::Attribute& attribute, std::span<const std::string> fields,
              const std::string& name) {
  for (const NameMatch& match : matches) {
    if (match.attribute.id == attribute.id && match.attribute.qualifier == attribute.qualifier) return;
  }
  NameMatch match{attribute, {fields.begin(), fields.end()}};
  match.attribute.name = name;  // Spark shows the name as it was referred to
  matches.push_back(std::move(match));
}

template <class ForEachNamed>
std::vector<NameMatch> Match(const std::vector<std::string>& parts, bool case_sensitive, bool qualified_only,
                             const ForEachNamed& for_each) {
  std::vector<NameMatch> matches;
  const std::span<const std::string> all(parts);
  for (size_t qualifiers = std::min<size_t>(3, parts.size() - 1); qualifiers >= 1; --qualifiers) {
    for_each(parts[qualifiers], [&](const bound::Attribute& attribute) {
      if (QualifierEndsWith(attribute.qualifier, all.first(qualifiers), case_sensitive)) {
        AddMatch(matches, attribute, all.subspan(qualifiers + 1), parts[qualifiers]);
      }
    });
    if (!matches.empty()) return matches;
  }
  if (qualified_only) return matches;
  for_each(parts[0],
           [&](const bound::Attribute& attribute) { AddMatch(matches, attribute, all.subspan(1), parts[0]); });
  return matches;
}

std::vector<bound::Attribute> Concat(const std::vector<bound::Attribute>& a, const std::vector<bound::Attribute>& b) {
  std::vector<bound::Attribute> all = a;
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

const bound::Attribute* FindIn(const std::vector<bound::Attribute>& attributes, bound::AttributeId id) {
  for (const bound::Attribute& attribute : attributes) {
    if (attribute.id == id) return &attribute;
  }
  return nullptr;
}

// Names and qualifiers of columns after a rebuild: those of the old scope and of the child, by id.
std::vector<bound::Attribute> Renamed(const std::vector<bound::Attribute>& output, const Scope& old,
                                      std::span<const ScopePtr> inputs) {
  std::vector<bound::Attribute> renamed;
  renamed.reserve(output.size());
  for (const bound::Attribute& attribute : output) {
    const bound::Attribute* named = old.FindId(attribute.id);
    for (const ScopePtr& input : inputs) {
      if (!named) named = input->FindId(attribute.id);
    }
    bound::Attribute copy = attribute;
    if (named) {
      copy.name = named->name;
      copy.qualifier = named->qualifier;
    }
    renamed.push_back(std::move(copy));
  }
  return renamed;
}

std::vector<bound::Attribute> WithoutOutput(const std::vector<bound::Attribute>& hidden, const Scope& scope) {
  std::vector<bound::Attribute> rest;
  for (const bound::Attribute& attribute : hidden) {
    if (!scope.Contains(attribute.id)) rest.push_back(attribute);
  }
  return rest;
}

// The scope over a widened relation; indices are built anew.
ScopePtr Rebuild(const Scope& old, bound::RelationPtr relation, std::vector<ScopePtr> inputs) {
  auto scope = std::make_shared<Scope>();
  scope->output = Renamed(relation->output, old, inputs);
  scope->relation = std::move(relation);
  scope->inputs = std::move(inputs);
  scope->reach = old.reach;
  scope->aggregate = old.aggregate;
  scope->plan_ids = old.plan_ids;
  scope->hides_inputs = old.hides_inputs;
  scope->hidden = WithoutOutput(old.hidden, *scope);
  return scope;
}

ScopePtr ExposeJoin(const ScopePtr& scope, const AttributeIds& ids) {
  std::vector<ScopePtr> inputs;
  for (const ScopePtr& input : scope->inputs) {
    AttributeIds here;
    for (const bound::AttributeId id : ids) {
      if (!input->Contains(id) && CanExpose(*input, id)) here.insert(id);
    }
    inputs.push_back(here.empty() ? input : Expose(input, here));
  }
  bound::Join join = *scope->relation->As<bound::Join>();
  join.left = inputs[0]->relation;
  join.right = inputs[1]->relation;
  std::vector<bound::Attribute> output = Concat(inputs[0]->output, inputs[1]->output);
  const bool left_nullable = join.type == bound::Join::Type::kRightOuter || join.type == bound::Join::Type::kFullOuter;
  const bool right_nullable = join.type == bound::Join::Type::kLeftOuter || join.type == bound::Join::Type::kFullOuter;
  if (join.type == bound::Join::Type::kLeftSemi || join.type == bound::Join::Type::kLeftAnti)
    output = inputs[0]->output;
  for (size_t i = 0; i < output.size(); ++i) {
    if (i < inputs[0]->output.size() ? left_nullable : right_nullable) output[i].nullable = true;
  }
  return Rebuild(*scope, bound::MakeRelation(std::move(join), std::move(output), scope->relation->origin),
                 std::move(inputs));
}

}  // namespace

void Scope::BuildIndex() const {
  if (indexed_) return;
  indexed_ = true;
  for (size_t i = 0; i < output.size(); ++i) {
    by_name_.emplace(FoldCase(output[i].name), i);
    by_id_.emplace(output[i].id, i);
  }
}

std::vector<size_t> Scope::FindName(std::string_view name, bool case_sensitive) const {
  std::vector<size_t> found;
  if (++lookups_ <= kLookupsBeforeIndex && !indexed_) {
    for (size_t i = 0; i < output.size(); ++i) {
      if (SameName(output[i].name, name, case_sensitive)) found.push_back(i);
    }
    return found;
  }
  BuildIndex();
  const auto [begin, end] = by_name_.equal_range(FoldCase(name));
  for (auto it = begin; it != end; ++it) {
    if (SameName(output[it->second].name, name, case_sensitive)) found.push_back(it->second);
  }
  std::sort(found.begin(), found.end());
  return found;
}

const bound::Attribute* Scope::FindId(bound::AttributeId id) const {
  if (++lookups_ <= kLookupsBeforeIndex && !indexed_) return FindIn(output, id);
  BuildIndex();
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &output[it->second];
}

bool Scope::Contains(bound::AttributeId id) const { return FindId(id) != nullptr; }

std::vector<NameMatch> FindColumns(std::span<const ScopePtr> scopes, const std::vector<std::string>& parts,
                                   bool case_sensitive) {
  return Match(parts, case_sensitive, false, [&](const std::string& name, const auto& visit) {
    for (const ScopePtr& scope : scopes) {
      for (const size_t i : scope->FindName(name, case_sensitive)) visit(scope->output[i]);
    }
  });
}

std::vector<NameMatch> FindHiddenColumns(std::span<const ScopePtr> scopes, const std::vector<std::string>& parts,
                                         bool case_sensitive) {
  return Match(parts, case_sensitive, true, [&](const std::string& name, const auto& visit) {
    for (const ScopePtr& scope : scopes) {
      for (const bound::Attribute& attribute : scope->hidden) {
        if (SameName(attribute.name, name, case_sensitive)) visit(attribute);
      }
    }
  });
}

std::vector<NameMatch> FindFileColumns(std::span<const ScopePtr> scopes, const std::vector<std::string>& parts,
                                       bool case_sensitive) {
  return Match(parts, case_sensitive, false, [&](const std::string& name, const auto& visit) {
    if (!SameName(name, kFileMetadata, case_sensitive)) return;
    for (const ScopePtr& scope : scopes) {
      for (const bound::Attribute& attribute : scope->hidden) {
        if (attribute.name == kFileMetadata && IsFileColumn(attribute)) visit(attribute);
      }
    }
  });
}

std::shared_ptr<Scope> MakeScope(bound::RelationPtr relation, std::vector<ScopePtr> inputs, Reach reach) {
  auto scope = std::make_shared<Scope>();
  scope->output = relation->output;
  scope->relation = std::move(relation);
  scope->inputs = std::move(inputs);
  scope->reach = reach;
  return scope;
}

bool CanExpose(const Scope& scope, bound::AttributeId id) {
  if (scope.Contains(id)) return true;
  switch (scope.reach) {
    case Reach::kThrough:
    case Reach::kProject:
      return CanExpose(*scope.inputs[0], id);
    case Reach::kJoin:
    case Reach::kAlias:
    case Reach::kFiles:
      return FindIn(scope.hidden, id) != nullptr;
    case Reach::kAggregate:
    case Reach::kOpaque:
      return false;
  }
  return false;
}

ScopePtr Expose(const ScopePtr& scope, const AttributeIds& ids) {
  AttributeIds missing;
  for (const bound::AttributeId id : ids) {
    if (!scope->Contains(id)) missing.insert(id);
  }
  if (missing.empty()) return scope;
  if (scope->reach == Reach::kJoin) return ExposeJoin(scope, missing);
  if (scope->reach == Reach::kFiles) return ExposeFileColumns(scope, missing);

  const ScopePtr child = Expose(scope->inputs[0], missing);
  if (scope->reach == Reach::kAlias) return Rebuild(*scope, child->relation, {child});
  const auto* project = scope->relation->As<bound::Project>();
  if (!project) return Rebuild(*scope, WithChild(*scope->relation, child->relation), {child});
  bound::Project node{child->relation, project->expressions};
  std::vector<bound::Attribute> output = scope->relation->output;
  for (const bound::AttributeId id : missing) {
    const bound::Attribute& attribute = *child->FindId(id);
    node.expressions.push_back({attribute, bound::MakeReference(attribute)});
    output.push_back(attribute);
  }
  return Rebuild(*scope, bound::MakeRelation(std::move(node), std::move(output), scope->relation->origin), {child});
}

bound::RelationPtr WithChild(const bound::Relation& relation, const bound::RelationPtr& child) {
  std::vector<bound::Attribute> output = child->output;
  bound::Relation::Node node = relation.node;
  std::visit(Overloaded{
                 [&](bound::Filter& n) { n.child = child; }, [&](bound::Sort& n) { n.child = child; },
                 [&](bound::Limit& n) { n.child = child; }, [&](bound::Tail& n) { n.child = child; },
                 [&](bound::Sample& n) { n.child = child; }, [&](bound::Repartition& n) { n.child = child; },
                 [&](bound::CollectMetrics& n) { n.child = child; },
                 [&](bound::Window& n) {
                   n.child = child;
                   for (const bound::NamedExpression& e : n.expressions) output.push_back(e.output);
                 },
                 [&](bound::Generate& n) {
                   n.child = child;
                   output.insert(output.end(), n.generated.begin(), n.generated.end());
                 },
                 [&](bound::WithCte& n) { n.child = child; }, [](auto&) {},  // other nodes are never reached through
             },
             node);
  return std::make_shared<const bound::Relation>(bound::Relation{std::move(node), std::move(output), relation.origin});
}

ScopePtr ProjectTo(const ScopePtr& child, const std::vector<bound::Attribute>& columns) {
  const bool same = child->output.size() == columns.size() &&
                    std::equal(columns.begin(), columns.end(), child->output.begin(),
                               [](const auto& a, const auto& b) { return a.id == b.id && a.name == b.name; });
  if (same) return child;
  bound::Project project{child->relation, {}};
  for (const bound::Attribute& column : columns) {
    project.expressions.push_back({column, bound::MakeReference(column)});
  }
  auto scope = MakeScope(bound::MakeRelation(std::move(project), columns), {child}, Reach::kProject);
  scope->hidden = WithoutOutput(child->hidden, *scope);
  return scope;
}

}  // namespace firesteel::analyzer
