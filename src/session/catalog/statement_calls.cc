// Calls of spark.catalog that are statements under another name: DROP TABLE, CREATE DATABASE, TRUNCATE TABLE, …
#include "base/error.h"
#include "session/catalog/catalog_commands.h"
#include "session/plan_arguments.h"

namespace firesteel::session {
namespace {

bool Flag(const plan::CatalogCall& call, const char* name) { return Argument(call, name).value_or("") == "true"; }

plan::ShowStatement AboutTable(const char* statement, const std::vector<std::string>& table) {
  plan::ShowStatement show{statement, {}, nullptr};
  for (const std::string& part : table) show.arguments.emplace_back("table", part);
  return show;
}

}  // namespace

std::optional<CommandResult> CatalogCommands::StatementCall(const plan::CatalogCall& call) {
  const std::string& method = call.method;
  const auto nothing = [&] { return Text({{"value", DataType::String(), false, ""}}, {}); };
  const auto name = [&](const char* argument) { return ParseName(Argument(call, argument).value_or("")); };
  const auto column = [](const char* column, bool nullable) {
    return StructField{column, DataType::String(), nullable, ""};
  };
  if (method == "create_database") {
    plan::CreateDatabase create;
    create.name = name("db_name");
    create.if_not_exists = Flag(call, "if_not_exists");
    for (const auto& [key, value] : call.arguments) {
      if (!key.starts_with("properties.")) continue;
      const std::string property = key.substr(11);
      if (property == "comment") {
        create.comment = value;
      } else if (property == "location") {
        create.location = value;
      } else {
        create.properties.emplace_back(property, value.value_or(""));
      }
    }
    Execute(create);
    return nothing();
  }
  if (method == "drop_database") {
    Execute(plan::DropDatabase{name("db_name"), Flag(call, "if_exists"), Flag(call, "cascade")});
    return nothing();
  }
  if (method == "drop_table") {
    Execute(plan::DropTable{name("table_name"), Flag(call, "if_exists")});
    return nothing();
  }
  if (method == "drop_view") {
    DropView(plan::DropView{name("view_name"), Flag(call, "if_exists")});
    return nothing();
  }
  if (method == "truncate_table") {
    Execute(plan::TruncateTable{name("table_name"), nullptr, {}});
    return nothing();
  }
  if (method == "analyze_table") {
    Execute(plan::AnalyzeTable{name("table_name"), nullptr});
    return nothing();
  }
  if (method == "list_partitions") {
    RequireTable(name("table_name"), nullptr, "Catalog.listPartitions");
    return Text({column("partition", true)}, PartitionRows(AboutTable("SHOW PARTITIONS", name("table_name"))));
  }
  if (method == "get_table_properties") {
    return Text({column("key", false), column("value", true)},
                PropertyRows(AboutTable("SHOW TBLPROPERTIES", name("table_name"))));
  }
  if (method == "get_create_table_string") {
    const Names parts = name("table_name");
    if (Flag(call, "as_serde") && !IsTemporaryView(parts)) {
      const TableName full = Resolve(parts);
      const std::optional<catalog::Table> table = Find(full);
      if (table && !table->view) {
        throw QueryError("UNSUPPORTED_SHOW_CREATE_TABLE.ON_DATA_SOURCE_TABLE_WITH_AS_SERDE",
                         {{"tableName", full.Quoted()}});
      }
    }
    return Text({column("value", true)}, CreateStatementRows(AboutTable("SHOW CREATE TABLE", parts)));
  }
  return std::nullopt;
}

}  // namespace firesteel::session
