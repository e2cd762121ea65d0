#include <algorithm>
#include "analyzer/expression/resolver.h"
#include "analyzer/file_columns.h"
#include "analyzer/name.h"
#include "analyzer/suggestion.h"
#include "functions/kernels/string/regular_expression.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

bool QualifierMatches(const std::vector<std::string>& qualifier, const std::vector<std::string>& target,
                      bool case_sensitive) {
  if (target.empty() || qualifier.size() < target.size()) return false;
  const size_t skip = qualifier.size() - target.size();
  for (size_t i = 0; i < target.size(); ++i) {
    if (!SameName(qualifier[skip + i], target[i], case_sensitive)) return false;
  }
  return true;
}

ScopePtr FindPlan(std::span<const ScopePtr> scopes, int64_t plan_id) {
  for (const ScopePtr& scope : scopes) {
    if (scope->HasPlanId(plan_id)) return scope;
    if (ScopePtr found = FindPlan(scope->inputs, plan_id)) return found;
  }
  return nullptr;
}

SelectItem ColumnItem(const bound::Attribute& attribute, Analysis& analysis, const OriginPtr& origin) {
  analysis.RememberMetadata(attribute);
  SelectItem item;
  item.expression = bound::MakeReference(attribute, origin);
  item.name = attribute.name;
  item.metadata = attribute.metadata;
  return item;
}

}  // namespace

void ExpressionResolver::ExpandStar(const plan::UnresolvedStar& star, const OriginPtr& origin,
                                    std::vector<SelectItem>& items) {
  std::vector<SelectItem> expanded;
  if (star.plan_id) {
    const ScopePtr plan = FindPlan(inputs_, *star.plan_id);
    if (!plan) throw QueryError("CANNOT_RESOLVE_DATAFRAME_COLUMN", {{"name", "`*`"}}, origin);
    for (const bound::Attribute& attribute : plan->output) {
      bool visible = false;
      for (const ScopePtr& input : inputs_) visible = visible || input->Contains(attribute.id);
      if (!visible) missing_.insert(attribute.id);
      expanded.push_back(ColumnItem(attribute, analysis_, origin));
    }
  } else if (star.target.empty()) {
    for (const ScopePtr& input : inputs_) {
      for (const bound::Attribute& attribute : input->output) {
        expanded.push_back(ColumnItem(attribute, analysis_, origin));
      }
    }
  } else {
    for (const ScopePtr& input : inputs_) {
      for (const bound::Attribute& attribute : input->hidden) {
        if (IsFileColumn(attribute)) continue;
        if (!QualifierMatches(attribute.qualifier, star.target, analysis_.case_sensitive())) continue;
        missing_.insert(attribute.id);
        expanded.push_back(ColumnItem(attribute, analysis_, origin));
      }
    }
    for (const ScopePtr& input : inputs_) {
      for (const bound::Attribute& attribute : input->output) {
        if (QualifierMatches(attribute.qualifier, star.target, analysis_.case_sensitive())) {
          expanded.push_back(ColumnItem(attribute, analysis_, origin));
        }
      }
    }
    if (expanded.empty()) {
      const bound::ExpressionPtr column = FindColumn(star.target, origin);
      if (!column) {
        std::vector<bound::Attribute> columns = AllColumns(inputs_);
        std::sort(columns.begin(), columns.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        throw QueryError("CANNOT_RESOLVE_STAR_EXPAND",
                         {{"targetString", QuoteIdentifiers(star.target)}, {"columns", QuotedNames(columns)}}, origin);
      }
      if (!column->type.Is(TypeKind::kStruct)) {
        std::string parts;
        for (const std::string& part : star.target) parts += (parts.empty() ? "" : ", ") + part;
        throw QueryError("_LEGACY_ERROR_TEMP_1050", {{"attributes", "List(" + parts + ")"}}, origin);
      }
      const std::vector<StructField>& fields = column->type.fields();
      for (size_t i = 0; i < fields.size(); ++i) {
        SelectItem item;
        item.expression = bound::Make(bound::GetField{column, static_cast<int32_t>(i), fields[i].name, false},
                                      fields[i].type, column->nullable || fields[i].nullable, origin);
        item.name = fields[i].name;
        item.metadata = fields[i].metadata;
        item.is_alias = true;
        expanded.push_back(std::move(item));
      }
    }
  }
  if (!star.except.empty()) expanded = RemoveExcepted(std::move(expanded), star.except, origin);
  items.insert(items.end(), std::make_move_iterator(expanded.begin()), std::make_move_iterator(expanded.end()));
}

std::vector<SelectItem> ExpressionResolver::RemoveExcepted(std::vector<SelectItem> items,
                                                           const std::vector<std::vector<std::string>>& except,
                                                           const OriginPtr& origin) {
  // By the name that removed it: one column written twice in different case is let through.
  std::vector<std::optional<std::string>> removed(items.size());
  for (const std::vector<std::string>& name : except) {
    bool found = false;
    for (size_t i = 0; i < items.size(); ++i) {
      std::vector<std::string> qualifier;
      if (const auto* reference = items[i].expression->As<bound::AttributeRef>()) qualifier = reference->qualifier;
      const std::vector<std::string> wanted(name.begin(), name.end() - 1);
      if (!SameName(items[i].name, name.back(), analysis_.case_sensitive())) continue;
      if (!wanted.empty() && !QualifierMatches(qualifier, wanted, analysis_.case_sensitive())) continue;
      if (removed[i] == name.back()) {
        std::string columns;
        for (const std::vector<std::string>& each : except) {
          columns += columns.empty() ? "" : ", ";
          for (size_t part = 0; part < each.size(); ++part) columns += (part ? "." : "") + each[part];
        }
        throw QueryError("EXCEPT_OVERLAPPING_COLUMNS", {{"columns", columns}}, origin);
      }
      removed[i] = name.back();
      found = true;
    }
    if (found) continue;
    const bool nested = name.size() > 1 && FindColumn(name, origin);
    if (nested) ThrowUnsupported("EXCEPT of a struct's field", origin);
    ThrowUnresolvedColumn(name, AllColumns(inputs_), origin, true);
  }
  std::vector<SelectItem> kept;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!removed[i]) kept.push_back(std::move(items[i]));
  }
  return kept;
}

