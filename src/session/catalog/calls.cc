// Calls of spark.catalog about catalogs, databases, tables, columns and functions.
#include <algorithm>

#include "analyzer/name.h"
#include "base/error.h"
#include "functions/listing.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "session/name_pattern.h"
#include "session/plan_arguments.h"
#include "session/variable_substitution.h"
#include "types/field_metadata.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

using catalog::Table;

Value TextValue(std::string text) { return Value{std::move(text)}; }
Value TextOrNull(const std::optional<std::string>& text) { return text ? Value{*text} : Value{}; }

StructField TextField(const char* name) { return {name, DataType::String(), true, ""}; }
StructField FlagField(const char* name) { return {name, DataType::Boolean(), false, ""}; }
StructField ListField(const char* name) { return {name, DataType::Array(DataType::String(), true), true, ""}; }

Schema TableColumns() {
  return {TextField("name"),        TextField("catalog"),   ListField("namespace"),
          TextField("description"), TextField("tableType"), FlagField("isTemporary")};
}

std::vector<Value> TableRow(const TableName& name, const Table& table) {
  return {TextValue(table.name),
          TextValue(name.catalog),
          Value::List({TextValue(name.database)}),
          TextOrNull(table.comment),
          TextValue(std::string(catalog::KindName(table.kind))),
          Value{false}};
}

std::vector<Value> ViewRow(const std::string& name, ValueList space) {
  return {TextValue(name), Value{}, Value::List(std::move(space)), Value{}, TextValue("TEMPORARY"), Value{true}};
}

Schema DatabaseColumns() {
  return {TextField("name"), TextField("catalog"), TextField("description"), TextField("locationUri")};
}

std::vector<Value> DatabaseRow(const std::string& catalog, const catalog::Database& database) {
  return {TextValue(database.name), TextValue(catalog), TextValue(database.comment),
          TextValue(LocationText(database.location))};
}

Schema FunctionColumns() {
  return {TextField("name"),        TextField("catalog"),   ListField("namespace"),
          TextField("description"), TextField("className"), FlagField("isTemporary")};
}

std::vector<Value> FunctionRow(const std::string& name, const functions::Function& function) {
  return {
      TextValue(name),
      Value{},
      Value{},
      TextValue(functions::Synopsis(function, analyzer::FoldCase(name)) + " - " + std::string(function.description)),
      TextValue(functions::ClassName(function)),
      Value{true}};
}

std::vector<Value> RegisteredRow(const std::string& name) {
  return {TextValue(name), Value{}, Value{}, TextValue("N/A."), TextValue(kRegisteredFunctionClass), Value{true}};
}

}  // namespace

CatalogCommands::Names CatalogCommands::ParseName(const std::string& text) const {
  return sql::ParseMultipartIdentifier(SubstituteVariables(text, state_.configuration()), ParserOptionsOf(settings_));
}

// A name with the database that older calls give beside it.
CatalogCommands::Names CatalogCommands::NameOf(const std::optional<std::string>& database,
                                               const std::string& name) const {
  if (!database || database->empty()) return ParseName(name);
  Names parts = ParseName(*database);
  parts.push_back(name);
  return parts;
}

