// DESCRIBE TABLE [EXTENDED] of tables and persistent views.
#include <algorithm>
#include <ctime>

#include "analyzer/name.h"
#include "base/error.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "sources/partition_folder.h"
#include "types/field_metadata.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

using catalog::Table;

Value TextValue(std::string text) { return Value{std::move(text)}; }

StructField TextField(const char* name, const char* comment, bool nullable = false) {
  return {name, DataType::String(), nullable, "{\"comment\":\"" + std::string(comment) + "\"}"};
}

constexpr const char* kJavaDate = "%a %b %d %H:%M:%S UTC %Y";  // java.util.Date.toString

std::string QuotedList(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + QuoteIdentifier(name);
  return "[" + text + "]";
}

std::string ListText(const catalog::Properties& properties) {
  std::string text;
  for (const auto& [key, value] : Redacted(properties)) text += (text.empty() ? "" : ", ") + key + "=" + value;
  return "[" + text + "]";
}

std::vector<Value> ColumnRow(const StructField& column) {
  const std::optional<std::string> comment = MetadataText(column.metadata, "comment");
  return {TextValue(column.name), TextValue(SimpleString(DeclaredType(column))),
          comment ? TextValue(*comment) : Value{}};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> CatalogCommands::Details(const TableName& name,
                                                                          const Table& table) const {
  std::vector<std::pair<std::string, std::string>> rows{{"Catalog", name.catalog},
                                                        {"Database", name.database},
                                                        {"Table", name.table},
                                                        {"Created Time", UtcText(table.created_micros, kJavaDate)},
                                                        {"Last Access", "UNKNOWN"},
                                                        {"Created By", table.created_by},
                                                        {"Type", std::string(catalog::KindName(table.kind))}};
  if (!table.view) rows.emplace_back("Provider", table.provider);
  if (table.bucket_count > 0) {
    rows.emplace_back("Num Buckets", std::to_string(table.bucket_count));
    rows.emplace_back("Bucket Columns", QuotedList(table.bucket_columns));
    rows.emplace_back("Sort Columns", QuotedList(table.bucket_sort_columns));
  }
  if (table.comment) rows.emplace_back("Comment", *table.comment);
  if (table.view) {
    std::string columns;
    for (const std::string& column : table.view->columns)
      columns += (columns.empty() ? "" : ", ") + QuoteIdentifier(column);
    std::string path;
    for (const std::string& part : table.view->catalog_and_namespace)
      path += (path.empty() ? "" : ".") + QuoteIfNeeded(part);
    rows.emplace_back("View Text", table.view->text);
    rows.emplace_back("View Original Text", table.view->text);
    rows.emplace_back("View Schema Mode", table.view->schema_mode);
    rows.emplace_back("View Catalog and Namespace", path);
    rows.emplace_back("View Query Output Columns", "[" + columns + "]");
  }
  if (!table.properties.empty()) rows.emplace_back("Table Properties", ListText(table.properties));
  if (!table.view) rows.emplace_back("Location", LocationText(table.location));
  if (!table.options.empty()) rows.emplace_back("Storage Properties", ListText(table.options));
  if (!table.partition_columns.empty()) rows.emplace_back("Partition Provider", "Catalog");
  return rows;
}

void CatalogCommands::CheckPartition(const TableName& name, const Table& table,
                                     const std::vector<std::pair<std::string, std::string>>& partition) {
  std::string text;
  std::vector<std::pair<size_t, std::string>> wanted;
  for (const auto& [key, value] : partition) {
    wanted.emplace_back(PartitionIndex(name, table, key), value);
    text += (text.empty() ? "" : ", ") + QuoteIdentifier(key) + " = " + value;
  }
  for (const auto& values : PartitionsOf(name, table)) {
    if (std::all_of(wanted.begin(), wanted.end(), [&](const auto& part) {
          return part.first < values.size() && values[part.first].value_or("") == part.second;
        })) {
      return;
    }
  }
  throw QueryError("PARTITIONS_NOT_FOUND", {{"partitionList", "PARTITION (" + text + ")"},
                                            {"tableName", QuoteIdentifiers({name.database, name.table})}});
}

// Nothing for temporary views, which are described elsewhere.
std::optional<CommandResult> CatalogCommands::DescribeTable(const plan::ShowStatement& show) {
  Names parts;
  Names column;
  bool extended = false;
  bool json = false;
  std::vector<std::pair<std::string, std::string>> partition;
  for (const auto& [key, value] : show.arguments) {
    if (key == "table") parts.push_back(value);
    if (key == "column") column.push_back(value);
    extended = extended || key == "extended";
    json = json || key == "json";
    if (key.starts_with("partition.")) partition.emplace_back(key.substr(10), value);
  }
  if (IsTemporaryView(parts)) return std::nullopt;
  const TableName name = Resolve(parts);
  const std::optional<Table> table = Find(name);
  if (!table && parts.size() == 2) return std::nullopt;  // parquet.`/path`, or an error of the same words
  if (!table) ThrowNotFound(parts, show.name_origin, true);
  if (json && !column.empty())
    throw QueryError("UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON", {}, origin_, ErrorClass::kParse);
  if (!partition.empty()) {
    if (json) ThrowUnsupported("DESCRIBE TABLE … PARTITION … AS JSON", origin_);
    CheckPartition(name, *table, partition);
  }
  if (json) return DescribeJson(name, *table);
  if (!column.empty()) return DescribeColumn(*table, column, extended);

  Rows rows;
  auto add = [&](const std::string& key, const std::string& value = "", const std::string& comment = "") {
    rows.push_back({TextValue(key), TextValue(value), TextValue(comment)});
  };
  for (const StructField& field : table->schema) rows.push_back(ColumnRow(field));
  if (!table->partition_columns.empty()) {
    add("# Partition Information");
    add("# col_name", "data_type", "comment");
    for (const StructField& field : table->schema) {
      const auto& partitions = table->partition_columns;
      if (std::find(partitions.begin(), partitions.end(), field.name) != partitions.end()) {
        rows.push_back(ColumnRow(field));
      }
    }
  }
  if (extended && !partition.empty()) {
    std::string values;
    std::string folder;
    for (const auto& [key, value] : partition) {
      values += (values.empty() ? "" : ", ") + key + "=" + value;
      folder += "/" + sources::PartitionFolder({key}, {value});
    }
    add("");
    add("# Detailed Partition Information");
    add("Database", name.database);
    add("Table", name.table);
    add("Partition Values", "[" + values + "]");
    add("Location", LocationText(table->location + folder));
    add("Created Time", UtcText(table->created_micros, kJavaDate));
    add("Last Access", "UNKNOWN");
    add("");
    add("# Storage Information");
    add("Location", LocationText(table->location));
  } else if (extended) {
    add("");
    add("# Detailed Table Information");
    for (const auto& [key, value] : Details(name, *table)) add(key, value);
  }
  bool first = true;
  for (const StructField& field : table->schema) {
    const std::optional<std::string> value = MetadataText(field.metadata, "CURRENT_DEFAULT");
    if (!value) continue;
    if (first) {
      add("");
      add("# Column Default Values");
    }
    first = false;
    add(field.name, CatalogString(DeclaredType(field)), *value);
  }
  return Text({TextField("col_name", "name of the column"), TextField("data_type", "data type of the column"),
               TextField("comment", "comment of the column", true)},
              rows);
}

CommandResult CatalogCommands::DescribeColumn(const Table& table, const Names& column, bool extended) const {
  const Schema schema{TextField("info_name", "name of the column info"),
                      TextField("info_value", "value of the column info")};
  for (const StructField& field : table.schema) {
    if (!analyzer::SameName(field.name, column[0], settings_.case_sensitive)) continue;
    if (column.size() > 1) {
      std::string text;
      for (const std::string& part : column) text += (text.empty() ? "" : ".") + part;
      throw QueryError("_LEGACY_ERROR_TEMP_1060", {{"command", "DESC TABLE COLUMN"}, {"column", text}});
    }
    Rows rows{{TextValue("col_name"), TextValue(field.name)},
              {TextValue("data_type"), TextValue(CatalogString(DeclaredType(field)))},
              {TextValue("comment"), TextValue(MetadataText(field.metadata, "comment").value_or("NULL"))}};
    if (extended) {
      for (const char* key : {"min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len", "histogram"}) {
        rows.push_back({TextValue(key), TextValue("NULL")});
      }
      if (const auto value = MetadataText(field.metadata, "CURRENT_DEFAULT")) {
        rows.push_back({TextValue("default"), TextValue(*value)});
      }
    }
    return Text(schema, rows);
  }
  throw QueryError("COLUMN_NOT_FOUND", {{"colName", QuoteIdentifiers(column)},
                                        {"caseSensitiveConfig", DoubleQuoted("spark.sql.caseSensitive")}});
}

}  // namespace firesteel::session
