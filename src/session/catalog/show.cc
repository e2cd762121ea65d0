// SHOW DATABASES, CATALOGS, TABLES, VIEWS, COLUMNS, TBLPROPERTIES, PARTITIONS, CREATE TABLE, TABLE EXTENDED.
#include <algorithm>
#include <filesystem>
#include <set>

#include "analyzer/name.h"
#include "base/error.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "session/name_pattern.h"
#include "session/plan_arguments.h"
#include "sources/file_index.h"
#include "types/field_metadata.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

using catalog::Table;

Value TextValue(std::string text) { return Value{std::move(text)}; }

StructField TextField(const char* name) { return {name, DataType::String(), false, ""}; }

bool HasArgument(const plan::ShowStatement& show, const std::string& name) {
  return std::any_of(show.arguments.begin(), show.arguments.end(),
                     [&](const auto& pair) { return pair.first == name; });
}

/// A type as SHOW CREATE TABLE writes it: strings with their collation.
std::string DdlType(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kString:
      return "STRING COLLATE " + std::string(type.collation());
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return SqlTypeName(type) + " COLLATE UTF8_BINARY";
    case TypeKind::kArray:
      return "ARRAY<" + DdlType(type.element_type()) + ">";
    case TypeKind::kMap:
      return "MAP<" + DdlType(type.key_type()) + ", " + DdlType(type.value_type()) + ">";
    case TypeKind::kStruct: {
      std::string text;
      for (const StructField& field : type.fields()) {
        text += (text.empty() ? "" : ", ") + QuoteIfNeeded(field.name) + ": " + DdlType(field.type);
        if (!field.nullable) text += " NOT NULL";
        if (const auto comment = MetadataText(field.metadata, "comment"))
          text += " COMMENT " + EscapedComment(*comment);
      }
      return "STRUCT<" + text + ">";
    }
    default:
      return SqlTypeName(type);
  }
}

std::string PropertyLines(const catalog::Properties& properties) {
  std::string text;
  for (const auto& [key, value] : Redacted(properties)) {
    text += (text.empty() ? "" : ",\n") + ("  " + EscapedComment(key) + " = " + EscapedComment(value));
  }
  return "(\n" + text + ")\n";
}

// The partition's folders: a=1/b=x, with what may not stand in a name escaped as Hive does.
std::string PartitionText(const Table& table, const std::vector<std::optional<std::string>>& values) {
  auto escaped = [](const std::string& text) {
    std::string result;
    for (char c : text) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
          std::string_view("\"#%'*/:=?\\{}[]^").find(c) != std::string_view::npos) {
        char code[4];
        snprintf(code, sizeof code, "%%%02X", static_cast<unsigned char>(c));
        result += code;
      } else {
        result += c;
      }
    }
    return result;
  };
  std::string text;
  for (size_t i = 0; i < table.partition_columns.size() && i < values.size(); ++i) {
    text += (i > 0 ? "/" : "") + escaped(table.partition_columns[i]) + "=" +
            (values[i] && !values[i]->empty() ? escaped(*values[i]) : "__HIVE_DEFAULT_PARTITION__");
  }
  return text;
}

}  // namespace

