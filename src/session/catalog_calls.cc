// Calls of spark.catalog that concern what there is: temporary views and the one database.
#include <algorithm>
#include <optional>

#include "base/error.h"
#include "session/engine_query_runner.h"

namespace firesteel::session {
namespace {

std::string Argument(const plan::CatalogCall& call, const std::string& name) {
  for (const auto& [key, value] : call.arguments) {
    if (key == name) return value.value_or("");
  }
  return "";
}

bool IsDefaultDatabase(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name == "default" || name == "spark_catalog.default";
}

}  // namespace

std::optional<CommandResult> EngineQueryRunner::RunCatalogCall(const plan::CatalogCall& call, SessionState& state) {
  bound::SessionSettings settings = state.Settings();
  auto text = [&](std::string value) {
    return Rows({{"value", DataType::String(), true, ""}}, {{Value{std::move(value)}}}, settings);
  };
  auto boolean = [&](bool value) {
    return Rows({{"value", DataType::Boolean(), false, ""}}, {{Value{value}}}, settings);
  };
  if (call.method == "current_database") return text(state.current_database());
  if (call.method == "current_catalog") return text(state.current_catalog());
  if (call.method == "drop_temp_view") {
    return boolean(state.temp_views().Drop(Argument(call, "view_name"), settings.case_sensitive));
  }
  if (call.method == "drop_global_temp_view") {
    return boolean(state.global_temp_views().Drop(Argument(call, "view_name"), settings.case_sensitive));
  }
  if (call.method == "database_exists") return boolean(IsDefaultDatabase(Argument(call, "db_name")));
  if (call.method == "table_exists") {
    if (!Argument(call, "db_name").empty()) return boolean(false);
    std::vector<std::string> parts =
        sql::ParseMultipartIdentifier(Argument(call, "table_name"), ParserOptionsOf(settings));
    if (parts.size() == 2 && parts[0] == "global_temp") {
      return boolean(state.global_temp_views().Find(parts[1], settings.case_sensitive) != nullptr);
    }
    return boolean(parts.size() == 1 && state.temp_views().Find(parts[0], settings.case_sensitive) != nullptr);
  }
  return std::nullopt;
}

}  // namespace firesteel::session