void ExpressionResolver::ExpandRegex(const plan::UnresolvedRegex& regex, const OriginPtr& origin,
                                     std::vector<SelectItem>& items) {
  // As Java matches whole names; (?i) where case does not count.
  const std::string flags = analysis_.case_sensitive() ? "" : "(?i)";
  using functions::RegularPattern;
  const auto pattern = RegularPattern::Compile(flags + "\\A(?:" + regex.pattern + ")\\z", RegularPattern::Use::kRow);
  if (!pattern) {
    throw QueryError("INVALID_PARAMETER_VALUE.PATTERN",
                     {{"parameter", "`regexp`"}, {"functionName", "`colRegex`"}, {"value", "'" + regex.pattern + "'"}},
                     origin);
  }
  functions::RegularExpression expression(pattern);
  const auto matches = [&](const std::string& name) {
    expression.Reset(name);
    const bool is_match = expression.Test();
    if (expression.gave_up()) {
      throw QueryError(functions::RegularExpression::kLimitCondition, expression.LimitParameters(), origin);
    }
    return is_match;
  };
  for (const ScopePtr& input : inputs_) {
    for (const bound::Attribute& attribute : input->output) {
      const bool qualified =
          regex.table.empty() || QualifierMatches(attribute.qualifier, regex.table, analysis_.case_sensitive());
      if (qualified && matches(attribute.name)) {
        items.push_back(ColumnItem(attribute, analysis_, origin));
      }
    }
  }
}

void ThrowMisplacedStar(std::string_view expression) {
  throw QueryError("INVALID_USAGE_OF_STAR_OR_REGEX",
                   {{"elem", "'*'"}, {"prettyName", "expression " + QuoteIdentifier(std::string(expression))}});
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::UnresolvedStar&, const plan::Expression& self) {
  throw QueryError("INVALID_USAGE_OF_STAR_OR_REGEX", {{"elem", "'*'"}, {"prettyName", "expression"}}, self.origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::UnresolvedRegex& node, const plan::Expression& self) {
  std::vector<SelectItem> items;
  ExpandRegex(node, self.origin, items);
  if (items.size() == 1) return items[0].expression;
  throw QueryError("INVALID_USAGE_OF_STAR_OR_REGEX",
                   {{"elem", "regular expression '" + node.pattern + "'"}, {"prettyName", "expression"}}, self.origin);
}

void ExpressionResolver::ResolveItem(const plan::ExpressionPtr& expression, std::vector<SelectItem>& items) {
  if (const auto* star = expression->As<plan::UnresolvedStar>()) return ExpandStar(*star, expression->origin, items);
  if (const auto* regex = expression->As<plan::UnresolvedRegex>())
    return ExpandRegex(*regex, expression->origin, items);
  if (const auto* sql = expression->As<plan::SqlExpression>()) {
    return ResolveItem(analysis_.environment().ParseExpression(sql->text), items);
  }
  SelectItem item;
  const auto* alias = expression->As<plan::Alias>();
  const bool several = alias && alias->names.size() != 1;
  item.expression = Resolve(several ? alias->child : expression);
  if (several && !IsGenerator(*item.expression)) {
    std::string names;
    for (const std::string& name : alias->names) names += (names.empty() ? "" : ", ") + name;
    throw QueryError("MULTI_ALIAS_WITHOUT_GENERATOR",
                     {{"expr", QuotedSql(*item.expression, settings())}, {"names", names}}, expression->origin);
  }
  if (several) {
    item.generator_names = alias->names;
  } else if (!IsGenerator(*item.expression)) {
    NameItem(item, *expression, analysis_);
    if (IsGenerator(*item.expression) && item.is_alias) item.generator_names = {item.name};
  }
  items.push_back(std::move(item));
}

std::vector<SelectItem> ExpressionResolver::ResolveItems(const std::vector<plan::ExpressionPtr>& expressions) {
  std::vector<SelectItem> items;
  for (const plan::ExpressionPtr& expression : expressions) ResolveItem(expression, items);
  return items;
}

}  // namespace firesteel::analyzer
