// DataFrames written to files.
#include "base/error.h"
#include "session/engine_query_runner.h"

namespace firesteel::session {

CommandResult EngineQueryRunner::Write(const plan::WriteOperation& write, SessionState& state,
                                       const CancelTokenPtr& cancel, const OriginPtr& origin) {
  if (write.table) return WriteTable(write, state, cancel, origin);
  ThrowUnsupported("writing files", origin);
}

}  // namespace firesteel::session