std::optional<CommandResult> CatalogCommands::Show(const plan::ShowStatement& show) {
  const std::string& statement = show.statement;
  if (statement == "SHOW TABLES" || statement == "SHOW VIEWS") return ShowTables(show);
  if (statement == "SHOW TABLE EXTENDED") return ShowTableExtended(show);
  if (statement == "SHOW PARTITIONS") return Text({TextField("partition")}, PartitionRows(show));
  if (statement == "SHOW CREATE TABLE") return Text({TextField("createtab_stmt")}, CreateStatementRows(show));
  if (statement == "SHOW TBLPROPERTIES") return Text({TextField("key"), TextField("value")}, PropertyRows(show));
  if (statement == "DESCRIBE TABLE") return DescribeTable(show);
  if (statement == "DESCRIBE DATABASE") return DescribeDatabase(show);
  if (statement == "USE" || statement == "USE NAMESPACE") return Use(show);
  if (statement == "SET CATALOG") {
    const std::string name = Argument(show, "catalog");
    const std::string known = analyzer::FoldCase(name) == "spark_catalog" ? "spark_catalog" : name;
    CatalogOf(known);
    if (known != settings_.current_catalog) state_.SetCurrentDatabase("default");
    state_.SetCurrentCatalog(known);
    return Nothing();
  }
  if (statement == "REFRESH TABLE") {
    const Names parts = Parts(show, "table");
    if (!IsTemporaryView(parts) && !Find(Resolve(parts))) ThrowNotFound(parts, show.name_origin);
    state_.cache().InvalidateAll();
    return Nothing();
  }
  if (statement == "REFRESH") {
    state_.cache().InvalidateFiles(TablePath(Argument(show, "path")));
    return Nothing();
  }
  if (statement == "SHOW CATALOGS") {
    Rows rows;
    for (const std::string& name : Catalogs::Names(state_.configuration())) {
      if (MatchesNamePattern(name, Argument(show, "pattern"))) rows.push_back({TextValue(name)});
    }
    return Text({TextField("catalog")}, rows);
  }
  if (statement == "SHOW DATABASES") {
    const Names parts = Parts(show, "namespace");
    std::string catalog = settings_.current_catalog;
    if (!parts.empty()) {
      if (parts.size() > 1 || !Catalogs::Exists(parts[0], state_.configuration())) {
        Names full = parts;
        if (!Catalogs::Exists(parts[0], state_.configuration())) full.insert(full.begin(), catalog);
        throw QueryError("SCHEMA_NOT_FOUND", {{"schemaName", QuoteIdentifiers(full)}});
      }
      catalog = parts[0];
    }
    Rows rows;
    for (const catalog::Database& database : CatalogOf(catalog)->ListDatabases()) {
      if (MatchesNamePattern(database.name, Argument(show, "pattern"))) rows.push_back({TextValue(database.name)});
    }
    return Text({TextField("namespace")}, rows);
  }
  if (statement == "SHOW COLUMNS") {
    Names parts = Parts(show, "table");
    const Names database = Parts(show, "namespace");
    if (!database.empty()) {
      if (parts.size() > 1 && analyzer::FoldCase(parts[parts.size() - 2]) != analyzer::FoldCase(database.back())) {
        if (!Find(Resolve(parts))) ThrowNotFound(parts, show.name_origin);
        throw QueryError("SHOW_COLUMNS_WITH_CONFLICT_NAMESPACE",
                         {{"namespaceA", QuoteIdentifiers(database)},
                          {"namespaceB", QuoteIdentifiers({parts.begin(), parts.end() - 1})}});
      }
      if (parts.size() == 1) parts.insert(parts.begin(), database.begin(), database.end());
    }
    if (!IsTemporaryView(parts) && !Find(Resolve(parts))) ThrowNotFound(parts, show.name_origin);
    Rows rows;
    for (const StructField& field : runner_.TableSchema(parts, state_, show.name_origin)) {
      rows.push_back({TextValue(field.name)});
    }
    return Text({TextField("col_name")}, rows);
  }
  return std::nullopt;
}

CommandResult CatalogCommands::ShowTables(const plan::ShowStatement& show) {
  const bool views_only = show.statement == "SHOW VIEWS";
  const std::string pattern = Argument(show, "pattern");
  const Names parts = Parts(show, "namespace");
  if (parts.size() > 1 && !Catalogs::Exists(parts[0], state_.configuration())) {
    throw QueryError("NESTED_DATABASE_UNSUPPORTED_BY_V1_SESSION_CATALOG", {{"namespace", QuoteIdentifiers(parts)}});
  }
  Rows rows;
  auto add_views = [&](TempViews& views, const std::string& database) {
    for (const TempViewPtr& view : views.List()) {
      if (!MatchesNamePattern(view->name, pattern)) continue;
      rows.push_back({TextValue(database), TextValue(view->name), Value{true}});
    }
  };
  const bool global = parts.size() == 1 && analyzer::FoldCase(parts[0]) == "global_temp";
  if (global) {
    add_views(state_.global_temp_views(), "global_temp");
  } else {
    const auto [catalog, database] = ResolveDatabase(parts);
    for (const Table& table : CatalogOf(catalog)->ListTables(database)) {
      if (views_only && !table.view) continue;
      if (MatchesNamePattern(table.name, pattern)) {
        rows.push_back({TextValue(database), TextValue(table.name), Value{false}});
      }
    }
  }
  add_views(state_.temp_views(), "");
  return Text({TextField("namespace"),
               TextField(views_only ? "viewName" : "tableName"),
               {"isTemporary", DataType::Boolean(), false, ""}},
              rows);
}

