#include "connect/data_type.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

// Clients before 4.0 send renames in a map that is deprecated since.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeProject(const proto::Project& project, const DecodeContext& context) {
  return plan::Project{project.has_input() ? DecodeRelation(project.input(), context) : nullptr,
                       DecodeExpressions(project.expressions(), context)};
}

RelationNode DecodeFilter(const proto::Filter& filter, const DecodeContext& context) {
  if (!filter.has_input()) ThrowInvalidPlan("ASSERTION_FAILURE", {{"message", ""}});
  return plan::Filter{DecodeRelation(filter.input(), context), DecodeExpression(filter.condition(), context)};
}

RelationNode DecodeWithColumns(const proto::WithColumns& with, const DecodeContext& context) {
  plan::WithColumns node;
  node.child = DecodeRelation(with.input(), context);
  for (const auto& alias : with.aliases()) {
    if (alias.name_size() != 1) {
      std::string names;
      for (const std::string& name : alias.name()) names += (names.empty() ? "" : ", ") + name;
      ThrowInvalidPlan("WITH_COLUMNS_REQUIRE_SINGLE_NAME_PART", {{"got", "[" + names + "]"}});
    }
    node.aliases.push_back(plan::Make(DecodeAlias(alias, context)));
  }
  return node;
}

RelationNode DecodeWithColumnsRenamed(const proto::WithColumnsRenamed& renamed, const DecodeContext& context) {
  plan::WithColumnsRenamed node;
  node.child = DecodeRelation(renamed.input(), context);
  if (renamed.renames_size() > 0) {
    for (const auto& rename : renamed.renames()) node.renames.emplace_back(rename.col_name(), rename.new_col_name());
  } else {
    node.renames = DecodeOptions(renamed.rename_columns_map());
  }
  return node;
}

RelationNode DecodeDrop(const proto::Drop& drop, const DecodeContext& context) {
  return plan::Drop{DecodeRelation(drop.input(), context), DecodeExpressions(drop.columns(), context),
                    DecodeStrings(drop.column_names())};
}

RelationNode DecodeToDf(const proto::ToDF& to_df, const DecodeContext& context) {
  return plan::ToDf{DecodeRelation(to_df.input(), context), DecodeStrings(to_df.column_names())};
}

RelationNode DecodeToSchema(const proto::ToSchema& to_schema, const DecodeContext& context) {
  plan::ToSchema node{DecodeRelation(to_schema.input(), context), DecodeDataType(to_schema.schema(), context)};
  if (!node.schema.Is(TypeKind::kStruct)) ThrowInvalidPlan("ASSERTION_FAILURE", {{"message", ""}});
  return node;
}

RelationNode DecodeSubqueryAlias(const proto::SubqueryAlias& alias, const DecodeContext& context) {
  return plan::SubqueryAlias{
      DecodeRelation(alias.input(), context), alias.alias(), DecodeStrings(alias.qualifier()), {}};
}

RelationNode DecodeHint(const proto::Hint& hint, const DecodeContext& context) {
  return plan::Hint{DecodeRelation(hint.input(), context), hint.name(), DecodeExpressions(hint.parameters(), context)};
}

}  // namespace firesteel::connect
