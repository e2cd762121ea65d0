#include <algorithm>

#include "analyzer/expression/grouping_marker.h"
#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "analyzer/relation/clause.h"
#include "analyzer/relation/join_scope.h"
#include "analyzer/relation/join_subquery.h"
#include "analyzer/relation/relations.h"
#include "analyzer/suggestion.h"
#include "bound/python_eval_type.h"
#include "functions/function.h"
#include "types/field_metadata.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

using Type = bound::Join::Type;

bound::ExpressionPtr ResolveCondition(Analysis& analysis, ExpressionResolver& resolver,
                                      const plan::ExpressionPtr& written, const OriginPtr& origin) {
  const bound::SessionSettings& settings = analysis.settings();
  bound::ExpressionPtr condition = resolver.Resolve(written);
  if (!condition->type.Is(TypeKind::kBoolean)) {
    throw QueryError(
        "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE",
        {{"joinCondition", QuotedSql(*condition, settings)}, {"conditionType", QuoteType(condition->type)}}, origin);
  }
  RefuseGroupingMarkers(condition);
  CheckOperator(condition, "Join", settings, origin);
  const bool random = bound::AnyOf(condition, [](const bound::Expression& e) {
    if (const auto* python = e.As<bound::PythonCall>()) return !python->function->deterministic;
    const auto* call = e.As<bound::Call>();
    return call && call->function->volatility == functions::Volatility::kVolatile;
  });
  if (random) {
    throw QueryError("INVALID_NON_DETERMINISTIC_EXPRESSIONS", {{"sqlExprs", QuotedSql(*condition, settings)}}, origin);
  }
  return condition;
}

bound::Attribute UsingColumn(const ScopePtr& side, const std::string& name, const char* side_name, Analysis& analysis,
                             const OriginPtr& origin) {
  const std::vector<NameMatch> matches = FindColumns(std::span(&side, 1), {name}, analysis.case_sensitive());
  if (matches.empty()) {
    std::vector<std::string> names;
    for (const bound::Attribute& attribute : side->output) names.push_back(QuoteIdentifier(attribute.name));
    std::sort(names.begin(), names.end());
    std::string list;
    for (const std::string& text : names) list += (list.empty() ? "" : ", ") + text;
    throw QueryError("UNRESOLVED_USING_COLUMN_FOR_JOIN",
                     {{"colName", QuoteIdentifier(name)}, {"side", side_name}, {"suggestion", list}});
  }
  if (matches.size() > 1) {
    std::string list;
    for (const NameMatch& match : matches) {
      std::vector<std::string> parts = match.attribute.qualifier;
      parts.push_back(match.attribute.name);
      list += (list.empty() ? "" : ", ") + QuoteIdentifiers(parts);
    }
    throw QueryError("AMBIGUOUS_REFERENCE", {{"name", QuoteIdentifier(name)}, {"referenceNames", "[" + list + "]"}},
                     origin);
  }
  bound::Attribute attribute = *side->FindId(matches.front().attribute.id);
  return attribute;
}

// Spark keeps the dropped keys reachable by qualifier, marked as metadata columns.
bound::Attribute Hidden(bound::Attribute attribute) {
  attribute.metadata = WithMetadataText(attribute.metadata, "__metadata_col", attribute.name);
  return attribute;
}

// USING and NATURAL: equality of the keys, each key once, keys first.
class UsingJoin {
 public:
  UsingJoin(Analysis& analysis, ScopePtr left, ScopePtr right, Type type, OriginPtr origin)
      : analysis_(analysis),
        left_(std::move(left)),
        right_(std::move(right)),
        type_(type),
        origin_(std::move(origin)) {}

  ScopePtr Build(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      left_keys_.push_back(UsingColumn(left_, name, "left", analysis_, origin_));
      right_keys_.push_back(UsingColumn(right_, name, "right", analysis_, origin_));
    }
    const ScopePtr join = MakeJoin(left_, right_, type_, Condition(), false, origin_);
    if (LeftOnly(type_)) return ProjectKeysFirst(join);

