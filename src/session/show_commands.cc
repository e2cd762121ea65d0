// SHOW and DESCRIBE of functions, queries, temporary views and the session. Tables and databases: session/catalog.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/ascii_case.h"
#include "base/error.h"
#include "functions/listing.h"
#include "session/engine_query_runner.h"
#include "session/name_pattern.h"
#include "session/plan_arguments.h"
#include "types/field_metadata.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

Value Text(std::string text) { return Value{std::move(text)}; }

StructField TextField(const char* name, const char* comment = nullptr, bool nullable = false) {
  return {name, DataType::String(), nullable,
          comment ? "{\"comment\":\"" + std::string(comment) + "\"}" : std::string()};
}

const Schema& DescribeSchema() {
  static const Schema schema{TextField("col_name", "name of the column"),
                             TextField("data_type", "data type of the column"),
                             TextField("comment", "comment of the column", true)};
  return schema;
}

using TextRows = std::vector<std::vector<Value>>;

TextRows ListFunctions(const plan::ShowStatement& show, SessionState& state) {
  std::string pattern = Argument(show, "pattern");
  std::vector<std::string> wanted = Parts(show, "function");
  if (!wanted.empty()) pattern = wanted.back();
  const std::string scope = Argument(show, "scope");
  std::set<std::string> names;
  if (scope != "user") {
    for (const functions::ListedFunction& listed : functions::ListedFunctions()) names.insert(listed.name);
  }
  if (scope != "system") {
    for (const plan::PythonCodePtr& code : state.python_functions().List()) names.insert(AsciiLower(code->name));
    for (const plan::PythonCodePtr& code : state.python_table_functions().List()) names.insert(AsciiLower(code->name));
  }
  TextRows rows;
  for (const std::string& name : names) {
    if (MatchesNamePattern(name, pattern)) rows.push_back({Text(name)});
  }
  return rows;
}

/// A function that the session's client registered, where the name means one.
plan::PythonCodePtr FindRegistered(const std::vector<std::string>& parts, SessionState& state) {
  const auto is = [&](size_t i, std::string_view name) { return AsciiLower(parts[i]) == name; };
  const bool of_session = parts.size() == 1 || (parts.size() == 2 && is(0, "session")) ||
                          (parts.size() == 3 && is(0, "system") && is(1, "session"));
  if (!of_session) return nullptr;
  plan::PythonCodePtr found = state.python_functions().Find(parts.back());
  return found ? found : state.python_table_functions().Find(parts.back());
}

TextRows DescribeRegistered(const plan::ShowStatement& show, const plan::PythonCode& code) {
  TextRows rows;
  rows.push_back({Text("Function: spark_catalog.session." + AsciiLower(code.name))});
  rows.push_back({Text("Class: " + std::string(kRegisteredFunctionClass))});
  rows.push_back({Text("Usage: N/A.")});
  if (Argument(show, "extended").empty()) return rows;
  rows.push_back({Text("Extended Usage:\n    No example/argument for " + code.name + ".\n")});
  return rows;
}

/// DROP TEMPORARY FUNCTION
void DropRegistered(const plan::ShowStatement& show, SessionState& state) {
  const std::vector<std::string> parts = Parts(show, "function");
  if (FindRegistered(parts, state)) {
    if (!state.python_functions().Drop(parts.back())) state.python_table_functions().Drop(parts.back());
    return;
  }
  if (!Argument(show, "if_exists").empty()) return;
  throw QueryError("ROUTINE_NOT_FOUND", {{"routineName", QuoteIdentifiers(parts)}});
}

