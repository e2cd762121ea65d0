#include "engine/stored_table.h"

#include <atomic>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "duckdb/main/materialized_query_result.hpp"
#include "engine/engine_error.h"
#include "engine/operation.h"
#include "engine/query_run.h"

namespace firesteel::engine {

InstanceTable::InstanceTable(std::weak_ptr<Instance> instance, std::string table, std::vector<std::string> column_names)
    : StoredTable(std::move(table), std::move(column_names)), instance_(std::move(instance)) {}

InstanceTable::~InstanceTable() {
  const std::shared_ptr<Instance> instance = instance_.lock();
  if (!instance || instance->IsInvalidated()) return;
  try {
    Instance::Lease connection = instance->Connect();
    auto result = connection->Query("DROP TABLE IF EXISTS " + table());
    if (result->HasError()) log::Error("cannot drop {}: {}", table(), result->GetError());
  } catch (const std::exception& error) {
    log::Error("cannot drop {}: {}", table(), error.what());
  }
}

std::shared_ptr<const InstanceTable> StoreQuery(const std::shared_ptr<Instance>& instance, CancelWatcher& watcher,
                                                const QuerySpec& query, const CancelTokenPtr& cancel) {
  static std::atomic<int64_t> next{0};
  auto operation = duckdb::make_shared_ptr<Operation>(query, cancel);
  if (operation->cancelled()) throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql);
  std::vector<std::string> columns;
  for (size_t i = 0; i < query.schema.size(); ++i) columns.push_back("c" + std::to_string(i));
  Instance::Lease connection = instance->Connect();
  OperationScope scope(*connection, operation);
  CancelWatcher::Watch watch(watcher, cancel, connection->context);
  const std::string table = "stored_" + std::to_string(next++);
  try {
    const std::string sql = TypedQuery(*connection, *operation, query);
    auto result = connection->Query("CREATE TABLE " + table + " AS " + sql);
    if (result->HasError()) FailQuery(result->GetErrorObject(), *operation, query);
  } catch (const duckdb::Exception& error) {
    FailQuery(duckdb::ErrorData(error), *operation, query);
  }
  return std::make_shared<const InstanceTable>(instance, table, std::move(columns));
}

}  // namespace firesteel::engine