CommandResult CatalogCommands::ShowTableExtended(const plan::ShowStatement& show) {
  const auto [catalog, database] = ResolveDatabase(Parts(show, "namespace"));
  Rows rows;
  for (const Table& table : CatalogOf(catalog)->ListTables(database)) {
    if (!MatchesNamePattern(table.name, Argument(show, "pattern"))) continue;
    const TableName name{catalog, database, table.name};
    std::string text;
    for (const auto& [key, value] : Details(name, table)) text += key + ": " + value + "\n";
    if (!table.partition_columns.empty()) {
      std::string columns;
      for (const std::string& column : table.partition_columns)
        columns += (columns.empty() ? "`" : ", `") + column + "`";
      text += "Partition Columns: [" + columns + "]\n";
    }
    text += "Schema: " + SchemaTreeString(table.schema) + "\n\n";
    while (text.ends_with("\n\n\n")) text.pop_back();
    rows.push_back({TextValue(database), TextValue(table.name), Value{false}, TextValue(text)});
  }
  for (const TempViewPtr& view : state_.temp_views().List()) {
    if (!MatchesNamePattern(view->name, Argument(show, "pattern"))) continue;
    const Schema schema = runner_.TableSchema({view->name}, state_, origin_);
    std::string text = "Table: " + view->name + "\nCreated Time: " + "UNKNOWN" +
                       "\nLast Access: UNKNOWN\nCreated By: Spark 4.3.0\nType: VIEW\n";
    text += "Schema: " + SchemaTreeString(schema) + "\n";
    rows.push_back({TextValue(""), TextValue(view->name), Value{true}, TextValue(text)});
  }
  return Text({TextField("namespace"),
               TextField("tableName"),
               {"isTemporary", DataType::Boolean(), false, ""},
               TextField("information")},
              rows);
}

std::set<std::vector<std::optional<std::string>>> CatalogCommands::PartitionsOf(const TableName& name,
                                                                                const Table& table) {
  std::set<std::vector<std::optional<std::string>>> partitions(table.empty_partitions.begin(),
                                                               table.empty_partitions.end());
  if (table.kind == catalog::TableKind::kExternal) {
    std::error_code ignored;
    if (!std::filesystem::exists(table.location, ignored)) return partitions;
    sources::ListOptions options;
    options.infer_types = false;
    for (sources::FileEntry& file : sources::ListFiles({table.location}, options).files) {
      partitions.insert(std::move(file.partition_values));
    }
  } else if (const auto snapshot = CatalogOf(name.catalog)->Read(name.database, name.table)) {
    for (const catalog::DataFile& file : snapshot->files) partitions.insert(file.partition_values);
  }
  return partitions;
}

size_t CatalogCommands::PartitionIndex(const TableName& name, const Table& table, const std::string& column) const {
  const auto& columns = table.partition_columns;
  const auto it = std::find_if(columns.begin(), columns.end(), [&](const std::string& each) {
    return analyzer::SameName(each, column, settings_.case_sensitive);
  });
  if (it != columns.end()) return static_cast<size_t>(it - columns.begin());
  throw QueryError("PARTITIONS_NOT_FOUND", {{"partitionList", QuoteIdentifier(column)}, {"tableName", name.Quoted()}});
}

CatalogCommands::Rows CatalogCommands::PartitionRows(const plan::ShowStatement& show) {
  const bool is_view = !IsTemporaryView(Parts(show, "table"));
  auto [name, table] = RequireTable(Parts(show, "table"), show.name_origin, is_view ? "SHOW PARTITIONS" : "");
  if (table.partition_columns.empty()) {
    throw QueryError("INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY", {{"name", name.Quoted()}});
  }
  std::vector<std::pair<size_t, std::string>> wanted;
  for (const auto& [key, value] : show.arguments) {
    if (!key.starts_with("partition.")) continue;
    wanted.emplace_back(PartitionIndex(name, table, key.substr(10)), value);
  }
  std::set<std::string> partitions;
  for (const auto& values : PartitionsOf(name, table)) {
    const bool chosen = std::all_of(wanted.begin(), wanted.end(), [&](const auto& part) {
      return part.first < values.size() && values[part.first].value_or("") == part.second;
    });
    if (chosen) partitions.insert(PartitionText(table, values));
  }
  Rows rows;
  for (const std::string& partition : partitions) rows.push_back({TextValue(partition)});
  return rows;
}