    std::vector<bound::NamedExpression> columns;
    std::vector<bound::Attribute> hidden;
    for (size_t i = 0; i < left_keys_.size(); ++i) {
      const bound::Attribute& left = *join->FindId(left_keys_[i].id);
      const bound::Attribute& right = *join->FindId(right_keys_[i].id);
      if (type_ == Type::kFullOuter) {
        const bound::ExpressionPtr merged = Coalesce(left, right);
        columns.push_back({analysis_.NewAttribute(left.name, merged->type, merged->nullable, left.metadata), merged});
        hidden.push_back(Hidden(left));
      } else if (type_ == Type::kRightOuter) {
        columns.push_back({right, bound::MakeReference(right)});
        hidden.push_back(Hidden(left));
      } else {
        columns.push_back({left, bound::MakeReference(left)});
      }
    }
    for (size_t i = 0; i < left_keys_.size(); ++i) {
      if (type_ != Type::kRightOuter) hidden.push_back(Hidden(*join->FindId(right_keys_[i].id)));
    }
    for (const bound::Attribute& attribute : join->output) {
      if (!IsKey(attribute.id)) columns.push_back({attribute, bound::MakeReference(attribute)});
    }
    return Finish(join, std::move(columns), std::move(hidden));
  }

 private:
  bool IsKey(bound::AttributeId id) const {
    const auto same = [id](const bound::Attribute& key) { return key.id == id; };
    return std::any_of(left_keys_.begin(), left_keys_.end(), same) ||
           std::any_of(right_keys_.begin(), right_keys_.end(), same);
  }

  bound::ExpressionPtr Condition() {
    ExpressionResolver resolver(analysis_, {left_, right_});
    bound::ExpressionPtr condition;
    for (size_t i = 0; i < left_keys_.size(); ++i) {
      bound::ExpressionPtr equal = resolver.CallFunction(
          "=", {bound::MakeReference(left_keys_[i]), bound::MakeReference(right_keys_[i])}, origin_);
      condition = condition ? resolver.CallFunction("and", {condition, equal}, origin_) : equal;
    }
    return condition;
  }

  bound::ExpressionPtr Coalesce(const bound::Attribute& left, const bound::Attribute& right) {
    ExpressionResolver resolver(analysis_, {left_, right_});
    return resolver.CallFunction("coalesce", {bound::MakeReference(left), bound::MakeReference(right)}, origin_);
  }

  ScopePtr ProjectKeysFirst(const ScopePtr& join) {
    std::vector<bound::NamedExpression> columns;
    for (const bound::Attribute& key : left_keys_) columns.push_back({key, bound::MakeReference(key)});
    for (const bound::Attribute& attribute : join->output) {
      if (!IsKey(attribute.id)) columns.push_back({attribute, bound::MakeReference(attribute)});
    }
    return Finish(join, std::move(columns), {});
  }

  ScopePtr Finish(const ScopePtr& join, std::vector<bound::NamedExpression> columns,
                  std::vector<bound::Attribute> hidden) {
    std::vector<bound::Attribute> output;
    for (const bound::NamedExpression& column : columns) output.push_back(column.output);
    auto scope = MakeScope(bound::MakeRelation(bound::Project{join->relation, std::move(columns)}, output, origin_),
                           {join}, Reach::kProject);
    scope->hidden = std::move(hidden);
    scope->hidden.insert(scope->hidden.end(), join->hidden.begin(), join->hidden.end());
    return scope;
  }

  Analysis& analysis_;
  const ScopePtr left_;
  const ScopePtr right_;
  const Type type_;
  const OriginPtr origin_;
  std::vector<bound::Attribute> left_keys_;
  std::vector<bound::Attribute> right_keys_;
};

std::vector<std::string> NaturalKeys(const ScopePtr& left, const ScopePtr& right, bool case_sensitive) {
  std::vector<std::string> names;
  for (const bound::Attribute& attribute : left->output) {
    if (!right->FindName(attribute.name, case_sensitive).empty()) names.push_back(attribute.name);
  }
  return names;
}

