// Session variables, and EXECUTE IMMEDIATE.
#include <set>
#include <utility>

#include "analyzer/name.h"
#include "base/ascii_case.h"
#include "base/error.h"
#include "base/utf8.h"
#include "session/engine_query_runner.h"
#include "types/quoting.h"

namespace firesteel::session {
namespace {

std::string QualifiedName(const std::string& name) {
  return QuoteIdentifiers(std::vector<std::string>{"system", "session", AsciiLower(name)});
}

// v, session.v or system.session.v.
bool IsVariableName(const std::vector<std::string>& parts) {
  const size_t count = parts.size();
  return count == 1 || (count == 2 && AsciiLower(parts[0]) == "session") ||
         (count == 3 && AsciiLower(parts[0]) == "system" && AsciiLower(parts[1]) == "session");
}

[[noreturn]] void ThrowUnresolved(const plan::VariableName& name, std::string search_path) {
  throw QueryError("UNRESOLVED_VARIABLE",
                   {{"variableName", QuoteIdentifiers(name.parts)}, {"searchPath", std::move(search_path)}},
                   name.origin);
}

Variable FindOrThrow(const plan::VariableName& name, SessionState& state) {
  std::optional<Variable> found;
  if (IsVariableName(name.parts)) found = state.variables().Find(name.parts.back());
  if (!found) ThrowUnresolved(name, analyzer::SearchPath(state.Settings()));
  return *found;
}

plan::ExpressionPtr CastTo(plan::ExpressionPtr value, const DataType& type, const OriginPtr& origin) {
  return plan::Make(plan::Cast{std::move(value), type, std::nullopt, {}}, origin);
}

plan::ExpressionPtr NullOf(const DataType& type) { return plan::Make(plan::Literal{{type, Value{}}}, nullptr); }

}  // namespace

std::optional<TypedValue> QueryEnvironment::FindVariable(const std::string& name) {
  const std::optional<Variable> found = state_.variables().Find(name);
  if (!found) return std::nullopt;
  return found->current;
}

std::optional<std::vector<TypedValue>> QueryEnvironment::OneRowOf(const plan::RelationPtr& query) {
  const bound::RelationPtr bound = analyzer::Analyze(query, *this, settings_);
  std::vector<std::vector<Value>> rows = run_(bound);
  if (rows.size() > 1) throw QueryError("ROW_SUBQUERY_TOO_MANY_ROWS", {}, nullptr, ErrorClass::kSpark);
  if (rows.empty()) return std::nullopt;
  std::vector<TypedValue> values;
  for (size_t i = 0; i < rows[0].size(); ++i) values.push_back({bound->output[i].type, std::move(rows[0][i])});
  return values;
}

std::vector<TypedValue> QueryEnvironment::Evaluate(std::vector<plan::ExpressionPtr> expressions) {
  if (expressions.empty()) return {};
  plan::Project project;
  project.child = plan::MakeRelation(plan::OneRow{}, nullptr);
  project.expressions = std::move(expressions);
  return *OneRowOf(plan::MakeRelation(std::move(project), nullptr));
}

plan::Command QueryEnvironment::ParseImmediate(const plan::ExecuteImmediate& execute) {
  const TypedValue text = Evaluate({execute.text})[0];
  if (!text.type.IsStringLike()) {
    throw QueryError("INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE", {{"exprType", QuoteType(text.type)}});
  }
  if (text.value.is_null()) {
    throw QueryError("NULL_QUERY_STRING_EXECUTE_IMMEDIATE", {{"varName", "`query`"}});
  }
  plan::SqlQuery query;
  query.text = text.value.text();
  std::vector<TypedValue> arguments = Evaluate(execute.arguments);
  for (size_t i = 0; i < arguments.size(); ++i) {
    plan::ExpressionPtr literal = plan::Make(plan::Literal{std::move(arguments[i])}, nullptr);
    if (execute.argument_names[i].empty()) {
      query.positional_arguments.push_back(std::move(literal));
    } else {
      query.named_arguments.emplace_back(execute.argument_names[i], std::move(literal));
    }
  }
  plan::Command command;
  try {
    command = ParseWithArguments(query, settings_, state_.configuration(), "EXECUTE IMMEDIATE");
  } catch (const QueryError& error) {
    if (error.error_class() != ErrorClass::kParse || query.text.empty()) throw;
    // Spark gives up the place in the text for the whole of it.
    Origin whole;
    whole.sql_text = std::make_shared<const std::string>(query.text);
    whole.start_index = 0;
    whole.stop_index = static_cast<int32_t>(Utf16FromUtf8(query.text).size()) - 1;
    whole.object_type = "EXECUTE IMMEDIATE";
    throw QueryError(error.condition(), error.parameters(), std::make_shared<const Origin>(std::move(whole)),
                     ErrorClass::kParse);
  }
  if (command.As<plan::ExecuteImmediate>()) {
    throw QueryError("NESTED_EXECUTE_IMMEDIATE", {{"sqlString", query.text}});
  }
  return command;
}

CommandResult EngineQueryRunner::Declare(const plan::DeclareVariables& declare, SessionState& state,
                                         const OriginPtr& origin) {
  const bound::SessionSettings settings = state.Settings();
  for (const plan::VariableName& name : declare.names) {
    if (!IsVariableName(name.parts)) ThrowUnresolved(name, "[`system`.`session`]");
  }
  plan::ExpressionPtr value = declare.default_value ? declare.default_value : NullOf(*declare.type);
  if (declare.type) value = CastTo(std::move(value), *declare.type, origin);
  QueryEnvironment environment(state, settings, engine(), RowsRunner(state, settings));
  const TypedValue current = environment.Evaluate({std::move(value)})[0];
  for (const plan::VariableName& name : declare.names) {
    if (!state.variables().Declare(name.parts.back(), {current, declare.default_value}, declare.replace)) {
      throw QueryError("VARIABLE_ALREADY_EXISTS", {{"variableName", QualifiedName(name.parts.back())}});
    }
  }
  return Rows({}, {}, settings);
}

CommandResult EngineQueryRunner::SetVariables(const plan::SetVariables& set, SessionState& state,
                                              const OriginPtr& origin) {
  const bound::SessionSettings settings = state.Settings();
  if (set.query) {
    AssignRow(set.names, set.query, state, origin);
    return Rows({}, {}, settings);
  }
  std::set<std::string> seen;
  std::vector<plan::ExpressionPtr> values;
  for (size_t i = 0; i < set.names.size(); ++i) {
    const plan::VariableName& name = set.names[i];
    const Variable variable = FindOrThrow(name, state);
    if (!seen.insert(AsciiLower(name.parts.back())).second) {
      throw QueryError("DUPLICATE_ASSIGNMENTS", {{"nameList", QuoteIdentifier(AsciiLower(name.parts.back()))}});
    }
    plan::ExpressionPtr value = set.values[i] ? set.values[i] : variable.default_value;
    if (!value) value = NullOf(variable.current.type);
    values.push_back(CastTo(std::move(value), variable.current.type, origin));
  }
  QueryEnvironment environment(state, settings, engine(), RowsRunner(state, settings));
  std::vector<TypedValue> results = environment.Evaluate(std::move(values));
  for (size_t i = 0; i < results.size(); ++i) {
    state.variables().Set(set.names[i].parts.back(), std::move(results[i].value));
  }
  return Rows({}, {}, settings);
}

void EngineQueryRunner::AssignRow(const std::vector<plan::VariableName>& names, const plan::RelationPtr& query,
                                  SessionState& state, const OriginPtr& origin) {
  const bound::SessionSettings settings = state.Settings();
  std::vector<Variable> variables;
  for (const plan::VariableName& name : names) variables.push_back(FindOrThrow(name, state));
  const size_t columns = Analyze(query, state, settings)->output.size();
  if (columns != names.size()) {
    throw QueryError("ASSIGNMENT_ARITY_MISMATCH",
                     {{"numExpr", std::to_string(columns)}, {"numTarget", std::to_string(names.size())}});
  }
  // Columns by names of our own: the query's may be the same twice.
  plan::SubqueryAlias alias;
  alias.child = query;
  alias.alias = "row";
  plan::Project project;
  for (size_t i = 0; i < names.size(); ++i) {
    alias.column_aliases.push_back("_" + std::to_string(i));
    plan::UnresolvedAttribute column;
    column.parts = {alias.column_aliases.back()};
    project.expressions.push_back(CastTo(plan::Make(std::move(column), nullptr), variables[i].current.type, origin));
  }
  project.child = plan::MakeRelation(std::move(alias), nullptr);
  QueryEnvironment environment(state, settings, engine(), RowsRunner(state, settings));
  const auto row = environment.OneRowOf(plan::MakeRelation(std::move(project), nullptr));
  for (size_t i = 0; i < names.size(); ++i) {
    state.variables().Set(names[i].parts.back(), row ? (*row)[i].value : Value{});
  }
}

CommandResult EngineQueryRunner::DropVariable(const plan::DropVariable& drop, SessionState& state) {
  if (!IsVariableName(drop.name.parts)) ThrowUnresolved(drop.name, "[`system`.`session`]");
  const std::string& name = drop.name.parts.back();
  if (!state.variables().Drop(name) && !drop.if_exists) {
    throw QueryError("VARIABLE_NOT_FOUND", {{"variableName", QualifiedName(name)}});
  }
  return Rows({}, {}, state.Settings());
}

CommandResult EngineQueryRunner::Execute(const plan::ExecuteImmediate& execute, SessionState& state,
                                         const CancelTokenPtr& cancel, bool from_sql) {
  const bound::SessionSettings settings = state.Settings();
  QueryEnvironment environment(state, settings, engine(), RowsRunner(state, settings));
  const plan::Command command = environment.ParseImmediate(execute);
  if (execute.into.empty()) return RunStatement(command, state, cancel, from_sql);
  const auto* query = command.As<plan::Query>();
  if (!query) {
    throw QueryError("INVALID_STATEMENT_FOR_EXECUTE_INTO", {{"sqlString", ""}});
  }
  AssignRow(execute.into, query->relation, state, nullptr);
  return Rows({}, {}, settings);
}

}  // namespace firesteel::session
