#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "types/coercion.h"
#include "types/quoting.h"
#include "types/user_type.h"

namespace firesteel::analyzer {
namespace {

ScopePtr EmptyRelation(Analysis& analysis, const Schema& schema, const OriginPtr& origin) {
  return MakeScope(bound::MakeRelation(bound::LocalData{}, analysis.NewAttributes(schema), origin));
}

// The declared schema names and types the columns of the data by position. Of user-defined types clients send what
// those are kept as.
ScopePtr WithSchema(Analysis& analysis, const ScopePtr& data, const Schema& schema, const OriginPtr& origin) {
  if (schema.size() != data->output.size()) {
    throw QueryError("ASSIGNMENT_ARITY_MISMATCH",
                     {{"numTarget", std::to_string(schema.size())}, {"numExpr", std::to_string(data->output.size())}},
                     origin);
  }
  ExpressionResolver resolver(analysis, {data});
  bound::Project project{data->relation, {}};
  std::vector<bound::Attribute> output;
  for (size_t i = 0; i < schema.size(); ++i) {
    bound::ExpressionPtr value = bound::MakeReference(data->output[i], origin);
    const DataType stored = StorageType(schema[i].type);
    if (!SameTypeIgnoringNullability(value->type, stored)) {
      value = resolver.MakeCheckedCast(value, stored, resolver.default_mode(), origin);
    }
    output.push_back(analysis.NewAttribute(schema[i].name, schema[i].type, schema[i].nullable, schema[i].metadata));
    project.expressions.push_back({output.back(), std::move(value)});
  }
  return MakeScope(bound::MakeRelation(std::move(project), std::move(output), origin), {data});
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::LocalRelation& node, const plan::Relation& self) {
  Environment& environment = analysis.environment();
  std::optional<Schema> schema;
  if (!node.schema_text.empty()) schema = environment.ParseSchema(node.schema_text);
  if (!node.arrow_ipc) return EmptyRelation(analysis, schema.value_or(Schema{}), self.origin);
  std::vector<bound::Attribute> output = analysis.NewAttributes(environment.ArrowSchema(node.arrow_ipc));
  if (schema && schema->size() == output.size()) {
    // Usually only names, nullability and metadata differ: then the data is used as it is.
    bool same = true;
    for (size_t i = 0; i < output.size(); ++i) {
      same = same && SameTypeIgnoringNullability(output[i].type, StorageType((*schema)[i].type));
    }
    if (same) {
      for (size_t i = 0; i < output.size(); ++i) {
        const StructField& field = (*schema)[i];
        output[i] = {output[i].id, field.name, field.type, field.nullable, field.metadata, {}};
      }
      schema.reset();
    }
  }
  const ScopePtr data =
      MakeScope(bound::MakeRelation(bound::LocalData{{}, node.arrow_ipc}, std::move(output), self.origin));
  return schema ? WithSchema(analysis, data, *schema, self.origin) : data;
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::CachedLocalRelation& node, const plan::Relation& self) {
  Environment& environment = analysis.environment();
  std::string schema_text;
  if (!node.schema_hash.empty()) schema_text = environment.CachedBlock(node.schema_hash)->view();
  std::vector<ScopePtr> chunks;
  for (const std::string& hash : node.data_hashes) {
    const plan::LocalRelation chunk{environment.CachedBlock(hash), schema_text};
    chunks.push_back(ResolveRelation(analysis, chunk, self));
  }
  if (chunks.empty()) return ResolveRelation(analysis, plan::LocalRelation{nullptr, schema_text}, self);
  if (chunks.size() == 1) return chunks[0];
  bound::SetOperation all;
  all.all = true;
  for (const ScopePtr& chunk : chunks) all.inputs.push_back(chunk->relation);
  return MakeScope(bound::MakeRelation(std::move(all), analysis.FreshCopies(chunks[0]->output), self.origin));
}

}  // namespace firesteel::analyzer
