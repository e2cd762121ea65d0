#include "lowering/literal_sql.h"
#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

/// Whether the literal's own form needs no type in a list of values whose column is cast as a whole.
bool IsPlain(const DataType& type) { return type.IsIntegral() || type.Is(TypeKind::kBoolean); }

std::string Cell(const Value& value, const DataType& type) {
  if (!value.is_null() && type.IsIntegral()) return std::to_string(value.integer());
  return LiteralSql(value, type);
}

}  // namespace

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::LocalData& node) {
  const std::string alias = NewTableAlias();
  Select select;
  std::string names;
  for (size_t i = 0; i < relation.output.size(); ++i) {
    const bound::Attribute& attribute = relation.output[i];
    // Positions, not ids: a table may name one attribute twice.
    const std::string name = "v" + std::to_string(i);
    names += (i > 0 ? ", " : "") + name;
    std::string sql = alias + "." + name;
    if (!node.arrow_ipc && IsPlain(attribute.type)) sql = "CAST(" + sql + " AS " + TypeSql(attribute.type) + ")";
    select.columns.push_back(Column{attribute.id, sql, Column::Form::kReference, 1});
  }
  if (node.arrow_ipc) {
    LocalTable table;
    table.table_name = "input_" + std::to_string(local_tables_.size());
    table.arrow_ipc = node.arrow_ipc;
    table.more_columns = node.more_columns;
    for (const bound::Attribute& attribute : relation.output) table.types.push_back(attribute.type);
    select.from = "fs_input(" + std::to_string(local_tables_.size()) + ") AS " + alias;
    local_tables_.push_back(std::move(table));
    return select;
  }
  if (relation.output.empty()) {
    select.from = "range(" + std::to_string(node.rows.size()) + ") AS " + alias;
    return select;
  }
  if (node.rows.empty()) {
    std::string nulls;
    for (const bound::Attribute& attribute : relation.output) {
      nulls += (nulls.empty() ? "NULL::" : ", NULL::") + TypeSql(attribute.type);
    }
    select.from = "(SELECT " + nulls + " WHERE false) AS " + alias + "(" + names + ")";
    return select;
  }
  std::string values;
  for (const std::vector<Value>& row : node.rows) {
    values += values.empty() ? "(" : ", (";
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) values += ", ";
      values += Cell(row[i], relation.output[i].type);
    }
    values += ")";
  }
  select.from = "(VALUES " + values + ") AS " + alias + "(" + names + ")";
  return select;
}

Select Lowerer::LowerNode(const bound::Relation&, const bound::OneRow&) { return Select(); }

}  // namespace firesteel::lowering
