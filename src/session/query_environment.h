#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/analyzer.h"
#include "engine/engine.h"
#include "functions/formats/format_options.h"
#include "session/python/session_planner.h"
#include "session/session_state.h"
#include "sql/lexer/keyword.h"
#include "sql/parser.h"

namespace firesteel::session {

/// How the parser reads text under these settings.
sql::ParserOptions ParserOptionsOf(const bound::SessionSettings& settings);

/// What one analysis may ask: the session's views and sent data, the files through the engine, the parser. Made for
/// one analysis on one thread; remembers which views it was asked for.
class QueryEnvironment : public analyzer::Environment {
 public:
  /// Runs a bound query and gives its rows.
  using RunRows = std::function<std::vector<std::vector<Value>>(const bound::RelationPtr&)>;

  /// What leads back to the engine and to Python workers.
  struct Runs {
    RunRows rows;
    SessionPlanner::Ask ask;
  };

  QueryEnvironment(SessionState& state, const bound::SessionSettings& settings, engine::Engine& engine, Runs runs)
      : state_(state),
        settings_(settings),
        engine_(engine),
        run_(std::move(runs.rows)),
        planner_(state, std::move(runs.ask)) {}

  analyzer::FileSourceInfo ResolveFiles(const std::string& format, const std::vector<std::string>& paths,
                                        const plan::Options& options, const std::optional<Schema>& schema,
                                        const OriginPtr& origin) override;
  Schema ArrowSchema(const SharedBytes& arrow_ipc) override;
  SharedBytes CachedBlock(const std::string& hash) override;
  plan::ExpressionPtr ParseExpression(const std::string& text) override;
  plan::RelationPtr ParseQuery(const plan::SqlQuery& query) override;
  DataType ParseDataType(const std::string& text) override;
  Schema ParseSchema(const std::string& text) override;
  std::shared_ptr<const analyzer::TemporaryView> FindView(const std::string& name) override;
  std::shared_ptr<const analyzer::TemporaryView> FindGlobalView(const std::string& name) override;
  std::vector<std::vector<Value>> RunQuery(const bound::RelationPtr& query) override { return run_(query); }
  int64_t NumberSetting(const std::string& key) override { return state_.configuration().GetNumber(key); }
  bool FlagSetting(const std::string& key) override { return state_.configuration().GetBoolean(key); }
  std::vector<std::pair<std::string, bool>> Keywords() override { return sql::Keywords(); }
  std::optional<TypedValue> FindVariable(const std::string& name) override;
  plan::PythonCodePtr FindPythonFunction(const std::string& name) override {
    plan::PythonCodePtr found = state_.python_functions().Find(name);
    if (found) found_functions_.push_back(found);
    return found;
  }
  plan::PythonCodePtr FindPythonTableFunction(const std::string& name) override {
    return state_.python_table_functions().Find(name);
  }
  plan::PythonCodePtr FindPythonDataSource(const std::string& name) override {
    return state_.python_data_sources().Find(name);
  }
  analyzer::PythonPlanner* python_planner() override { return &planner_; }

  /// The statement in the text of EXECUTE IMMEDIATE, its arguments in place of the parameter markers.
  plan::Command ParseImmediate(const plan::ExecuteImmediate& execute);
  /// The only row of a query; nothing when it has no row. Throws ROW_SUBQUERY_TOO_MANY_ROWS.
  std::optional<std::vector<TypedValue>> OneRowOf(const plan::RelationPtr& query);
  /// Constant expressions of variables and functions, as values.
  std::vector<TypedValue> Evaluate(std::vector<plan::ExpressionPtr> expressions);

  std::optional<analyzer::CatalogRelation> FindTable(const std::vector<std::string>& parts,
                                                     const plan::Options& options,
                                                     const bound::SessionSettings& settings,
                                                     const OriginPtr& origin) override;

  /// Thrown when the query names the forbidden view.
  struct RecursiveView {};
  /// Full name of the persistent view that is being made from the query: it may not read itself.
  void Forbid(std::vector<std::string> view) { forbidden_view_ = std::move(view); }

  /// Full names of the tables and persistent views found so far, also by views.
  const std::vector<std::vector<std::string>>& found_tables() const { return found_tables_; }

  /// The session's registered functions found so far, also by views.
  const std::vector<plan::PythonCodePtr>& found_functions() const { return found_functions_; }

  /// The session views found so far, by lower-case name.
  analyzer::ViewMap found_views() const { return found_views_; }

 private:
  /// The options with what the configuration says where the user says nothing.
  std::string Substituted(const std::string& text) const;  ///< without its ${…}
  plan::Options WithConfiguration(const plan::Options& options) const;
  Schema SchemaInFiles(const std::string& format, const analyzer::FileSourceInfo& info,
                       const functions::FormatOptions& options, bool has_schema);
  Schema ParquetSchema(const std::string& file, bool ignores_corrupt, bool has_schema);
  void DropUnreadable(analyzer::FileSourceInfo& info);

  SessionState& state_;
  const bound::SessionSettings& settings_;
  engine::Engine& engine_;
  const RunRows run_;
  SessionPlanner planner_;
  analyzer::ViewMap found_views_;
  std::vector<plan::PythonCodePtr> found_functions_;
  std::vector<std::vector<std::string>> found_tables_;
  std::vector<std::string> forbidden_view_;
};

/// Parses the text of a SQL command or relation, its ${…} replaced by settings, and puts its arguments in place of the
/// parameter markers.
plan::Command ParseWithArguments(const plan::SqlQuery& query, const bound::SessionSettings& settings,
                                 const Configuration& configuration, const std::string& object_type = {});

}  // namespace firesteel::session
