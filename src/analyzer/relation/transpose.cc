// DataFrame.transpose: rows become columns. What columns there are depends on the data, so the query runs now and the
// relation is its data.
#include <algorithm>

#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "analyzer/relation/statistics.h"
#include "types/coercion.h"
#include "types/quoting.h"
#include "types/scala_type_text.h"

namespace firesteel::analyzer {
namespace {

[[noreturn]] void ThrowInvalidIndex(const std::string& reason) {
  throw QueryError("TRANSPOSE_INVALID_INDEX_COLUMN", {{"reason", reason}});
}

DataType CommonType(const std::vector<bound::Attribute>& columns, bool ansi) {
  if (columns.empty()) return DataType::String();
  DataType common = columns[0].type;
  for (size_t i = 1; i < columns.size(); ++i) {
    const DataType& type = columns[i].type;
    const std::optional<DataType> wider =
        SameTypeIgnoringNullability(common, type) ? common : TightestCommonType(common, type, ansi);
    if (!wider) {
      throw QueryError("TRANSPOSE_NO_LEAST_COMMON_TYPE", {{"dt1", QuoteType(common)}, {"dt2", QuoteType(type)}});
    }
    common = *wider;
  }
  return common;
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Transpose& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  if (child->output.empty()) return child;
  ExpressionResolver resolver(analysis, {child});
  if (node.index_columns.size() > 1) ThrowInvalidIndex("Only one index column is allowed");
  bound::Attribute index = child->output[0];
  if (!node.index_columns.empty()) {
    const bound::ExpressionPtr written = resolver.Resolve(node.index_columns[0]);
    const auto* reference = written->As<bound::AttributeRef>();
    if (!reference) ThrowInvalidIndex("Index column must be an atomic attribute");
    index = *child->FindId(reference->id);
  }
  if (index.type.IsNested() || index.type.Is(TypeKind::kVariant)) {
    ThrowInvalidIndex("Index column must be of atomic type, but found: " + ScalaTypeText(index.type));
  }
  std::vector<bound::Attribute> columns;
  for (const bound::Attribute& column : child->output) {
    if (column.id != index.id) columns.push_back(column);
  }
  const DataType type = CommonType(columns, analysis.settings().ansi);

  // (index as text, values …), without rows whose index is null, in the order of the index.
  const bound::ExpressionPtr key = bound::MakeReference(index);
  bound::Filter known{child->relation, resolver.CallFunction("isnotnull", {key}, self.origin)};
  const bound::RelationPtr filtered = bound::MakeRelation(std::move(known), child->output);
  const bound::RelationPtr sorted =
      bound::MakeRelation(bound::Sort{filtered, {{key, true, true}}, true}, child->output);
  const int64_t most = analysis.settings().transpose_max_values;
  const bound::RelationPtr limited = bound::MakeRelation(bound::Limit{sorted, most + 1, 0}, child->output);
  bound::Project project{limited, {}};
  std::vector<bound::Attribute> read;
  read.push_back(analysis.NewAttribute("key", DataType::String(), true));
  project.expressions.push_back({read.back(), bound::MakeCast(key, DataType::String(), resolver.default_mode(), true)});
  for (const bound::Attribute& column : columns) {
    read.push_back(analysis.NewAttribute(column.name, type, true));
    project.expressions.push_back(
        {read.back(), bound::MakeCast(bound::MakeReference(column), type, resolver.default_mode(), true)});
  }
  const std::vector<std::vector<Value>> rows =
      analysis.environment().RunQuery(bound::MakeRelation(std::move(project), read));
  if (static_cast<int64_t>(rows.size()) > most) {
    throw QueryError("TRANSPOSE_EXCEED_ROW_LIMIT",
                     {{"maxValues", std::to_string(most)}, {"config", "spark.sql.transposeMaxValues"}});
  }
  std::vector<bound::Attribute> output{analysis.NewAttribute("key", DataType::String(), false)};
  for (const std::vector<Value>& row : rows) {
    output.push_back(analysis.NewAttribute(row[0].is_null() ? "null" : row[0].text(), type, true));
  }
  bound::LocalData data;
  for (size_t c = 0; c < columns.size(); ++c) {
    std::vector<Value> cells{Value{columns[c].name}};
    for (const std::vector<Value>& row : rows) cells.push_back(row[c + 1]);
    data.rows.push_back(std::move(cells));
  }
  return MakeScope(bound::MakeRelation(std::move(data), std::move(output), self.origin));
}

}  // namespace firesteel::analyzer
