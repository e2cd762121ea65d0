// Commands: what runs at once instead of giving rows to a plan.
#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "base/ascii_case.h"
#include "base/error.h"
#include "base/overloaded.h"
#include "session/catalog/catalog_commands.h"
#include "session/config/config_value.h"
#include "session/engine_query_runner.h"

namespace firesteel::session {
namespace {

constexpr const char* kTimeZoneKey = "spark.sql.session.timeZone";

Schema TextColumns(std::initializer_list<const char*> names) {
  Schema schema;
  for (const char* name : names) schema.push_back({name, DataType::String(), false, ""});
  return schema;
}

/// Names of formats that Spark has itself: no data source of a client's may be called so.
bool IsBuiltInSource(const std::string& name) {
  static constexpr std::string_view kNames[] = {
      "binaryfile", "console",          "csv",    "jdbc", "json", "noop", "orc", "parquet", "python",
      "rate",       "rate-micro-batch", "socket", "text", "xml"};
  return std::find(std::begin(kNames), std::end(kNames), AsciiLower(name)) != std::end(kNames);
}

Value Text(std::string text) { return Value{std::move(text)}; }

}  // namespace

CommandResult EngineQueryRunner::RunCommand(const plan::Command& command, SessionState& state,
                                            const CancelTokenPtr& cancel) {
  if (const auto* sql = command.As<plan::SqlCommand>()) {
    const bound::SessionSettings settings = state.Settings();
    plan::Command parsed = ParseWithArguments(sql->query, settings, state.configuration());
    if (const auto* execute = parsed.As<plan::ExecuteImmediate>(); execute && execute->into.empty()) {
      QueryEnvironment environment(state, settings, engine(), RowsRunner(state, settings));
      parsed = environment.ParseImmediate(*execute);
    }
    if (const auto* query = parsed.As<plan::Query>()) {
      Analyze(query->relation, state, state.Settings());  // so that its errors appear now
      CommandResult result;
      result.is_query = true;
      return result;
    }
    return RunStatement(parsed, state, cancel, true);
  }
  return RunStatement(command, state, cancel, false);
}

CommandResult EngineQueryRunner::RunStatement(const plan::Command& command, SessionState& state,
                                              const CancelTokenPtr& cancel, bool from_sql) {
  bound::SessionSettings settings = state.Settings();
  return std::visit(
      Overloaded{
          [&](const plan::Query& query) -> CommandResult {
            Analyze(query.relation, state, settings);
            CommandResult result;
            result.is_query = true;
            return result;
          },
          [&](const plan::SqlCommand&) -> CommandResult { return RunCommand(command, state, cancel); },
          [&](const plan::CreateView& view) {
            if (view.is_temporary) return CreateView(view, state, from_sql, command.origin);
            return CatalogCommands(*this, state, cancel, command.origin).CreateView(view);
          },
          [&](const plan::CreateViewUsing& view) { return CreateViewUsing(view, state, command.origin); },
          [&](const plan::DropView& view) {
            UncacheView(view.name, state);
            return CatalogCommands(*this, state, cancel, command.origin).DropView(view);
          },
          [&](const plan::SetConfig& set) { return Set(set, state); },
          [&](const plan::ResetConfig& reset) { return Reset(reset, state); },
          [&](const plan::ExplainQuery& explain) {
            ExplainMode mode = explain.mode == "extended"    ? ExplainMode::kExtended
                               : explain.mode == "codegen"   ? ExplainMode::kCodegen
                               : explain.mode == "cost"      ? ExplainMode::kCost
                               : explain.mode == "formatted" ? ExplainMode::kFormatted
                                                             : ExplainMode::kSimple;
            return Rows(TextColumns({"plan"}), {{Text(Explain(explain.query, mode, state, cancel))}}, settings);
          },
          [&](const plan::ShowStatement& show) -> CommandResult {
            if (auto cached = RunCacheStatement(show, state, cancel, command.origin)) return *cached;
            std::optional<CommandResult> result = CatalogCommands(*this, state, cancel, command.origin).Show(show);
            return result ? std::move(*result) : Show(show, state, command.origin);
          },
          [&](const plan::CatalogCommand& catalog) {
            return CatalogCommands(*this, state, cancel, command.origin).Run(catalog);
          },
          [&](const plan::WriteOperation& write) { return Write(write, state, cancel, command.origin); },
          [&](const plan::WriteOperationV2& write) { return WriteTableV2(write, state, cancel, command.origin); },
          [&](const plan::DeclareVariables& declare) { return Declare(declare, state, command.origin); },
          [&](const plan::SetVariables& set) { return SetVariables(set, state, command.origin); },
          [&](const plan::DropVariable& drop) { return DropVariable(drop, state); },
          [&](const plan::ExecuteImmediate& execute) { return Execute(execute, state, cancel, from_sql); },
          [&](const plan::Checkpoint& checkpoint) { return MakeCheckpoint(checkpoint, state, cancel); },
          [&](const plan::ForgetCheckpoint& forget) {
            state.checkpoints().Remove(forget.relation_id);
            return Rows({}, {}, settings);
          },
          [&](const plan::RegisterPython& python) -> CommandResult {
            PythonFunctions& registry = python.kind == plan::RegisterPython::Kind::kFunction ? state.python_functions()
                                        : python.kind == plan::RegisterPython::Kind::kTableFunction
                                            ? state.python_table_functions()
                                            : state.python_data_sources();
            if (python.kind == plan::RegisterPython::Kind::kDataSource && IsBuiltInSource(python.code->name)) {
              throw QueryError("DATA_SOURCE_ALREADY_EXISTS", {{"provider", python.code->name}});
            }
            registry.Put(python.code);
            return Rows({}, {}, settings);
          },
          [&](const plan::UnsupportedCommand& unsupported) -> CommandResult {
            ThrowUnsupported(unsupported.what, command.origin);
          },
      },
      command.node);
}

CommandResult EngineQueryRunner::Set(const plan::SetConfig& set, SessionState& state) {
  bound::SessionSettings settings = state.Settings();
  Configuration& configuration = state.configuration();
  std::vector<std::vector<Value>> rows;
  if (set.verbose) {
    for (const ConfigRow& row : ConfigRows()) {
      if (!row.is_public) continue;
      std::string value = row.default_value == nullptr ? "<undefined>" : row.default_value;
      if (!row.fallback.empty()) value = "<value of " + std::string(row.fallback) + ">";
      if (auto own = configuration.FindSet(row.key)) value = *own;
      // Spark's texts about its keys are not ours: the columns of meaning and version stay empty.
      rows.push_back({Text(std::string(row.key)), Text(value), Text(""), Text("")});
    }
    return Rows(TextColumns({"key", "value", "meaning", "Since version"}), std::move(rows), settings);
  }
  if (!set.key) {
    for (auto& [key, value] : configuration.GetAll()) rows.push_back({Text(key), Text(value)});
    return Rows(TextColumns({"key", "value"}), std::move(rows), settings);
  }
  std::string value;
  if (set.value) {
    std::string wanted = *set.value;
    // SET TIME ZONE LOCAL: the server's own zone.
    if (*set.key == kTimeZoneKey && wanted == "LOCAL") wanted = SystemTimeZone();
    configuration.Set(*set.key, wanted);
    value = wanted;
  } else {
    value = configuration.GetOption(*set.key).value_or("<undefined>");
  }
  rows.push_back({Text(*set.key), Text(value)});
  return Rows(TextColumns({"key", "value"}), std::move(rows), settings);
}

CommandResult EngineQueryRunner::Reset(const plan::ResetConfig& reset, SessionState& state) {
  if (reset.key) {
    state.configuration().Reset(*reset.key);
  } else {
    state.configuration().ResetAll();
  }
  return Rows({}, {}, state.Settings());
}

}  // namespace firesteel::session
