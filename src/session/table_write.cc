// DataFrames written to tables: saveAsTable, insertInto, writeTo.
#include "session/catalog/catalog_commands.h"
#include "session/engine_query_runner.h"

namespace firesteel::session {

CommandResult EngineQueryRunner::WriteTable(const plan::WriteOperation& write, SessionState& state,
                                            const CancelTokenPtr& cancel, const OriginPtr& origin) {
  CatalogCommands(*this, state, cancel, origin).Write(write);
  return Rows({}, {}, state.Settings());
}

CommandResult EngineQueryRunner::WriteTableV2(const plan::WriteOperationV2& write, SessionState& state,
                                              const CancelTokenPtr& cancel, const OriginPtr& origin) {
  CatalogCommands(*this, state, cancel, origin).Write(write);
  return Rows({}, {}, state.Settings());
}

}  // namespace firesteel::session
