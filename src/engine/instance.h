#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "duckdb/main/connection.hpp"
#include "duckdb/main/database.hpp"
#include "engine/engine.h"

namespace firesteel::engine {

/// Ends what a connection still runs or has not given out: waits for the engine's tasks, frees what they hold, rolls an
/// open transaction back. The connection can be used again. The engine does this by itself only when the connection's
/// next query begins, and not at all when the connection is destroyed while an error is on its way: its destructors
/// then leave early, with tasks still at work on what they destroy.
void EndQuery(duckdb::ClientContext& context) noexcept;

/// One open in-memory database with our functions, and its idle connections. Thread-safe. Opening takes about 15 ms.
class Instance : public std::enable_shared_from_this<Instance> {
 public:
  explicit Instance(const EngineOptions& options);

  /// A connection for one operation; goes back to the idle ones when it is dropped.
  class Lease {
   public:
    Lease(std::shared_ptr<Instance> owner, std::unique_ptr<duckdb::Connection> connection)
        : owner_(std::move(owner)), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    ~Lease();
    duckdb::Connection& operator*() { return *connection_; }
    duckdb::Connection* operator->() { return connection_.get(); }

   private:
    std::shared_ptr<Instance> owner_;
    std::unique_ptr<duckdb::Connection> connection_;
  };
  Lease Connect();

  /// A fatal error closed the database to further queries: another instance must take over.
  bool IsInvalidated();

 private:
  void TakeBack(std::unique_ptr<duckdb::Connection> connection);

  std::unique_ptr<duckdb::DuckDB> database_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<duckdb::Connection>> idle_;
};

}  // namespace firesteel::engine