std::optional<CommandResult> CatalogCommands::Call(const plan::CatalogCall& call) {
  const std::string& method = call.method;
  auto nothing = [&] { return Text({{"value", DataType::String(), false, ""}}, {}); };
  auto flag = [&](bool value) { return Text({FlagField("value")}, {{Value{value}}}); };
  if (method == "list_catalogs") {
    Rows rows;
    for (const std::string& name : Catalogs::Names(state_.configuration())) {
      if (MatchesNamePattern(name, Argument(call, "pattern").value_or(""))) rows.push_back({TextValue(name), Value{}});
    }
    return Text({TextField("name"), TextField("description")}, rows);
  }
  if (method == "set_current_catalog") {
    const std::string name = Argument(call, "catalog_name").value_or("");
    CatalogOf(name);
    state_.SetCurrentCatalog(name);
    if (name != settings_.current_catalog) state_.SetCurrentDatabase("default");
    return nothing();
  }
  if (method == "set_current_database") {
    plan::ShowStatement use{"USE NAMESPACE", {}, nullptr};
    for (std::string& part : ParseName(Argument(call, "db_name").value_or(""))) {
      use.arguments.emplace_back("namespace", std::move(part));
    }
    Use(use);
    return nothing();
  }
  if (method == "list_databases") {
    Rows rows;
    for (const catalog::Database& database : CatalogOf(settings_.current_catalog)->ListDatabases()) {
      if (MatchesNamePattern(database.name, Argument(call, "pattern").value_or(""))) {
        rows.push_back(DatabaseRow(settings_.current_catalog, database));
      }
    }
    return Text(DatabaseColumns(), rows);
  }
  if (method == "get_database") {
    const auto name = ResolveDatabase(ParseName(Argument(call, "db_name").value_or("")));
    return Text(DatabaseColumns(), {DatabaseRow(name.first, RequireDatabase(name))});
  }
  if (method == "database_exists") {
    const auto name = ResolveDatabase(ParseName(Argument(call, "db_name").value_or("")));
    return flag(CatalogOf(name.first)->FindDatabase(name.second).has_value());
  }
  if (method == "list_tables" || method == "list_views") return ListTables(call);
  if (method == "get_table")
    return GetTable(NameOf(Argument(call, "db_name"), Argument(call, "table_name").value_or("")));
  if (method == "table_exists") {
    const Names parts = NameOf(Argument(call, "db_name"), Argument(call, "table_name").value_or(""));
    if (IsTemporaryView(parts)) return flag(true);
    const TableName name = Resolve(parts);
    const CatalogPtr catalog = state_.catalogs().Find(name.catalog, state_.configuration());
    return flag(catalog && catalog->FindTable(name.database, name.table).has_value());
  }
  if (method == "list_columns") {
    return ListColumns(NameOf(Argument(call, "db_name"), Argument(call, "table_name").value_or("")));
  }
  if (method == "list_functions") {
    Rows rows;
    if (const auto database = Argument(call, "db_name")) RequireDatabase(ResolveDatabase(ParseName(*database)));
    const std::string pattern = Argument(call, "pattern").value_or("");
    std::multimap<std::string, std::vector<Value>> by_name;
    for (const PythonFunctions* registry : {&state_.python_functions(), &state_.python_table_functions()}) {
      for (const plan::PythonCodePtr& code : registry->List()) {
        std::vector<Value> row = RegisteredRow(analyzer::FoldCase(code->name));
        by_name.emplace(row[0].text(), std::move(row));
      }
    }
    for (const functions::ListedFunction& listed : functions::ListedFunctions()) {
      // Spark lists both functions of a name, each as its own.
      by_name.emplace(listed.name, FunctionRow(listed.name, *listed.row));
    }
    for (auto& [name, row] : by_name) {
      if (MatchesNamePattern(name, pattern)) rows.push_back(std::move(row));
    }
    return Text(FunctionColumns(), rows);
  }
  if (method == "function_exists" || method == "get_function") {
    const Names parts = NameOf(Argument(call, "db_name"), Argument(call, "function_name").value_or(""));
    if (parts.size() > 3) {
      throw QueryError("REQUIRES_SINGLE_PART_NAMESPACE",
                       {{"sessionCatalog", "spark_catalog"}, {"identifier", QuoteIdentifiers(parts)}});
    }
    const bool builtin =
        parts.size() == 1 || (parts.size() == 2 && analyzer::FoldCase(parts[0]) == "builtin") ||
        (parts.size() == 3 && analyzer::FoldCase(parts[0]) == "system" && analyzer::FoldCase(parts[1]) == "builtin");
    const functions::Function* found = builtin ? functions::FindListed(parts.back()) : nullptr;
    const bool of_session =
        parts.size() == 1 || (parts.size() == 2 && analyzer::FoldCase(parts[0]) == "session") ||
        (parts.size() == 3 && analyzer::FoldCase(parts[0]) == "system" && analyzer::FoldCase(parts[1]) == "session");
    plan::PythonCodePtr registered;
    if (!found && of_session) registered = state_.python_functions().Find(parts.back());
    if (!found && of_session && !registered) registered = state_.python_table_functions().Find(parts.back());
    if (method == "function_exists") return flag(found || registered);
    if (found) return Text(FunctionColumns(), {FunctionRow(parts[0], *found)});
    if (registered) return Text(FunctionColumns(), {RegisteredRow(parts.back())});
    throw QueryError("UNRESOLVED_ROUTINE",
                     {{"routineName", QuoteIdentifiers(parts)}, {"searchPath", analyzer::SearchPath(settings_)}});
  }
  if (method == "recover_partitions") {
    plan::AlterTable alter;
    alter.name = ParseName(Argument(call, "table_name").value_or(""));
    alter.change = plan::ChangePartitions{plan::ChangePartitions::Kind::kRecover, {}, false};
    Execute(alter);
    return nothing();
  }
  if (method == "create_table" || method == "create_external_table") return CreateTableCall(call);
  return StatementCall(call);
}

