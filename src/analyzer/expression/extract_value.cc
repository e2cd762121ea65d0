#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "base/query_context.h"
#include "functions/binding/binding.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

int32_t FindField(const std::vector<StructField>& fields, const std::string& name, bool case_sensitive,
                  const OriginPtr& origin) {
  int32_t found = -1;
  int count = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!SameName(fields[i].name, name, case_sensitive)) continue;
    if (found < 0) found = static_cast<int32_t>(i);
    ++count;
  }
  if (count > 1) {
    throw QueryError("AMBIGUOUS_REFERENCE_TO_FIELDS",
                     {{"field", QuoteIdentifier(name)}, {"count", std::to_string(count)}}, origin);
  }
  if (count == 0) {
    std::string names;
    for (const StructField& field : fields) names += (names.empty() ? "" : ", ") + QuoteIdentifier(field.name);
    throw QueryError("FIELD_NOT_FOUND", {{"fieldName", QuoteIdentifier(name)}, {"fields", names}}, origin);
  }
  return found;
}

const std::string* StringLiteral(const bound::Expression& expression) {
  const auto* literal = expression.As<bound::Literal>();
  if (!literal || !expression.type.IsStringLike() || literal->value.is_null()) return nullptr;
  return &literal->value.text();
}

}  // namespace

bound::ExpressionPtr ExpressionResolver::ExtractField(bound::ExpressionPtr child, const std::string& field,
                                                      const OriginPtr& origin) {
  return Extract(std::move(child), bound::MakeLiteral(DataType::String(), Value{field}, origin), origin);
}

bound::ExpressionPtr ExpressionResolver::Extract(bound::ExpressionPtr child, const bound::ExpressionPtr& extraction,
                                                 const OriginPtr& origin) {
  const DataType type = child->type;
  const std::string* name = StringLiteral(*extraction);
  if (type.Is(TypeKind::kStruct) && name) {
    const int32_t ordinal = FindField(type.fields(), *name, analysis_.case_sensitive(), origin);
    const StructField& field = type.fields()[static_cast<size_t>(ordinal)];
    const bool nullable = child->nullable || field.nullable;
    return bound::Make(bound::GetField{std::move(child), ordinal, *name, false}, field.type, nullable, origin);
  }
  if (type.Is(TypeKind::kArray) && type.element_type().Is(TypeKind::kStruct) && name) {
    const std::vector<StructField>& fields = type.element_type().fields();
    const int32_t ordinal = FindField(fields, *name, analysis_.case_sensitive(), origin);
    const StructField& field = fields[static_cast<size_t>(ordinal)];
    const DataType result = DataType::Array(field.type, type.contains_null() || field.nullable);
    const bool nullable = child->nullable;
    return bound::Make(bound::GetField{std::move(child), ordinal, *name, true}, result, nullable, origin);
  }
  if (type.Is(TypeKind::kArray) || type.Is(TypeKind::kMap)) {
    const char* name = type.Is(TypeKind::kArray) ? "getarrayitem" : "getmapvalue";
    return functions::BindByName(name, {std::move(child), extraction}, settings(), origin);
  }
  if (type.Is(TypeKind::kStruct)) {
    throw QueryError("INVALID_EXTRACT_FIELD_TYPE", {{"extraction", QuotedSql(*extraction, settings())}}, origin);
  }
  throw QueryError("INVALID_EXTRACT_BASE_FIELD_TYPE",
                   {{"base", QuotedSql(*child, settings())}, {"other", QuoteType(type)}}, origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::ExtractValue& node, const plan::Expression& self) {
  if (node.child->As<plan::UnresolvedStar>()) {
    throw QueryError("INVALID_USAGE_OF_STAR_OR_REGEX",
                     {{"elem", "'*'"}, {"prettyName", "expression `unresolvedextractvalue`"}});
  }
  bound::ExpressionPtr child = Resolve(node.child);
  const bound::ExpressionPtr extraction = Resolve(node.extraction);
  try {
    return Extract(std::move(child), extraction, self.origin);
  } catch (const QueryError& error) {
    // Unlike for a name with dots, Spark does not say where.
    const std::string& condition = error.condition();
    const bool placeless = condition.starts_with("INVALID_EXTRACT") || condition == "FIELD_NOT_FOUND" ||
                           condition == "AMBIGUOUS_REFERENCE_TO_FIELDS";
    if (placeless) throw QueryError(condition, error.parameters(), Nowhere());
    throw;
  }
}

}  // namespace firesteel::analyzer
