// CREATE … VIEW and DROP VIEW: temporary and global temporary views, from SQL and from DataFrames.
#include <set>
#include <utility>

#include "base/ascii_case.h"
#include "base/error.h"
#include "session/engine_query_runner.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

constexpr const char* kGlobalDatabase = "global_temp";

std::string JoinQuoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + QuoteIdentifier(name);
  return text;
}

// `session`.v and `system`.`session`.v are the name v; anything else may not stand before a temporary view's name.
std::string TemporaryName(const std::vector<std::string>& parts, bool is_global, const OriginPtr& origin) {
  std::vector<std::string> qualifier(parts.begin(), parts.end() - 1);
  std::vector<std::string> lower;
  for (const std::string& part : qualifier) lower.push_back(AsciiLower(part));
  bool allowed = qualifier.empty() || (!is_global && lower == std::vector<std::string>{"session"}) ||
                 (!is_global && lower == std::vector<std::string>{"system", "session"}) ||
                 (is_global && lower == std::vector<std::string>{kGlobalDatabase});
  if (!allowed) {
    throw QueryError("INVALID_TEMP_OBJ_QUALIFIER",
                     {{"objectType", "VIEW"},
                      {"objectName", QuoteIdentifier(parts.back())},
                      {"qualifier", QuoteIdentifiers(qualifier)}},
                     origin, ErrorClass::kParse);
  }
  return parts.back();
}

void CheckColumns(const std::string& view, const Schema& schema, const std::vector<std::string>& aliases,
                  bool case_sensitive) {
  std::vector<std::string> names;
  for (const StructField& field : schema) names.push_back(field.name);
  if (!aliases.empty() && aliases.size() != names.size()) {
    throw QueryError(aliases.size() > names.size() ? "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"
                                                   : "CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
                     {{"viewName", QuoteIdentifier(view)},
                      {"viewColumns", JoinQuoted(aliases)},
                      {"dataColumns", JoinQuoted(names)}});
  }
  std::set<std::string> seen;
  for (const std::string& name : aliases.empty() ? names : aliases) {
    std::string key = case_sensitive ? name : AsciiLower(name);
    if (!seen.insert(key).second) throw QueryError("COLUMN_ALREADY_EXISTS", {{"columnName", QuoteIdentifier(key)}});
  }
}

// The chain by which `view` reads itself, or empty. Views made from DataFrames are closed: they never look names up.
bool FindCycle(const analyzer::ViewMap& read, const std::string& target, TempViews& all, bool case_sensitive,
               std::vector<std::string>& path, std::set<std::string>& visited) {
  for (const auto& [name, view] : read) {
    path.push_back(view->name);
    if (AsciiLower(name) == AsciiLower(target)) return true;
    if (!view->views && visited.insert(name).second) {
      TempViewPtr entry = all.Find(name, case_sensitive);
      auto made = entry ? std::static_pointer_cast<const analyzer::TemporaryView>(entry->analyzed) : nullptr;
      if (made && made->read && FindCycle(*made->read, target, all, case_sensitive, path, visited)) return true;
    }
    path.pop_back();
  }
  return false;
}

void CheckNotRecursive(const std::string& name, const analyzer::ViewMap& read, TempViews& all, bool case_sensitive) {
  std::vector<std::string> path{name};
  std::set<std::string> visited;
  if (!FindCycle(read, name, all, case_sensitive, path, visited)) return;
  std::string text;
  for (const std::string& part : path) text += (text.empty() ? "" : " -> ") + QuoteIdentifier(part);
  throw QueryError("RECURSIVE_VIEW", {{"viewIdent", QuoteIdentifier(name)}, {"newPath", text}});
}

// The query of a SQL view read from the view's text alone, which errors of its later uses then point into. A text with
// parameter markers is complete only in its statement.
plan::RelationPtr OwnText(const plan::CreateView& view, const std::string& name,
                          const bound::SessionSettings& settings) {
  if (view.sql_text.empty()) return view.query;
  sql::ParserOptions options = ParserOptionsOf(settings);
  options.object_type = "VIEW";
  options.object_name = view.is_global ? std::string(kGlobalDatabase) + "." + name : name;
  bool has_parameters = false;
  options.bind_parameter = [&](const plan::ParameterMarker& marker, const OriginPtr& origin) {
    has_parameters = true;
    return plan::Make(marker, origin);
  };
  const plan::Command command = sql::ParseStatement(view.sql_text, options);
  const auto* query = command.As<plan::Query>();
  return query && !has_parameters ? query->relation : view.query;
}

}  // namespace

CommandResult EngineQueryRunner::CreateView(const plan::CreateView& view, SessionState& state, bool from_sql,
                                            const OriginPtr& origin) {
  if (!view.is_temporary) ThrowUnsupported("CREATE VIEW without TEMPORARY (persistent views)", origin);
  std::string name = TemporaryName(view.name, view.is_global, origin);
  bound::SessionSettings settings = state.Settings();
  QueryEnvironment environment(state, settings, engine(), RowsRunner(state, settings));
  bound::RelationPtr bound = analyzer::Analyze(view.query, environment, settings);

  const plan::RelationPtr query = from_sql ? OwnText(view, name, settings) : view.query;
  auto made = std::make_shared<analyzer::TemporaryView>();
  made->name = name;
  made->query = query;
  made->settings = settings;
  made->sql_text = view.sql_text;
  for (const auto& column : view.column_aliases_and_comments) made->column_aliases.push_back(column.first);
  // A DataFrame's view may have two columns of one name.
  if (from_sql || !made->column_aliases.empty())
    CheckColumns(name, bound::OutputSchema(*bound), made->column_aliases, settings.case_sensitive);

  auto read = std::make_shared<const analyzer::ViewMap>(environment.found_views());
  TempViews& target = view.is_global ? state.global_temp_views() : state.temp_views();
  if (from_sql) {
    made->read = read;
    if (!view.is_global) CheckNotRecursive(name, *read, target, settings.case_sensitive);
  } else {
    made->views = read;
  }
  TempView entry;
  entry.name = name;
  entry.query = query;
  entry.sql_text = view.sql_text;
  entry.column_aliases_and_comments = view.column_aliases_and_comments;
  entry.comment = view.comment;
  entry.properties = view.properties;
  entry.analyzed = made;
  if (view.replace) {
    UncacheView(view.is_global ? std::vector<std::string>{kGlobalDatabase, name} : std::vector<std::string>{name},
                state);
  }
  if (!target.Put(std::move(entry), view.replace, settings.case_sensitive)) {
    throw QueryError("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", {{"relationName", QuoteIdentifier(name)}}, nullptr,
                     ErrorClass::kTempTable);
  }
  return Rows({}, {}, settings);
}

CommandResult EngineQueryRunner::CreateViewUsing(const plan::CreateViewUsing& view, SessionState& state,
                                                 const OriginPtr& origin) {
  plan::CreateView create;
  create.name = view.name;
  create.query = plan::MakeRelation(view.source, origin);
  create.is_global = view.is_global;
  create.replace = view.replace;
  return CreateView(create, state, false, origin);
}

}  // namespace firesteel::session