// A generator of constants and outer columns, with nothing but projections around it.
bool IsGenerated(const bound::Relation& relation) {
  if (const auto* project = relation.As<bound::Project>()) return IsGenerated(*project->child);
  if (const auto* stage = relation.As<bound::PythonStage>()) {
    return stage->kind == bound::PythonStage::Kind::kTable && !stage->has_table_argument;
  }
  const auto* generate = relation.As<bound::Generate>();
  return generate && generate->child->As<bound::OneRow>();
}

bool HoldsArrowTableFunction(const bound::Relation& relation) {
  const auto* stage = relation.As<bound::PythonStage>();
  if (stage && stage->kind == bound::PythonStage::Kind::kTable) {
    const auto* call = stage->calls.at(0).expression->As<bound::PythonCall>();
    if (call && call->function->eval_type == bound::kArrowTable) return true;
  }
  const std::vector<bound::RelationPtr> children = bound::Children(relation);
  return std::any_of(children.begin(), children.end(),
                     [](const bound::RelationPtr& child) { return HoldsArrowTableFunction(*child); });
}

ScopePtr ResolveLateral(Analysis& analysis, const plan::Join& node, const plan::Relation& self) {
  const ScopePtr left = analysis.Resolve(node.left);
  ExpressionResolver outer(analysis, {left});
  const ScopePtr right = analysis.ResolveSubquery(node.right, outer);
  if (HoldsArrowTableFunction(*right->relation)) throw QueryError("LATERAL_JOIN_WITH_ARROW_UDTF_UNSUPPORTED", {});
  const ScopePtr exposed = outer.ExposedInput();
  const Type type = JoinType(node.type);
  if (!node.using_columns.empty() || node.natural) {
    std::vector<std::string> names = node.using_columns;
    if (node.natural) names = NaturalKeys(left, right, analysis.case_sensitive());
    ThrowUnsupported("a LATERAL join with USING or NATURAL", self.origin);
  }
  if (type == Type::kRightOuter || type == Type::kFullOuter) {
    throw QueryError("INVALID_LATERAL_JOIN_TYPE",
                     {{"joinType", type == Type::kRightOuter ? "RIGHT OUTER" : "FULL OUTER"}}, self.origin,
                     ErrorClass::kParse);
  }
  ExpressionResolver resolver(analysis, {exposed, right});
  bound::ExpressionPtr condition;
  if (node.condition) condition = ResolveCondition(analysis, resolver, node.condition, self.origin);
  ScopePtr join = MakeJoin(exposed, right, type, std::move(condition), true, self.origin);
  if (type == Type::kLeftOuter && !node.condition && IsGenerated(*right->relation)) {
    // Spark makes such a join a plain Generate: rows without elements are lost, though the columns say otherwise.
    bound::Join inner = *join->relation->As<bound::Join>();
    inner.type = Type::kInner;
    join = MakeScope(bound::MakeRelation(std::move(inner), join->relation->output, self.origin), {exposed, right},
                     Reach::kJoin);
  }
  if (exposed == left) return join;
  return WithColumnsOf(join, left, right);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Join& node, const plan::Relation& self) {
  if (node.lateral) return ResolveLateral(analysis, node, self);
  const ScopePtr left = analysis.Resolve(node.left);
  const ScopePtr right = analysis.Resolve(node.right);
  const Type type = JoinType(node.type);
  if (!node.using_columns.empty() || node.natural) {
    UsingJoin join(analysis, left, right, type == Type::kCross ? Type::kInner : type, self.origin);
    return join.Build(node.natural ? NaturalKeys(left, right, analysis.case_sensitive()) : node.using_columns);
  }
  if (!node.condition) return MakeJoin(left, right, type, nullptr, false, self.origin);
  ExpressionResolver resolver(analysis, {left, right});
  bound::ExpressionPtr condition = ResolveCondition(analysis, resolver, node.condition, self.origin);
  const JoinParts parts = PlaceSubqueries(
      analysis, {resolver.ExposedInput(0), resolver.ExposedInput(1), std::move(condition)}, type, self.origin);
  const ScopePtr join = MakeJoin(parts.left, parts.right, type, parts.condition, false, self.origin);
  if (parts.left == left && parts.right == right) return join;
  return WithColumnsOf(join, left, right);
}

}  // namespace firesteel::analyzer
