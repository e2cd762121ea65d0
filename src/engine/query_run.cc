#include "engine/query_run.h"

#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/large_values.h"
#include "base/log.h"
#include "duckdb/main/pending_query_result.hpp"
#include "duckdb/main/query_result.hpp"
#include "duckdb/main/stream_query_result.hpp"
#include "engine/batch_collector.h"
#include "engine/engine_error.h"
#include "engine/operation.h"
#include "engine/physical_type.h"
#include "engine/query_profile.h"

namespace firesteel::engine {
namespace {

/// The query with its columns cast where the engine's own types are not those of the schema; empty when they are.
std::string WithCasts(const duckdb::vector<duckdb::LogicalType>& types, const QuerySpec& query) {
  // The engine has no rows without columns.
  if (query.schema.empty() && types.size() == 1) return "";
  if (types.size() != query.schema.size()) {
    throw InternalError("the query has " + std::to_string(types.size()) + " columns instead of " +
                        std::to_string(query.schema.size()) + ": " + query.sql);
  }
  std::string columns;
  std::string names;
  bool changed = false;
  for (size_t i = 0; i < types.size(); ++i) {
    const std::string name = "c" + std::to_string(i);
    columns += i == 0 ? name : ", " + name;
    names += i == 0 ? name : ", " + name;
    if (ReadableAs(types[i], query.schema[i].type)) continue;
    changed = true;
    columns += "::" + PhysicalType(query.schema[i].type).ToString() + " AS " + name;
    log::Debug("column {} is {} and not as {} wants", i, types[i].ToString(), query.schema[i].name);
  }
  return changed ? "SELECT " + columns + " FROM (" + query.sql + ") AS q(" + names + ")" : std::string();
}

duckdb::unique_ptr<duckdb::QueryResult> Start(duckdb::Connection& connection, const std::string& sql,
                                              Operation& operation, const QuerySpec& query) {
  auto pending = connection.PendingQuery(sql, duckdb::QueryParameters(/*allow_streaming=*/true));
  if (pending->HasError()) FailQuery(pending->GetErrorObject(), operation, query);
  if (const std::string casted = WithCasts(pending->types, query); !casted.empty() && casted != sql) {
    pending->Close();
    pending.reset();
    QuerySpec again = query;
    again.sql = casted;
    auto repeated = connection.PendingQuery(casted, duckdb::QueryParameters(/*allow_streaming=*/true));
    if (repeated->HasError()) FailQuery(repeated->GetErrorObject(), operation, again);
    pending = std::move(repeated);
  }
  auto result = pending->Execute();
  if (result->HasError()) FailQuery(result->GetErrorObject(), operation, query);
  return result;
}

}  // namespace

std::string TypedQuery(duckdb::Connection& connection, Operation& operation, const QuerySpec& query) {
  auto pending = connection.PendingQuery(query.sql, duckdb::QueryParameters(/*allow_streaming=*/true));
  if (pending->HasError()) FailQuery(pending->GetErrorObject(), operation, query);
  std::string casted = WithCasts(pending->types, query);
  pending->Close();
  return casted.empty() ? query.sql : casted;
}

void RunQuery(Instance& instance, CancelWatcher& watcher, const QuerySpec& query, const CancelTokenPtr& cancel,
              const std::function<bool(ArrowBatch)>& sink) {
  auto operation = duckdb::make_shared_ptr<Operation>(query, cancel);
  if (operation->cancelled()) throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql);
  Instance::Lease connection = instance.Connect();
  OperationScope scope(*connection, operation);
  // Only then does the engine count; it never prints.
  duckdb::ClientConfig::GetConfig(*connection->context).enable_progress_bar = static_cast<bool>(query.on_progress);
  CancelWatcher::Watch watch(watcher, cancel, connection->context, {query.on_progress, query.progress_interval});
  try {
    const memory::Watch memory_watch;
    QueryProfile profile(*connection->context, static_cast<bool>(query.on_profile));
    BatchCollector collector(query, sink);
    auto result = Start(*connection, query.sql, *operation, query);
    while (true) {
      auto chunk = result->Fetch();
      if (!chunk || chunk->size() == 0) break;
      if (operation->cancelled()) throw duckdb::InterruptException();
      if (!collector.Add(*chunk)) return;
    }
    if (result->HasError()) FailQuery(result->GetErrorObject(), *operation, query);
    if (operation->cancelled()) throw duckdb::InterruptException();
    if (query.on_profile) query.on_profile(profile.Take());
    collector.Finish();
  } catch (const QueryError&) {
    throw;
  } catch (const InternalError&) {
    throw;
  } catch (const duckdb::Exception& error) {
    FailQuery(duckdb::ErrorData(error), *operation, query);
  }
}

std::string ExplainQuery(Instance& instance, const QuerySpec& query) {
  auto operation = duckdb::make_shared_ptr<Operation>(query, nullptr);
  Instance::Lease connection = instance.Connect();
  OperationScope scope(*connection, operation);
  auto result = connection->Query("EXPLAIN " + query.sql);
  if (result->HasError()) FailQuery(result->GetErrorObject(), *operation, query);
  std::string text;
  while (auto chunk = result->Fetch()) {
    for (duckdb::idx_t row = 0; row < chunk->size(); ++row) text += chunk->GetValue(1, row).ToString();
  }
  return text;
}

}  // namespace firesteel::engine