CommandResult CatalogCommands::ListTables(const plan::CatalogCall& call) {
  const std::string pattern = Argument(call, "pattern").value_or("");
  const bool views_only = call.method == "list_views";
  const std::optional<std::string> given = Argument(call, "db_name");
  Rows rows;
  if (given && analyzer::FoldCase(*given) == "global_temp") {
    for (const TempViewPtr& view : state_.global_temp_views().List()) {
      if (MatchesNamePattern(view->name, pattern)) rows.push_back(ViewRow(view->name, {TextValue("global_temp")}));
    }
  } else {
    const auto [catalog, database] = ResolveDatabase(given ? ParseName(*given) : Names());
    RequireDatabase({catalog, database});
    for (const Table& table : CatalogOf(catalog)->ListTables(database)) {
      if (views_only && !table.view) continue;
      if (MatchesNamePattern(table.name, pattern)) rows.push_back(TableRow({catalog, database, table.name}, table));
    }
  }
  for (const TempViewPtr& view : state_.temp_views().List()) {
    if (MatchesNamePattern(view->name, pattern)) rows.push_back(ViewRow(view->name, {}));
  }
  return Text(TableColumns(), rows);
}

CommandResult CatalogCommands::GetTable(const Names& parts) {
  if (IsTemporaryView(parts)) {
    const bool global = parts.size() == 2 && analyzer::FoldCase(parts[0]) == "global_temp";
    return Text(TableColumns(), {ViewRow(parts.back(), global ? ValueList{TextValue("global_temp")} : ValueList())});
  }
  const TableName name = Resolve(parts);
  const std::optional<Table> table = Find(name);
  if (!table) ThrowNotFound(parts, nullptr);
  return Text(TableColumns(), {TableRow(name, *table)});
}

CommandResult CatalogCommands::ListColumns(const Names& parts) {
  Schema columns;
  std::vector<std::string> partitions;
  if (IsTemporaryView(parts)) {
    columns = runner_.TableSchema(parts, state_, nullptr);
  } else {
    const std::optional<Table> table = Find(Resolve(parts));
    if (!table) ThrowNotFound(parts, nullptr);
    columns = table->schema;
    partitions = table->partition_columns;
  }
  Rows rows;
  for (const StructField& column : columns) {
    const bool partition = std::find(partitions.begin(), partitions.end(), column.name) != partitions.end();
    rows.push_back({TextValue(column.name), TextOrNull(MetadataText(column.metadata, "comment")),
                    TextValue(SimpleString(DeclaredType(column))), Value{column.nullable}, Value{partition},
                    Value{false}, Value{false}});
  }
  return Text({TextField("name"), TextField("description"), TextField("dataType"), FlagField("nullable"),
               FlagField("isPartition"), FlagField("isBucket"), FlagField("isCluster")},
              rows);
}

// Gives the table as a DataFrame: its columns and rows. A new one has no rows but when it lies over files.
CommandResult CatalogCommands::CreateTableCall(const plan::CatalogCall& call) {
  plan::CreateTable create;
  create.name = ParseName(Argument(call, "table_name").value_or(""));
  if (const auto source = Argument(call, "source")) create.clauses.provider = *source;
  if (const auto comment = Argument(call, "description"); comment && !comment->empty())
    create.clauses.comment = *comment;
  if (const auto path = Argument(call, "path")) create.clauses.location = *path;
  for (const auto& [key, value] : call.arguments) {
    if (!key.starts_with("options.")) continue;
    create.clauses.options.emplace_back(key.substr(8), value.value_or(""));
  }
  if (const auto schema = Argument(call, "schema"); schema && !schema->empty()) {
    std::vector<StructField> fields = TypeFromJson(*schema).fields();
    for (StructField& field : fields) {
      plan::ColumnDefinition column;
      column.name = {field.name};
      column.field = std::move(field);
      create.columns.push_back(std::move(column));
    }
  }
  Execute(create);
  return Text(runner_.TableSchema(create.name, state_, nullptr), {});
}

}  // namespace firesteel::session
