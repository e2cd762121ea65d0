#include <algorithm>

#include "base/error.h"
#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

/// A file's column as the physical type of its Spark type. The engine's reader has its own idea of some types
/// (unsigned integers, INT96, TIME, UUID, names of struct fields); where it agrees the cast vanishes in binding and
/// filters reach the file's statistics.
std::string FileColumn(const std::string& sql, const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kTime:
      return "epoch_ns(" + sql + ")";
    case TypeKind::kBoolean:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
    case TypeKind::kDate:
    case TypeKind::kBinary:
      return sql;
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kStruct:
    case TypeKind::kVariant:
      return "fs_as(CAST(" + sql + " AS " + FileTypeSql(type) + "), NULL::" + TypeSql(type) + ")";
    default:
      return "CAST(" + sql + " AS " + TypeSql(type) + ")";
  }
}

/// Files of a managed table: the engine is told the columns by field id and looks into no file before it reads it.
Select ManagedTable(const bound::Relation& relation, const bound::Scan& node, const std::string& files,
                    const std::string& alias) {
  Select select;
  std::string schema;
  for (size_t i = 0; i < relation.output.size(); ++i) {
    const DataType& type = relation.output[i].type;
    const std::string name = "f" + std::to_string(node.field_ids.at(i));
    schema += (i == 0 ? "" : ", ") + std::to_string(node.field_ids[i]) + ": {name: '" + name +
              "', type: " + QuoteText(FileTypeSql(type)) + ", default_value: NULL}";
    const std::string column = alias + "." + name;
    const bool renamed = type.IsNested() || type.Is(TypeKind::kVariant);
    select.columns.push_back(Column{relation.output[i].id,
                                    renamed ? "fs_as(" + column + ", NULL::" + TypeSql(type) + ")" : column,
                                    renamed ? Column::Form::kComputed : Column::Form::kReference, 1});
  }
  select.from =
      "read_parquet([" + files + "], hive_partitioning = false" + ", schema = MAP {" + schema + "}) AS " + alias;
  return select;
}

}  // namespace

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::Scan& node) {
  if (node.format == "csv" || node.format == "json" || node.format == "text") return LowerTextScan(relation, node);
  if (node.format != "parquet") ThrowUnsupported("the data source " + node.format, relation.origin);
  std::string files;
  for (const std::string& file : node.files) files += (files.empty() ? "" : ", ") + QuoteText(file);
  for (const std::string& file : node.files) {
    if (std::find(files_.begin(), files_.end(), file) == files_.end()) files_.push_back(file);
  }
  if (!node.field_ids.empty() && !node.files.empty()) return ManagedTable(relation, node, files, NewTableAlias());
  std::string options;
  if (!node.partition_columns.empty()) {
    options = ", hive_partitioning = true, hive_types_autocast = false, hive_types = {";
    for (size_t i = 0; i < node.partition_columns.size(); ++i) {
      options += (i > 0 ? ", " : "") + QuoteName(node.partition_columns[i]) + ": VARCHAR";
    }
    options += "}";
  } else {
    options = ", hive_partitioning = false";
  }
  // Spark's columns are those of the first file (or the user's): a file without one of them gives nulls.
  if (node.files.size() > 1) options += ", union_by_name = true";
  const std::string alias = NewTableAlias();
  Select select;
  // No files: a table without rows, whose columns are all null.
  select.from = node.files.empty() ? "(SELECT 1 WHERE false) AS " + alias
                                   : "read_parquet([" + files + "]" + options + ") AS " + alias;
  for (size_t i = 0; i < relation.output.size(); ++i) {
    const std::string& name = node.column_names.at(i);
    if (name.empty() || node.files.empty()) {
      // The schema was given by the user, and the files do not have this column.
      select.columns.push_back(
          Column{relation.output[i].id, "NULL::" + TypeSql(relation.output[i].type), Column::Form::kConstant, 1});
      continue;
    }
    const bool is_partition =
        std::find(node.partition_columns.begin(), node.partition_columns.end(), name) != node.partition_columns.end();
    const std::string column = alias + "." + QuoteName(name);
    const DataType& type = relation.output[i].type;
    select.columns.push_back(Column{relation.output[i].id,
                                    is_partition ? PartitionColumn(column, type) : FileColumn(column, type),
                                    type.IsNested() ? Column::Form::kComputed : Column::Form::kReference, 1});
  }
  return select;
}

}  // namespace firesteel::lowering
