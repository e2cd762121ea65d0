#include <algorithm>
#include <functional>

#include "base/error.h"
#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

using PartitionSql = std::function<std::string(const std::string& sql, const DataType& type)>;

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

/// Whether a partition column is told by the engine itself: the name must stand in every path as it is. What is escaped
/// there, differs in case or is no folder at all is looked up by the file.
bool IsFolderName(const std::string& column, const std::vector<std::string>& files) {
  const bool plain = std::all_of(column.begin(), column.end(), [](unsigned char c) {
    return c > 0x20 && c != '=' && c != '%' && c != '/' && c < 0x7f;
  });
  const std::string folder = "/" + column + "=";
  return plain && std::all_of(files.begin(), files.end(),
                              [&](const std::string& file) { return file.find(folder) != std::string::npos; });
}

constexpr const char* kFileName = "fs_file";  // the engine's column of the path

/// The text of a partition column, found by the file.
std::string ByFile(const bound::Scan& node, const std::string& column, const std::string& alias) {
  const auto at = std::find(node.partition_columns.begin(), node.partition_columns.end(), column);
  const size_t index = static_cast<size_t>(at - node.partition_columns.begin());
  const auto text = [&](size_t file) {
    const std::optional<std::string>& value = node.partition_values[file].at(index);
    return (value ? QuoteText(*value) : std::string("NULL")) + "::VARCHAR";
  };
  if (node.files.size() == 1) return text(0);
  std::string map;
  for (size_t file = 0; file < node.files.size(); ++file) {
    map += (map.empty() ? "" : ", ") + QuoteText(node.files[file]) + ": " + text(file);
  }
  return "map_extract_value(MAP {" + map + "}, " + alias + "." + kFileName + ")";
}

/// Options of the engine's reader for columns that tell of the file.
std::string FileOptions(const bound::Scan& node, bool finds_by_file) {
  std::string options;
  if (finds_by_file && node.files.size() > 1) options += std::string(", filename = '") + kFileName + "'";
  const auto& names = node.column_names;
  if (std::find(names.begin(), names.end(), bound::kRowIndexColumn) != names.end()) {
    options += ", file_row_number = true";
  }
  return options;
}

bool IsPartition(const bound::Scan& node, const std::string& name) {
  return std::find(node.partition_columns.begin(), node.partition_columns.end(), name) != node.partition_columns.end();
}

/// Files of a managed table: the engine is told the columns by field id and looks into no file before it reads it.
Select ManagedTable(const bound::Relation& relation, const bound::Scan& node, const std::string& files,
                    const std::string& alias, const PartitionSql& partition_sql) {
  Select select;
  std::string schema;
  bool finds_by_file = false;
  for (size_t i = 0; i < relation.output.size(); ++i) {
    const DataType& type = relation.output[i].type;
    if (IsPartition(node, node.column_names[i])) {
      finds_by_file = true;
      select.columns.push_back(Column{relation.output[i].id,
                                      partition_sql(ByFile(node, node.column_names[i], alias), type),
                                      Column::Form::kComputed, 1});
      continue;
    }
    if (node.column_names[i] == bound::kRowIndexColumn) {
      select.columns.push_back(Column{relation.output[i].id, alias + ".file_row_number", Column::Form::kReference, 1});
      continue;
    }
    const std::string name = "f" + std::to_string(node.field_ids.at(i));
    const std::optional<std::string> missing =
        i < node.missing_values.size() ? node.missing_values[i] : std::optional<std::string>();
    schema += (schema.empty() ? "" : ", ") + std::to_string(node.field_ids[i]) + ": {name: '" + name +
              "', type: " + QuoteText(FileTypeSql(type)) +
              ", default_value: " + (missing ? QuoteText(*missing) : std::string("NULL")) + "}";
    const std::string column = alias + "." + name;
    const bool renamed = type.IsNested() || type.Is(TypeKind::kVariant);
    select.columns.push_back(Column{relation.output[i].id,
                                    renamed ? "fs_as(" + column + ", NULL::" + TypeSql(type) + ")" : column,
                                    renamed ? Column::Form::kComputed : Column::Form::kReference, 1});
  }
  select.from = "read_parquet([" + files + "], hive_partitioning = false" + FileOptions(node, finds_by_file) +
                (schema.empty() ? std::string() : ", schema = MAP {" + schema + "}") + ") AS " + alias;
  return select;
}

}  // namespace

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::Scan& node) {
  for (const char* ours : {"csv", "json", "text", "binaryfile"}) {
    if (node.format == ours) return LowerTextScan(relation, node);
  }
  if (node.format != "parquet") ThrowUnsupported("the data source " + node.format, relation.origin);
  std::string files;
  for (const std::string& file : node.files) files += (files.empty() ? "" : ", ") + QuoteText(file);
  for (const std::string& file : node.files) {
    if (std::find(files_.begin(), files_.end(), file) == files_.end()) files_.push_back(file);
  }
  const PartitionSql partition_sql = [this](const std::string& sql, const DataType& type) {
    return PartitionColumn(sql, type);
  };
  if (!node.field_ids.empty() && !node.files.empty()) {
    return ManagedTable(relation, node, files, NewTableAlias(), partition_sql);
  }
  std::string options;
  std::string folders;
  bool all_folders = true;  // the engine is particular about the folders: all that they say must be as it thinks
  for (const std::string& column : node.partition_columns) {
    if (column.starts_with(bound::kFileColumnPrefix)) continue;
    all_folders = all_folders && IsFolderName(column, node.files);
    folders += (folders.empty() ? "" : ", ") + QuoteName(column) + ": VARCHAR";
  }
  const auto is_folder = [&](const std::string& column) {
    return all_folders && !column.starts_with(bound::kFileColumnPrefix);
  };
  if (!folders.empty() && all_folders) {
    options = ", hive_partitioning = true, hive_types_autocast = false, hive_types = {" + folders + "}";
  } else {
    options = ", hive_partitioning = false";
  }
  // Spark's columns are those of the first file (or the user's): a file without one of them gives nulls.
  if (node.files.size() > 1) options += ", union_by_name = true";
  options += FileOptions(node, std::any_of(node.column_names.begin(), node.column_names.end(), [&](const auto& name) {
                           return IsPartition(node, name) && !is_folder(name);
                         }));
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
    const DataType& type = relation.output[i].type;
    const bool is_partition = IsPartition(node, name);
    if (is_partition && !is_folder(name)) {
      select.columns.push_back(
          Column{relation.output[i].id, PartitionColumn(ByFile(node, name, alias), type), Column::Form::kComputed, 1});
      continue;
    }
    const std::string column = alias + "." + (name == bound::kRowIndexColumn ? "file_row_number" : QuoteName(name));
    select.columns.push_back(Column{relation.output[i].id,
                                    is_partition ? PartitionColumn(column, type) : FileColumn(column, type),
                                    type.IsNested() ? Column::Form::kComputed : Column::Form::kReference, 1});
  }
  return select;
}

}  // namespace firesteel::lowering
