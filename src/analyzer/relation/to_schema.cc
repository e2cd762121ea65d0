#include <algorithm>

#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "analyzer/relation/relations.h"
#include "analyzer/suggestion.h"
#include "types/coercion.h"
#include "types/quoting.h"
#include "types/store_assignment.h"

namespace firesteel::analyzer {
namespace {

// DataFrame.to(schema): columns and struct fields are matched by name, put in order and cast where nothing is lost.
class SchemaMatcher {
 public:
  SchemaMatcher(Analysis& analysis, ExpressionResolver& resolver, OriginPtr origin)
      : analysis_(analysis), resolver_(resolver), origin_(std::move(origin)) {}

  bound::ExpressionPtr Match(bound::ExpressionPtr value, const DataType& type, bool nullable,
                             const std::vector<std::string>& path) {
    if (value->nullable && !nullable) {
      throw QueryError("NULLABLE_COLUMN_OR_FIELD", {{"name", QuoteIdentifiers(path)}}, origin_);
    }
    if (SameTypeIgnoringNullability(value->type, type)) return value;
    if (value->type.Is(TypeKind::kStruct) && type.Is(TypeKind::kStruct)) return MatchStruct(value, type, path);
    if (value->type.IsNested() && value->type.kind() == type.kind()) {
      if (!Takes(value->type, type)) ThrowUnsupported("DataFrame.to for nested columns of other types", origin_);
    } else if (!CanStoreAssign(value->type, type)) {
      throw QueryError(
          "INVALID_COLUMN_OR_FIELD_DATA_TYPE",
          {{"name", QuoteIdentifiers(path)}, {"type", QuoteType(value->type)}, {"expectedType", QuoteType(type)}},
          origin_);
    }
    return resolver_.MakeCheckedCast(value, type, resolver_.default_mode(), origin_);
  }

 private:
  // Arrays and maps whose parts are assignable one by one, with structs of the same fields in the same order.
  bool Takes(const DataType& from, const DataType& to) const {
    if (!from.IsNested() || from.kind() != to.kind()) return CanStoreAssign(from, to);
    if (from.Is(TypeKind::kArray)) return Takes(from.element_type(), to.element_type());
    if (from.Is(TypeKind::kMap)) {
      return Takes(from.key_type(), to.key_type()) && Takes(from.value_type(), to.value_type());
    }
    if (!from.Is(TypeKind::kStruct)) return CanUpCast(from, to);
    const std::vector<StructField>& a = from.fields();
    const std::vector<StructField>& b = to.fields();
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const StructField& x, const StructField& y) {
      return SameName(x.name, y.name, analysis_.case_sensitive()) && Takes(x.type, y.type);
    });
  }

  bound::ExpressionPtr MatchStruct(const bound::ExpressionPtr& value, const DataType& type,
                                   const std::vector<std::string>& path) {
    std::vector<bound::ExpressionPtr> arguments;
    for (const StructField& field : type.fields()) {
      std::vector<std::string> field_path = path;
      field_path.push_back(field.name);
      arguments.push_back(bound::MakeLiteral(DataType::String(), Value{field.name}));
      bool found = false;
      const std::vector<StructField>& from = value->type.fields();
      for (size_t i = 0; i < from.size() && !found; ++i) {
        if (!SameName(from[i].name, field.name, analysis_.case_sensitive())) continue;
        // The struct's own null is put back below.
        bound::ExpressionPtr part = bound::Make(bound::GetField{value, static_cast<int32_t>(i), from[i].name, false},
                                                from[i].type, from[i].nullable, origin_);
        arguments.push_back(Match(std::move(part), field.type, field.nullable, field_path));
        found = true;
      }
      if (found) continue;
      if (!field.nullable) {
        std::string names;
        for (const StructField& f : from) names += (names.empty() ? "" : ", ") + QuoteIdentifier(f.name);
        throw QueryError(
            "UNRESOLVED_FIELD.WITH_SUGGESTION",
            {{"fieldName", QuoteIdentifier(field.name)}, {"columnPath", QuoteIdentifiers(path)}, {"proposal", names}},
            origin_);
      }
      arguments.push_back(bound::MakeLiteral(field.type, Value{}));
    }
    bound::ExpressionPtr result = resolver_.CallFunction("named_struct", std::move(arguments), origin_);
    if (!value->nullable) return result;
    bound::ExpressionPtr is_null = resolver_.CallFunction("isnull", {value}, origin_);
    return resolver_.CallFunction("if", {is_null, bound::MakeLiteral(result->type, Value{}), result}, origin_);
  }

  Analysis& analysis_;
  ExpressionResolver& resolver_;
  const OriginPtr origin_;
};

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::ToSchema& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  SchemaMatcher matcher(analysis, resolver, self.origin);
  bound::Project project{child->relation, {}};
  std::vector<bound::Attribute> output;
  for (const StructField& field : node.schema.fields()) {
    const std::vector<size_t> found = child->FindName(field.name, analysis.case_sensitive());
    bound::ExpressionPtr value;
    std::string metadata = field.metadata;
    if (found.size() > 1) {
      throw QueryError("AMBIGUOUS_COLUMN_OR_FIELD",
                       {{"name", QuoteIdentifier(field.name)}, {"n", std::to_string(found.size())}}, self.origin);
    }
    if (found.empty()) {
      if (!field.nullable) ThrowUnresolvedColumn({field.name}, child->output, self.origin);
      value = bound::MakeLiteral(field.type, Value{});
    } else {
      const bound::Attribute& attribute = child->output[found[0]];
      if (metadata.empty() || metadata == "{}") metadata = attribute.metadata;
      value = matcher.Match(bound::MakeReference(attribute), field.type, field.nullable, {field.name});
    }
    output.push_back(analysis.NewAttribute(field.name, value->type, value->nullable, metadata));
    project.expressions.push_back({output.back(), std::move(value)});
  }
  return MakeScope(bound::MakeRelation(std::move(project), std::move(output), self.origin), {child}, Reach::kProject);
}

}  // namespace firesteel::analyzer