TextRows DescribeFunction(const plan::ShowStatement& show, const bound::SessionSettings& settings,
                          SessionState& state) {
  std::vector<std::string> parts = Parts(show, "function");
  if (parts.size() > 3) {
    throw QueryError("REQUIRES_SINGLE_PART_NAMESPACE",
                     {{"sessionCatalog", "spark_catalog"}, {"identifier", QuoteIdentifiers(parts)}});
  }
  const auto is = [&](size_t i, std::string_view name) { return AsciiLower(parts[i]) == name; };
  const bool builtin = parts.size() == 1 || (parts.size() == 2 && is(0, "builtin")) ||
                       (parts.size() == 3 && is(0, "system") && is(1, "builtin"));
  const functions::Function* function = builtin ? functions::FindListed(parts.back()) : nullptr;
  if (!function) {
    if (const plan::PythonCodePtr code = FindRegistered(parts, state)) return DescribeRegistered(show, *code);
    throw QueryError(
        "UNRESOLVED_ROUTINE",
        {{"routineName", QuoteIdentifiers(parts)},
         {"searchPath", "[`system`.`builtin`, `system`.`session`, " +
                            QuoteIdentifiers({settings.current_catalog, settings.current_database}) + "]"}},
        show.name_origin);
  }
  const std::string name = AsciiLower(parts.back());
  TextRows rows;
  rows.push_back({Text("Function: " + name)});
  rows.push_back({Text("Class: " + functions::ClassName(*function))});
  rows.push_back({Text("Usage: " + functions::Synopsis(*function, name) + " - " + std::string(function->description))});
  if (Argument(show, "extended").empty()) return rows;
  std::string text = "Extended Usage:\n";
  text += function->example.empty() ? "    No example/argument for " + name + ".\n\n"
                                    : "    Examples:\n      > " + std::string(function->example) + ";\n  \n";
  if (const std::string_view reason = functions::UnsupportedReason(*function); !reason.empty()) {
    text += "    Note:\n      Not supported: " + std::string(reason) + ".\n  \n";
  }
  rows.push_back({Text(text + "    Since: " + std::string(function->since) + "\n")});
  return rows;
}

TextRows DescribeColumns(const Schema& schema) {
  TextRows rows;
  for (const StructField& field : schema) {
    const std::optional<std::string> comment = MetadataText(field.metadata, "comment");
    rows.push_back({Text(field.name), Text(SimpleString(field.type)), comment ? Text(*comment) : Value{}});
  }
  return rows;
}

}  // namespace

Schema EngineQueryRunner::TableSchema(const std::vector<std::string>& name, SessionState& state,
                                      const OriginPtr& origin) {
  plan::NamedTable table;
  table.parts = name;
  return bound::OutputSchema(*Analyze(plan::MakeRelation(std::move(table), origin), state, state.Settings()));
}

CommandResult EngineQueryRunner::DescribeTable(const plan::ShowStatement& show, SessionState& state,
                                               const OriginPtr& origin) {
  bound::SessionSettings settings = state.Settings();
  if (!Argument(show, "json").empty()) ThrowUnsupported("DESCRIBE TABLE … AS JSON", origin);
  Schema schema = TableSchema(Parts(show, "table"), state, show.name_origin ? show.name_origin : origin);
  std::vector<std::string> column = Parts(show, "column");
  if (column.empty()) return Rows(DescribeSchema(), DescribeColumns(schema), settings);
  for (const StructField& field : schema) {
    bool same = settings.case_sensitive ? field.name == column[0] : AsciiLower(field.name) == AsciiLower(column[0]);
    if (!same || column.size() > 1) continue;
    return Rows(
        {TextField("info_name", "name of the column info"), TextField("info_value", "value of the column info")},
        {{Text("col_name"), Text(field.name)},
         {Text("data_type"), Text(CatalogString(field.type))},
         {Text("comment"), Text(MetadataText(field.metadata, "comment").value_or("NULL"))}},
        settings);
  }
  throw QueryError("COLUMN_NOT_FOUND", {{"colName", QuoteIdentifiers(column)},
                                        {"caseSensitiveConfig", DoubleQuoted("spark.sql.caseSensitive")}});
}

CommandResult EngineQueryRunner::Show(const plan::ShowStatement& show, SessionState& state, const OriginPtr& origin) {
  bound::SessionSettings settings = state.Settings();
  const std::string& statement = show.statement;
  if (statement == "SHOW CURRENT NAMESPACE") {
    return Rows({TextField("catalog"), TextField("namespace")},
                {{Text(state.current_catalog()), Text(state.current_database())}}, settings);
  }
  if (statement == "SHOW FUNCTIONS") {
    return Rows({TextField("function")}, ListFunctions(show, state), settings);
  }
  if (statement == "DROP TEMPORARY FUNCTION") {
    DropRegistered(show, state);
    return Rows({}, {}, settings);
  }
  if (statement == "DESCRIBE FUNCTION") {
    return Rows({TextField("function_desc")}, DescribeFunction(show, settings, state), settings);
  }
  if (statement == "DESCRIBE QUERY") {
    return Rows(DescribeSchema(), DescribeColumns(bound::OutputSchema(*Analyze(show.query, state, settings))),
                settings);
  }
  if (statement == "DESCRIBE TABLE") return DescribeTable(show, state, origin);
  ThrowUnsupported(statement, origin);
}

}  // namespace firesteel::session
