#include <algorithm>
#include <array>

#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "analyzer/select/aggregate_state.h"
#include "analyzer/suggestion.h"
#include "functions/binding/binding.h"
#include "types/quoting.h"
#include "types/value_text.h"

namespace firesteel::analyzer {
namespace {

struct PlanMatch {
  NameMatch match;
  int depth = 0;
};

[[noreturn]] void ThrowAmbiguous(const std::vector<NameMatch>& matches, const std::vector<std::string>& parts,
                                 const OriginPtr& origin) {
  std::vector<std::string> names;
  for (const NameMatch& match : matches) {
    std::vector<std::string> qualified = match.attribute.qualifier;
    qualified.push_back(match.attribute.name);
    names.push_back(QuoteIdentifiers(qualified));
  }
  std::sort(names.begin(), names.end());
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  throw QueryError("AMBIGUOUS_REFERENCE", {{"name", QuoteIdentifiers(parts)}, {"referenceNames", "[" + list + "]"}},
                   origin);
}

// Looks for the DataFrame of a plan id below `scope`, and for the column in it. The column must survive on the way up.
// When several relations carry the id (self-joins) the nearer wins among the inputs of the node that asks
// (df.join(df.filter(…), df.id == …)); anywhere below them, and at equal depths, the column is ambiguous.
class PlanColumnSearch {
 public:
  PlanColumnSearch(const plan::UnresolvedAttribute& node, bool case_sensitive, OriginPtr origin)
      : node_(node), case_sensitive_(case_sensitive), origin_(std::move(origin)) {}

  /// Null when nothing was found. Chains are long: what is found travels up by pointer.
  std::unique_ptr<PlanMatch> Search(std::span<const ScopePtr> scopes, int depth) {
    std::unique_ptr<PlanMatch> best;
    for (const ScopePtr& scope : scopes) {
      std::unique_ptr<PlanMatch> found = SearchOne(scope, depth);
      if (!found) continue;
      if (best && (depth > 0 || best->depth == found->depth)) {
        throw QueryError("AMBIGUOUS_COLUMN_REFERENCE", {{"name", DoubleQuoted(DottedName(node_.parts))}}, origin_);
      }
      if (!best || found->depth < best->depth) best = std::move(found);
    }
    return best;
  }

  bool matched() const { return matched_; }

 private:
  std::unique_ptr<PlanMatch> SearchOne(const ScopePtr& scope, int depth) {
    std::unique_ptr<PlanMatch> found;
    if (scope->HasPlanId(node_.plan_id)) {
      matched_ = true;
      std::vector<NameMatch> matches = FindColumns(std::span(&scope, 1), node_.parts, case_sensitive_);
      if (matches.empty()) matches = FindHiddenColumns(std::span(&scope, 1), node_.parts, case_sensitive_);
      if (matches.empty()) matches = FindFileColumns(std::span(&scope, 1), node_.parts, case_sensitive_);
      if (matches.size() > 1) ThrowAmbiguous(matches, node_.parts, origin_);
      if (matches.size() == 1) found = std::make_unique<PlanMatch>(PlanMatch{std::move(matches.front()), depth});
    } else if (!scope->hides_inputs) {
      found = Search(scope->inputs, depth + 1);
    }
    if (!found) return found;
    // The column as it looks here: outer joins change its nullability, aliases its qualifier.
    bound::Attribute& attribute = found->match.attribute;
    if (const bound::Attribute* here = scope->FindId(attribute.id)) {
      attribute.nullable = here->nullable;
      if (attribute.qualifier != here->qualifier) attribute.qualifier = here->qualifier;
      return found;
    }
    for (const bound::Attribute& hidden : scope->hidden) {
      if (hidden.id == attribute.id) return found;
    }
    return nullptr;
  }

