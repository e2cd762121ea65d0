// Calls of spark.catalog about the session; those about tables and databases: session/catalog/calls.cc.
#include <algorithm>
#include <optional>

#include "base/error.h"
#include "session/engine_query_runner.h"
#include "session/plan_arguments.h"

namespace firesteel::session {
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
    return boolean(state.temp_views().Drop(Argument(call, "view_name").value_or(""), settings.case_sensitive));
  }
  if (call.method == "drop_global_temp_view") {
    return boolean(state.global_temp_views().Drop(Argument(call, "view_name").value_or(""), settings.case_sensitive));
  }
  return std::nullopt;
}

}  // namespace firesteel::session
