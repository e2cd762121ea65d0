#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "types/coercion.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::analyzer {
namespace {

bound::ExpressionPtr MakeScalar(const ScopePtr& query, const OriginPtr& origin) {
  if (query->output.size() != 1) {
    throw QueryError("INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
                     {{"number", std::to_string(query->output.size())}}, origin);
  }
  return bound::Make(bound::ScalarSubquery{query->relation}, query->output[0].type, true, origin);
}

std::string QuotedList(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

// A cast that fails at the place of the whole IN.
bound::ExpressionPtr CastAt(const bound::ExpressionPtr& value, const DataType& type, EvalMode mode,
                            const OriginPtr& origin) {
  const bound::ExpressionPtr cast = bound::MakeCast(value, type, mode, true);
  if (cast == value) return cast;
  bound::Expression placed = *cast;
  placed.origin = origin;
  return std::make_shared<const bound::Expression>(std::move(placed));
}

// (a, b) IN (query): both sides cast to their common types.
bound::ExpressionPtr MakeIn(std::vector<bound::ExpressionPtr> values, ScopePtr query, Analysis& analysis,
                            const OriginPtr& origin) {
  const bound::SessionSettings& settings = analysis.settings();
  const std::string sql = DoubleQuoted("(" + [&] {
    std::vector<std::string> texts;
    for (size_t i = 0; i < values.size(); ++i) {
      const bool is_plain = values[i]->As<bound::AttributeRef>() || values[i]->As<bound::OuterRef>() ||
                            values[i]->As<bound::GetField>() || values[i]->As<bound::InnerAlias>();
      const std::string name = is_plain ? RowFieldName(*values[i], i) : "_" + std::to_string(i);
      if (values.size() > 1) texts.push_back("'" + name + "'");
      texts.push_back(functions::MessageSql(*values[i], settings));
    }
    return texts.size() == 1 ? texts[0] : "named_struct(" + QuotedList(texts) + ")";
  }() + " IN (listquery()))");
  if (values.size() != query->output.size()) {
    std::vector<std::string> left;
    std::vector<std::string> right;
    for (const bound::ExpressionPtr& value : values) left.push_back(QuotedSql(*value, settings));
    for (const bound::Attribute& column : query->output) right.push_back(DoubleQuoted(column.name));
    throw QueryError("DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH",
                     {{"sqlExpr", sql},
                      {"leftLength", std::to_string(left.size())},
                      {"rightLength", std::to_string(right.size())},
                      {"leftColumns", QuotedList(left)},
                      {"rightColumns", QuotedList(right)}},
                     origin);
  }
  const EvalMode mode = settings.ansi ? EvalMode::kAnsi : EvalMode::kLegacy;
  bool nullable = false;
  bool recast = false;
  bound::Project project{query->relation, {}};
  for (size_t i = 0; i < values.size(); ++i) {
    const bound::Attribute& column = query->output[i];
    for (const DataType* type : {&values[i]->type, &column.type}) {
      if (type->collation() == "UTF8_BINARY") continue;
      ThrowUnsupported("the collation " + std::string(type->collation()), origin);
    }
    nullable = nullable || values[i]->nullable || column.nullable;
    bound::ExpressionPtr reference = bound::MakeReference(column);
    bound::NamedExpression named{column, reference};
    if (!SameTypeIgnoringNullability(values[i]->type, column.type)) {
      const std::optional<DataType> wider = WiderType(values[i]->type, column.type, settings.ansi);
      if (!wider) {
        throw QueryError("DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH",
                         {{"sqlExpr", sql},
                          {"mismatchedColumns",
                           "(" + QualifiedSql(values[i], settings) + ":" + CatalogString(values[i]->type) + ", " +
                               QualifiedSql(reference, settings) + ":" + CatalogString(column.type) + ")"},
                          {"leftType", QuoteType(values[i]->type)},
                          {"rightType", QuoteType(column.type)}},
                         origin);
      }
      values[i] = CastAt(values[i], *wider, mode, origin);
      if (!SameTypeIgnoringNullability(column.type, *wider)) {
        named.expression = CastAt(reference, *wider, mode, origin);
        named.output = analysis.NewAttribute(column.name, *wider, named.expression->nullable);
        recast = true;
      }
    }
    project.expressions.push_back(std::move(named));
  }
  bound::RelationPtr relation = query->relation;
  if (recast) {
    std::vector<bound::Attribute> output;
    for (const bound::NamedExpression& named : project.expressions) output.push_back(named.output);
    relation = bound::MakeRelation(std::move(project), std::move(output), query->relation->origin);
  }
  return bound::Make(bound::InSubquery{std::move(values), std::move(relation)}, DataType::Boolean(), nullable, origin);
}

}  // namespace

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::ScalarSubquery& node, const plan::Expression& self) {
  return MakeScalar(analysis_.ResolveSubquery(node.query, *this), self.origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::Exists& node, const plan::Expression& self) {
  const ScopePtr query = analysis_.ResolveSubquery(node.query, *this);
  return bound::Make(bound::ExistsSubquery{query->relation}, DataType::Boolean(), false, self.origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::InSubquery& node, const plan::Expression& self) {
  std::vector<bound::ExpressionPtr> values;
  for (const plan::ExpressionPtr& value : node.values) values.push_back(Resolve(value));
  return MakeIn(std::move(values), analysis_.ResolveSubquery(node.query, *this), analysis_, self.origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::TableArgument&, const plan::Expression& self) {
  ThrowUnsupported("a table argument", self.origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::SubqueryReference& node,
                                                     const plan::Expression& self) {
  const auto found = analysis_.references().find(node.plan_id);
  if (found == analysis_.references().end()) {
    throw InternalError("a subquery names the plan id " + std::to_string(node.plan_id) + " that was not sent");
  }
  const plan::RelationPtr query = found->second;
  switch (node.kind) {
    case plan::SubqueryReference::Kind::kScalar:
      return ResolveNode(plan::ScalarSubquery{query}, self);
    case plan::SubqueryReference::Kind::kExists:
      return ResolveNode(plan::Exists{query}, self);
    case plan::SubqueryReference::Kind::kIn:
      return ResolveNode(plan::InSubquery{node.in_values, query}, self);
    case plan::SubqueryReference::Kind::kTableArgument:
      break;
  }
  ThrowUnsupported("a table argument", self.origin);
}

}  // namespace firesteel::analyzer
