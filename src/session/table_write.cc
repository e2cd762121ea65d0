// DataFrames written to tables: saveAsTable, insertInto, writeTo.
#include "base/error.h"
#include "session/engine_query_runner.h"
#include "types/quoting.h"

namespace firesteel::session {
namespace {

[[noreturn]] void RefuseTable(const std::vector<std::string>& name, const OriginPtr& origin) {
  std::string text;
  for (const std::string& part : name) text += (text.empty() ? "" : ".") + QuoteIfNeeded(part);
  ThrowUnsupported("writing to the table " + text + " (tables are not built yet; write to a path)", origin);
}

}  // namespace

CommandResult EngineQueryRunner::WriteTable(const plan::WriteOperation& write, SessionState&, const CancelTokenPtr&,
                                            const OriginPtr& origin) {
  RefuseTable(write.table->name, origin);
}

CommandResult EngineQueryRunner::WriteTableV2(const plan::WriteOperationV2& write, SessionState&, const CancelTokenPtr&,
                                              const OriginPtr& origin) {
  RefuseTable(write.table, origin);
}

}  // namespace firesteel::session