  const plan::UnresolvedAttribute& node_;
  const bool case_sensitive_;
  const OriginPtr origin_;
  bool matched_ = false;
};

}  // namespace

bound::ExpressionPtr ExpressionResolver::Refer(const NameMatch& match, const OriginPtr& origin) {
  analysis_.RememberMetadata(match.attribute);
  bound::ExpressionPtr result = bound::MakeReference(match.attribute, origin);
  for (const std::string& field : match.fields) result = ExtractField(std::move(result), field, origin);
  return result;
}

bound::ExpressionPtr ExpressionResolver::ReferChecked(const std::vector<NameMatch>& matches,
                                                      const std::vector<std::string>& parts, const OriginPtr& origin) {
  if (matches.empty()) return nullptr;
  if (matches.size() > 1) ThrowAmbiguous(matches, parts, origin);
  return Refer(matches.front(), origin);
}

bound::ExpressionPtr ExpressionResolver::FindLambdaVariable(const std::vector<std::string>& parts,
                                                            const OriginPtr& origin) {
  for (auto scope = lambdas_.rbegin(); scope != lambdas_.rend(); ++scope) {
    for (size_t i = 0; i < scope->parameters.size(); ++i) {
      if (!SameName(scope->parameters[i].name, parts[0], analysis_.case_sensitive())) continue;
      bound::ExpressionPtr result = bound::Make(bound::LambdaRef{scope->parameters[i].id, scope->parameters[i].name},
                                                scope->types[i].type, scope->types[i].nullable, origin);
      for (size_t p = 1; p < parts.size(); ++p) result = ExtractField(std::move(result), parts[p], origin);
      return result;
    }
  }
  return nullptr;
}

bound::ExpressionPtr ExpressionResolver::FindColumn(const std::vector<std::string>& parts, const OriginPtr& origin) {
  const bool case_sensitive = analysis_.case_sensitive();
  std::vector<NameMatch> matches = FindColumns(inputs_, parts, case_sensitive);
  if (!matches.empty()) return ReferChecked(matches, parts, origin);
  if (parts.size() > 1) matches = FindHiddenColumns(inputs_, parts, case_sensitive);
  if (matches.empty()) matches = FindFileColumns(inputs_, parts, case_sensitive);
  if (matches.size() == 1) missing_.insert(matches.front().attribute.id);
  return ReferChecked(matches, parts, origin);
}

bound::ExpressionPtr ExpressionResolver::FindBelow(const std::vector<std::string>& parts, const OriginPtr& origin) {
  ScopePtr scope = inputs_[0];
  if (scope->aggregate) {
    return ReferChecked(FindColumns(std::span(&scope->aggregate->child, 1), parts, analysis_.case_sensitive()), parts,
                        origin);
  }
  while (scope->reach == Reach::kThrough || scope->reach == Reach::kProject) {
    scope = scope->inputs[0];
    const std::vector<NameMatch> matches = FindColumns(std::span(&scope, 1), parts, analysis_.case_sensitive());
    if (matches.empty()) continue;
    bound::ExpressionPtr result = ReferChecked(matches, parts, origin);
    missing_.insert(matches.front().attribute.id);
    return result;
  }
  return nullptr;
}

bound::ExpressionPtr ExpressionResolver::FindLateralAlias(const std::vector<std::string>& parts,
                                                          const OriginPtr& origin) {
  if (!lateral_) return nullptr;
  const bound::Attribute* found = nullptr;
  int count = 0;
  for (const bound::Attribute& attribute : lateral_->attributes) {
    if (!SameName(attribute.name, parts[0], analysis_.case_sensitive())) continue;
    found = &attribute;
    ++count;
  }
  if (count > 1) {
    throw QueryError("AMBIGUOUS_LATERAL_COLUMN_ALIAS",
                     {{"name", QuoteIdentifiers(parts)}, {"n", std::to_string(count)}});
  }
  if (!found) return nullptr;
  analysis_.RememberMetadata(*found);
  // Spark prints such a reference as a call; where it stands alone the alias is visible in the name all the same.
  bound::ExpressionPtr result =
      bound::Make(bound::AttributeRef{found->id, "lateralAliasReference(" + found->name + ")", {}}, found->type,
                  found->nullable, origin);
  for (size_t p = 1; p < parts.size(); ++p) result = ExtractField(std::move(result), parts[p], origin);
  return result;
}

std::optional<NameMatch> ExpressionResolver::FindForSubquery(const std::vector<std::string>& parts,
                                                             const OriginPtr& origin) {
  std::vector<NameMatch> matches = FindColumns(inputs_, parts, analysis_.case_sensitive());
  if (matches.empty() && parts.size() > 1) {
    matches = FindHiddenColumns(inputs_, parts, analysis_.case_sensitive());
    if (!matches.empty()) missing_.insert(matches.front().attribute.id);
  }
  if (matches.empty() && allow_missing_ && inputs_[0]->aggregate) {
    matches = FindColumns(std::span(&inputs_[0]->aggregate->child, 1), parts, analysis_.case_sensitive());
  }
  if (matches.empty()) return std::nullopt;
  if (matches.size() > 1) ThrowAmbiguous(matches, parts, origin);
  return matches.front();
}

bound::ExpressionPtr ExpressionResolver::FindOuter(const std::vector<std::string>& parts, const OriginPtr& origin) {
  // Only the query directly around this one: Spark does not look further out.
  const std::vector<ExpressionResolver*>& outer = analysis_.outer();
  if (outer.empty() || outer.back() == this) return nullptr;
  const std::optional<NameMatch> match = outer.back()->FindForSubquery(parts, origin);
  if (!match) return nullptr;
  const bound::Attribute& attribute = match->attribute;
  analysis_.RememberMetadata(attribute);
  bound::ExpressionPtr result = bound::Make(bound::OuterRef{attribute.id, attribute.name, attribute.qualifier},
                                            attribute.type, attribute.nullable, origin);
  for (const std::string& field : match->fields) result = ExtractField(std::move(result), field, origin);
  return result;
}

bound::ExpressionPtr ExpressionResolver::FindLiteralFunction(const std::vector<std::string>& parts,
                                                             const OriginPtr& origin) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "current_date",    "current_timestamp", "current_user",     "user",     "session_user", "localtimestamp",
      "current_catalog", "current_time",      "current_database", "localtime"};
  if (parts.size() != 1) return nullptr;
  const std::string name = FoldCase(parts[0]);
  if (std::find(kNames.begin(), kNames.end(), name) == kNames.end() || !functions::Find(name)) return nullptr;
  const bool is_user = name == "user" || name == "session_user";
  return CallFunction(is_user ? "current_user" : name, {}, origin);
}