CatalogCommands::Rows CatalogCommands::PropertyRows(const plan::ShowStatement& show) {
  const Names parts = Parts(show, "table");
  const TableName name = IsTemporaryView(parts) ? TableName() : Resolve(parts);
  const std::optional<Table> table = IsTemporaryView(parts) ? std::nullopt : Find(name);
  if (!table && !IsTemporaryView(parts)) ThrowNotFound(parts, show.name_origin);
  const catalog::Properties properties = table ? Redacted(table->properties) : catalog::Properties();
  Rows rows;
  if (HasArgument(show, "key")) {
    const std::string key = Argument(show, "key");
    const auto it = properties.find(key);
    rows.push_back({TextValue(key),
                    TextValue(it != properties.end() ? it->second
                                                     : "Table " + name.Dotted() + " does not have property: " + key)});
  } else {
    for (const auto& [key, value] : properties) rows.push_back({TextValue(key), TextValue(value)});
  }
  return rows;
}

CatalogCommands::Rows CatalogCommands::CreateStatementRows(const plan::ShowStatement& show) {
  const Names parts = Parts(show, "table");
  if (IsTemporaryView(parts)) {
    throw QueryError("EXPECT_PERMANENT_VIEW_NOT_TEMP",
                     {{"viewName", QuoteIdentifiers(parts)}, {"operation", "SHOW CREATE TABLE"}}, show.name_origin);
  }
  const TableName name = Resolve(parts);
  const std::optional<Table> table = Find(name);
  if (!table) ThrowNotFound(parts, show.name_origin);
  if (HasArgument(show, "serde")) {
    throw QueryError("UNSUPPORTED_SHOW_CREATE_TABLE.ON_DATA_SOURCE_TABLE_WITH_AS_SERDE",
                     {{"tableName", name.Quoted()}});
  }
  return {{TextValue(CreateStatement(name, *table))}};
}

std::string CatalogCommands::CreateStatement(const TableName& name, const Table& table) const {
  std::string columns;
  for (const StructField& column : table.schema) {
    columns += (columns.empty() ? "\n  " : ",\n  ") + QuoteIfNeeded(column.name);
    if (!table.view) columns += " " + DdlType(DeclaredType(column));
    if (const auto value = MetadataText(column.metadata, "CURRENT_DEFAULT"); value && !table.view) {
      columns += " DEFAULT " + *value;
    }
    if (const auto comment = MetadataText(column.metadata, "comment"))
      columns += " COMMENT " + EscapedComment(*comment);
  }
  if (table.view) {
    std::string text =
        "CREATE VIEW " + QuoteIfNeeded(name.database) + "." + QuoteIfNeeded(name.table) + " (" + columns + ")\n";
    if (table.comment) text += "COMMENT " + EscapedComment(*table.comment) + "\n";
    if (!table.properties.empty()) text += "TBLPROPERTIES " + PropertyLines(table.properties);
    return text + "WITH SCHEMA " + table.view->schema_mode + "\nAS " + table.view->text + "\n";
  }
  std::string text = "CREATE TABLE " + name.catalog + "." + QuoteIfNeeded(name.database) + "." +
                     QuoteIfNeeded(name.table) + " (" + columns + ")\nUSING " + table.provider + "\n";
  if (!table.options.empty()) text += "OPTIONS " + PropertyLines(table.options);
  if (!table.partition_columns.empty()) {
    std::string partitions;
    for (const std::string& column : table.partition_columns)
      partitions += (partitions.empty() ? "" : ", ") + QuoteIfNeeded(column);
    text += "PARTITIONED BY (" + partitions + ")\n";
  }
  if (table.bucket_count > 0) {
    const auto list = [](const std::vector<std::string>& names) {
      std::string joined;
      for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + QuoteIfNeeded(name);
      return "(" + joined + ")\n";
    };
    text += "CLUSTERED BY " + list(table.bucket_columns);
    if (!table.bucket_sort_columns.empty()) text += "SORTED BY " + list(table.bucket_sort_columns);
    text += "INTO " + std::to_string(table.bucket_count) + " BUCKETS\n";
  }
  if (table.comment) text += "COMMENT " + EscapedComment(*table.comment) + "\n";
  if (table.kind == catalog::TableKind::kExternal) text += "LOCATION '" + LocationText(table.location) + "'\n";
  if (!table.properties.empty()) text += "TBLPROPERTIES " + PropertyLines(table.properties);
  return text;
}

}  // namespace firesteel::session