bound::ExpressionPtr ExpressionResolver::FindVariable(const std::vector<std::string>& parts, const OriginPtr& origin) {
  // system.session.v, session.v or v, then fields.
  const size_t at = SessionPrefix(parts);
  const std::optional<TypedValue> variable = analysis_.environment().FindVariable(parts[at]);
  if (!variable) return nullptr;
  const std::string text =
      "system.session." + FoldCase(parts[at]) + "=" + LiteralSql(variable->type, variable->value, settings().time_zone);
  std::vector<bound::ExpressionPtr> arguments = {bound::MakeLiteral(DataType::String(), Value{text}),
                                                 bound::MakeLiteral(variable->type, variable->value, origin)};
  bound::Call call{&functions::InternalFunction("variablereference"),
                   std::move(arguments),
                   settings().ansi ? EvalMode::kAnsi : EvalMode::kLegacy,
                   {}};
  bound::ExpressionPtr result = bound::Make(std::move(call), variable->type, variable->value.is_null(), origin);
  for (size_t p = at + 1; p < parts.size(); ++p) result = ExtractField(std::move(result), parts[p], origin);
  return result;
}

bound::ExpressionPtr ExpressionResolver::FindPlanColumn(const plan::UnresolvedAttribute& node,
                                                        const OriginPtr& origin) {
  PlanColumnSearch search(node, analysis_.case_sensitive(), origin);
  std::unique_ptr<PlanMatch> found = search.Search(inputs_, 0);
  // Not in the queries around: Spark has no outer references to columns of DataFrames, only to names.
  if (!found && search.matched() && allow_missing_) {
    ScopePtr scope = inputs_[0];
    if (scope->aggregate) {
      PlanColumnSearch below(node, analysis_.case_sensitive(), origin);
      if (const auto match = below.Search(std::span(&scope->aggregate->child, 1), 0))
        return Refer(match->match, origin);
    }
    while (!found && (scope->reach == Reach::kThrough || scope->reach == Reach::kProject)) {
      scope = scope->inputs[0];
      PlanColumnSearch below(node, analysis_.case_sensitive(), origin);
      found = below.Search(std::span(&scope, 1), 0);
    }
  }
  if (!found) {
    throw QueryError("CANNOT_RESOLVE_DATAFRAME_COLUMN", {{"name", DoubleQuoted(DottedName(node.parts))}}, origin);
  }
  bool visible = false;
  for (const ScopePtr& input : inputs_) visible = visible || input->Contains(found->match.attribute.id);
  if (!visible) missing_.insert(found->match.attribute.id);
  return Refer(found->match, origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::UnresolvedAttribute& node,
                                                     const plan::Expression& self) {
  const OriginPtr& origin = self.origin;
  if (bound::ExpressionPtr found = FindLambdaVariable(node.parts, origin)) return found;
  if (node.plan_id) return FindPlanColumn(node, origin);
  if (in_aggregate_ && allow_missing_ && inputs_[0]->aggregate) {
    if (bound::ExpressionPtr found = FindBelow(node.parts, origin)) return found;
  }
  if (bound::ExpressionPtr found = FindColumn(node.parts, origin)) return found;
  if (bound::ExpressionPtr found = FindLiteralFunction(node.parts, origin)) return found;
  if (bound::ExpressionPtr found = FindLateralAlias(node.parts, origin)) return found;
  if (allow_missing_) {
    if (bound::ExpressionPtr found = FindBelow(node.parts, origin)) return found;
  }
  if (bound::ExpressionPtr found = FindOuter(node.parts, origin)) return found;
  if (bound::ExpressionPtr found = FindVariable(node.parts, origin)) return found;
  ThrowUnresolvedColumn(node.parts, AllColumns(inputs_), origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::LambdaVariable& node, const plan::Expression& self) {
  if (bound::ExpressionPtr found = FindLambdaVariable(node.parts, self.origin)) return found;
  ThrowUnresolvedColumn(node.parts, AllColumns(inputs_), self.origin);
}

}  // namespace firesteel::analyzer
